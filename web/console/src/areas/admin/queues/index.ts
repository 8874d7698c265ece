/** Queues: who is offered which conversations, and by which rules. */

import type { Section } from "../section";

export const section: Section = {
  id: "queues",
  title: "Queues",
  group: "Routing",
  order: 10,
  path: "/admin/queues",
  permissions: ["routing:queue:view"],
  routes: [
    { path: "/admin/queues", load: () => import("./Queues.svelte") },
    { path: "/admin/queues/:queueId", load: () => import("./Queue.svelte") },
  ],
};
