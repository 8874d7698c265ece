/** Takes what the page gave exactly as JSON carries it, or refuses it by name: nothing is dropped by serialisation (START9). */

import { notCarriable } from "./errors.js";

/** A copy that later changes by the page can't reach. Throws a `WaybillError` that names the first value that JSON can't carry. */
export function carried<T extends object>(options: T, name: string): T {
  inspect(options, name, []);
  return JSON.parse(JSON.stringify(options)) as T;
}

function inspect(value: unknown, path: string, parents: object[]): void {
  switch (typeof value) {
    case "string":
      return inspectText(value, path);
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw notCarriable(path, String(value), "send a string, or leave it out");
      return;
    case "object":
      return value === null ? undefined : inspectObject(value, path, parents);
    case "bigint":
      throw notCarriable(path, "a BigInt", "send a string");
    case "undefined":
      throw notCarriable(path, "undefined", "send null or a value, or leave it out");
    default:
      throw notCarriable(path, `a ${typeof value}`, "send a string, number, boolean or null");
  }
}

function inspectObject(value: object, path: string, parents: object[]): void {
  if (parents.includes(value)) throw notCarriable(path, "a cycle", "send plain values");
  const within = [...parents, value];
  if (Array.isArray(value)) {
    // Array.from shows the holes of a sparse array, which JSON would turn into null.
    Array.from(value).forEach((item, index) => inspect(item, `${path}[${index}]`, within));
    return;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const json: unknown = (value as { toJSON(): unknown }).toJSON();
    if (json === null) throw notCarriable(path, `an invalid ${typeName(value)}`, "send a valid one, a string or null");
    return inspect(json, path, within);
  }
  // An object of another window has another Object.prototype, but that one also ends the chain.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw notCarriable(path, `a ${typeName(value)}`, "send a plain object");
  }
  if (Object.getOwnPropertySymbols(value).length) throw notCarriable(path, "keyed by a symbol", "use text keys");
  for (const [key, item] of Object.entries(value)) {
    inspectText(key, `a key of ${path}`);
    inspect(item, `${path}.${key}`, within);
  }
}

function inspectText(text: string, path: string): void {
  try {
    encodeURIComponent(text);
  } catch {
    throw notCarriable(path, "text with half a character (a lone surrogate)", "send whole characters");
  }
}

const typeName = (value: object): string => value.constructor?.name || "object";

/** Merges plain objects key by key, at every depth; anything else of `later` replaces what stood in `earlier`. */
export function merge<T extends object>(earlier: T, later: T): T {
  const merged = new Map<string, unknown>(Object.entries(earlier));
  for (const [key, value] of Object.entries(later)) {
    const before = merged.get(key);
    merged.set(key, isPlain(before) && isPlain(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged) as T;
}

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
