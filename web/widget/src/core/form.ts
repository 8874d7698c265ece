/** The form before a chat: what is asked, what is known already, and what becomes of the answers (L3). */

import type { ContextOptions, Scalar, Scalars } from "../sdk.js";

export interface FormField {
  /** Key of the context; with `in: "customer"` one of `id`, `name`, `email`. */
  key: string;
  label?: string;
  type?: "text" | "email" | "tel" | "number" | "textarea" | "select" | "checkbox";
  required?: boolean;
  /** For `select`. */
  options?: readonly (string | { value: string; label: string })[];
  maxLength?: number;
  /** The whole answer has to match. */
  pattern?: string;
  autocomplete?: string;
  /** Where the answer goes. Default: `customData`. */
  in?: "customData" | "customer";
  /** Other names under which the page may have said it. */
  aliases?: readonly string[];
  /** Asked only when another field has this answer. */
  when?: { key: string; is: Scalar };
}

export type Answers = Readonly<Record<string, string | boolean>>;

export type Fault = "required" | "invalid" | "email";

/** The part of a deployment's `context.schema.json` that a form needs. */
export interface ContextSchema {
  properties?: Record<string, { type?: string | string[]; enum?: readonly unknown[]; maxLength?: number; pattern?: string; title?: string }>;
  required?: readonly string[];
  allOf?: readonly { anyOf?: readonly { required?: readonly string[] }[] }[];
}

/** The name of a field in answers and faults. */
export const nameOf = (field: FormField): string => (field.in === "customer" ? `customer.${field.key}` : field.key);

/** Fields of the page, and what the deployment requires beside them. */
export function formFields(fields: readonly FormField[], schema: ContextSchema | undefined): FormField[] {
  if (!schema) return [...fields];
  const groups = [
    ...(schema.required ?? []).map((name) => [name]),
    ...(schema.allOf ?? []).flatMap(({ anyOf }) => (anyOf ? [anyOf.flatMap(({ required }) => required ?? [])] : [])),
  ];
  const own = fields.map((field) => {
    const aliases = groups.find((names) => names.includes(field.key));
    return field.in === "customer" ? field : { ...limits(field.key, schema), ...field, ...(aliases && { required: true, aliases }) };
  });
  const missing = groups.filter((names) => names[0] && !own.some(({ key }) => names.includes(key)));
  return [...own, ...missing.map((names): FormField => ({ ...limits(names[0] ?? "", schema), required: true, aliases: names }))];
}

function limits(key: string, { properties }: ContextSchema): FormField {
  const { type, enum: allowed, maxLength, pattern, title } = properties?.[key] ?? {};
  return {
    key,
    ...(title && { label: title }),
    type: allowed ? "select" : type === "boolean" ? "checkbox" : type === "number" ? "number" : "text",
    ...(allowed && { options: allowed.map(String) }),
    ...(maxLength && { maxLength }),
    ...(pattern && { pattern }),
  };
}

/** Every key that a context names; of the customer as `customer.name`. */
export function keysOf({ customData, attributes, customer }: ContextOptions): string[] {
  return [
    ...said(customData),
    ...Object.values(attributes ?? {}).flatMap(said),
    ...said(customer).map((key) => `customer.${key}`),
  ];
}

/** `null` says nothing. */
const said = (values: object | null | undefined): string[] =>
  Object.entries(values ?? {}).flatMap(([key, value]) => (value == null ? [] : [key]));

/** What still has to be asked: nobody types what the page has said already. */
export const openFields = (fields: readonly FormField[], known: ReadonlySet<string>, answers: Answers = {}): FormField[] =>
  fields.filter((field) => {
    if ([nameOf(field), ...(field.aliases ?? [])].some((name) => known.has(name))) return false;
    return !field.when || String(answers[field.when.key] ?? "") === String(field.when.is);
  });

/** What is wrong with the answers, by field. */
export function faultsOf(fields: readonly FormField[], answers: Answers): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const field of fields) {
    const answer = answers[nameOf(field)] ?? "";
    const text = typeof answer === "string" ? answer.trim() : "";
    if (answer === false || (typeof answer === "string" && !text)) {
      if (field.required) faults[nameOf(field)] = "required";
    } else if (field.type === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
      faults[nameOf(field)] = "email";
    } else if (text && ((field.maxLength && [...text].length > field.maxLength) || !fits(field, text))) {
      faults[nameOf(field)] = "invalid";
    }
  }
  return faults;
}

/** The answers as context; an optional field that was left empty says nothing. */
export function contextOf(fields: readonly FormField[], answers: Answers): ContextOptions {
  const customData: Scalars = {};
  const customer: Record<string, string> = {};
  for (const field of fields) {
    const answer = answers[nameOf(field)];
    const value = typeof answer === "string" ? answer.trim() : answer;
    if (value === undefined || value === "") continue;
    if (field.in === "customer") customer[field.key] = String(value);
    else customData[field.key] = field.type === "number" ? Number(value) : value;
  }
  return {
    ...(Object.keys(customData).length && { customData }),
    ...(Object.keys(customer).length && { customer }),
  };
}

function fits({ type, pattern }: FormField, text: string): boolean {
  if (type === "number" && !Number.isFinite(Number(text))) return false;
  if (!pattern) return true;
  try {
    return new RegExp(pattern.startsWith("^") ? pattern : `^(?:${pattern})$`, "u").test(text);
  } catch {
    return true; // The server judges it.
  }
}
