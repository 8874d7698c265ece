/** Data actions: requests with a name and a contract, for flows and for scripts. */

import type { Section } from "../section";

export const section: Section = {
  id: "actions",
  title: "Data actions",
  group: "Automation",
  order: 20,
  path: "/admin/actions",
  permissions: ["integrations:action:view"],
  routes: [
    { path: "/admin/actions", load: () => import("./Actions.svelte") },
    { path: "/admin/actions/:actionId", load: () => import("./ActionPage.svelte") },
  ],
};
