/** Messages of the business: each exactly once and in order, also after a lost connection (START7, START8). */

import type { MessagePage, StructuredMessage } from "../protocol.js";
import { backoffMs } from "./backoff.js";
import { historyUnavailable } from "./errors.js";
import {
  cancelTimers,
  emit,
  startTimer,
  update,
  updateSession,
  type CatchUp,
  type Message,
  type SentMessage,
  type Turn,
} from "./state.js";

const TRIES = 3;
const NEXT_TRY_MS = 30_000;
const SEEN = 1_000;
/** So long receipts are gathered. */
const RECEIPT_MS = 1_000;

/** An outbound message arrived on the socket. */
export function receive(turn: Turn, message: StructuredMessage): void {
  const typing = message.events?.find((event) => event.eventType === "Typing");
  if (typing) return emit(turn, "typing", { durationMs: typing.typing.duration ?? 5_000 });
  const { catchUp } = turn.state;
  if (catchUp) return update(turn, { catchUp: { ...catchUp, held: [...catchUp.held, message] } });
  deliver(turn, message);
}

/** Asks for what was said while nobody listened. What arrives meanwhile is held back, so that the order stays right. */
export function startCatchUp(turn: Turn): void {
  askForJwt(turn, { jwt: null, page: 1, tries: 0, found: [], held: [] });
}

export function gotJwt(turn: Turn, jwt: string): void {
  const { catchUp } = turn.state;
  if (!catchUp) return;
  update(turn, { catchUp: { ...catchUp, jwt } });
  turn.effects.push({ type: "fetchHistory", socket: turn.state.socket, jwt, page: catchUp.page });
}

export function gotHistory(turn: Turn, { entities, pageCount }: MessagePage): void {
  const { catchUp, session } = turn.state;
  if (!catchUp?.jwt) return;
  const missed = entities.filter((message) => timeOf(message) > session.mark);
  const found = [...catchUp.found, ...missed.filter(({ direction }) => direction === "Outbound")];
  // Newest first: a message that is not newer than the mark ends the search.
  if (missed.length < entities.length || !entities.length || catchUp.page >= pageCount) {
    return finish(turn, [...found].sort((one, other) => timeOf(one) - timeOf(other)), catchUp.held);
  }
  const page = catchUp.page + 1;
  update(turn, { catchUp: { ...catchUp, page, found } });
  turn.effects.push({ type: "fetchHistory", socket: turn.state.socket, jwt: catchUp.jwt, page });
}

/** The history could not be read: after a few tries the page is told, and messages go on, but the gap is remembered. */
export function historyFailed(turn: Turn, status: number): void {
  const { catchUp } = turn.state;
  if (!catchUp) return;
  const tries = catchUp.tries + 1;
  if (tries < TRIES) {
    update(turn, { catchUp: { ...catchUp, jwt: null, page: 1, tries, found: [] } });
    return startTimer(turn, "history", backoffMs(tries, turn.random));
  }
  if (!turn.state.gap) emit(turn, "error", historyUnavailable(status));
  update(turn, { catchUp: null, gap: true });
  for (const message of catchUp.held) deliver(turn, message);
  startTimer(turn, "history", NEXT_TRY_MS);
}

/** The timer `history`: go on with the tries, or begin anew after a pause. */
export function retryHistory(turn: Turn): void {
  const { catchUp } = turn.state;
  if (catchUp) askForJwt(turn, catchUp);
  else startCatchUp(turn);
}

/** Somebody has seen what was said so far. */
export function read(turn: Turn): void {
  const { newest, readAt } = turn.state;
  if (newest <= readAt) return;
  update(turn, { readAt: newest });
  startTimer(turn, "receipt", RECEIPT_MS);
}

/** The timer `receipt`: tells how far this page has come; what is not told now is told with the next message. */
export function sendReceipt(turn: Turn): void {
  const { link, session, newest, readAt } = turn.state;
  if (link.name !== "ready" || !newest) return;
  const deliveredUpTo = new Date(newest).toISOString();
  const readUpTo = readAt ? { readUpTo: new Date(readAt).toISOString() } : {};
  turn.effects.push({ type: "send", frame: { action: "receipt", token: session.token, tracingId: "receipt", deliveredUpTo, ...readUpTo } });
}

/** Forgets a search whose socket is gone; the mark still says where the next one begins. */
export function dropCatchUp(turn: Turn): void {
  cancelTimers(turn, "history");
  update(turn, { catchUp: null });
}

export function sentMessage(message: StructuredMessage): SentMessage {
  return { id: message.id, text: message.text ?? "", at: new Date(timeOf(message)), raw: message };
}

/** Whether a side left with this message. */
export const isDisconnect = (message: StructuredMessage): boolean =>
  (message.events ?? []).some((event) => event.eventType === "Presence" && event.presence.type === "Disconnect");

/** A conversation ended; another one may be open already, and goes on. */
export function conversationEnded(turn: Turn, message: StructuredMessage, by: "business" | "guest"): void {
  const { conversationId } = turn.state.session;
  if (conversationId && message.conversationId && conversationId !== message.conversationId) return;
  if (conversationId) updateSession(turn, { conversationId: null });
  emit(turn, "ended", { by, readOnly: message.metadata?.["readOnly"] === "true" });
  const { satisfaction } = turn.state;
  if (satisfaction?.enabled) emit(turn, "satisfaction", { question: satisfaction.question ?? undefined });
}

function askForJwt(turn: Turn, catchUp: CatchUp): void {
  update(turn, { catchUp });
  turn.effects.push({ type: "send", frame: { action: "getJwt", token: turn.state.session.token, tracingId: "jwt" } });
}

function finish(turn: Turn, found: readonly StructuredMessage[], held: readonly StructuredMessage[]): void {
  update(turn, { catchUp: null, gap: false });
  for (const message of [...found, ...held]) deliver(turn, message);
  moveMark(turn);
}

function deliver(turn: Turn, message: StructuredMessage): void {
  const { seen, newest } = turn.state;
  if (seen.includes(message.id)) return;
  update(turn, { seen: [...seen, message.id].slice(-SEEN), newest: Math.max(newest, timeOf(message)) });
  if (isDisconnect(message)) {
    conversationEnded(turn, message, "business");
  } else if (message.type !== "Event") {
    emit(turn, "message", messageOf(message));
  }
  startTimer(turn, "receipt", RECEIPT_MS);
  moveMark(turn);
}

function moveMark(turn: Turn): void {
  const { gap, newest, session } = turn.state;
  if (!gap && newest > session.mark) updateSession(turn, { mark: newest });
}

function messageOf(raw: StructuredMessage): Message {
  const { nickname, firstName } = raw.channel?.from ?? {};
  return {
    id: raw.id,
    text: raw.text ?? "",
    from: { name: nickname ?? firstName ?? "", kind: raw.originatingEntity === "Bot" ? "bot" : "person" },
    at: new Date(timeOf(raw)),
    type: raw.type === "Structured" ? "Structured" : "Text",
    content: raw.content ?? [],
    raw,
  };
}

const timeOf = ({ channel }: StructuredMessage): number => Date.parse(channel?.time ?? "") || 0;
