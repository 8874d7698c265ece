/** A configuration of the messenger as it is edited. What this page does not know of a document stays in it. Pure. */

import type { components } from "../../../generated/api";
import { type Json, at, withAt } from "../../../lib/json";

export type Configuration = components["schemas"]["WebDeploymentConfiguration"];

/** What the server says of a configuration, and not what a body says. */
const ANSWERED = ["id", "version", "dateCreated", "dateModified", "datePublished", "selfUri", "status", "createdUser", "publishedUser"];

/** Places of the settings in the document, in the field's own shape. */
const CONVERSATIONS = ["messenger", "apps", "conversations"] as const;
export const PLACES = {
  name: ["name"],
  description: ["description"],
  color: ["messenger", "styles", "primaryColor"],
  launcher: ["messenger", "launcherButton", "visibility"],
  alignment: ["position", "alignment"],
  sideSpace: ["position", "sideSpace"],
  bottomSpace: ["position", "bottomSpace"],
  languages: ["languages"],
  defaultLanguage: ["defaultLanguage"],
  autoStart: [...CONVERSATIONS, "autoStart", "enabled"],
  markdown: [...CONVERSATIONS, "markdown", "enabled"],
  agentTyping: [...CONVERSATIONS, "showAgentTypingIndicator"],
  visitorTyping: [...CONVERSATIONS, "showUserTypingIndicator"],
  satisfaction: [...CONVERSATIONS, "satisfaction", "enabled"],
  question: [...CONVERSATIONS, "satisfaction", "question"],
  form: [...CONVERSATIONS, "form", "enabled"],
  fields: [...CONVERSATIONS, "form", "fields"],
  session: [...CONVERSATIONS, "sessionDurationSeconds"],
} as const satisfies Record<string, readonly string[]>;
export type Place = keyof typeof PLACES;

/** The document that is edited: the draft without what only the server says. */
export function documentOf(configuration: Configuration): Json {
  return Object.fromEntries(Object.entries(configuration).filter(([key, value]) => !ANSWERED.includes(key) && value !== null));
}

export const read = (document: Json, place: Place): unknown => at(document, PLACES[place]) ?? undefined;
export const write = (document: Json, place: Place, value: unknown): Json => withAt(document, PLACES[place], value);

export function textOf(document: Json, place: Place): string {
  const value = read(document, place);
  return Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);
}

/** One question before a chat, as the API has it. */
export type FormField = components["schemas"]["FormField"];

export const FIELD_TYPES = [
  { value: "text", label: "One line" },
  { value: "textarea", label: "Several lines" },
  { value: "email", label: "E-mail address" },
  { value: "tel", label: "Telephone number" },
  { value: "number", label: "Number" },
  { value: "select", label: "Choice" },
  { value: "checkbox", label: "Yes or no" },
] as const;

const CUSTOMER = "customer.";

/** Where an answer goes, in one word: `crmCustomerId`, `customer.name`. */
export const targetOf = (field: FormField): string => (field.in === "customer" ? CUSTOMER + field.key : field.key);

/** The field with another target; `customer.name` is no key of the context. */
export function withTarget(field: FormField, target: string): FormField {
  const { in: _, ...others } = field;
  return target.startsWith(CUSTOMER) ? { ...others, in: "customer", key: target.slice(CUSTOMER.length) } : { ...others, key: target };
}

/** The field with another type; options go with a choice, and with nothing else. */
export function withType(field: FormField, type: NonNullable<FormField["type"]>): FormField {
  const { options, ...others } = field;
  return type === "select" ? { ...others, type, options: options ?? ["First", "Second"] } : { ...others, type };
}

export const fieldsOf = (document: Json): FormField[] => (read(document, "fields") as FormField[] | undefined) ?? [];

/** As it goes to the server: without the blank lines that stand between choices while they are typed. */
export function cleaned(document: Json): Json {
  const fields = fieldsOf(document);
  if (fields.length === 0) return document;
  return write(document, "fields", fields.map((field) => (field.options ? { ...field, options: field.options.map((one) => one.trim()).filter((one) => one !== "") } : field)));
}

/** `de, en-us` as it stands in a document. */
export function languagesOf(text: string): string[] | undefined {
  const found = text.split(",").map((one) => one.trim().toLowerCase()).filter((one) => one !== "");
  return found.length === 0 ? undefined : found;
}

/** A whole number that somebody types; nothing where nothing is typed. */
export function wholeOf(text: string): number | undefined {
  return text.trim() === "" ? undefined : Number(text);
}

/** What keeps the document from being saved, in words. */
export function faultOf(document: Json): string | undefined {
  if (textOf(document, "name").trim() === "") return "A configuration needs a name.";
  const color = textOf(document, "color");
  if (color !== "" && !/^#[0-9a-f]{6}$/i.test(color)) return "A colour is # and six digits, such as #0165A7.";
  for (const [place, label] of [["sideSpace", "From the side"], ["bottomSpace", "From below"], ["session", "A session"]] as const) {
    const value = read(document, place);
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 0)) return `${label}: write a whole number.`;
  }
  const targets = fieldsOf(document).map(targetOf);
  if (targets.some((target) => target === "" || target === CUSTOMER)) return "Each question needs to know where its answer goes.";
  if (new Set(targets).size < targets.length) return "Two questions have the same answer.";
  return undefined;
}
