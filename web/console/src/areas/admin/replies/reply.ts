/** One canned reply as it is edited, and as the server is told of it. Pure. */

import type { components } from "../../../generated/api";

type Schemas = components["schemas"];
export type Reply = Schemas["CannedResponse"];

export interface ReplyDraft {
  name: string;
  libraryId: string;
  text: string;
}

/** Answers of a chat are plain; of several texts the plain one is edited. */
function edited({ texts }: Pick<Reply, "texts">): number {
  return Math.max(0, texts.findIndex(({ contentType }) => contentType !== "text/html"));
}

export function draftOf(reply: Reply): ReplyDraft {
  return { name: reply.name, libraryId: reply.libraries[0]?.id ?? "", text: reply.texts[edited(reply)]?.content ?? "" };
}

/** The whole reply with what the draft changes: other texts and other libraries stay. */
export function bodyOf({ name, libraryId, text }: ReplyDraft, present?: Reply): Schemas["WriteResponse"] {
  const texts = present?.texts.map(({ content, contentType }) => ({ content, contentType: contentType as "text/plain" | "text/html" })) ?? [];
  const at = present ? edited(present) : 0;
  texts[at] = { content: text, contentType: texts[at]?.contentType ?? "text/plain" };
  const others = present?.libraries.slice(1).filter(({ id }) => id !== libraryId).map(({ id }) => ({ id })) ?? [];
  return { name: name.trim(), libraries: [{ id: libraryId }, ...others], texts, ...(present && { version: present.version }) };
}

/** Puts a placeholder where the cursor is; answers the text and where the cursor goes. */
export function withPlaceholder(text: string, from: number, to: number, name: string): { text: string; cursor: number } {
  const placeholder = `{{ ${name} }}`;
  return { text: text.slice(0, from) + placeholder + text.slice(to), cursor: from + placeholder.length };
}

/** What most replies need, in the order in which it is offered. */
const USUAL = ["customer.name", "conversation.id"] as const;

/** Names that a placeholder may have: the usual ones, then the keys that deployments declare. */
export function placeholders(keys: readonly string[]): string[] {
  return [...USUAL, ...[...new Set(keys)].sort().map((key) => `customData.${key}`)];
}

/** `customData.x` reads a key that is a plain word; others want brackets. */
export const isPlain = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
