/** Schedules: business hours that flows look at. */

import type { Section } from "../section";

export const section: Section = {
  id: "schedules",
  title: "Schedules",
  group: "Automation",
  order: 40,
  path: "/admin/schedules",
  permissions: ["routing:schedule:view"],
  routes: [{ path: "/admin/schedules", load: () => import("./Schedules.svelte") }],
};
