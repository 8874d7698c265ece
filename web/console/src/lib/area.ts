/** How a part of the console announces itself. `src/areas/<area>/index.ts` exports `area`; nothing else has to know of it. */

import type { Component } from "svelte";

/** A page of an area. Its component gets the parameters of its path as properties. */
export interface Route {
  /** `/admin/queues/:queueId?`; `*` at the end takes whatever follows. */
  path: string;
  load: () => Promise<{ default: Component<never> }>;
}

/** Something that the palette offers. */
export interface Command {
  id: string;
  title: string;
  /** Words that find it besides its title. */
  words?: string;
  /** Where it leads, or what it does. */
  run: (() => void) | { path: string };
}

export interface Area {
  id: string;
  title: string;
  /** Its place in the rail. */
  order: number;
  icon: Component<{ size?: number | string }>;
  /** Where the rail leads. */
  path: string;
  /** Any of these rights shows it; none asked for: everybody. */
  permissions: readonly string[];
  routes: readonly Route[];
  /** What goes on whatever page is shown, for those who may see the area: alerts, live data. The returned function ends it. */
  background?: () => Promise<{ start: () => () => void }>;
  /** Pages and actions for the palette. */
  commands?: readonly Command[];
}
