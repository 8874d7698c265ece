/** Credentials: secrets that requests of flows and data actions go with. */

import type { Section } from "../section";

export const section: Section = {
  id: "credentials",
  title: "Credentials",
  group: "Automation",
  order: 30,
  path: "/admin/credentials",
  permissions: ["integrations:credential:view"],
  routes: [{ path: "/admin/credentials", load: () => import("./Credentials.svelte") }],
};
