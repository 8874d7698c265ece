/** Reads what somebody pastes: options as JSON, or a whole call in any of the documented forms. Nothing of it is ever run. */

import { parse } from "yaml";

export type Api = "webMessagingClient" | "genesysCloudWebMessaging" | "cxoneChat" | "genesysCommand";

export interface Pasted {
  api: Api;
  options: Record<string, unknown>;
}

export type Read = { ok: Pasted } | { fault: string };

const LONGEST = 64 * 1024;

export function readPasted(text: string): Read {
  if (text.length > LONGEST) return { fault: "That is longer than any hand-over may be." };
  const api = apiOf(text);
  const literal = objectIn(text, api === "genesysCommand");
  if (literal === undefined) return { fault: "There is no object in it. Paste the options, or the whole call." };
  try {
    // An object literal with plain keys, single quotes and trailing commas is YAML, too.
    const options: unknown = parse(withoutComments(literal), { schema: "core", uniqueKeys: false, maxAliasCount: 0, logLevel: "error" });
    if (typeof options !== "object" || options === null || Array.isArray(options)) return { fault: "The options have to be an object." };
    return { ok: { api, options: options as Record<string, unknown> } };
  } catch (error) {
    return { fault: `It could not be read: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "not an object literal"}` };
  }
}

function apiOf(text: string): Api {
  if (/\bGenesys\s*\(/.test(text)) return "genesysCommand";
  if (/cxone/i.test(text)) return "cxoneChat";
  if (/GenesysCloudWebMessaging/i.test(text)) return "genesysCloudWebMessaging";
  return "webMessagingClient";
}

/** The text of the first object, up to the brace that closes it; of a command's last argument, that one. */
function objectIn(text: string, isCommand: boolean): string | undefined {
  const call = /startChat\s*\(/.exec(text);
  const from = isCommand ? text.indexOf("{") : text.indexOf("{", call ? call.index : 0);
  if (from < 0) return undefined;
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (quote !== undefined) {
      if (letter === "\\") at++;
      else if (letter === quote) quote = undefined;
    } else if (letter === '"' || letter === "'" || letter === "`") quote = letter;
    else if (letter === "/" && text[at + 1] === "/") at = endOfLine(text, at);
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return text.slice(from, at + 1);
  }
  return undefined;
}

/** `// …` and the marks of template literals go; texts stay as they are. */
function withoutComments(literal: string): string {
  let out = "";
  let quote: string | undefined;
  for (let at = 0; at < literal.length; at++) {
    const letter = literal[at] ?? "";
    if (quote !== undefined) {
      out += quote === "`" && letter === "`" ? '"' : letter;
      if (letter === "\\") out += literal[++at] ?? "";
      else if (letter === quote) quote = undefined;
    } else if (letter === '"' || letter === "'" || letter === "`") {
      quote = letter;
      out += letter === "`" ? '"' : letter;
    } else if (letter === "/" && literal[at + 1] === "/") at = endOfLine(literal, at) - 1;
    // YAML wants a space where JavaScript does not: `{a:1}`.
    else out += letter === ":" ? ": " : letter;
  }
  return out;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
