/** The verbs of actions: what they are called, what leads out of them, what is asked in their form. */

import type { Port } from "./document";

export const VERBS = ["sendMessage", "ask", "decision", "switch", "setVariable", "setAttributes", "apiRequest", "dataAction", "schedule", "wait", "subFlow", "transferToQueue", "transferToFlow", "wrapUp", "end"] as const;
export type Verb = (typeof VERBS)[number];

export const TITLES: Record<Verb, string> = {
  sendMessage: "Send message",
  ask: "Ask",
  decision: "Decision",
  switch: "Switch",
  setVariable: "Set variable",
  setAttributes: "Set attributes",
  apiRequest: "API request",
  dataAction: "Data action",
  schedule: "Schedule",
  wait: "Wait",
  subFlow: "Sub-flow",
  transferToQueue: "Transfer to queue",
  transferToFlow: "Transfer to flow",
  wrapUp: "Wrap-up",
  end: "End",
};

export const WHAT: Record<Verb, string> = {
  sendMessage: "Says something to the customer",
  ask: "Asks something and waits for the answer",
  decision: "Takes one of two ways",
  switch: "Takes the first of several ways that fits",
  setVariable: "Keeps a value for later",
  setAttributes: "Writes into the customer's context",
  apiRequest: "Asks one of your systems",
  dataAction: "Makes a request that has a name and a contract",
  schedule: "Looks at business hours",
  wait: "Lets time pass",
  subFlow: "Runs another flow and comes back",
  transferToQueue: "Lets the conversation wait for an agent",
  transferToFlow: "Lets another flow go on",
  wrapUp: "Notes how it went",
  end: "Ends the flow, or the conversation too",
};

/** Groups of the list that actions are added from. */
export const VERB_GROUPS: readonly { title: string; verbs: readonly Verb[] }[] = [
  { title: "Talk", verbs: ["sendMessage", "ask", "wait"] },
  { title: "Decide", verbs: ["decision", "switch", "schedule"] },
  { title: "Data", verbs: ["apiRequest", "dataAction", "setVariable", "setAttributes"] },
  { title: "Hand over", verbs: ["transferToQueue", "transferToFlow", "subFlow", "wrapUp", "end"] },
];

/** Ways out that are always shown; the first is where it usually goes on. */
export const MAIN_PORTS: Record<Verb, readonly string[]> = {
  sendMessage: ["next"],
  ask: ["next", "noAnswer"],
  decision: ["then", "else"],
  switch: ["else"],
  setVariable: ["next"],
  setAttributes: ["next"],
  apiRequest: ["success", "failure", "missing"],
  dataAction: ["success", "failure", "missing"],
  schedule: ["open", "closed"],
  wait: ["next"],
  subFlow: ["next", "failure"],
  transferToQueue: [],
  transferToFlow: [],
  wrapUp: ["next"],
  end: [],
};

/** Ways out that are shown once they lead somewhere. */
export const MORE_PORTS: Record<Verb, readonly string[]> = {
  sendMessage: [],
  ask: ["invalid"],
  decision: [],
  switch: [],
  setVariable: [],
  setAttributes: [],
  apiRequest: ["timeout"],
  dataAction: ["timeout"],
  schedule: ["holiday"],
  wait: [],
  subFlow: [],
  transferToQueue: ["accepted", "timedOut", "left"],
  transferToFlow: [],
  wrapUp: [],
  end: [],
};

/** When a way is taken, in words. */
export const PORT_WORDS: Record<string, string> = {
  next: "Then",
  then: "When it holds",
  else: "Otherwise",
  success: "It was answered",
  failure: "It failed",
  missing: "A key it needs is absent",
  timeout: "No answer in time",
  noAnswer: "Nobody answered in time",
  invalid: "No answer fitted",
  open: "Somebody is there",
  closed: "Nobody is there",
  holiday: "It is a holiday",
  accepted: "An agent is there",
  timedOut: "Nobody came in time",
  left: "The agent has left",
  error: "Something else went wrong",
};

/** The ways out of an action as it is written. */
export function portsOf(verb: Verb, action: Record<string, unknown>): Port[] {
  const target = (id: string): string | undefined => (typeof action[id] === "string" && action[id] !== "" ? action[id] : undefined);
  const ports: Port[] = verb === "switch" ? casesOf(action["switch"]) : [];
  for (const id of MAIN_PORTS[verb]) ports.push({ id, to: target(id) });
  for (const id of [...MORE_PORTS[verb], "error"]) {
    const to = target(id);
    if (to !== undefined) ports.push({ id, to });
  }
  return ports;
}

/** Every way that an action may have, taken or not. */
export function allPortsOf(verb: Verb, action: Record<string, unknown>): Port[] {
  const shown = portsOf(verb, action);
  const more = [...MORE_PORTS[verb], "error"].filter((id) => !shown.some((port) => port.id === id));
  return [...shown, ...more.map((id) => ({ id, to: undefined }))];
}

function casesOf(own: unknown): Port[] {
  const cases = typeof own === "object" && own !== null && "cases" in own && Array.isArray(own.cases) ? (own.cases as unknown[]) : [];
  return cases.map((one, position) => {
    const { is, when, next } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    const label = typeof when === "string" ? when : typeof is === "string" ? is : (JSON.stringify(is) ?? "");
    return { id: `case ${position + 1}`, to: typeof next === "string" && next !== "" ? next : undefined, label };
  });
}

/** What stands behind a name: where suggestions come from. */
export type Names = "queues" | "flows" | "schedules" | "dataActions" | "credentials" | "wrapupCodes" | "languages";

export interface FormField {
  path: readonly string[];
  label: string;
  kind: "text" | "lines" | "expression" | "number" | "duration" | "choice" | "map" | "list" | "replies" | "name" | "flag" | "yaml";
  hint?: string;
  names?: Names;
  choices?: readonly { value: string; label: string }[];
  placeholder?: string;
  /** Shown once something stands in it, or on demand. */
  more?: boolean;
}

/** Verbs that may be written short: a text in place of the map that has it under this name. */
export const SHORT: Partial<Record<Verb, string>> = { sendMessage: "text", ask: "text", decision: "when", transferToQueue: "queue", wrapUp: "code" };

const ANSWER_TYPES = ["", "text", "number", "integer", "boolean", "email", "date"].map((value) => ({ value, label: value === "" ? "anything" : value }));
const METHODS = ["", "GET", "POST", "PUT", "PATCH", "DELETE"].map((value) => ({ value, label: value === "" ? "by its body" : value }));
const RETRY: Omit<FormField, "path"> = { label: "Attempts in all", kind: "number", placeholder: "1", more: true };

const REQUEST_RESULT = (verb: string): FormField[] => [
  { path: [verb, "set"], label: "Keep from the answer", kind: "map", hint: "Variable and JSONPath, such as tier and $.account.tier" },
  { path: [verb, "setAttributes"], label: "Write into the context", kind: "map", hint: "Key and JSONPath; the trust is “flow”", more: true },
];

export const FIELDS: Record<Verb, readonly FormField[]> = {
  sendMessage: [
    { path: ["sendMessage", "text"], label: "Message", kind: "lines", hint: "{{ … }} holds a value, such as {{ customData.crmCustomerId }}" },
    { path: ["sendMessage", "quickReplies"], label: "Quick replies", kind: "replies", more: true },
    { path: ["sendMessage", "card"], label: "Card", kind: "yaml", hint: "title, text, image, buttons", more: true },
  ],
  ask: [
    { path: ["ask", "text"], label: "Question", kind: "lines" },
    { path: ["ask", "quickReplies"], label: "Quick replies", kind: "replies", more: true },
    { path: ["set"], label: "Keep the answer as", kind: "text", placeholder: "claimedId", hint: "A variable; what a customer types is a claim" },
    { path: ["type"], label: "The answer is", kind: "choice", choices: ANSWER_TYPES },
    { path: ["accept"], label: "It has to match", kind: "expression", hint: "A regular expression for the whole answer", placeholder: "CRM-[0-9]+" },
    { path: ["oneOf"], label: "One of", kind: "list", more: true },
    { path: ["retries"], label: "Asked again at most", kind: "number", placeholder: "2", more: true },
    { path: ["retryMessage"], label: "What is said then", kind: "lines", more: true },
    { path: ["timeout"], label: "Waits for", kind: "duration", placeholder: "10m" },
    { path: ["ask", "card"], label: "Card", kind: "yaml", more: true },
  ],
  decision: [{ path: ["decision", "when"], label: "Condition", kind: "expression", hint: 'Such as trust.crmCustomerId == "signed" and tier == "gold"' }],
  switch: [{ path: ["switch", "on"], label: "Value that the cases are compared with", kind: "expression", hint: "Empty: every case has a condition of its own" }],
  setVariable: [{ path: ["setVariable"], label: "Variables", kind: "map", hint: "A text with nothing but one {{ … }} keeps that value's type" }],
  setAttributes: [{ path: ["setAttributes"], label: "Attributes", kind: "map", hint: "The deployment's context policy judges them; their trust is “flow”" }],
  apiRequest: [
    { path: ["apiRequest", "method"], label: "Method", kind: "choice", choices: METHODS },
    { path: ["apiRequest", "url"], label: "URL", kind: "expression", placeholder: "{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}" },
    { path: ["apiRequest", "headers"], label: "Headers", kind: "map", hint: "Secrets are written as {{ secret.name }}" },
    { path: ["apiRequest", "auth"], label: "Credential", kind: "name", names: "credentials", more: true },
    { path: ["apiRequest", "body"], label: "Body", kind: "yaml", hint: "A map or list becomes JSON", more: true },
    { path: ["apiRequest", "form"], label: "Fields of a form", kind: "map", hint: "In place of a body", more: true },
    ...REQUEST_RESULT("apiRequest"),
    { path: ["apiRequest", "timeout"], label: "One attempt takes at most", kind: "duration", placeholder: "10s" },
    { ...RETRY, path: ["apiRequest", "retry", "attempts"] },
  ],
  dataAction: [
    { path: ["dataAction", "name"], label: "Data action", kind: "name", names: "dataActions" },
    { path: ["dataAction", "input"], label: "Input", kind: "map", hint: "What its contract asks for" },
    ...REQUEST_RESULT("dataAction"),
    { ...RETRY, path: ["dataAction", "retry", "attempts"] },
  ],
  schedule: [{ path: ["schedule"], label: "Schedule", kind: "name", names: "schedules", hint: "Hours that are written out here are edited as YAML below" }],
  wait: [{ path: ["wait"], label: "For", kind: "duration", placeholder: "5s", hint: "Up to 24 hours" }],
  subFlow: [
    { path: ["subFlow", "flow"], label: "Flow", kind: "name", names: "flows" },
    { path: ["subFlow", "input"], label: "Variables that it begins with", kind: "map" },
    { path: ["subFlow", "set"], label: "Keep from it", kind: "map", hint: "Variable and JSONPath of what it ends with" },
  ],
  transferToQueue: [
    { path: ["transferToQueue", "queue"], label: "Queue", kind: "name", names: "queues" },
    { path: ["transferToQueue", "priority"], label: "Priority", kind: "number", placeholder: "0", hint: "Higher comes first; a placeholder may stand here" },
    { path: ["transferToQueue", "skills"], label: "Skills", kind: "list", hint: "The agent has to have them all", more: true },
    { path: ["transferToQueue", "language"], label: "Language", kind: "name", names: "languages", more: true },
    { path: ["transferToQueue", "timeout"], label: "Waits for an agent", kind: "duration", hint: "Where there is a way “timedOut”", more: true },
  ],
  transferToFlow: [{ path: ["transferToFlow"], label: "Flow", kind: "name", names: "flows" }],
  wrapUp: [
    { path: ["wrapUp", "code"], label: "Wrap-up code", kind: "name", names: "wrapupCodes" },
    { path: ["wrapUp", "notes"], label: "Notes", kind: "lines" },
  ],
  end: [{ path: ["end", "conversation"], label: "The conversation ends as well", kind: "flag" }],
};
