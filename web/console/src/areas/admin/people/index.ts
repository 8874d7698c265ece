/** People: who can sign in, and with which roles. */

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
  ],
};
