/** The connection: opened, greeted, watched for silence, lost and opened again. */

import { VERSION } from "../version.js";
import { backoffMs } from "./backoff.js";
import { headOf, interruptHead, rejectAll, rejectCall, rejectHead, resolveHead, sendHead, windowEnd } from "./calls.js";
import { isRetryable, isSessionGone, notConnected, type WaybillError } from "./errors.js";
import { dropCatchUp, startCatchUp } from "./messages.js";
import { cancelTimers, emit, startTimer, update, updateSession, type Call, type State, type Turn } from "./state.js";

const CONNECT_MS = 10_000;
const PING_MS = 25_000;
const PONG_MS = 10_000;
const SILENCE_MS = 45_000;
/** A connection that held this long was a good one. One that stood at all is worth trying again soon. */
const STEADY_MS = 10_000;
const FAILURES_AFTER_READY = 2;
/** While a call waits, the next attempt is never far. */
const PATIENCE_MS = 4_000;

/** Opens the socket now, unless it is open or about to be. */
export function open(turn: Turn): void {
  const { link, socket } = turn.state;
  if (link.name !== "idle" && link.name !== "waiting") return;
  if (link.name === "idle") startTimer(turn, "outage", turn.state.config.withinMs);
  cancelTimers(turn, "reconnect");
  update(turn, { link: { name: "opening" }, socket: socket + 1, reconnectAfterMs: null });
  turn.effects.push({ type: "open" });
  startTimer(turn, "connect", CONNECT_MS);
}

/** The socket is open: a start that is waiting may be the first frame (START9), otherwise the session is configured. */
export function opened(turn: Turn): void {
  const { config, session } = turn.state;
  const call = headOf(turn.state);
  update(turn, { lastFrameAt: turn.now });
  if (config.lazy && !mayBeLive(turn.state) && call?.request.kind === "startChat" && call.phase === "queued") {
    update(turn, { link: { name: "greeting", by: "startChat" } });
    return sendHead(turn, call);
  }
  update(turn, { link: { name: "greeting", by: "configureSession" } });
  const { deploymentId, organizationId, region } = config;
  turn.effects.push({
    type: "send",
    frame: {
      action: "configureSession",
      deploymentId,
      token: session.token,
      ...(organizationId && { organizationId }),
      ...(region && { region }),
      sdk: VERSION,
      startNew: false,
      tracingId: "configure",
    },
  });
}

/** The first frame was accepted. */
export function greeted(turn: Turn, newSession: boolean | undefined): void {
  const { greeted: before, session } = turn.state;
  update(turn, { link: { name: "ready", since: turn.now }, greeted: true });
  cancelTimers(turn, "connect", "outage");
  startTimer(turn, "ping", PING_MS);
  emit(turn, before ? "reconnected" : "connected", undefined);
  if (newSession === false) return startCatchUp(turn);
  if (newSession && session.conversationId) conversationExpired(turn);
}

/** The upgrade failed. A browser is not told why, so the first time in a row the configuration is asked (EDGE1). */
export function upgradeFailed(turn: Turn): void {
  const { failures, socket } = turn.state;
  if (failures > 0) return lose(turn, "unreachable");
  update(turn, { link: { name: "probing" } });
  turn.effects.push({ type: "probe", socket });
}

/** The connection is gone or dead: another one follows. */
export function lose(turn: Turn, reason: string): void {
  const { link, failures, reconnectAfterMs } = turn.state;
  if (link.name === "ready") {
    const isSteady = turn.now - link.since >= STEADY_MS;
    update(turn, { failures: isSteady ? 0 : Math.min(failures + 1, FAILURES_AFTER_READY) });
    emit(turn, "disconnected", { reason });
    startTimer(turn, "outage", turn.state.config.withinMs);
  } else {
    update(turn, { failures: failures + 1 });
  }
  shut(turn);
  interruptHead(turn);
  const capMs = turn.state.calls.length ? PATIENCE_MS : undefined;
  wait(turn, reconnectAfterMs ?? backoffMs(turn.state.failures, turn.random, capMs));
}

/** A call was made while the SDK waits before it connects anew. */
export function hasten(turn: Turn, call: Call): void {
  const { link, config } = turn.state;
  if (link.name !== "waiting") return;
  if (!link.refusal) return wait(turn, Math.max(0, Math.min(backoffMs(0, turn.random), link.until - turn.now)));
  if (link.until > turn.now + config.withinMs) rejectCall(turn, call.id, link.refusal);
}

/** The server turned the connection away. */
export function refuse(turn: Turn, error: WaybillError): void {
  if (isSessionGone(error)) return expire(turn);
  if (isRetryable(error)) return refuseForNow(turn, error);
  release(turn);
  update(turn, { failures: 0 });
  emit(turn, "error", error);
  rejectAll(turn, error);
}

/** The token's session is gone; a new one follows. A start that is waiting goes to the new one. */
export function expire(turn: Turn): void {
  if (turn.state.session.conversationId) conversationExpired(turn);
  release(turn);
  interruptHead(turn);
  turn.effects.push({ type: "renew" });
}

/** Another connection took this one's place, or the session ended elsewhere. The SDK does not fight for it. */
export function displaced(turn: Turn, reason: string): void {
  emit(turn, "disconnected", { reason });
  release(turn);
  interruptHead(turn);
  update(turn, { link: { name: "idle", displaced: true } });
}

/** The person left: nothing of the old session stays in this browser. */
export function loggedOut(turn: Turn): void {
  release(turn);
  if (headOf(turn.state)?.request.kind === "logout") resolveHead(turn, undefined);
  else interruptHead(turn);
  update(turn, { kept: {}, unsettledStarts: [] });
  turn.effects.push({ type: "renew" });
}

export function close(turn: Turn): void {
  shut(turn);
  cancelTimers(turn, "reconnect", "outage", "retry", "window");
  if (turn.state.link.name === "ready") emit(turn, "disconnected", { reason: "closed" });
  rejectAll(turn, notConnected());
  update(turn, { link: { name: "closed" } });
}

export function ping(turn: Turn): void {
  if (turn.now - turn.state.lastFrameAt > SILENCE_MS) return lose(turn, "silent");
  const { token } = turn.state.session;
  turn.effects.push({
    type: "send",
    frame: { action: "echo", token, tracingId: "ping", message: { type: "Text", text: "ping" } },
  });
  startTimer(turn, "pong", PONG_MS);
}

export function pong(turn: Turn): void {
  cancelTimers(turn, "pong");
  startTimer(turn, "ping", PING_MS);
}

/** The network is back or the page is visible: a socket that slept is dead, and waiting is over (WIRE11). */
export function awake(turn: Turn): void {
  const { link, offline, lastFrameAt } = turn.state;
  update(turn, { offline: false });
  if (link.name === "idle" && link.displaced) return open(turn);
  if (isUp(turn.state) && (offline || turn.now - lastFrameAt > SILENCE_MS)) lose(turn, "offline");
  if (turn.state.link.name === "waiting" && !turn.state.link.refusal) open(turn);
}

/** Lets the socket go until the next call needs one. */
export function release(turn: Turn): void {
  shut(turn);
  cancelTimers(turn, "outage");
  update(turn, { link: { name: "idle" } });
}

/** The session is another one now: what is open belongs to the old one. */
export function reopen(turn: Turn): void {
  const { name } = turn.state.link;
  if (name === "idle" || name === "closed") return;
  cancelTimers(turn, "reconnect");
  release(turn);
  open(turn);
}

function refuseForNow(turn: Turn, error: WaybillError): void {
  const { failures, config } = turn.state;
  shut(turn);
  update(turn, { failures: failures + 1 });
  interruptHead(turn);
  const delayMs = Math.max((error.retryAfter ?? 0) * 1_000, backoffMs(failures, turn.random));
  let told = false;
  for (let call = headOf(turn.state); call; call = headOf(turn.state)) {
    if (windowEnd(turn.state, call) >= turn.now + delayMs) break;
    rejectHead(turn, error);
    told = true;
  }
  if (!told && delayMs > config.withinMs) emit(turn, "error", error);
  wait(turn, delayMs, error);
}

/** Lets go of the socket, and of all that belongs to it. */
function shut(turn: Turn): void {
  cancelTimers(turn, "connect", "ping", "pong");
  dropCatchUp(turn);
  turn.effects.push({ type: "shut" });
}

function wait(turn: Turn, delayMs: number, refusal?: WaybillError): void {
  const { config, calls } = turn.state;
  if (config.lazy && !calls.length && !mayBeLive(turn.state)) {
    cancelTimers(turn, "outage");
    return update(turn, { link: { name: "idle" } });
  }
  update(turn, { link: { name: "waiting", until: turn.now + delayMs, ...(refusal && { refusal }) } });
  startTimer(turn, "reconnect", delayMs);
}

function conversationExpired(turn: Turn): void {
  updateSession(turn, { conversationId: null });
  emit(turn, "ended", { by: "expiry", readOnly: false });
}

/** Whether the business may be talking already: a start whose answer was lost may have opened a conversation. */
const mayBeLive = ({ session, calls, unsettledStarts }: State): boolean =>
  session.conversationId !== null || unsettledStarts.length > 0 || calls.some(({ attempts }) => attempts > 0);

const isUp = ({ link }: State): boolean =>
  link.name === "opening" || link.name === "greeting" || link.name === "ready" || link.name === "probing";
