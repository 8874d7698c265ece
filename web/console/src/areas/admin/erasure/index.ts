/** Erasure: taking a customer out again, and handing out what is known. */

import type { Section } from "../section";

export const section: Section = {
  id: "erasure",
  title: "Erasure",
  group: "Records",
  order: 20,
  path: "/admin/erasure",
  permissions: ["gdpr:request:view"],
  routes: [
    { path: "/admin/erasure", load: () => import("./Erasure.svelte") },
  ],
};
