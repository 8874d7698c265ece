/** Documents that a page edits in part: what it does not know of stays in them. Pure. */

export type Json = Record<string, unknown>;

/** The value at a path, or nothing. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, part) => (isObject(found) ? found[part] : undefined), value);
}

/** The same with another value at a path; `undefined` takes it out. */
export function withAt(value: Json, path: readonly string[], next: unknown): Json {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const own = value[first];
  const inner = rest.length === 0 ? next : withAt(isObject(own) ? own : {}, rest, next);
  const { [first]: _, ...others } = value;
  if (inner === undefined) return others;
  return first in value ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === first ? inner : one])) : { ...value, [first]: inner };
}

/** JSON that somebody types, which has to be an object. */
export function objectOf(text: string): { value: Json | undefined } | { fault: string } {
  if (text.trim() === "") return { value: undefined };
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { value } : { fault: "Write an object: { … }." };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
