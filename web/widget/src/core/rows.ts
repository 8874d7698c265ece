/** How messages stand under each other: days, and groups of what one side said within a minute. */

import type { Entry } from "./state.js";

export type Row =
  | { type: "day"; key: string; at: number }
  | { type: "group"; key: string; side: Entry["side"]; name: string; isBot: boolean; at: number; entries: Entry[] };

const MINUTE_MS = 60_000;

/** `dayOf` names the day of a time where the visitor is. */
export function rowsOf(entries: readonly Entry[], dayOf: (at: number) => string): Row[] {
  const rows: Row[] = [];
  let day = "";
  for (const entry of entries) {
    const { side, name, isBot, at, key } = entry;
    if (dayOf(at) !== day) rows.push({ type: "day", key: `day ${(day = dayOf(at))}`, at });
    const last = rows.at(-1);
    const isSame = last?.type === "group" && last.side === side && last.name === name && last.isBot === isBot;
    if (isSame && Math.floor(last.at / MINUTE_MS) === Math.floor(at / MINUTE_MS)) last.entries.push(entry);
    else rows.push({ type: "group", key, side, name, isBot, at, entries: [entry] });
  }
  return rows;
}
