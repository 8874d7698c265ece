/** Canned replies: texts that agents call up with `/`, filled from the conversation. */

import type { Section } from "../section";

export const section: Section = {
  id: "replies",
  title: "Canned replies",
  group: "Messaging",
  order: 20,
  path: "/admin/replies",
  permissions: ["responses:response:view"],
  routes: [
    { path: "/admin/replies", load: () => import("./Replies.svelte") },
    { path: "/admin/replies/:replyId", load: () => import("./Reply.svelte") },
  ],
  commands: [{ id: "admin:replies:new", title: "New canned reply", words: "create response macro template", run: { path: "/admin/replies?new=reply" } }],
};
