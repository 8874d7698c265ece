/** A data action as it is edited, and its input as a form. What this page does not know of a document stays in it. */

import { type Json, at, isObject } from "../../../lib/json";

export interface Edited {
  name: string;
  category: string;
  /** The name of the credential; empty: none. */
  credential: string;
  contract: Json;
  config: Json;
}

export const NEW: Edited = {
  name: "",
  category: "",
  credential: "",
  contract: { input: { inputSchema: { type: "object", required: ["id"], properties: { id: { type: "string", description: "The customer's id" } } } }, output: {} },
  config: { timeoutSeconds: 10, request: { requestType: "GET", requestUrlTemplate: "https://crm.example.com/customers/${input.id}", headers: {} }, response: { translationMap: {} } },
};

export interface InputField {
  name: string;
  kind: "text" | "number" | "flag" | "choice" | "json";
  required: boolean;
  hint: string;
  choices: readonly string[];
}

/** The fields that an input schema asks for. */
export function inputFields(schema: unknown): InputField[] {
  const properties = at(schema, ["properties"]);
  const required = at(schema, ["required"]);
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, own]) => {
    const type = at(own, ["type"]);
    const choices = at(own, ["enum"]);
    const description = at(own, ["description"]);
    const kind = Array.isArray(choices) && choices.every((one) => typeof one === "string") ? "choice" : type === "string" || type === undefined ? "text" : type === "number" || type === "integer" ? "number" : type === "boolean" ? "flag" : "json";
    return { name, kind, required: Array.isArray(required) && required.includes(name), hint: [typeof type === "string" ? type : "", typeof description === "string" ? description : ""].filter(Boolean).join(" · "), choices: kind === "choice" ? (choices as string[]) : [] };
  });
}

/** The input as typed; a field that was left empty is absent. */
export function inputOf(fields: readonly InputField[], typed: Readonly<Record<string, string>>): { value: Json } | { field: string; fault: string } {
  const value: Json = {};
  for (const { name, kind } of fields) {
    const text = typed[name] ?? "";
    if (text === "") continue;
    switch (kind) {
      case "text":
      case "choice":
        value[name] = text;
        break;
      case "flag":
        value[name] = text === "true";
        break;
      case "number":
        if (!Number.isFinite(Number(text))) return { field: name, fault: "Write a number." };
        value[name] = Number(text);
        break;
      case "json":
        try {
          value[name] = JSON.parse(text) as unknown;
        } catch {
          return { field: name, fault: "Write JSON." };
        }
        break;
      default:
        return kind satisfies never;
    }
  }
  return { value };
}

export function pairsOf(value: unknown): [string, string][] {
  return isObject(value) ? Object.entries(value).map(([key, one]) => [key, typeof one === "string" ? one : (JSON.stringify(one) ?? "")]) : [];
}
