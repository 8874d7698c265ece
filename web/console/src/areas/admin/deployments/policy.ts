/** A context policy while it is edited: texts as they stand in the fields, and back. */

import type { DeclaredKey, Policy } from "./types";

/** A declared key as its fields show it. */
export interface KeyDraft {
  /** Tells rows apart while their keys change. */
  row: number;
  key: string;
  type: string;
  required: boolean;
  personal: boolean;
  trustFloor: string;
  maxLength: string;
  pattern: string;
  /** One value per line. */
  values: string;
  /** Separated by commas. */
  aliases: string;
  link: string;
}

export interface PolicyDraft {
  enabled: boolean;
  mode: string;
  maxBytes: string;
  keys: KeyDraft[];
  /** What has no fields here goes back as it came. */
  containers: Policy["containers"];
  retention: Policy["retention"];
}

export const MODES = [
  { value: "open", label: "Open", hint: "Undeclared keys are stored; what does not fit is quarantined." },
  { value: "quarantine", label: "Quarantine", hint: "Whatever does not fit is kept aside, and the chat starts." },
  { value: "strict", label: "Strict", hint: "Whatever does not fit refuses the start, with the reason." },
] as const;

export const TRUST_FLOORS = ["page", "flow", "agent", "server", "signed"] as const;

export function draftOf(policy: Policy): PolicyDraft {
  return {
    enabled: policy.enabled,
    mode: policy.mode,
    maxBytes: String(policy.maxBytes),
    keys: policy.attributes.map((one, row) => keyDraft(row, one)),
    containers: policy.containers,
    retention: policy.retention,
  };
}

export function keyDraft(row: number, one?: DeclaredKey, key = ""): KeyDraft {
  return {
    row,
    key: one?.key ?? key,
    type: one?.type ?? "string",
    required: one?.required ?? false,
    personal: one?.personal ?? false,
    trustFloor: one?.trustFloor ?? "page",
    maxLength: one?.maxLength == null ? "" : String(one.maxLength),
    pattern: one?.pattern ?? "",
    values: (one?.enum ?? []).join("\n"),
    aliases: (one?.aliases ?? []).join(", "),
    link: one?.link ?? "",
  };
}

export interface PolicyBody {
  enabled: boolean;
  mode: "open" | "quarantine" | "strict";
  maxBytes: number;
  attributes: {
    key: string;
    type: "string" | "number" | "boolean";
    required: boolean;
    personal: boolean;
    trustFloor: (typeof TRUST_FLOORS)[number];
    aliases: string[];
    maxLength?: number;
    pattern?: string;
    enum?: string[];
    link?: string;
  }[];
  containers: Policy["containers"];
  retention?: NonNullable<Policy["retention"]>;
}

export function bodyOf(draft: PolicyDraft): PolicyBody {
  const attributes = draft.keys.map((one) => {
    const values = one.values.split("\n").map((line) => line.trim()).filter(Boolean);
    return {
      key: one.key.trim(),
      type: one.type as "string",
      required: one.required,
      personal: one.personal,
      trustFloor: one.trustFloor as "page",
      aliases: one.aliases.split(",").map((name) => name.trim()).filter(Boolean),
      ...(one.maxLength.trim() !== "" && { maxLength: Number(one.maxLength) }),
      ...(one.pattern !== "" && { pattern: one.pattern }),
      ...(values.length > 0 && { enum: values }),
      ...(one.link.trim() !== "" && { link: one.link.trim() }),
    };
  });
  const { enabled, mode, maxBytes, containers, retention } = draft;
  return { enabled, mode: mode as PolicyBody["mode"], maxBytes: Number(maxBytes), attributes, containers, ...(retention && { retention }) };
}

/** What keeps a draft from being sent, in words. */
export function draftFault(draft: PolicyDraft): string | undefined {
  const nameless = draft.keys.find(({ key }) => key.trim() === "");
  if (nameless) return "A declared key has no name.";
  const size = Number(draft.maxBytes);
  if (!Number.isInteger(size) || size < 1 || size > 32_768) return "The size limit is a number from 1 to 32768.";
  const long = draft.keys.find(({ maxLength }) => maxLength.trim() !== "" && !/^[1-9]\d{0,5}$/.test(maxLength.trim()));
  if (long) return `The longest text of ${long.key} is a whole number.`;
  const names = new Map<string, string>();
  for (const one of bodyOf(draft).attributes) {
    for (const name of [one.key, ...one.aliases]) {
      if (names.has(name)) return `The name ${name} is declared twice.`;
      names.set(name, one.key);
    }
  }
  return undefined;
}

export const isSame = (one: PolicyDraft, other: PolicyDraft): boolean => JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
