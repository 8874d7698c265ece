/** The state machine: state and input give state and effects. No window, clock or chance in here. */

import type { InFrame, StartChatAnswer, StructuredMessage } from "../protocol.js";
import { addCall, changeCall, failHead, headOf, keepContext, rejectCall, rejectHead, resolveHead, sendHead, windowEnd } from "./calls.js";
import {
  badFrame,
  errorOfFrame,
  frameTooLarge,
  isSessionGone,
  noConversation,
  notConnected,
  timedOut,
  unreachable,
  type WaybillError,
} from "./errors.js";
import {
  awake,
  close,
  displaced,
  expire,
  greeted,
  hasten,
  loggedOut,
  lose,
  open,
  opened,
  ping,
  pong,
  refuse,
  release,
  reopen,
  upgradeFailed,
} from "./link.js";
import { conversationEnded, gotHistory, gotJwt, historyFailed, isDisconnect, receive, retryHistory, sentMessage } from "./messages.js";
import { explain } from "./probe.js";
import { compare } from "./receipt.js";
import {
  cancelTimers,
  emit,
  startTimer,
  update,
  updateSession,
  type Call,
  type Effect,
  type Input,
  type Session,
  type State,
  type TimerName,
  type Turn,
} from "./state.js";

const TOO_LARGE = 1009;
const TYPING_MS = 5_000;

export function step(state: State, input: Input, now: number, random: () => number): { state: State; effects: Effect[] } {
  const turn: Turn = { state, effects: [], now, random };
  take(turn, input);
  drive(turn);
  return { state: turn.state, effects: turn.effects };
}

function take(turn: Turn, input: Input): void {
  const { link, socket } = turn.state;
  switch (input.type) {
    case "connect":
      return open(turn);
    case "call":
      addCall(turn, input.call);
      return link.name === "closed" ? rejectHead(turn, notConnected()) : hasten(turn, input.call);
    case "identity":
      return gotIdentity(turn, input.id, input.identityToken);
    case "identityFailed":
      return rejectCall(turn, input.id, input.error);
    case "typing":
      return sendTyping(turn);
    case "close":
      return close(turn);
    case "opened":
      return opened(turn);
    case "frame":
      update(turn, { lastFrameAt: turn.now });
      return takeFrame(turn, input.frame);
    case "badFrame":
      return emit(turn, "error", badFrame());
    case "closed":
      if (link.name === "opening") return upgradeFailed(turn);
      if (input.code === TOO_LARGE && headOf(turn.state)?.phase === "sent") rejectHead(turn, frameTooLarge());
      return headOf(turn.state)?.request.kind === "logout" ? loggedOut(turn) : lose(turn, `closed ${input.code}`);
    case "probed": {
      if (link.name !== "probing" || input.socket !== socket) return;
      const error = explain(turn.state.config, input.probe);
      return error ? refuse(turn, error) : lose(turn, "unreachable");
    }
    case "history":
      return input.socket === socket ? gotHistory(turn, input.page) : undefined;
    case "historyFailed":
      return input.socket === socket ? historyFailed(turn, input.status) : undefined;
    case "timer":
      return takeTimer(turn, input.name);
    case "offline":
      return update(turn, { offline: true });
    case "awake":
      return awake(turn);
    case "renewed":
      adopt(turn, input.session);
      return turn.state.config.lazy ? undefined : open(turn);
    case "stored":
      return takeStored(turn, input.session);
    default:
      return input satisfies never;
  }
}

function takeFrame(turn: Turn, frame: InFrame): void {
  if (frame.code !== 200) return takeError(turn, errorOfFrame(frame), frame.tracingId);
  const call = headOf(turn.state);
  const answered = call?.phase === "sent" && frame.tracingId === call.id ? call : undefined;
  switch (frame.class) {
    case "SessionResponse":
      if (answered?.request.kind === "logout") return loggedOut(turn);
      return turn.state.link.name === "greeting" ? greeted(turn, frame.body.newSession) : undefined;
    case "StartChatResponse":
      return started(turn, frame.body, answered);
    case "SetContextResponse": {
      if (answered?.request.kind !== "setContext") return;
      const fault = compare(answered.request.options, frame.body);
      if (fault) return rejectHead(turn, fault);
      const { conversationId, revision, customData, customer, receipt } = frame.body;
      return resolveHead(turn, { status: "stored", conversationId, revision, customData, customer, receipt });
    }
    case "StructuredMessage":
      if (frame.type === "response") return pong(turn);
      return frame.body.direction === "Outbound" ? receive(turn, frame.body) : echoed(turn, frame.body, answered);
    case "JwtResponse":
      return gotJwt(turn, frame.body.jwt);
    case "QueuePosition":
      return emit(turn, "queue", frame.body);
    case "ReconnectHint":
      return update(turn, { reconnectAfterMs: frame.body.afterMs });
    case "ConnectionClosedEvent":
      return connectionClosed(turn, frame.body.reason ?? frame.body.reasonCode);
    case "LogoutEvent":
      return loggedOut(turn);
    case "SessionExpiredEvent":
      return expire(turn);
    case "Error":
    case "TooManyRequestsErrorMessage":
    case "string":
      return;
    default:
      // A class of a newer server: not for us.
      return frame satisfies never;
  }
}

function takeError(turn: Turn, error: WaybillError, tracingId: string | undefined): void {
  const { link } = turn.state;
  const call = headOf(turn.state);
  if (link.name === "greeting") {
    if (link.by === "configureSession" || isOfTheDoor(error)) return refuse(turn, error);
    failHead(turn, error);
    return release(turn);
  }
  if (tracingId === "ping") return pong(turn);
  if (tracingId === "jwt") return historyFailed(turn, error.status);
  if (call?.phase === "sent" && (tracingId === call.id || tracingId === undefined)) return callFailed(turn, call, error);
  emit(turn, "error", error);
}

/** Refusals of the connection, not of the call (EDGE1). A token that is not believed is the call's own. */
const isOfTheDoor = ({ status, code }: WaybillError): boolean =>
  (status === 401 && !code.startsWith("identity_token")) || status === 403 || code === "region_mismatch";

function callFailed(turn: Turn, { id, request }: Call, error: WaybillError): void {
  if (isSessionGone(error)) return expire(turn);
  const isGone = error.status === 404;
  if (isGone && request.kind !== "startChat" && turn.state.session.conversationId) {
    updateSession(turn, { conversationId: null });
  }
  switch (request.kind) {
    case "setContext":
      // The conversation ended unnoticed: drive() keeps the context for the next one.
      return isGone ? changeCall(turn, id, { phase: "queued" }) : failHead(turn, error);
    case "end":
      return isGone || error.status === 409 ? resolveHead(turn, undefined) : failHead(turn, error);
    case "logout":
      return isGone || error.status === 401 ? loggedOut(turn) : failHead(turn, error);
    case "startChat":
    case "sendMessage":
      return failHead(turn, error);
    default:
      return request satisfies never;
  }
}

/** The chat is open. Only this, which the server sends after its commit, resolves a start (P2). */
function started(turn: Turn, answer: StartChatAnswer, call: Call | undefined): void {
  const { conversationId, resumed } = answer;
  if (turn.state.link.name === "greeting") greeted(turn, resumed ? false : undefined);
  updateSession(turn, { conversationId });
  if (call?.request.kind !== "startChat") return;
  update(turn, { kept: {} });
  const fault = compare(call.request.options, answer);
  if (fault) return rejectHead(turn, fault);
  const { sessionId, participantId, customData, customer, status, receipt, revision } = answer;
  resolveHead(turn, { sessionId, conversationId, participantId, customData, customer, status, receipt, resumed, revision });
}

/** The echo of something that the customer said, here or in another tab. */
function echoed(turn: Turn, message: StructuredMessage, call: Call | undefined): void {
  if (isDisconnect(message)) {
    if (turn.state.session.conversationId) conversationEnded(turn, message, "guest");
    if (call?.request.kind === "end") resolveHead(turn, undefined);
    return;
  }
  if (message.type === "Event") return;
  // Another tab has started.
  const { conversationId } = message;
  if (conversationId && !turn.state.session.conversationId) updateSession(turn, { conversationId });
  emit(turn, "sent", sentMessage(message));
  if (call?.request.kind === "sendMessage") resolveHead(turn, sentMessage(message));
}

function connectionClosed(turn: Turn, reason: string | null | undefined): void {
  const isLogout = reason === "loggedOut" || headOf(turn.state)?.request.kind === "logout";
  return isLogout ? loggedOut(turn) : displaced(turn, reason ?? "session_limit");
}

function takeTimer(turn: Turn, name: TimerName): void {
  const call = headOf(turn.state);
  switch (name) {
    case "reconnect":
      return open(turn);
    case "connect":
      return lose(turn, "timed_out");
    case "outage":
      return emit(turn, "error", unreachable(turn.state.config.endpoint));
    case "answer":
    case "pong":
      return lose(turn, "silent");
    case "retry":
      return call && changeCall(turn, call.id, { phase: "queued" });
    case "window":
      update(turn, { windowEndsAt: null });
      return rejectHead(turn, call?.lastError ?? (turn.state.link.name === "ready" ? timedOut() : unreachable(turn.state.config.endpoint)));
    case "ping":
      return ping(turn);
    case "history":
      return retryHistory(turn);
    default:
      return name satisfies never;
  }
}

function gotIdentity(turn: Turn, id: string, identityToken: string): void {
  const request = turn.state.calls.find((call) => call.id === id)?.request;
  if (request?.kind === "startChat") changeCall(turn, id, { request: { ...request, identityToken }, phase: "queued" });
}

function sendTyping(turn: Turn): void {
  const { link, session, typedAt } = turn.state;
  if (link.name !== "ready" || !session.conversationId || turn.now - typedAt < TYPING_MS) return;
  update(turn, { typedAt: turn.now });
  const events = [{ eventType: "Typing" as const, typing: { type: "On" } }];
  const message = { type: "Event" as const, events };
  turn.effects.push({ type: "send", frame: { action: "onMessage", token: session.token, tracingId: "typing", message } });
}

/** Another tab drew a session, started a chat, or logged out (START2: two tabs, one conversation). */
function takeStored(turn: Turn, session: Session): void {
  const own = turn.state.session;
  const isBusy = own.conversationId !== null || headOf(turn.state)?.phase === "sent";
  if (session.token === own.token) {
    if (!own.conversationId) update(turn, { session: { ...own, conversationId: session.conversationId } });
  } else if (!isBusy) {
    adopt(turn, session);
    reopen(turn);
  }
}

function adopt(turn: Turn, session: Session): void {
  update(turn, { session, newest: session.mark, seen: [], gap: false });
}

/** Does what the next call in line needs, and watches its time. */
function drive(turn: Turn): void {
  if (turn.state.link.name === "closed") return;
  let call = headOf(turn.state);
  while (call?.phase === "queued" && answeredHere(turn, call)) call = headOf(turn.state);
  if (call?.phase === "queued") {
    if (turn.state.link.name === "idle") open(turn);
    if (turn.state.link.name === "ready") sendHead(turn, call);
  }
  watchWindow(turn);
}

/** Some calls need no server as long as no conversation is open. */
function answeredHere(turn: Turn, { request }: Call): boolean {
  if (turn.state.session.conversationId) return false;
  switch (request.kind) {
    case "setContext":
      // A token is for one call: it can't wait for the next start.
      if (request.identityToken !== undefined) return rejectHead(turn, noConversation()), true;
      keepContext(turn, request.options);
      resolveHead(turn, { status: "kept" });
      return true;
    case "sendMessage":
      rejectHead(turn, noConversation());
      return true;
    case "end":
      resolveHead(turn, undefined);
      return true;
    case "startChat":
    // A conversation that has ended has a history to fence.
    case "logout":
      return false;
    default:
      return request satisfies never;
  }
}

function watchWindow(turn: Turn): void {
  const call = headOf(turn.state);
  const end = call ? windowEnd(turn.state, call) : null;
  if (end === turn.state.windowEndsAt) return;
  update(turn, { windowEndsAt: end });
  if (end === null) cancelTimers(turn, "window");
  else startTimer(turn, "window", Math.max(0, end - turn.now));
}
