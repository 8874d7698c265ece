/** Conversations as the desk sees them, and what an event does to them. Pure: nothing here asks a clock or the server. */

import type { components } from "../../generated/api";
import type { StreamEvent } from "../../lib/frames";

type Schemas = components["schemas"];
export type Scalar = Schemas["Scalar"];

export interface Party {
  id: string;
  communicationId: string;
  purpose: string;
  name: string | undefined;
  userId: string | undefined;
  queueId: string | undefined;
  startedAt: number;
  connectedAt: number | undefined;
  endedAt: number | undefined;
  wrapupOwed: boolean;
  wrapupPrompt: string | undefined;
  wrapup: string | undefined;
}

export interface Chat {
  id: string;
  startedAt: number;
  endedAt: number | undefined;
  revision: number;
  /** The last event that is in here. */
  seq: number;
  parties: readonly Party[];
  data: Readonly<Record<string, Scalar>>;
  /** Until when an alert lasts, by the participant that alerts. */
  offers: Readonly<Record<string, number>>;
  lastCustomerAt: number | undefined;
  lastAnswerAt: number | undefined;
  /** Until when what the business said arrived at the customer's page, and was read there. */
  deliveredUpTo: number | undefined;
  readUpTo: number | undefined;
  preview: string | undefined;
}

/** What the staff wrote for each other. */
export interface Note {
  id: string;
  at: number;
  author: string;
  text: string;
  mentions: readonly string[];
}

/** How the customer rated it. */
export interface Rating {
  at: number;
  score: number;
  most: number;
  comment: string | undefined;
}

export interface Line {
  id: string;
  at: number;
  partyId: string;
  direction: "Inbound" | "Outbound";
  bot: boolean;
  text: string;
  /** What a structured message offers. */
  choices: readonly string[];
  author: string | undefined;
}

const time = (text: string | null | undefined): number | undefined => (text ? Date.parse(text) : undefined);

export function chatOf(found: Schemas["Conversation"]): Chat {
  const parties = found.participants.map(partyOf);
  const said = (mine: (purpose: string) => boolean) =>
    latest(found.participants.filter(({ purpose }) => mine(purpose)).map(({ messages }) => time(messages[0]?.messages.at(-1)?.messageTime)));
  const answers = found.participants.filter(({ purpose }) => purpose !== "customer").flatMap(({ messages }) => messages[0]?.messages ?? []);
  const seen = (has: (one: Schemas["MessageDetail"]) => boolean) => latest(answers.filter(has).map(({ messageTime }) => time(messageTime)));
  return {
    id: found.id,
    startedAt: Date.parse(found.startTime),
    endedAt: time(found.endTime),
    revision: found.revision,
    seq: 0,
    parties,
    data: found.customData,
    offers: {},
    lastCustomerAt: said((purpose) => purpose === "customer"),
    lastAnswerAt: said((purpose) => purpose !== "customer"),
    deliveredUpTo: seen((one) => one.delivered),
    readUpTo: seen((one) => one.read),
    preview: undefined,
  };
}

function partyOf(found: Schemas["Participant"]): Party {
  const [leg] = found.messages;
  return {
    id: found.id,
    communicationId: leg?.id ?? "",
    purpose: found.purpose,
    name: found.name ?? undefined,
    userId: found.userId ?? undefined,
    queueId: found.queueId ?? undefined,
    startedAt: Date.parse(found.startTime),
    connectedAt: time(found.connectedTime),
    endedAt: time(found.endTime),
    wrapupOwed: found.wrapupRequired,
    wrapupPrompt: found.wrapupPrompt ?? undefined,
    wrapup: found.wrapup ? (found.wrapup.name ?? "") : undefined,
  };
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** A newer reading of a conversation; what only events told stays. */
export function refreshed(before: Chat | undefined, read: Chat): Chat {
  if (!before) return read;
  return {
    ...read,
    seq: before.seq,
    offers: before.offers,
    lastCustomerAt: latest([before.lastCustomerAt, read.lastCustomerAt]),
    lastAnswerAt: latest([before.lastAnswerAt, read.lastAnswerAt]),
    deliveredUpTo: latest([before.deliveredUpTo, read.deliveredUpTo]),
    readUpTo: latest([before.readUpTo, read.readUpTo]),
    preview: before.preview,
  };
}

/** What an event makes of a conversation. An event that is in it already changes nothing; one about an unknown conversation is nothing unless it began. */
export function applied(chat: Chat | undefined, event: StreamEvent): Chat | undefined {
  const at = Date.parse(event.at);
  if (event.type === "conversation:start") return chat ?? startedChat(event, event.data as Schemas["ConversationStart"]);
  if (!chat || (event.conversationSeq <= chat.seq && chat.seq > 0)) return chat;
  const next: Chat = { ...chat, seq: event.conversationSeq, revision: Math.max(chat.revision, event.revision) };
  switch (event.type) {
    case "conversation:attributes":
      return { ...next, data: changedData(chat.data, (event.data as Schemas["ConversationAttributes"]).changes) };
    case "conversation:participant":
      return { ...next, ...changedParties(next, event.data as Schemas["ConversationParticipant"], at) };
    case "conversation:routing":
      return { ...next, ...changedOffers(next, event.data as Schemas["ConversationRouting"], at) };
    case "conversation:message": {
      const { direction, text, type } = event.data as Schemas["ConversationMessage"];
      if (type !== "Text" && type !== "Structured") return next;
      return direction === "Inbound" ? { ...next, lastCustomerAt: at, preview: text } : { ...next, lastAnswerAt: at, preview: text };
    }
    case "conversation:receipt": {
      const { side, deliveredUpTo, readUpTo } = event.data as Schemas["ConversationReceipt"];
      if (side !== "customer") return next;
      return { ...next, deliveredUpTo: latest([chat.deliveredUpTo, time(deliveredUpTo)]), readUpTo: latest([chat.readUpTo, time(readUpTo)]) };
    }
    case "conversation:end":
      return { ...next, endedAt: at, parties: next.parties.map((party) => ({ ...party, endedAt: party.endedAt ?? at })) };
    default:
      // A kind of event that a later server tells.
      return next;
  }
}

function startedChat(event: StreamEvent, start: Schemas["ConversationStart"]): Chat {
  const parties = start.participants.map((found): Party => ({
    id: found.id,
    communicationId: found.communicationId,
    purpose: found.purpose,
    name: found.name ?? undefined,
    userId: undefined,
    queueId: undefined,
    startedAt: Date.parse(found.startTime),
    connectedAt: Date.parse(found.startTime),
    endedAt: undefined,
    wrapupOwed: false,
    wrapupPrompt: undefined,
    wrapup: undefined,
  }));
  return {
    id: event.conversationId,
    startedAt: Date.parse(start.startTime),
    endedAt: undefined,
    revision: event.revision,
    seq: event.conversationSeq,
    parties,
    data: start.customData,
    offers: {},
    lastCustomerAt: undefined,
    lastAnswerAt: undefined,
    deliveredUpTo: undefined,
    readUpTo: undefined,
    preview: undefined,
  };
}

function changedData(data: Chat["data"], changes: readonly Schemas["KeyChange"][]): Chat["data"] {
  const next: Record<string, Scalar> = { ...data };
  for (const { action, key, new: value } of changes) {
    if (action === "added" || action === "changed") next[key] = value ?? null;
    else delete next[key];
  }
  return next;
}

function changedParties(chat: Chat, { action, participant, participantId, wrapup }: Schemas["ConversationParticipant"], at: number): Pick<Chat, "parties"> {
  const change = (what: Partial<Party>) => ({ parties: chat.parties.map((party) => (party.id === participantId ? { ...party, ...what } : party)) });
  switch (action) {
    case "joined": {
      if (!participant || chat.parties.some(({ id }) => id === participantId)) return { parties: chat.parties };
      const joined: Party = {
        id: participant.id,
        communicationId: participant.communicationId,
        purpose: participant.purpose,
        name: participant.name ?? undefined,
        userId: participant.userId ?? undefined,
        queueId: participant.queueId ?? undefined,
        startedAt: Date.parse(participant.startTime),
        connectedAt: participant.state === "alerting" ? undefined : Date.parse(participant.startTime),
        endedAt: undefined,
        wrapupOwed: false,
        wrapupPrompt: undefined,
        wrapup: undefined,
      };
      return { parties: [...chat.parties, joined] };
    }
    case "connected":
      return change({ connectedAt: at });
    case "left":
      return change({ endedAt: at });
    case "wrapup":
      return change({ wrapupOwed: false, wrapup: wrapup?.name ?? "" });
    default:
      return { parties: chat.parties };
  }
}

function changedOffers(chat: Chat, { action, agentParticipantId, until }: Schemas["ConversationRouting"], at: number): Pick<Chat, "offers" | "parties"> {
  if (!agentParticipantId) return { offers: chat.offers, parties: chat.parties };
  const { [agentParticipantId]: _, ...others } = chat.offers;
  if (action === "offered") return { offers: { ...others, [agentParticipantId]: time(until) ?? at }, parties: chat.parties };
  if (action !== "declined") return { offers: others, parties: chat.parties };
  return { offers: others, parties: chat.parties.map((party) => (party.id === agentParticipantId ? { ...party, endedAt: party.endedAt ?? at } : party)) };
}

export const customerOf = (chat: Chat): Party | undefined => chat.parties.find(({ purpose }) => purpose === "customer");

/** The person's own part that is not over: alerting, at work, or owing a wrap-up. */
export function myPart(chat: Chat, userId: string): Party | undefined {
  return chat.parties.findLast((party) => party.purpose === "agent" && party.userId === userId && (party.endedAt === undefined || party.wrapupOwed));
}

export type Standing = "alerting" | "working" | "wrapup" | "none";

export function standing(chat: Chat, userId: string): Standing {
  const part = myPart(chat, userId);
  if (!part) return "none";
  if (part.endedAt !== undefined) return "wrapup";
  return part.connectedAt === undefined ? "alerting" : "working";
}

/** Since when it waits for an agent. */
export function waitingSince(chat: Chat): number | undefined {
  if (chat.endedAt !== undefined) return undefined;
  const queue = chat.parties.find(({ purpose, endedAt }) => purpose === "acd" && endedAt === undefined);
  return queue?.startedAt;
}

/** Nobody works on it, no queue has it, and no flow speaks. */
export function isLeftAlone(chat: Chat): boolean {
  return chat.endedAt === undefined && !chat.parties.some(({ purpose, endedAt }) => purpose !== "customer" && purpose !== "api" && endedAt === undefined);
}

/** The customer spoke last: since when an answer is due. */
export function unansweredSince(chat: Chat): number | undefined {
  const { lastCustomerAt, lastAnswerAt, endedAt } = chat;
  return endedAt === undefined && lastCustomerAt !== undefined && lastCustomerAt > (lastAnswerAt ?? 0) ? lastCustomerAt : undefined;
}

export type View = "mine" | "waiting" | "all";

export function inView(chat: Chat, view: View, userId: string): boolean {
  switch (view) {
    case "mine":
      return standing(chat, userId) !== "none";
    case "waiting":
      return waitingSince(chat) !== undefined || isLeftAlone(chat);
    case "all":
      return true;
    default:
      return view satisfies never;
  }
}

/** Rows keep their places: one's own by when they came, those who wait by who waits longest, all of them newest first. */
export function ordered(chats: readonly Chat[], view: View, userId: string): Chat[] {
  const key = (chat: Chat): number => {
    switch (view) {
      case "mine":
        return myPart(chat, userId)?.startedAt ?? chat.startedAt;
      case "waiting":
        return waitingSince(chat) ?? chat.startedAt;
      case "all":
        return -chat.startedAt;
      default:
        return view satisfies never;
    }
  };
  return [...chats].sort((one, other) => key(one) - key(other) || one.id.localeCompare(other.id));
}

/** `key:value` asks the server for one key; anything else is looked for everywhere. */
export type Query = { type: "none" } | { type: "key"; key: string; value: string } | { type: "text"; text: string };

export function readQuery(text: string): Query {
  const trimmed = text.trim();
  if (trimmed === "") return { type: "none" };
  const found = /^([\p{L}_][\p{L}\p{N}_.-]{0,127}):\s*(.+)$/u.exec(trimmed);
  if (found?.[1] && found[2]) return { type: "key", key: found[1], value: found[2] };
  return { type: "text", text: trimmed };
}

/** Whether a row that is here fits, by name, id or any value of the context. */
export function fitsQuery(chat: Chat, query: Query): boolean {
  switch (query.type) {
    case "none":
      return true;
    case "key":
      return String(chat.data[query.key] ?? "") === query.value;
    case "text": {
      const text = query.text.toLowerCase();
      return [chat.id, ...chat.parties.map(({ name }) => name ?? ""), ...Object.values(chat.data).map(String)].some((one) => one.toLowerCase().includes(text));
    }
    default:
      return query satisfies never;
  }
}

/** The keys that say who the customer is, best first: names that sound like it, then what there is most of. */
export function identityKeys(chats: readonly Chat[]): string[] {
  const counts = new Map<string, number>();
  for (const { data } of chats) for (const key of Object.keys(data)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts.keys()].sort((one, other) => likeness(other) - likeness(one) || (counts.get(other) ?? 0) - (counts.get(one) ?? 0) || one.localeCompare(other));
}

function likeness(key: string): number {
  if (/crm.*id|id.*crm/i.test(key)) return 4;
  if (/(customer|user|member|account|client|contact).*(id|number|no)$/i.test(key)) return 3;
  if (/e-?mail/i.test(key)) return 2;
  return /id$|number$/i.test(key) ? 1 : 0;
}

/** The value that names the customer in a row: the best key that sounds like an id. */
export function identityOf(data: Chat["data"]): { key: string; value: string } | undefined {
  const key = Object.keys(data)
    .filter((one) => likeness(one) > 0 && data[one] !== null && data[one] !== "")
    .sort((one, other) => likeness(other) - likeness(one) || one.localeCompare(other))[0];
  return key === undefined ? undefined : { key, value: String(data[key]) };
}

export function lineOf(found: Schemas["MessageData"], partyId: string): Line | undefined {
  const { normalizedMessage: message } = found;
  if (message.type !== "Text" && message.type !== "Structured") return undefined;
  return {
    id: found.id,
    at: Date.parse(found.timestamp),
    partyId,
    direction: message.direction === "Inbound" ? "Inbound" : "Outbound",
    bot: message.originatingEntity === "Bot",
    text: message.text ?? found.textBody ?? "",
    choices: choicesOf(message.content),
    author: undefined,
  };
}

export function lineOfEvent(event: StreamEvent): Line | undefined {
  if (event.type !== "conversation:message") return undefined;
  const message = event.data as Schemas["ConversationMessage"];
  if (message.type !== "Text" && message.type !== "Structured") return undefined;
  return {
    id: message.messageId,
    at: Date.parse(message.time),
    partyId: message.participantId,
    direction: message.direction === "Inbound" ? "Inbound" : "Outbound",
    bot: message.originatingEntity === "Bot",
    text: message.text,
    choices: choicesOf(message.content),
    author: message.nickname ?? undefined,
  };
}

export function noteOf(found: Schemas["ConversationNote"]): Note {
  return { id: found.id, at: Date.parse(found.dateCreated), author: found.authorName, text: found.text, mentions: found.mentions };
}

export function ratingOf(found: Schemas["ConversationSatisfaction"]): Rating {
  return { at: Date.parse(found.dateSubmitted), score: found.score, most: found.maxScore, comment: found.comment };
}

/** Notes in order, each once. */
export function withNotes(before: readonly Note[], more: readonly Note[]): Note[] {
  const all = new Map([...before, ...more].map((note) => [note.id, note]));
  return [...all.values()].sort((one, other) => one.at - other.at || one.id.localeCompare(other.id));
}

/** How far a message of the business has come. Times of messages are whole: what was seen up to a time includes it. */
export function arrival(line: Pick<Line, "at">, chat: Pick<Chat, "deliveredUpTo" | "readUpTo">): "Read" | "Delivered" | "Sent" {
  if (line.at <= (chat.readUpTo ?? 0)) return "Read";
  return line.at <= (chat.deliveredUpTo ?? 0) ? "Delivered" : "Sent";
}

/** The words on quick replies and buttons, whatever else a structured message has. */
export function choicesOf(content: readonly unknown[] | null | undefined): string[] {
  const found: string[] = [];
  const visit = (value: unknown, depth: number) => {
    if (typeof value !== "object" || value === null || depth > 4 || found.length >= 12) return;
    if (Array.isArray(value)) return value.forEach((one) => visit(one, depth + 1));
    const { text, title } = value as Record<string, unknown>;
    const word = typeof text === "string" ? text : title;
    if (typeof word === "string" && word !== "") found.push(word);
    for (const inner of Object.values(value)) visit(inner, depth + 1);
  };
  visit(content ?? [], 0);
  return found;
}

/** Lines in order, each once. */
export function merged(before: readonly Line[], more: readonly Line[]): Line[] {
  const all = new Map([...before, ...more].map((line) => [line.id, line]));
  return [...all.values()].sort((one, other) => one.at - other.at || one.id.localeCompare(other.id));
}

export type Entry =
  | { type: "day"; id: string; at: number }
  | { type: "line"; id: string; line: Line; first: boolean; last: boolean }
  | { type: "note"; id: string; at: number; text: string }
  | { type: "staff"; id: string; note: Note }
  | { type: "rating"; id: string; rating: Rating };

/** What stands between the messages and is none. */
export interface Beside {
  notes: readonly Note[];
  rating: Rating | undefined;
}

const GROUP_MS = 60_000;

/** Messages with what happened between them: days, who came and went. Messages of one author within a minute stand together. */
export function entries(lines: readonly Line[], chat: Chat, queueName: (id: string | undefined) => string | undefined, beside: Beside = { notes: [], rating: undefined }): Entry[] {
  const [first] = lines;
  // What happened before the messages that were read comes with those.
  const fits = (at: number) => first === undefined || at >= first.at || lines.length < 100;
  const all: { at: number; line?: Line; entry?: Entry }[] = [
    ...lines.map((line) => ({ at: line.at, line })),
    ...happened(chat, queueName).map((note) => ({ at: note.at, entry: { type: "note" as const, ...note } })),
    ...beside.notes.map((note) => ({ at: note.at, entry: { type: "staff" as const, id: note.id, note } })),
    ...(beside.rating ? [{ at: beside.rating.at, entry: { type: "rating" as const, id: "rating", rating: beside.rating } }] : []),
  ].filter(({ at }) => fits(at));
  all.sort((one, other) => one.at - other.at);
  const result: Entry[] = [];
  let day = "";
  for (const [index, { at, line, entry }] of all.entries()) {
    const today = new Date(at).toDateString();
    if (today !== day) result.push({ type: "day", id: `day ${today}`, at });
    const changed = today !== day;
    day = today;
    if (entry) result.push(entry);
    else if (line) {
      const together = (other: Line | undefined) => other !== undefined && other.partyId === line.partyId && Math.abs(other.at - line.at) < GROUP_MS;
      result.push({ type: "line", id: line.id, line, first: changed || !together(all[index - 1]?.line), last: !together(all[index + 1]?.line) });
    }
  }
  return result;
}

function happened(chat: Chat, queueName: (id: string | undefined) => string | undefined): { id: string; at: number; text: string }[] {
  const notes: { id: string; at: number; text: string }[] = [];
  for (const { id, purpose, name, queueId, startedAt, connectedAt, endedAt, wrapup } of chat.parties) {
    if (purpose === "acd") notes.push({ id: `${id} in`, at: startedAt, text: `Waits in the queue ${queueName(queueId) ?? name ?? ""}`.trim() });
    if (purpose !== "agent") continue;
    const who = name ?? "An agent";
    if (connectedAt !== undefined) notes.push({ id: `${id} in`, at: connectedAt, text: `${who} joined` });
    if (endedAt !== undefined && chat.endedAt !== endedAt && connectedAt !== undefined) notes.push({ id: `${id} out`, at: endedAt, text: `${who} left` });
    if (wrapup) notes.push({ id: `${id} wrapup`, at: endedAt ?? chat.endedAt ?? startedAt, text: `${who} wrapped up: ${wrapup}` });
  }
  if (chat.endedAt !== undefined) notes.push({ id: "end", at: chat.endedAt, text: "The conversation ended" });
  return notes;
}

export type Piece = { type: "text"; text: string } | { type: "link"; text: string; address: string };

/** Addresses in a text that may become links: `http` and `https`, nothing else. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'`]+/gi)) {
    const address = found[0].replace(/[.,;:!?)\]}]+$/, "");
    if (!URL.canParse(address)) continue;
    if (found.index > from) result.push({ type: "text", text: text.slice(from, found.index) });
    result.push({ type: "link", text: address, address });
    from = found.index + address.length;
  }
  if (from < text.length) result.push({ type: "text", text: text.slice(from) });
  return result;
}
