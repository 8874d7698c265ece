/** What a flow is simulated with: a context, who the customer is, and what comes to it, in order. */

import { isRecord, yamlOf } from "./document";

export const TRUSTS = ["page", "signed", "server", "agent", "flow"] as const;
export type Trust = (typeof TRUSTS)[number];

export interface GivenKey {
  key: string;
  /** As it is typed; JSON where it reads as such. */
  value: string;
  trust: Trust;
}

export type Cue =
  | { kind: "say"; text: string }
  | { kind: "reply"; status: number; body: string }
  | { kind: "replyTimeout" }
  | { kind: "replyFailed" }
  | { kind: "pass"; time: string }
  | { kind: "agentConnected" }
  | { kind: "agentLeft" }
  | { kind: "end" };

export interface Script {
  context: readonly GivenKey[];
  customerName: string;
  /** The context policy that judges the context; absent: that of a new deployment. */
  policy?: Readonly<Record<string, unknown>> | undefined;
  cues: readonly Cue[];
}

export const CUE_TITLES: Record<Cue["kind"], string> = {
  say: "The customer says",
  reply: "The system answers",
  replyTimeout: "The system does not answer in time",
  replyFailed: "The system can't be reached",
  pass: "Time passes",
  agentConnected: "An agent joins",
  agentLeft: "The agent leaves",
  end: "The conversation ends",
};

/** The script as the server reads it; the same file serves `waybill flow run`. */
export function scriptText({ context, customerName, policy, cues }: Script): string {
  const values = context.filter(({ key }) => key.trim() !== "").map(({ key, value, trust }) => [key.trim(), trust === "page" ? jsonOrText(value) : { value: jsonOrText(value), trust }]);
  const script: Record<string, unknown> = {};
  if (values.length > 0) script["context"] = Object.fromEntries(values);
  if (customerName.trim() !== "") script["customer"] = { name: customerName.trim() };
  if (policy) script["policy"] = policy;
  if (cues.length > 0) script["script"] = cues.map(written);
  return Object.keys(script).length === 0 ? "{}\n" : `${yamlOf(script)}\n`;
}

function written(cue: Cue): unknown {
  switch (cue.kind) {
    case "say":
      return { say: cue.text };
    case "reply":
      return { reply: cue.body.trim() === "" ? { status: cue.status } : { status: cue.status, body: jsonOrText(cue.body) } };
    case "replyTimeout":
      return { reply: "timeout" };
    case "replyFailed":
      return { reply: "failed" };
    case "pass":
      return { pass: cue.time };
    case "agentConnected":
    case "agentLeft":
    case "end":
      return cue.kind;
    default:
      return cue satisfies never;
  }
}

/** What somebody types for a value: JSON where it is some, a text otherwise. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A context that was copied from elsewhere: a map, or a `startChat` call's options with one in it. */
export function keysOf(text: string): GivenKey[] | undefined {
  const read = jsonOrText(text.trim());
  if (!isRecord(read)) return undefined;
  const values = isRecord(read["customData"]) ? read["customData"] : read;
  return Object.entries(values).map(([key, value]) => ({ key, value: typeof value === "string" ? value : JSON.stringify(value), trust: "page" }));
}

/** A cue in one line. */
export function cueText(cue: Cue): string {
  switch (cue.kind) {
    case "say":
      return cue.text;
    case "reply":
      return `${cue.status} ${cue.body}`.trim();
    case "pass":
      return cue.time;
    case "replyTimeout":
    case "replyFailed":
    case "agentConnected":
    case "agentLeft":
    case "end":
      return "";
    default:
      return cue satisfies never;
  }
}
