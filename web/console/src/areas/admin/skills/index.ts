/** Skills and languages: what routing asks of agents. */

import type { Section } from "../section";

export const section: Section = {
  id: "skills",
  title: "Skills and languages",
  group: "Routing",
  order: 20,
  path: "/admin/skills",
  permissions: ["routing:skill:view", "routing:language:view"],
  routes: [{ path: "/admin/skills", load: () => import("./Skills.svelte") }],
};
