/** The line of calls: one at a time, retried within bounds (START3), always with the same start token. */

import type { OutFrame } from "../protocol.js";
import { VERSION } from "../version.js";
import { backoffMs } from "./backoff.js";
import { isRetryable, unreachable, type WaybillError } from "./errors.js";
import { isPlain, merge } from "./json.js";
import {
  cancelTimers,
  startTimer,
  update,
  type Call,
  type Settled,
  type StartRequest,
  type State,
  type Turn,
} from "./state.js";

/** How long an answer may take before the socket counts as dead. */
export const ANSWER_MS = 10_000;
const JITTER_MS = 250;
const UNSETTLED_STARTS = 5;

/** The call whose turn it is. */
export const headOf = (state: State): Call | undefined => state.calls[0];

/** When a call must have settled. While calls succeed, those behind them are given their time. */
export const windowEnd = (state: State, call: Call): number =>
  Math.max(call.at, state.progressAt) + state.config.withinMs;

export function addCall(turn: Turn, call: Call): void {
  update(turn, { calls: [...turn.state.calls, call] });
}

export function changeCall(turn: Turn, id: string, change: Partial<Call>): void {
  update(turn, { calls: turn.state.calls.map((call) => (call.id === id ? { ...call, ...change } : call)) });
}

export function sendHead(turn: Turn, call: Call): void {
  const complete = withKeptContext(turn, call);
  changeCall(turn, call.id, { ...complete, phase: "sent" });
  turn.effects.push({ type: "send", frame: frameOf(turn.state, complete) });
  startTimer(turn, "answer", ANSWER_MS);
}

export function resolveHead(turn: Turn, value: Settled): void {
  const call = takeCall(turn, headOf(turn.state)?.id);
  if (!call) return;
  if (call.request.kind === "startChat") forgetStart(turn, call.request);
  update(turn, { progressAt: turn.now });
  turn.effects.push({ type: "resolve", id: call.id, value });
}

export function rejectHead(turn: Turn, error: WaybillError): void {
  const call = headOf(turn.state);
  if (call) rejectCall(turn, call.id, error);
}

/** Also a call whose turn has not come. */
export function rejectCall(turn: Turn, id: string, error: WaybillError): void {
  const call = takeCall(turn, id);
  if (!call) return;
  if (call.request.kind === "startChat") {
    forgetStart(turn, call.request);
    if (isRetryable(error)) {
      update(turn, { unsettledStarts: [...turn.state.unsettledStarts, call.request].slice(-UNSETTLED_STARTS) });
    }
  }
  turn.effects.push({ type: "reject", id: call.id, error });
}

export function rejectAll(turn: Turn, error: WaybillError): void {
  while (headOf(turn.state)) rejectHead(turn, error);
}

/** The server answered with an error: wait and try again, or give up. */
export function failHead(turn: Turn, error: WaybillError): void {
  const call = headOf(turn.state);
  if (!call) return;
  const { attempts } = turn.state.config;
  const leftMs = windowEnd(turn.state, call) - turn.now;
  const delayMs = retryDelayMs(turn, call, error);
  if (!isRetryable(error) || call.attempts >= attempts || delayMs > leftMs) return rejectHead(turn, error);
  changeCall(turn, call.id, { phase: "waiting", attempts: call.attempts + 1, lastError: error });
  cancelTimers(turn, "answer");
  startTimer(turn, "retry", Math.min(delayMs + turn.random() * JITTER_MS, leftMs));
}

/** The socket was lost while the server owed an answer. */
export function interruptHead(turn: Turn): void {
  const call = headOf(turn.state);
  cancelTimers(turn, "answer");
  if (call?.phase !== "sent") return;
  const lastError = unreachable(turn.state.config.endpoint);
  if (call.attempts >= turn.state.config.attempts) return rejectHead(turn, lastError);
  changeCall(turn, call.id, { phase: "queued", attempts: call.attempts + 1, lastError });
}

function takeCall(turn: Turn, id: string | undefined): Call | undefined {
  const call = turn.state.calls.find((one) => one.id === id);
  if (call === headOf(turn.state)) cancelTimers(turn, "answer", "retry");
  update(turn, { calls: turn.state.calls.filter((one) => one !== call) });
  return call;
}

function retryDelayMs(turn: Turn, call: Call, error: WaybillError): number {
  return error.retryAfter === undefined ? backoffMs(call.attempts, turn.random) : error.retryAfter * 1_000;
}

/** A start takes along what `setContext` kept, and is the earlier start when only the answer to that one is missing. */
function withKeptContext(turn: Turn, call: Call): Call {
  const { request } = call;
  if (request.kind !== "startChat" || request.complete) return call;
  const complete = { ...request, options: merge(turn.state.kept, request.options), complete: true };
  const earlier = turn.state.unsettledStarts.find((start) => isSameStart(start, complete));
  return { ...call, request: earlier ?? complete };
}

function forgetStart(turn: Turn, request: StartRequest): void {
  update(turn, { unsettledStarts: turn.state.unsettledStarts.filter((start) => !isSameStart(start, request)) });
}

const isSameStart = (one: StartRequest, other: StartRequest): boolean =>
  one.api === other.api && JSON.stringify(one.options) === JSON.stringify(other.options);

function frameOf({ config, session }: State, { id: tracingId, request }: Call): OutFrame {
  const { token } = session;
  switch (request.kind) {
    case "startChat": {
      const { api, options, startToken, page, locale, identityToken } = request;
      return {
        action: "startChat",
        deploymentId: config.deploymentId,
        token,
        tracingId,
        startToken,
        api,
        options,
        ...(page && { page }),
        sdk: VERSION,
        ...(locale && { locale }),
        ...(identityToken !== undefined && { identityToken }),
      };
    }
    case "setContext": {
      const { api, options, page, identityToken } = request;
      const signed = identityToken !== undefined && { identityToken };
      return { action: "setContext", token, tracingId, api, options, ...(page && { page }), sdk: VERSION, ...signed };
    }
    case "sendMessage":
      return {
        action: "onMessage",
        token,
        tracingId,
        message: {
          type: request.content ? "Structured" : "Text",
          text: request.text,
          ...(request.content && { content: request.content }),
          metadata: { id: tracingId },
        },
      };
    case "history":
      return { action: "getJwt", token, tracingId };
    case "end":
      return {
        action: "onMessage",
        token,
        tracingId,
        message: { type: "Event", events: [{ eventType: "Presence", presence: { type: "Disconnect" } }] },
      };
    case "rate": {
      const { score, comment } = request;
      return { action: "rateConversation", token, tracingId, score, ...(comment && { comment }) };
    }
    case "logout":
      return { action: "closeSession", token, closeAllConnections: true, logout: true, tracingId };
    default:
      return request satisfies never;
  }
}

/** Context for the next start; what is set later wins, key by key. */
export function keepContext(turn: Turn, options: object): void {
  if (isPlain(options)) update(turn, { kept: merge(turn.state.kept, options) });
}
