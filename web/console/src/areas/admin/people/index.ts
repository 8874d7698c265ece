/** People: who can sign in, with which roles, and what routing gives them. */

import type { Section } from "../section";

export const section: Section = {
  id: "people",
  title: "People",
  group: "People",
  order: 10,
  path: "/admin/people",
  permissions: ["directory:user:view"],
  routes: [
    { path: "/admin/people", load: () => import("./People.svelte") },
    { path: "/admin/people/:personId", load: () => import("./PersonPage.svelte") },
  ],
};
