/** What the messenger shows, and how it changes. No window, clock or chance in here. */

import type { StructuredMessage } from "../sdk.js";
import type { Answers, Fault } from "./form.js";
import { plainName } from "./links.js";
import type { Refusal } from "./refusal.js";

export type Delivery = "sending" | "sent" | "delivered" | "read" | "failed";

/** One message on the screen. */
export interface Entry {
  /** Stays the same while the entry lives; for what is written here it is also the message's own id on the wire (START8). */
  key: string;
  /** The server's id, once it is stored. */
  id: string | null;
  side: "visitor" | "business";
  name: string;
  isBot: boolean;
  text: string;
  at: number;
  content: readonly unknown[];
  /** Of the visitor's own messages. */
  delivery: Delivery | null;
}

export type Conversation =
  | { name: "none" }
  | { name: "starting" }
  | { name: "open"; id: string }
  | { name: "ended"; by: "business" | "guest" | "expiry" };

export interface Survey {
  question: string;
  score: number | null;
  isSent: boolean;
}

export interface State {
  isOpen: boolean;
  hasConsent: boolean;
  conversation: Conversation;
  entries: readonly Entry[];
  isReading: boolean;
  link: "idle" | "online" | "reconnecting";
  isOffline: boolean;
  isTyping: boolean;
  /** The place in the line, from 1. */
  queue: { position: number; waitMs: number | null } | null;
  refusal: Refusal | null;
  survey: Survey | null;
  /** The time of the newest message that was seen, here or in another tab. */
  readMark: number;
  draft: string;
  answers: Answers;
  faults: Readonly<Record<string, Fault | "refused">>;
  /** The form was sent with answers that may go to the server. */
  isFormDone: boolean;
  popup: "menu" | "end" | null;
}

export type Action =
  | { type: "set"; change: Partial<State> }
  | { type: "answer"; name: string; value: string | boolean }
  /** Something was written here and is on its way. */
  | { type: "wrote"; key: string; text: string; at: number; content?: readonly object[] }
  | { type: "delivery"; key: string; delivery: Delivery }
  /** The server has it; perhaps another tab wrote it. */
  | { type: "sent"; message: StructuredMessage }
  | { type: "message"; message: StructuredMessage }
  | { type: "history"; messages: readonly StructuredMessage[] }
  | { type: "started"; id: string }
  | { type: "refused"; refusal: Refusal }
  | { type: "ended"; by: "business" | "guest" | "expiry" }
  | { type: "restart" };

export const initialState = (known: Partial<State>): State => ({
  isOpen: false,
  hasConsent: false,
  conversation: { name: "none" },
  entries: [],
  isReading: false,
  link: "idle",
  isOffline: false,
  isTyping: false,
  queue: null,
  refusal: null,
  survey: null,
  readMark: 0,
  draft: "",
  answers: {},
  faults: {},
  isFormDone: false,
  popup: null,
  ...known,
});

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "set":
      return { ...state, ...action.change };
    case "answer": {
      const { [action.name]: _mended, ...faults } = state.faults;
      return { ...state, answers: { ...state.answers, [action.name]: action.value }, faults };
    }
    case "wrote": {
      const { key, text, at, content = [] } = action;
      const entry: Entry = { key, id: null, side: "visitor", name: "", isBot: false, text, at, content, delivery: "sending" };
      return { ...state, entries: [...state.entries.filter((one) => one.key !== key), entry], refusal: null };
    }
    case "delivery":
      return { ...state, entries: change(state.entries, action.key, ({ id }) => (id ? {} : { delivery: action.delivery })) };
    case "sent":
      return takeSent(inConversation(state, action.message), action.message);
    case "message": {
      const next = inConversation(state, action.message);
      if (next.entries.some(({ id }) => id === action.message.id)) return next;
      const entry = entryOf(action.message);
      return { ...next, entries: [...next.entries, entry], isTyping: false, queue: entry.isBot ? next.queue : null };
    }
    case "history":
      return takeHistory(state, action.messages);
    case "started":
      return { ...state, conversation: { name: "open", id: action.id }, refusal: null, faults: {} };
    case "refused":
      return takeRefusal(state, action.refusal);
    case "ended":
      return { ...state, conversation: { name: "ended", by: action.by }, isTyping: false, queue: null, popup: null };
    case "restart":
      return { ...state, conversation: { name: "none" }, entries: [], refusal: null, survey: null, popup: null, isTyping: false, queue: null };
    default:
      return action satisfies never;
  }
}

/** How many messages of the business nobody has seen. */
export const unreadOf = ({ entries, readMark }: State): number =>
  entries.filter(({ side, at }) => side === "business" && at > readMark).length;

/** The time of the newest message. */
export const newestOf = ({ entries }: State): number =>
  entries.reduce((newest, { side, at }) => (side === "business" ? Math.max(newest, at) : newest), 0);

export function entryOf(message: StructuredMessage): Entry {
  const { id, text, direction, channel, content, originatingEntity, metadata } = message;
  const isOwn = direction === "Inbound";
  return {
    key: (isOwn && metadata?.["id"]) || id,
    id,
    side: isOwn ? "visitor" : "business",
    name: isOwn ? "" : plainName(channel?.from?.nickname ?? channel?.from?.firstName ?? ""),
    isBot: originatingEntity === "Bot",
    text: text ?? "",
    at: Date.parse(channel?.time ?? "") || 0,
    content: content ?? [],
    delivery: isOwn ? "sent" : null,
  };
}

/** Another conversation began, perhaps in another tab: the screen shows one. */
function inConversation(state: State, { conversationId: id }: StructuredMessage): State {
  const { conversation } = state;
  if (!id || (conversation.name === "open" && conversation.id === id)) return state;
  switch (conversation.name) {
    case "starting":
    case "none":
      return { ...state, conversation: { name: "open", id } };
    case "ended":
      // What was said before the end may come late; only the visitor's own word begins something.
      return state;
    case "open":
      return { ...reduce(state, { type: "restart" }), conversation: { name: "open", id } };
    default:
      return conversation satisfies never;
  }
}

function takeSent(state: State, message: StructuredMessage): State {
  const entry = entryOf(message);
  // The first message travels in the start, which has no place for an id of its own.
  const own =
    state.entries.find(({ key, id }) => id === entry.id || key === entry.key) ??
    state.entries.find(({ id, text, delivery }) => id === null && delivery === "sending" && text === entry.text);
  if (!own) return { ...state, entries: [...state.entries, entry] };
  return { ...state, entries: change(state.entries, own.key, () => ({ id: entry.id, at: entry.at, delivery: "sent" })) };
}

/** Only what belongs to the conversation that is open: after the latest end. */
function takeHistory(state: State, messages: readonly StructuredMessage[]): State {
  const isEnd = ({ events }: StructuredMessage) =>
    (events ?? []).some((event) => event.eventType === "Presence" && event.presence.type === "Disconnect");
  const latest = messages.slice(messages.reduce((after, message, at) => (isEnd(message) ? at + 1 : after), 0));
  const read = latest.filter(({ type }) => type !== "Event").map(entryOf);
  const rest = state.entries.filter(({ id, key }) => !read.some((one) => one.id === id || one.key === key));
  return { ...state, entries: [...read, ...rest], isReading: false };
}

function takeRefusal(state: State, refusal: Refusal): State {
  const entries = state.entries.map((entry): Entry => (entry.delivery === "sending" ? { ...entry, delivery: "failed" } : entry));
  const conversation: Conversation = state.conversation.name === "starting" ? { name: "none" } : state.conversation;
  return { ...state, conversation, entries, refusal };
}

const change = (entries: readonly Entry[], key: string, to: (entry: Entry) => Partial<Entry>): Entry[] =>
  entries.map((entry) => (entry.key === key ? { ...entry, ...to(entry) } : entry));
