/** A safe part of Markdown as a tree: bold, italic, code, lists, links. What it does not know stays text. */

import { safeHref } from "./links.js";

export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "bold" | "italic"; inner: Inline[] }
  | { type: "link"; href: string; inner: Inline[] };

export type Block =
  | { type: "lines"; lines: Inline[][] }
  | { type: "code"; text: string }
  | { type: "list"; isOrdered: boolean; first: number; items: Inline[][] };

const DEPTH = 4;
const BULLET = /^\s{0,3}[-*+•]\s+(.*)$/;
const NUMBER = /^\s{0,3}(\d{1,6})[.)]\s+(.*)$/;
const FENCE = /^\s{0,3}```/;
const ADDRESS = /^https?:\/\/[^\s<>"']+/i;

/** Blocks of a text in Markdown. */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r\n?|\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const end = FENCE.test(line) ? lines.findIndex((one, index) => index > at && FENCE.test(one)) : -1;
    if (end > 0) {
      blocks.push({ type: "code", text: lines.slice(at + 1, end).join("\n") });
      at = end;
      continue;
    }
    const last = blocks.at(-1);
    const number = NUMBER.exec(line);
    const item = number?.[2] ?? BULLET.exec(line)?.[1];
    if (item !== undefined) {
      const isOrdered = number !== null;
      if (last?.type === "list" && last.isOrdered === isOrdered) last.items.push(parseInline(item));
      else blocks.push({ type: "list", isOrdered, first: Number(number?.[1] ?? 1), items: [parseInline(item)] });
    } else if (!line.trim()) {
      // An empty line ends what stands before it.
      if (last) blocks.push({ type: "lines", lines: [] });
    } else if (last?.type === "lines") {
      last.lines.push(parseInline(line));
    } else {
      blocks.push({ type: "lines", lines: [parseInline(line)] });
    }
  }
  return blocks.filter((block) => block.type !== "lines" || block.lines.length);
}

/** The text as it was written, with addresses as links. */
export const parsePlain = (text: string): Block[] => [
  { type: "lines", lines: text.split(/\r\n?|\n/).map((line) => scan(line, DEPTH + 1)) },
];

const parseInline = (text: string): Inline[] => scan(text, 0);

/** From left to right; what is not closed stays text. Marks are looked at down to a depth, addresses always. */
function scan(text: string, depth: number): Inline[] {
  const found: Inline[] = [];
  let plain = "";
  const add = (node: Inline) => {
    if (plain) found.push({ type: "text", text: plain });
    plain = "";
    found.push(node);
  };
  for (let at = 0; at < text.length; ) {
    const mark = depth <= DEPTH ? markAt(text, at, depth) : null;
    const next = mark ?? addressAt(text, at);
    if (next) {
      add(next.node);
      at = next.end;
    } else if (text[at] === "\\" && depth <= DEPTH && /[\\`*_[\]()#+\-.!~>]/.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
    } else {
      plain += text[at++];
    }
  }
  if (plain) found.push({ type: "text", text: plain });
  return found;
}

type Found = { node: Inline; end: number } | null;

function markAt(text: string, at: number, depth: number): Found {
  switch (text[at]) {
    case "`": {
      const end = text.indexOf("`", at + 1);
      return end > at + 1 ? { node: { type: "code", text: text.slice(at + 1, end) }, end: end + 1 } : null;
    }
    case "*":
    case "_":
      return emphasis(text, at, depth);
    case "[":
      return link(text, at);
    default:
      return null;
  }
}

function emphasis(text: string, at: number, depth: number): Found {
  const sign = text[at] ?? "";
  const mark = text[at + 1] === sign ? sign + sign : sign;
  // snake_case is no emphasis.
  if (sign === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  for (let end = text.indexOf(mark, at + mark.length); end > 0; end = text.indexOf(mark, end + 1)) {
    const inner = text.slice(at + mark.length, end);
    const after = text[end + mark.length] ?? "";
    if (!inner || /^\s|\s$/.test(inner) || (mark.length === 1 && after === sign)) continue;
    if (sign === "_" && /[\p{L}\p{N}]/u.test(after)) continue;
    return { node: { type: mark.length > 1 ? "bold" : "italic", inner: scan(inner, depth + 1) }, end: end + mark.length };
  }
  return null;
}

function link(text: string, at: number): Found {
  const middle = text.indexOf("](", at);
  const end = middle < 0 ? -1 : text.indexOf(")", middle);
  const label = text.slice(at + 1, middle);
  if (end < 0 || !label.trim() || label.includes("[")) return null;
  const href = safeHref(text.slice(middle + 2, end));
  if (!href) return null;
  // The label is text: a link within a link would lead elsewhere than it shows.
  return { node: { type: "link", href, inner: [{ type: "text", text: label }] }, end: end + 1 };
}

function addressAt(text: string, at: number): Found {
  if (!/h/i.test(text[at] ?? "") || /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  const address = ADDRESS.exec(text.slice(at, at + 2_048))?.[0].replace(/[.,;:!?)\]*_`]+$/, "");
  const href = safeHref(address);
  return address && href ? { node: { type: "link", href, inner: [{ type: "text", text: address }] }, end: at + address.length } : null;
}
