/** Where is my CRM id? One key of one conversation, hop by hop. */

import Route from "@lucide/svelte/icons/route";
import type { Area } from "../../lib/area";

export const area: Area = {
  id: "trace",
  title: "Trace",
  order: 30,
  icon: Route,
  path: "/trace",
  permissions: ["conversation:communication:view"],
  routes: [{ path: "/trace/:conversationId?", load: () => import("./Trace.svelte") }],
  commands: [{ id: "trace:find", title: "Where is my CRM id?", words: "trace missing refused quarantined key", run: { path: "/trace" } }],
};
