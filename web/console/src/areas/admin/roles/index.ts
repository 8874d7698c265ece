/** Roles: bundles of permissions that people and OAuth clients are given. */

import type { Section } from "../section";

export const section: Section = {
  id: "roles",
  title: "Roles",
  group: "People",
  order: 20,
  path: "/admin/roles",
  permissions: ["authorization:role:view"],
  routes: [
    { path: "/admin/roles", load: () => import("./Roles.svelte") },
    { path: "/admin/roles/:roleId", load: () => import("./RolePage.svelte") },
  ],
};
