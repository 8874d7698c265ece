/** Canned replies: when they are looked for, and what of them goes into the answer. Pure. */

import type { components } from "../generated/api";

type Schemas = components["schemas"];

/** A placeholder that the conversation could not fill, with the reason. */
export interface Gap {
  placeholder: string;
  why: string;
}

/** `/` at the start asks for replies; what follows is looked for. A second line is an answer that begins with a slash. */
export function cannedQuery(text: string): string | undefined {
  return text.startsWith("/") && !text.includes("\n") ? text.slice(1).trim() : undefined;
}

/** Why a key is absent, for somebody who can't change the page: the server's own sentence is for whoever can. */
const WHYS: Record<string, string> = {
  never_sent: "nobody handed it over",
  missing: "it is required, and nobody handed it over",
  quarantined: "it is kept aside, because it is not declared",
  refused: "it was refused",
  deleted: "it was taken away again",
  erased: "it was erased",
  not_declared: "there is no such key",
};

/** The text that goes into the answer: the plain one where there is one. */
export function answerOf({ texts }: Pick<Schemas["RenderedResponse"], "texts">): { text: string; gaps: Gap[] } | undefined {
  const found = texts.find(({ contentType }) => contentType !== "text/html") ?? texts[0];
  if (!found) return undefined;
  return {
    text: found.contentType === "text/html" ? plainOf(found.content) : found.content,
    gaps: found.absent.map(({ placeholder, message, why }) => ({ placeholder, why: WHYS[why ?? ""] ?? message })),
  };
}

/** The gaps that still stand in a text. */
export function openGaps(text: string, gaps: readonly Gap[]): Gap[] {
  return gaps.filter(({ placeholder }, index) => text.includes(placeholder) && gaps.findIndex((one) => one.placeholder === placeholder) === index);
}

const SIGNS: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " ", "&amp;": "&" };

/** What HTML says, as a text: a message of a chat has no markup. */
export function plainOf(html: string): string {
  return html
    .replace(/<br\s*\/?>|<\/(p|div|li|h[1-6])>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (sign) => SIGNS[sign] ?? sign)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** One line of a reply for a list. */
export function firstWords({ texts }: Pick<Schemas["CannedResponse"], "texts">): string {
  const [found] = texts;
  if (!found) return "";
  return (found.contentType === "text/html" ? plainOf(found.content) : found.content).replace(/\s+/g, " ").slice(0, 160);
}
