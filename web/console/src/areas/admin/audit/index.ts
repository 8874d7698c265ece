/** The audit log: who changed what. */

import type { Section } from "../section";

export const section: Section = {
  id: "audit",
  title: "Audit log",
  group: "Records",
  order: 10,
  path: "/admin/audit",
  permissions: ["audits:audit:view"],
  routes: [
    { path: "/admin/audit", load: () => import("./Audit.svelte") },
  ],
};
