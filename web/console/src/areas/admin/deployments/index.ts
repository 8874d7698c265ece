/** Deployments: the entry points of chats, and what a page may hand over. */

import type { Section } from "../section";

export const section: Section = {
  id: "deployments",
  title: "Deployments",
  group: "Messaging",
  order: 10,
  path: "/admin/deployments",
  permissions: ["webDeployments:deployment:view"],
  routes: [
    { path: "/admin/deployments", load: () => import("./Deployments.svelte") },
    { path: "/admin/deployments/:deploymentId", load: () => import("./Deployment.svelte") },
  ],
  commands: [{ id: "admin:deployments:new", title: "New deployment", words: "create web messaging entry point", run: { path: "/admin/deployments?new=1" } }],
};
