/** A queue's rules as fields, and back. What has no field goes back as it came. */

import type { Answer } from "../../../lib/api";

export type Queue = Answer<"/api/v2/routing/queues/{queueId}", "get">;

export const METHODS = [
  { value: "longestIdle", label: "Who has been free for longest" },
  { value: "bestSkill", label: "Who knows it best" },
] as const;

export const WRAPUPS = [
  { value: "optional", label: "If one wants to" },
  { value: "mandatory", label: "Always" },
  { value: "timeout", label: "Within a time" },
] as const;

export interface QueueDraft {
  name: string;
  description: string;
  method: string;
  alertingSeconds: string;
  percent: string;
  seconds: string;
  wrapup: string;
  wrapupSeconds: string;
  /** One rule per line: `priority when`. */
  contextRules: string;
  silent: boolean;
  warnSeconds: string;
  endSeconds: string;
  warning: string;
  overflowQueue: string;
  overflowSeconds: string;
}

export function draftOf({ name, description, rules }: Queue): QueueDraft {
  const { silence, overflow } = rules;
  return {
    name,
    description,
    method: rules.method,
    alertingSeconds: String(rules.alertingSeconds),
    percent: String(rules.serviceLevel.percent),
    seconds: String(rules.serviceLevel.seconds),
    wrapup: rules.wrapup,
    wrapupSeconds: String(rules.wrapupSeconds),
    contextRules: rules.contextRules.map(({ when, priority = 0 }) => `${priority} ${when}`).join("\n"),
    silent: silence != null,
    warnSeconds: String(silence?.warnSeconds ?? 300),
    endSeconds: String(silence?.endSeconds ?? 600),
    warning: silence?.warning ?? "Are you still there? We close the chat in a few minutes.",
    overflowQueue: overflow?.queueId ?? "",
    overflowSeconds: String(overflow?.afterSeconds ?? 120),
  };
}

export function bodyOf(draft: QueueDraft, standing: Queue) {
  const skillsOf = (when: string) => standing.rules.contextRules.find((one) => one.when === when)?.skills;
  const contextRules = draft.contextRules.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [, priority, when] = /^(-?\d+)\s+(.+)$/.exec(line) ?? [, "0", line];
    const skills = skillsOf(when ?? "");
    return { when: when ?? "", priority: Number(priority), ...(skills && { skills }) };
  });
  return {
    name: draft.name.trim(),
    description: draft.description,
    division: { id: standing.division.id },
    rules: {
      ...standing.rules,
      method: draft.method as "longestIdle",
      alertingSeconds: Number(draft.alertingSeconds),
      serviceLevel: { percent: Number(draft.percent), seconds: Number(draft.seconds) },
      wrapup: draft.wrapup as "optional",
      wrapupSeconds: Number(draft.wrapupSeconds),
      contextRules,
      silence: draft.silent ? { warnSeconds: Number(draft.warnSeconds), endSeconds: Number(draft.endSeconds), warning: draft.warning } : null,
      overflow: draft.overflowQueue === "" ? null : { queueId: draft.overflowQueue, afterSeconds: Number(draft.overflowSeconds) },
    },
  };
}
