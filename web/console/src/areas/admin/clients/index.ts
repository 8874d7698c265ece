/** API clients: programs with rights of their own. */

import type { Section } from "../section";

export const section: Section = {
  id: "clients",
  title: "OAuth clients",
  group: "Integrations",
  order: 20,
  path: "/admin/clients",
  permissions: ["oauth:client:view"],
  routes: [
    { path: "/admin/clients", load: () => import("./Clients.svelte") },
  ],
};
