/** What somebody typed into the search, and which refusals it means. Pure. */

import type { components } from "../../generated/api";
import { ruleOf } from "./rules";

export type Refusal = components["schemas"]["Refusal"];

export type Wanted = { type: "nothing" } | { type: "conversation"; id: string } | { type: "value"; key: string | undefined; value: string };

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAMED = /^([\p{L}_][\p{L}\p{N}_.-]{0,127})\s*[=:]\s*(\S.*)$/u;

/** An id, `key=value` under any of the key's names, or a value alone. An address is a value: its colon names no key. */
export function wanted(text: string): Wanted {
  const given = text.trim();
  if (given === "") return { type: "nothing" };
  const id = given.split(/[/?#\s]/).find((part) => ID.test(part));
  if (id !== undefined) return { type: "conversation", id: id.toLowerCase() };
  const [, key, value] = NAMED.exec(given) ?? [];
  if (key !== undefined && value !== undefined && !value.startsWith("//")) return { type: "value", key, value: value.replace(/^"(.*)"$/, "$1") };
  return { type: "value", key: undefined, value: given };
}

/** Whether a refusal has to do with the text: its keys, rules and their meaning, page, deployment. */
export function isAbout(refusal: Refusal, text: string, deployment: string): boolean {
  const all = [refusal.page ?? "", refusal.sdk ?? "", refusal.api ?? "", deployment, refusal.deploymentId, ...refusal.faults.flatMap(({ key, form, rule }) => [key, form, rule, ruleOf(rule).reason])].join("\n").toLowerCase();
  return text.trim().toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

/** One list of several answers, newest first, each once. */
export function mergedRefusals(lists: readonly (readonly Refusal[])[]): Refusal[] {
  const found = new Map(lists.flat().map((one) => [refusalId(one), one]));
  return [...found.values()].sort((one, other) => other.at.localeCompare(one.at));
}

/** A refused start has no id of its own. */
export const refusalId = ({ at, deploymentId, faults }: Refusal): string => `${at} ${deploymentId} ${faults.map(({ key, rule }) => `${key}:${rule}`).join(",")}`;
