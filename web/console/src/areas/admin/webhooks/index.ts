/** Webhooks: endpoints that are told what happens, and what came of it. */

import type { Section } from "../section";

export const section: Section = {
  id: "webhooks",
  title: "Webhooks",
  group: "Integrations",
  order: 10,
  path: "/admin/webhooks",
  permissions: ["integrations:webhook:view"],
  routes: [
    { path: "/admin/webhooks", load: () => import("./Webhooks.svelte") },
    { path: "/admin/webhooks/:webhookId", load: () => import("./Webhook.svelte") },
  ],
};
