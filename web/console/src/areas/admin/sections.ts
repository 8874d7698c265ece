/** Every section that is there, in the order of the list. */

import { GROUPS, type Section } from "./section";

const found = import.meta.glob<{ section: Section }>("./*/index.ts", { eager: true });

export const sections: readonly Section[] = Object.values(found)
  .map(({ section }) => section)
  .sort((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group) || one.order - other.order);
