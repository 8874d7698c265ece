/** Analytics: how queues do now, what was, and where context goes missing. */

import ChartNoAxes from "@lucide/svelte/icons/chart-column";
import type { Area } from "../../lib/area";

export const area: Area = {
  id: "analytics",
  title: "Analytics",
  order: 40,
  icon: ChartNoAxes,
  path: "/analytics",
  permissions: ["analytics:conversationAggregate:view", "analytics:queueObservation:view"],
  routes: [
    { path: "/analytics", load: () => import("./Home.svelte") },
    { path: "/analytics/live", load: () => import("./Live.svelte") },
    { path: "/analytics/history", load: () => import("./History.svelte") },
    { path: "/analytics/completeness", load: () => import("./Completeness.svelte") },
  ],
  commands: [
    { id: "analytics:live", title: "Analytics: live board", words: "queues waiting agents supervisor", run: { path: "/analytics/live" } },
    { id: "analytics:history", title: "Analytics: history", words: "numbers chart export csv service level", run: { path: "/analytics/history" } },
    { id: "analytics:completeness", title: "Analytics: completeness", words: "missing context drift alarm key", run: { path: "/analytics/completeness" } },
  ],
};
