/** Configurations: how the messenger looks and behaves; several deployments can show the same one. */

import type { Section } from "../section";

export const section: Section = {
  id: "messenger",
  title: "Messenger",
  group: "Messaging",
  order: 15,
  path: "/admin/messenger",
  permissions: ["webDeployments:configuration:view"],
  routes: [
    { path: "/admin/messenger", load: () => import("./Configurations.svelte") },
    { path: "/admin/messenger/:configurationId", load: () => import("./Configuration.svelte") },
  ],
};
