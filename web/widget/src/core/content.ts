/** Structured content: what a message offers to press. Whatever has another shape is left out, never trusted. */

import { safeHref, safeImage } from "./links.js";

export interface QuickReply {
  text: string;
  payload: string;
}

export type CardAction = { type: "link"; text: string; href: string } | { type: "postback"; text: string; payload: string };

export interface Card {
  title: string;
  description: string;
  image: string | null;
  actions: CardAction[];
}

export interface Content {
  replies: QuickReply[];
  cards: Card[];
}

type Plain = Record<string, unknown>;

export const NOTHING: Content = { replies: [], cards: [] };

/** Reads the parts of a message. `endpoint` may show pictures also without encryption: it is the server itself. */
export function readContent(parts: readonly unknown[], endpoint: string): Content {
  const replies: QuickReply[] = [];
  const cards: Card[] = [];
  for (const part of parts.slice(0, 20).filter(isPlain)) {
    if (isPlain(part["quickReply"])) {
      const text = textOf(part["quickReply"]["text"]);
      if (text) replies.push({ text, payload: textOf(part["quickReply"]["payload"]) || text });
    }
    const many = isPlain(part["carousel"]) ? part["carousel"]["cards"] : undefined;
    for (const one of [part["card"], ...(Array.isArray(many) ? many.slice(0, 10) : [])]) {
      if (isPlain(one)) cards.push(readCard(one, endpoint));
    }
  }
  return { replies, cards };
}

/** What is sent when something is pressed. */
export const buttonResponse = (type: "QuickReply" | "Button", text: string, payload: string): object[] => [
  { contentType: "ButtonResponse", buttonResponse: { type, text, payload } },
];

function readCard(card: Plain, endpoint: string): Card {
  const { title, description, image, actions, defaultAction } = card;
  return {
    title: textOf(title),
    description: textOf(description),
    image: safeImage(image, endpoint),
    actions: [...(Array.isArray(actions) ? actions.slice(0, 10) : []), ...(Array.isArray(actions) && actions.length ? [] : [defaultAction])]
      .filter(isPlain)
      .flatMap(readAction),
  };
}

function readAction({ type, text, url, payload }: Plain): CardAction[] {
  const label = textOf(text);
  const href = safeHref(url);
  if (type === "Link") return href ? [{ type: "link", text: label || href, href }] : [];
  return label ? [{ type: "postback", text: label, payload: textOf(payload) || label }] : [];
}

const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, 1_000) : "");
