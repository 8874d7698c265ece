/** What the server tells about a simulation, taken apart: it is a text for people, one line for each thing that happened. */

import type { FlowDocument } from "./document";
import type { Verb } from "./verbs";

export interface Step {
  action: string;
  outcome: string;
  sets: readonly string[];
  /** Keys of the context that were read, and how they are trusted or why they are absent. */
  reads: readonly { key: string; state: string }[];
  fault: string | undefined;
  /** What it brought about: messages, requests, attributes. */
  effects: readonly Effect[];
}

export type Effect = { kind: "say"; text: string; content: string | undefined } | { kind: "other"; text: string };

export interface Turn {
  /** What came: `started`, or a cue. */
  cue: string;
  /** The flow did not wait for that. */
  ignored: boolean;
  steps: readonly Step[];
  /** Effects that belong to none of its steps. */
  effects: readonly Effect[];
}

export interface Told {
  turns: readonly Turn[];
  /** How it ended; absent while it waits. */
  end: string | undefined;
  /** What it waits for: `an answer`, `a reply`. */
  waitsFor: string | undefined;
}

const IGNORED = " (nobody waits for it)";

export function readTranscript(text: string, flow: FlowDocument): Told {
  // The longest name first: one may begin like another.
  const names = flow.actions.map(({ name }) => name).sort((one, other) => other.length - one.length);
  const verbs = new Map(flow.actions.map(({ name, verb }) => [name, verb]));
  const turns: { cue: string; ignored: boolean; steps: Step[]; effects: Effect[] }[] = [];
  let end: string | undefined;
  let waitsFor: string | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const turn = turns.at(-1);
    if (line.startsWith("> ")) {
      const ignored = line.endsWith(IGNORED);
      turns.push({ cue: line.slice(2, ignored ? -IGNORED.length : undefined), ignored, steps: [], effects: [] });
    } else if (line.startsWith("= waits for ")) waitsFor = line.slice("= waits for ".length);
    else if (line.startsWith("= ")) end = line.slice(2);
    else if (line.startsWith("  ")) turn?.effects.push(readEffect(line.slice(2)));
    else turn?.steps.push(readStep(line, names));
  }
  return { turns: turns.map((turn) => attributed(turn, verbs)), end, waitsFor };
}

function readStep(line: string, names: readonly string[]): Step {
  const name = names.find((one) => line.startsWith(`${one}: `)) ?? line.slice(0, Math.max(0, line.indexOf(": ")));
  const rest = line.slice(name.length + 2);
  const [told = "", fault] = split(rest, " – ");
  const [before = "", ...read] = told.split(/ reads (?=[^()]+ \([^()]+\))/);
  const [outcome = "", sets] = split(before, " sets ");
  return {
    action: name,
    outcome,
    sets: sets === undefined ? [] : sets.split(", "),
    reads: read.map((one) => {
      const [, key = one, state = ""] = /^(.+) \(([^()]*)\)$/.exec(one) ?? [];
      return { key, state };
    }),
    fault,
    effects: [],
  };
}

function split(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}

function readEffect(text: string): Effect {
  const said = /^say ("(?:[^"\\]|\\.)*")(?: (.*))?$/s.exec(text);
  return said ? { kind: "say", text: unquoted(said[1] ?? ""), content: said[2] } : { kind: "other", text };
}

/** A text as the server's language writes it: `\"`, `\n`, `\u{200f}`. */
export function unquoted(quoted: string): string {
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", "0": "\0" };
  return quoted.slice(1, -1).replaceAll(/\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))/gs, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    return escapes[letter ?? ""] ?? letter ?? "";
  });
}

/** The server tells effects after all steps of a turn; each belongs to the first step that can have brought it about. */
function attributed(turn: { cue: string; ignored: boolean; steps: Step[]; effects: Effect[] }, verbs: ReadonlyMap<string, Verb | undefined>): Turn {
  const own: Effect[][] = turn.steps.map(() => []);
  const left: Effect[] = [];
  let from = 0;
  for (const effect of turn.effects) {
    const at = turn.steps.findIndex(({ action, outcome, sets }, index) => index >= from && bringsAbout(verbs.get(action), outcome, sets, effect) && (own[index]?.length ?? 0) === 0);
    if (at < 0) left.push(effect);
    else {
      own[at]?.push(effect);
      from = at;
    }
  }
  return { ...turn, steps: turn.steps.map((step, index) => ({ ...step, effects: own[index] ?? [] })), effects: left };
}

function bringsAbout(verb: Verb | undefined, outcome: string, sets: readonly string[], effect: Effect): boolean {
  if (effect.kind === "say") return verb === "sendMessage" || (verb === "ask" && outcome === "waits");
  if (effect.text.startsWith("request ")) return (verb === "apiRequest" || verb === "dataAction") && outcome === "waits";
  if (effect.text.startsWith("attributes ")) return sets.some((name) => name.startsWith("customData."));
  if (effect.text.startsWith("queue ") || effect.text === "leave the queue") return verb === "transferToQueue";
  if (effect.text.startsWith("wrap up ")) return verb === "wrapUp";
  if (effect.text.startsWith("go on with ")) return verb === "transferToFlow";
  return effect.text === "end the conversation" && verb === "end";
}

/** The actions and ways out that were taken. */
export function litBy({ turns }: Told): { actions: ReadonlySet<string>; ways: ReadonlySet<string>; last: string | undefined } {
  const steps = turns.flatMap((turn) => turn.steps);
  return { actions: new Set(steps.map(({ action }) => action)), ways: new Set(steps.map(({ action, outcome }) => JSON.stringify([action, outcome]))), last: steps.at(-1)?.action };
}
