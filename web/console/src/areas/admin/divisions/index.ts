/** Divisions: parts of the organization that don't see each other's conversations. */

import type { Section } from "../section";

export const section: Section = {
  id: "divisions",
  title: "Divisions",
  group: "People",
  order: 30,
  path: "/admin/divisions",
  permissions: ["authorization:role:view"],
  routes: [{ path: "/admin/divisions", load: () => import("./Divisions.svelte") }],
};
