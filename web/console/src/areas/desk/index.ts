/** The desk: where agents talk with customers. */

import Inbox from "@lucide/svelte/icons/inbox";
import type { Area } from "../../lib/area";

export const area: Area = {
  id: "desk",
  title: "Desk",
  order: 10,
  icon: Inbox,
  path: "/desk",
  permissions: ["conversation:communication:view"],
  background: () => import("./background.svelte"),
  routes: [{ path: "/desk/:conversationId?", load: () => import("./Desk.svelte") }],
};
