/** Flows: what happens in a conversation by itself. */

import type { Section } from "../section";

export const section: Section = {
  id: "flows",
  title: "Flows",
  group: "Automation",
  order: 10,
  path: "/admin/flows",
  permissions: ["architect:flow:view"],
  routes: [
    { path: "/admin/flows", load: () => import("./Flows.svelte") },
    { path: "/admin/flows/:flowId", load: () => import("./FlowPage.svelte") },
  ],
  commands: [{ id: "admin:flows:new", title: "New flow", words: "create automation bot", run: { path: "/admin/flows?new=1" } }],
};
