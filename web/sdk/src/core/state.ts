/** Everything that the SDK knows, and what goes into and comes out of one step of its state machine. */

import type {
  Customer,
  DeploymentConfig,
  DeploymentDomains,
  InFrame,
  MessagePage,
  OutFrame,
  Page,
  QueuePlace,
  Receipt,
  Scalars,
  StructuredMessage,
} from "../protocol.js";
import type { WaybillError } from "./errors.js";

/** What does not change while a client lives. */
export interface Config {
  /** Where the server is; for messages only. */
  endpoint: string;
  deploymentId: string;
  organizationId?: string | undefined;
  region?: string | undefined;
  /** Open nothing before the first call. */
  lazy: boolean;
  /** Retries of one call, and the time within which it must settle (START3). */
  attempts: number;
  withinMs: number;
}

/** What the browser remembers (START7). */
export interface Session {
  /** The guest's secret. */
  token: string;
  /** The conversation that is open, as far as this browser knows. */
  conversationId: string | null;
  /** The time of the newest message that a page has been given, in ms. */
  mark: number;
}

/** The socket. */
export type Link =
  /** Nothing is open, and nothing will be before the next call. */
  | { name: "idle"; displaced?: true }
  /** The timer `reconnect` runs; `refusal` is why, when the server said how long to wait. */
  | { name: "waiting"; until: number; refusal?: WaybillError }
  | { name: "opening" }
  /** The upgrade failed; `config.json` and `domains.json` are asked why (EDGE1). */
  | { name: "probing" }
  /** Open; the first frame has been sent. */
  | { name: "greeting"; by: "configureSession" | "startChat" }
  | { name: "ready"; since: number }
  | { name: "closed" };

export type Request =
  | {
      kind: "startChat";
      api: string;
      options: object;
      startToken: string;
      page?: Page;
      locale?: string;
      identityToken?: string;
      /** Whether the context that was set before the start has been merged into `options`. */
      complete: boolean;
    }
  | { kind: "setContext"; api: string; options: object; page?: Page; identityToken?: string }
  | { kind: "sendMessage"; text: string }
  | { kind: "end" }
  | { kind: "logout" };

export type StartRequest = Extract<Request, { kind: "startChat" }>;

/** A call of the page that has not settled. Calls run one after another, in the order in which they were made. */
export interface Call {
  /** Drawn by the page's side; on the wire it is the tracing id, and for a message its `metadata.id`. */
  id: string;
  at: number;
  request: Request;
  /** `preparing`: the identity token is being fetched; `waiting`: the timer `retry` runs. */
  phase: "preparing" | "queued" | "sent" | "waiting";
  /** Retries so far. */
  attempts: number;
  lastError: WaybillError | null;
}

/** Reading what was said while nobody listened. */
export interface CatchUp {
  jwt: string | null;
  page: number;
  tries: number;
  /** What the history gave so far. */
  found: readonly StructuredMessage[];
  /** What arrived on the socket meanwhile. */
  held: readonly StructuredMessage[];
}

export interface State {
  config: Config;
  session: Session;
  link: Link;
  calls: readonly Call[];
  /** Context that was set before a conversation was open; it travels with the start. */
  kept: object;
  /** Starts whose outcome is unknown: the same call again is the same start (START1). */
  unsettledStarts: readonly StartRequest[];
  catchUp: CatchUp | null;
  /** Messages may be missing below `newest`; the mark stands still until the history has been read. */
  gap: boolean;
  newest: number;
  /** Ids of the messages that the page was given, newest last. */
  seen: readonly string[];
  /** Failed connections in a row. */
  failures: number;
  /** Counts sockets, so that what belongs to an old one is recognised. */
  socket: number;
  /** `connected` has been emitted. */
  greeted: boolean;
  lastFrameAt: number;
  /** The last time a call succeeded. */
  progressAt: number;
  /** When the first call in line must settle; the timer `window` is set to it. */
  windowEndsAt: number | null;
  /** From the server that is about to stop. */
  reconnectAfterMs: number | null;
  offline: boolean;
  typedAt: number;
}

export type TimerName = "reconnect" | "connect" | "outage" | "answer" | "retry" | "window" | "ping" | "pong" | "history";

/** What a look at `config.json` and `domains.json` found; `null` where nothing answered. */
export interface Probe {
  config: { status: number; body: DeploymentConfig } | null;
  domains: { status: number; body: DeploymentDomains } | null;
  /** The page's host. */
  host: string;
}

export type Input =
  | { type: "connect" }
  | { type: "call"; call: Call }
  /** The identity token that a call was waiting for. */
  | { type: "identity"; id: string; identityToken: string }
  | { type: "identityFailed"; id: string; error: WaybillError }
  | { type: "typing" }
  | { type: "close" }
  | { type: "opened" }
  | { type: "frame"; frame: InFrame }
  | { type: "badFrame" }
  /** The socket closed, or could not be opened. */
  | { type: "closed"; code: number }
  | { type: "probed"; socket: number; probe: Probe }
  | { type: "history"; socket: number; page: MessagePage }
  | { type: "historyFailed"; socket: number; status: number }
  | { type: "timer"; name: TimerName }
  | { type: "offline" }
  /** The network came back, or the page is visible again. */
  | { type: "awake" }
  /** A new session, as `renew` asked for. */
  | { type: "renewed"; session: Session }
  /** Another tab wrote this session. */
  | { type: "stored"; session: Session };

export type Effect =
  | { type: "open" }
  | { type: "send"; frame: OutFrame }
  | { type: "shut" }
  | { type: "probe"; socket: number }
  | { type: "fetchHistory"; socket: number; jwt: string; page: number }
  | { type: "timer"; name: TimerName; ms: number }
  | { type: "cancel"; name: TimerName }
  | { type: "resolve"; id: string; value: ChatSession | ContextResult | SentMessage | undefined }
  | { type: "reject"; id: string; error: WaybillError }
  | { type: "save"; session: Session }
  /** Forget the session and draw a new one. */
  | { type: "renew" }
  | { [E in keyof Events]: { type: "emit"; event: E; data: Events[E] } }[keyof Events];

/** The result of `startChat`. */
export interface ChatSession {
  sessionId: string;
  conversationId: string;
  participantId: string;
  /** What is stored, under the names that it is stored under. */
  customData: Scalars;
  customer: Customer;
  status: "connected";
  /** The verdict on every key that was sent. */
  receipt: Receipt;
  /** The conversation was open already. */
  resumed: boolean;
  /** Counts the changes of the context. */
  revision: number;
}

/** The result of `setContext`. */
export type ContextResult =
  | {
      status: "stored";
      conversationId: string;
      revision: number;
      customData: Scalars;
      customer: Customer;
      receipt: Receipt;
    }
  /** No conversation is open: the context travels with the next start, whose receipt judges it. */
  | { status: "kept" };

/** The result of `sendMessage`, and the event `sent`. */
export interface SentMessage {
  id: string;
  text: string;
  at: Date;
  /** The message as the server sent it. */
  raw: StructuredMessage;
}

/** A message of the business. */
export interface Message {
  id: string;
  text: string;
  from: { name: string; kind: "person" | "bot" };
  at: Date;
  type: "Text" | "Structured";
  /** Quick replies, cards and so on. */
  content: readonly unknown[];
  /** The message as the server sent it. */
  raw: StructuredMessage;
}

export interface Events {
  /** The first connection stands. */
  connected: undefined;
  /** The connection is lost; unless the reason is `closed`, the SDK connects anew by itself. */
  disconnected: { reason: string };
  reconnected: undefined;
  error: WaybillError;
  /** A message of the business; each exactly once. */
  message: Message;
  /** A message of the customer was stored, also one of another tab. */
  sent: SentMessage;
  /** The business is typing. */
  typing: { durationMs: number };
  /** Where the conversation stands among those that wait for an agent. */
  queue: QueuePlace;
  /** The conversation ended. */
  ended: { by: "business" | "guest" | "expiry"; readOnly: boolean };
}

export function initialState(config: Config, session: Session, now: number): State {
  return {
    config,
    session,
    link: { name: "idle" },
    calls: [],
    kept: {},
    unsettledStarts: [],
    catchUp: null,
    gap: false,
    newest: session.mark,
    seen: [],
    failures: 0,
    socket: 0,
    greeted: false,
    lastFrameAt: now,
    progressAt: now,
    windowEndsAt: null,
    reconnectAfterMs: null,
    offline: false,
    typedAt: -Infinity,
  };
}

/** One step in the making: the functions of the core read `state`, replace it, and add effects. */
export interface Turn {
  state: State;
  readonly effects: Effect[];
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export function update(turn: Turn, change: Partial<State>): void {
  turn.state = { ...turn.state, ...change };
}

export function updateSession(turn: Turn, change: Partial<Session>): void {
  const session = { ...turn.state.session, ...change };
  update(turn, { session });
  turn.effects.push({ type: "save", session });
}

export function emit<E extends keyof Events>(turn: Turn, event: E, data: Events[E]): void {
  turn.effects.push({ type: "emit", event, data } as Effect);
}

export function startTimer(turn: Turn, name: TimerName, ms: number): void {
  turn.effects.push({ type: "timer", name, ms });
}

export function cancelTimers(turn: Turn, ...names: TimerName[]): void {
  for (const name of names) turn.effects.push({ type: "cancel", name });
}
