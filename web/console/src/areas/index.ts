/** Every area that is there, in the order of the rail. */

import type { Area } from "../lib/area";

const found = import.meta.glob<{ area: Area }>("./*/index.ts", { eager: true });

export const areas: readonly Area[] = Object.values(found)
  .map(({ area }) => area)
  .sort((one, other) => one.order - other.order);
