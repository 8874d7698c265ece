/** How a part of the administration announces itself. `areas/admin/<section>/index.ts` exports `section`; nothing else has to know of it. */

import type { Command, Route } from "../../lib/area";

/** Headings of the list at the left, in their order. */
export const GROUPS = ["Messaging", "Automation", "Routing", "People", "Integrations", "Records"] as const;

export interface Section {
  id: string;
  title: string;
  group: (typeof GROUPS)[number];
  /** Its place within the group. */
  order: number;
  /** Where the list leads. */
  path: `/admin/${string}`;
  /** Any of these rights shows it. */
  permissions: readonly string[];
  /** Their components stand in a `Frame`. */
  routes: readonly Route[];
  commands?: readonly Command[];
}
