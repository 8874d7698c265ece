/** A flow's document: read for the graph, changed part by part. The YAML text is the one truth; comments and untouched lines stay as they are. */

import { diffLines } from "diff";
import { type Document, isMap, isScalar, isSeq, parseDocument, type Scalar, YAMLMap, type YAMLSeq } from "yaml";
import { MAIN_PORTS, portsOf, SHORT, VERBS, type Verb } from "./verbs";

/** A way out of an action. */
export interface Port {
  id: string;
  /** The action that it leads to. */
  to: string | undefined;
  /** What it says where its id would not, such as the condition of a case. */
  label?: string;
}

export interface FlowAction {
  name: string;
  /** Absent where no verb, or more than one, is written. */
  verb: Verb | undefined;
  summary: string;
  ports: readonly Port[];
  description: string | undefined;
  /** The line that its name is in, from 1. */
  line: number;
  /** Everything that is written in it, as plain values. */
  value: Record<string, unknown>;
}

export interface FlowDocument {
  name: string;
  start: string | undefined;
  uses: readonly string[];
  actions: readonly FlowAction[];
  value: Record<string, unknown>;
}

export type Read = { ok: true; flow: FlowDocument } | { ok: false; message: string; line: number };

export type Path = readonly (string | number)[];

const STRING_OPTIONS = { lineWidth: 0, flowCollectionPadding: true } as const;

export function readFlow(text: string): Read {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) return { ok: false, message: wordsOf(fault), line: fault.linePos?.[0].line ?? 1 };
  const value: unknown = toPlain(document);
  if (!isRecord(value)) return { ok: false, message: "A flow is a map that begins with “flow: its-name”.", line: 1 };
  const actions = document.get("actions", true);
  const read: FlowAction[] = [];
  if (isMap(actions)) {
    for (const { key } of actions.items) {
      const name = String(isScalar(key) ? key.value : key);
      const own = isRecord(value["actions"]) ? value["actions"][name] : undefined;
      const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      read.push(readAction(name, isRecord(own) ? own : {}, text.slice(0, start).split("\n").length));
    }
  }
  const { flow, start, uses } = value;
  const keys = isRecord(uses) && Array.isArray(uses["customData"]) ? uses["customData"].map(String) : [];
  return { ok: true, flow: { name: asText(flow), start: typeof start === "string" ? start : undefined, uses: keys, actions: read, value } };
}

function readAction(name: string, value: Record<string, unknown>, line: number): FlowAction {
  const verbs = VERBS.filter((verb) => verb in value);
  const [verb] = verbs.length === 1 ? verbs : [];
  const description = typeof value["description"] === "string" ? value["description"] : undefined;
  return { name, verb, summary: verb ? summaryOf(verb, value) : "", ports: verb ? portsOf(verb, value) : [], description, line, value };
}

/** One line about what an action does. */
export function summaryOf(verb: Verb, action: Record<string, unknown>): string {
  const own = action[verb];
  const inner = isRecord(own) ? own : {};
  switch (verb) {
    case "sendMessage":
    case "ask": {
      const card = isRecord(inner["card"]) ? asText(inner["card"]["title"]) : "";
      return typeof own === "string" ? own : asText(inner["text"]) || card;
    }
    case "decision":
      return typeof own === "string" ? own : asText(inner["when"]);
    case "switch":
      return inner["on"] === undefined ? "the first that holds" : asText(inner["on"]);
    case "setVariable":
    case "setAttributes":
      return Object.entries(inner)
        .map(([key, value]) => `${key} = ${asText(value)}`)
        .join(", ");
    case "apiRequest":
      return `${asText(inner["method"]) || (inner["body"] === undefined ? "GET" : "POST")} ${asText(inner["url"])}`;
    case "dataAction":
      return asText(inner["name"]);
    case "schedule":
      return typeof own === "string" ? own : `hours in ${asText(inner["timeZone"])}`;
    case "wait":
      return `for ${asText(own)}`;
    case "transferToFlow":
      return asText(own);
    case "subFlow":
      return asText(inner["flow"]);
    case "transferToQueue":
      return typeof own === "string" ? own : asText(inner["queue"]);
    case "wrapUp":
      return typeof own === "string" ? own : asText(inner["code"]);
    case "end":
      return inner["conversation"] === true ? "ends the conversation too" : "ends the flow";
    default:
      return verb satisfies never;
  }
}

/** Changes a document and writes it so that what was not touched stays as it was written. */
function change(text: string, work: (document: Document.Parsed) => void): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  const before = document.toString(STRING_OPTIONS);
  work(document);
  const after = document.toString(STRING_OPTIONS);
  if (before === after) return text;
  const kept = keepLines(text, before, after);
  // Somebody else's indentation does not mix with ours: then all of it is ours.
  const again = kept === undefined ? undefined : parseDocument(kept);
  const same = again && again.errors.length === 0 && JSON.stringify(toPlain(again)) === JSON.stringify(toPlain(parseDocument(after)));
  return same && kept !== undefined ? kept : after;
}

/** The new text with the lines of the original where nothing changed; the two differ only in how they are written. */
function keepLines(original: string, before: string, after: string): string | undefined {
  const lines = linesOf(original);
  if (lines.length !== linesOf(before).length) return undefined;
  let at = 0;
  let text = "";
  for (const { added, removed, count, value } of diffLines(before, after)) {
    if (added) {
      text += value;
      continue;
    }
    if (!removed) text += lines.slice(at, at + count).join("");
    at += count;
  }
  return text;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function actionsOf(document: Document.Parsed): YAMLMap {
  const found = document.get("actions", true);
  if (isMap(found)) return found;
  document.set("actions", new YAMLMap(document.schema));
  return document.get("actions", true) as unknown as YAMLMap;
}

/** Sets a value within an action; `undefined` takes it out, and with it what is empty then. */
export function setInAction(text: string, action: string, path: Path, value: unknown): string {
  return change(text, (document) => setIn(document, ["actions", action, ...path], value, 3));
}

/** A field of an action's form, also where the verb is written short. */
export function fieldOf({ verb, value }: FlowAction, path: readonly string[]): unknown {
  let found: unknown = value;
  for (const [index, part] of path.entries()) {
    if (index === 1 && verb !== undefined && path[0] === verb && typeof found === "string") return part === SHORT[verb] ? found : undefined;
    found = isRecord(found) ? found[part] : undefined;
  }
  return found;
}

/** Sets a field of an action's form; a verb that is written short stays so while that is enough. */
export function setField(text: string, { name, verb, value: action }: FlowAction, path: readonly string[], value: unknown): string {
  const [first, second] = path;
  // Without its verb it would be no action.
  if (first === verb && path.length === 1) return setInAction(text, name, path, value ?? (isRecord(action[first ?? ""]) ? {} : ""));
  const short = verb && SHORT[verb];
  const own = verb && action[verb];
  if (first !== verb || second === undefined || verb === undefined || short === undefined || isRecord(own)) return setInAction(text, name, path, value);
  if (second === short) return setInAction(text, name, [verb], value ?? "");
  return value === undefined ? text : setInAction(text, name, [verb], { [short]: own ?? "", [second]: value });
}

/** Sets a value of the flow itself. */
export function setInFlow(text: string, path: Path, value: unknown): string {
  return change(text, (document) => setIn(document, path, value, 1));
}

/** Paths of fewer parts than `least` are never emptied with what is in them. */
function setIn(document: Document.Parsed, path: Path, value: unknown, least: number): void {
  if (value === undefined) {
    document.deleteIn(path);
    for (let length = path.length - 1; length > least; length--) {
      const parent = document.getIn(path.slice(0, length), true);
      if ((isMap(parent) || isSeq(parent)) && parent.items.length === 0) document.deleteIn(path.slice(0, length));
      else break;
    }
    return;
  }
  // A parent that is missing is made; one that is a text, or nothing, gives way.
  for (let length = 1; length < path.length; length++) {
    const parent = document.getIn(path.slice(0, length), true);
    if (!isMap(parent) && !isSeq(parent)) document.setIn(path.slice(0, length), document.createNode(typeof path[length] === "number" ? [] : {}));
  }
  const present: unknown = document.getIn(path, true);
  if (merge(document, present, value)) return;
  document.setIn(path, isObject(value) ? document.createNode(value) : value);
}

/** Writes a value into what stands there, part by part, so that comments and ways of writing stay; `false` where it is of another kind. */
function merge(document: Document.Parsed, present: unknown, value: unknown): boolean {
  if (isScalar(present) && !isObject(value)) {
    // Nothing can only be written in quotes; what takes its place need not be.
    if (present.value === "") delete present.type;
    present.value = value;
    return true;
  }
  if (isMap(present) && isRecord(value)) {
    const keys = Object.keys(value);
    const nameOf = ({ key }: { key: unknown }): string => String(isScalar(key) ? key.value : key);
    present.items = present.items.filter((pair) => keys.includes(nameOf(pair)));
    for (const key of keys) {
      const pair = present.items.find((one) => nameOf(one) === key);
      if (!pair) present.items.push(document.createPair(key, value[key]) as never);
      else if (!merge(document, pair.value, value[key])) pair.value = document.createNode(value[key]);
    }
    present.items.sort((one, other) => keys.indexOf(nameOf(one)) - keys.indexOf(nameOf(other)));
    return true;
  }
  if (isSeq(present) && Array.isArray(value)) {
    present.items.length = Math.min(present.items.length, value.length);
    for (const [index, one] of value.entries()) if (index >= present.items.length || !merge(document, present.items[index], one)) present.items[index] = document.createNode(one);
    return true;
  }
  return false;
}

/** Replaces the whole of an action by what is written in a fragment of YAML. */
export function replaceAction(text: string, action: string, fragment: string): { text: string } | { fault: string } {
  const parsed = parseDocument(fragment);
  const [fault] = parsed.errors;
  if (fault) return { fault: wordsOf(fault) };
  if (!isMap(parsed.contents)) return { fault: "Write the action as a map, such as “sendMessage: Hello”." };
  return { text: change(text, (document) => document.setIn(["actions", action], parsed.contents)) };
}

/** The YAML of one action, with its comments. */
export function fragmentOf(text: string, action: string): string {
  const document = parseDocument(text);
  const node = document.getIn(["actions", action], true);
  if (!isMap(node)) return "";
  const own = parseDocument("{}");
  own.contents = node as never;
  return own.toString(STRING_OPTIONS);
}

/** Leads a way out to an action, or nowhere. */
export function connect(text: string, action: string, port: string, to: string | undefined): string {
  const position = casePosition(port);
  return setInAction(text, action, position === undefined ? [port] : [VERB_SWITCH, "cases", position, "next"], to ?? (position === undefined ? undefined : ""));
}

export function setStart(text: string, action: string): string {
  return setInFlow(text, ["start"], action);
}

export interface Added {
  text: string;
  name: string;
}

/** Adds an action, and leads a way out of another one to it. What that led to before comes after the new one. */
export function addAction(text: string, verb: Verb, after?: { action: string; port: string }): Added {
  const read = readFlow(text);
  if (!read.ok) return { text, name: "" };
  const { actions } = read.flow;
  const name = freeName(kebab(verb), actions.map((one) => one.name));
  const from = after && actions.find((one) => one.name === after.action);
  const former = from?.ports.find((port) => port.id === after?.port)?.to;
  const body: Record<string, unknown> = { [verb]: TEMPLATES[verb] };
  const [main] = MAIN_PORTS[verb];
  if (former !== undefined && former !== "" && main !== undefined) body[main] = former;
  const made = change(text, (document) => {
    const all = actionsOf(document);
    const pair = document.createPair(name, body);
    const place = from ? actions.indexOf(from) + 1 : all.items.length;
    // Beside what it follows, so that the text reads from the top.
    all.items.splice(place, 0, pair as never);
    all.flow = false;
    if (actions.length === 0) document.set("start", name);
  });
  return { text: after ? connect(made, after.action, after.port, name) : made, name };
}

/** Takes an action out. Ways that led to it lead to where it led, where that is one place. */
export function deleteAction(text: string, action: string): string {
  const read = readFlow(text);
  if (!read.ok) return text;
  const own = read.flow.actions.find(({ name }) => name === action);
  const targets = new Set(own?.ports.flatMap(({ to }) => (to === undefined || to === action ? [] : [to])));
  const heir = targets.size === 1 ? [...targets][0] : undefined;
  let next = text;
  for (const { name, ports } of read.flow.actions) {
    if (name === action) continue;
    for (const { id, to } of ports) if (to === action) next = connect(next, name, id, heir);
  }
  next = change(next, (document) => document.deleteIn(["actions", action]));
  if (read.flow.start !== action) return next;
  const first = heir ?? read.flow.actions.find(({ name }) => name !== action)?.name;
  return first === undefined ? next : setStart(next, first);
}

/** Why an action can't have this name. */
export function nameFault(flow: FlowDocument, name: string, present: string): string | undefined {
  if (name.trim() === "") return "Give it a name.";
  if (name !== present && !/^[A-Za-z0-9_-]{1,64}$/.test(name)) return "Take 1 to 64 letters, digits, “-” and “_”.";
  if (name !== present && flow.actions.some((one) => one.name === name)) return "Another action has this name.";
  return undefined;
}

/** Gives an action another name, also where others lead to it. */
export function renameAction(text: string, from: string, to: string): string {
  const read = readFlow(text);
  if (!read.ok) return text;
  return change(text, (document) => {
    const all = actionsOf(document);
    const pair = all.items.find(({ key }) => isScalar(key) && String(key.value) === from);
    if (!pair) return;
    if (isScalar(pair.key)) (pair.key as Scalar).value = to;
    if (read.flow.start === from) document.set("start", to);
    for (const { name, ports } of read.flow.actions) {
      for (const { id, to: target } of ports) {
        if (target !== from) continue;
        const position = casePosition(id);
        document.setIn(["actions", name === from ? to : name, ...(position === undefined ? [id] : [VERB_SWITCH, "cases", position, "next"])], to);
      }
    }
  });
}

/** A way for one more answer of a switch. */
export function addCase(text: string, action: string): string {
  return change(text, (document) => {
    const cases = document.getIn(["actions", action, VERB_SWITCH, "cases"], true);
    const hasOn = document.hasIn(["actions", action, VERB_SWITCH, "on"]);
    const made = document.createNode(hasOn ? { is: "", next: "" } : { when: "true", next: "" });
    if (isSeq(cases)) (cases as YAMLSeq).items.push(made);
    else document.setIn(["actions", action, VERB_SWITCH, "cases"], document.createNode([made]));
  });
}

const VERB_SWITCH = "switch";

/** `case 2` as the second of a switch, from 0. */
export function casePosition(port: string): number | undefined {
  const found = /^case (\d+)$/.exec(port);
  return found ? Number(found[1]) - 1 : undefined;
}

/** Text that somebody types as the value that YAML reads in it: numbers, yes and no, nothing. */
export function scalarOf(text: string): unknown {
  const parsed = parseDocument(text);
  return parsed.errors.length === 0 && isScalar(parsed.contents) && ["number", "boolean"].includes(typeof parsed.contents.value) ? parsed.contents.value : text;
}

/** A part of a document as YAML, for fields whose value is more than a text. */
export function yamlOf(value: unknown): string {
  if (value === undefined) return "";
  const document = parseDocument("{}");
  document.contents = document.createNode(value) as never;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

export function ofYaml(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === "") return { value: undefined };
  const parsed = parseDocument(text);
  const [fault] = parsed.errors;
  return fault ? { fault: wordsOf(fault) } : { value: toPlain(parsed) };
}

const TEMPLATES: Record<Verb, unknown> = {
  setVariable: { name: "" },
  setAttributes: { key: "" },
  sendMessage: "Hello",
  ask: "How can we help?",
  decision: 'trust.crmCustomerId == "signed"',
  switch: { cases: [{ when: "true", next: "" }] },
  apiRequest: { url: "https://" },
  dataAction: { name: "" },
  schedule: "",
  wait: "5s",
  subFlow: { flow: "" },
  transferToQueue: { queue: "" },
  transferToFlow: "",
  wrapUp: "",
  end: {},
};

function freeName(wanted: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** What is wrong with YAML, without the place and the excerpt that are shown elsewhere. */
const wordsOf = ({ message }: { message: string }): string => (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");

const kebab = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function toPlain(document: Document.Parsed): unknown {
  try {
    // Few aliases only: a document that unfolds without end is nobody's flow.
    return document.toJS({ maxAliasCount: 50 });
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
