/** Runs the state machine: turns calls and browser events into inputs, and effects into sockets, timers, storage and events. */

import { historyUnavailable, missingOption, noBrowser, WaybillError } from "../core/errors.js";
import { carried } from "../core/json.js";
import {
  initialState,
  type Call,
  type ChatSession,
  type ContextResult,
  type Effect,
  type Events,
  type Input,
  type Rating,
  type Request,
  type SentMessage,
  type Session,
  type State,
  type TimerName,
} from "../core/state.js";
import { step } from "../core/step.js";
import type { Customer, InFrame, OutFrame, Page, Scalars, StructuredMessage } from "../protocol.js";
import { VERSION } from "../version.js";
import { Answer, attempt, own, print, reportUnawaited } from "./answer.js";
import { newId, newToken } from "./chance.js";
import { Emitter } from "./emitter.js";
import { findEndpoint } from "./endpoint.js";
import { fetchHistory, HttpError, probe, readHistory } from "./http.js";
import { SessionStore, type StorageOption } from "./session-store.js";

export interface ClientOptions {
  /** The organization's id; `organizationId` is the same option. */
  orgId?: string | undefined;
  organizationId?: string | undefined;
  /** The deployment's id; `applicationId` is the same option. */
  deploymentId?: string | undefined;
  applicationId?: string | undefined;
  /** When given, the server refuses the connection if it is in another region. */
  region?: string | undefined;
  /** The server, such as `https://chat.example`. Default: where the script came from (see README). */
  endpoint?: string | undefined;
  /** `now` connects on construction, `lazy` with the first call. Default: `now`. */
  connect?: "now" | "lazy" | undefined;
  /** Where the session is remembered. Default: `local`. */
  storage?: StorageOption | undefined;
  /** How calls are retried. Default: 3 times within 15 seconds. `false`: not at all. */
  retry?: false | { attempts?: number | undefined; withinMs?: number | undefined } | undefined;
  /** A token by which the site's own server vouches for the customer, or a function that gets one for each start. */
  identityToken?: string | (() => string | Promise<string>) | undefined;
}

/** The context of a conversation, in any of the containers. */
export interface ContextOptions {
  customData?: Scalars;
  attributes?: { custom?: Scalars; [namespace: string]: Scalars | undefined };
  customer?: Customer;
}

export interface SignedContextOptions extends ContextOptions {
  /** What the site's own server vouches for; a new one for each call. */
  identityToken?: string;
}

export interface StartOptions extends ContextOptions {
  /** The first message. */
  message?: string;
  /** Open another conversation even if one is open. */
  startNew?: boolean;
  /** In place of the client's option of this name. */
  identityToken?: string;
}

/** Something that the customer says. */
export interface OutgoingMessage {
  text: string;
  /** What was pressed: `ButtonResponse` parts. The message is then a structured one. */
  content?: readonly object[];
  /** A UUID of the page's own: sent again under the same id, a message is stored once. */
  id?: string;
}

interface CallOptions {
  id?: string | undefined;
  identity?: (() => string | Promise<string>) | undefined;
  settled?: () => void;
}

const WITHIN_MS = 15_000;
const ATTEMPTS = 3;

/** One guest session. The call forms differ in their names and in the `api` that they send. */
export class Client<Start extends object = StartOptions, Context extends object = SignedContextOptions> {
  readonly #api: string;
  readonly #endpoint: string;
  readonly #options: ClientOptions;
  readonly #store: SessionStore | undefined;
  readonly #emitter = new Emitter<Events>();
  readonly #timers = new Map<TimerName, ReturnType<typeof setTimeout>>();
  readonly #settle = new Map<string, { resolve: (value: never) => void; reject: (error: WaybillError) => void }>();
  /** Starts that have not settled, by what they say: a double click is one start. */
  readonly #starts = new Map<string, Promise<ChatSession>>();
  /** Errors that the page has been told by an event. */
  readonly #emitted = new WeakSet<WaybillError>();
  readonly #inputs: Input[] = [];
  readonly #undo: (() => void)[] = [];
  #running = false;
  #socket: WebSocket | undefined;
  #state: State;

  constructor(options: ClientOptions, api: string, name: string, needsOrganization = true) {
    const organizationId = options?.organizationId ?? options?.orgId;
    const deploymentId = options?.deploymentId ?? options?.applicationId;
    if (!organizationId && needsOrganization) throw missingOption("orgId (or organizationId)", name);
    if (!deploymentId) throw missingOption("deploymentId (or applicationId)", name);
    const { region, retry, connect, storage = "local" } = options;
    const { attempts = ATTEMPTS, withinMs = WITHIN_MS } = retry || {};
    this.#api = api;
    this.#options = options;
    this.#endpoint = isBrowser() ? findEndpoint(options.endpoint) : (options.endpoint ?? "");
    this.#store = isBrowser() ? new SessionStore(this.#endpoint, deploymentId, storage) : undefined;
    const session = this.#store?.load() ?? newSession();
    this.#state = initialState(
      {
        endpoint: this.#endpoint,
        deploymentId,
        organizationId,
        region,
        lazy: connect === "lazy",
        attempts: retry === false ? 0 : attempts,
        withinMs,
      },
      session,
      Date.now(),
    );
    if (!isBrowser()) return;
    this.#store?.save(session);
    this.#listen();
    if (connect !== "lazy") this.#put({ type: "connect" });
  }

  /** The conversation that is open, as far as this browser knows. */
  get conversationId(): string | null {
    return this.#state.session.conversationId;
  }

  /** Starts a chat with its context. Resolves when both are stored; rejects with a `WaybillError`. */
  startChat(options?: Start): Promise<ChatSession> {
    return attempt(() => {
      const { identityToken = this.#options.identityToken, ...given } = (options ?? {}) as StartOptions;
      const request = { ...this.#context("startChat", given), ...locale(), kind: "startChat" as const };
      const key = JSON.stringify([request.options, typeof identityToken === "string" && identityToken]);
      const running = this.#starts.get(key);
      if (running) return running;
      const isFunction = typeof identityToken === "function";
      let isSettled = false;
      const start = this.#call<ChatSession>(
        { ...request, startToken: newId(), complete: false, ...(typeof identityToken === "string" && { identityToken }) },
        {
          identity: isFunction ? identityToken : undefined,
          settled: () => {
            isSettled = true;
            this.#starts.delete(key);
          },
        },
      );
      if (!isSettled) this.#starts.set(key, start);
      return start;
    }, this.#report);
  }

  /** Adds to the context. Without an open conversation it is kept and travels with the next start. */
  setContext(options: Context): Promise<ContextResult> {
    return attempt(() => {
      const { identityToken, ...given } = options as SignedContextOptions;
      const request = { ...this.#context("setContext", given), kind: "setContext" as const };
      return this.#call<ContextResult>({ ...request, ...(identityToken !== undefined && { identityToken }) });
    }, this.#report);
  }

  /** Sends a text. Resolves when it is stored. */
  sendMessage(message: string | OutgoingMessage): Promise<SentMessage> {
    return attempt(() => {
      const given: OutgoingMessage = typeof message === "string" ? { text: message } : message;
      const { text, content, id } = carried(given, "message");
      return this.#call<SentMessage>({ kind: "sendMessage", text, ...(content && { content }) }, { id });
    }, this.#report);
  }

  /** Everything that was said in this session by either side, oldest first. */
  history(): Promise<StructuredMessage[]> {
    const read = async (): Promise<StructuredMessage[]> => {
      const jwt = await this.#call<string>({ kind: "history" });
      return readHistory(this.#endpoint, jwt).catch((error: unknown) => {
        throw own(historyUnavailable(error instanceof HttpError ? error.status : 0), this.#report);
      });
    };
    return attempt(read, this.#report);
  }

  /** Tells the business that the customer is typing; at most every five seconds. */
  sendTyping(): void {
    this.#put({ type: "typing" });
  }

  /** Tells the business that somebody has seen what it said so far. Messages count as delivered by themselves. */
  read(): void {
    this.#put({ type: "read" });
  }

  /** Says how the conversation was that has ended, 1 to 5; the latest answer counts. */
  rate(rating: { score: number; comment?: string }): Promise<Rating> {
    return attempt(() => {
      const { score, comment } = rating;
      return this.#call<Rating>({ kind: "rate", score, ...(comment && { comment }) });
    }, this.#report);
  }

  /** Ends the conversation. */
  end(): Promise<void> {
    return attempt(() => this.#call<void>({ kind: "end" }), this.#report);
  }

  /** Another person may sit here next: nothing of this session can be read from now on. */
  logout(): Promise<void> {
    return attempt(() => this.#call<void>({ kind: "logout" }), this.#report);
  }

  /** Connects a client with `connect: "lazy"`. */
  connect(): void {
    this.#put({ type: "connect" });
  }

  /** Closes the connection and leaves the conversation open. The client is of no use afterwards. */
  close(): void {
    this.#put({ type: "close" });
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Returns a function that removes the listener. */
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void {
    this.#emitter.on(event, listener);
    return () => this.off(event, listener);
  }

  off<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void {
    this.#emitter.off(event, listener);
  }

  #context(name: string, options: object): { api: string; options: object; page?: Page } {
    return { api: this.#api, options: carried(options, name), ...page() };
  }

  #call<T>(request: Request, { id, identity, settled }: CallOptions = {}): Promise<T> {
    return new Answer<T>((resolve, reject) => {
      if (!isBrowser()) throw own(noBrowser(), this.#report);
      const call: Call = {
        id: id ?? newId(),
        at: Date.now(),
        request,
        phase: identity ? "preparing" : "queued",
        attempts: 0,
        lastError: null,
      };
      this.#settle.set(call.id, {
        resolve: (value) => (settled?.(), resolve(value)),
        reject: (error) => (settled?.(), reject(error)),
      });
      this.#put({ type: "call", call });
      if (identity) void this.#identify(call.id, identity);
    });
  }

  async #identify(id: string, identity: () => string | Promise<string>): Promise<void> {
    try {
      const identityToken = await identity();
      // A start without it would not be the one that the page asked for.
      if (!identityToken) throw new Error("it gave no token");
      this.#put({ type: "identity", id, identityToken });
    } catch (reason) {
      const message = `identityToken() failed: ${reason instanceof Error ? reason.message : "no reason given"}`;
      this.#put({ type: "identityFailed", id, error: new WaybillError(0, "identity_token_failed", message) });
    }
  }

  /** One input after another, also when an effect leads to the next. */
  #put(input: Input): void {
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        const { state, effects } = step(this.#state, next, Date.now(), Math.random);
        this.#state = state;
        for (const effect of effects) this.#run(effect);
      }
    } finally {
      this.#running = false;
    }
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case "open":
        return this.#open();
      case "send":
        return this.#send(effect.frame);
      case "shut":
        return this.#shut();
      case "probe":
        void probe(this.#endpoint, this.#state.config.deploymentId).then((found) =>
          this.#put({ type: "probed", socket: effect.socket, probe: found }),
        );
        return;
      case "fetchHistory":
        fetchHistory(this.#endpoint, effect.jwt, effect.page).then(
          (found) => this.#put({ type: "history", socket: effect.socket, page: found }),
          (error: unknown) => {
            const status = error instanceof HttpError ? error.status : 0;
            this.#put({ type: "historyFailed", socket: effect.socket, status });
          },
        );
        return;
      case "timer":
        this.#cancel(effect.name);
        this.#timers.set(effect.name, setTimeout(() => this.#put({ type: "timer", name: effect.name }), effect.ms));
        return;
      case "cancel":
        return this.#cancel(effect.name);
      case "resolve":
        this.#settle.get(effect.id)?.resolve(effect.value as never);
        this.#settle.delete(effect.id);
        return;
      case "reject":
        this.#settle.get(effect.id)?.reject(own(effect.error, this.#report));
        this.#settle.delete(effect.id);
        return;
      case "save":
        return this.#store?.save(effect.session);
      case "renew": {
        // Another tab may have drawn the next session already.
        const stored = this.#store?.load();
        const session = stored && stored.token !== this.#state.session.token ? stored : newSession();
        this.#store?.save(session);
        return this.#put({ type: "renewed", session });
      }
      case "emit":
        if (effect.event === "error") return this.#tell(effect.data);
        this.#emitter.emit(effect.event, effect.data as never);
        return;
      default:
        return effect satisfies never;
    }
  }

  #open(): void {
    const { deploymentId, organizationId, region } = this.#state.config;
    const query = new URLSearchParams({
      deploymentId,
      ...(organizationId && { organizationId }),
      ...(region && { region }),
      application: `waybill-sdk-${VERSION}`,
    });
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${this.#endpoint.replace(/^http/, "ws")}/v1?${query}`);
    } catch {
      // The page's security policy forbids it, or the endpoint is no address.
      return this.#put({ type: "closed", code: 1006 });
    }
    this.#socket = socket;
    socket.onopen = () => this.#put({ type: "opened" });
    socket.onmessage = ({ data }) => this.#receive(data);
    // An `error` event says nothing; `close` always follows.
    socket.onclose = ({ code }) => {
      this.#shut();
      this.#put({ type: "closed", code });
    };
  }

  #send(frame: OutFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #shut(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** A frame that is no JSON, or of another shape than the protocol's, is told and otherwise ignored. */
  #receive(data: unknown): void {
    try {
      this.#put({ type: "frame", frame: JSON.parse(String(data)) as InFrame });
    } catch {
      this.#put({ type: "badFrame" });
    }
  }

  #cancel(name: TimerName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #listen(): void {
    const hear = <E extends keyof WindowEventMap>(name: E, listener: (event: WindowEventMap[E]) => void) => {
      window.addEventListener(name, listener);
      this.#undo.push(() => window.removeEventListener(name, listener));
    };
    const onVisible = () => document.visibilityState === "visible" && this.#put({ type: "awake" });
    document.addEventListener("visibilitychange", onVisible);
    this.#undo.push(() => document.removeEventListener("visibilitychange", onVisible));
    hear("offline", () => this.#put({ type: "offline" }));
    hear("online", () => this.#put({ type: "awake" }));
    // A page that awaits, and throws on to where nobody awaits.
    hear("unhandledrejection", (event) => reportUnawaited(event.reason) && event.preventDefault());
    this.#undo.push(this.#store?.watch((session) => this.#put({ type: "stored", session })) ?? (() => undefined));
  }

  /** An error that no call can carry. */
  #tell(error: WaybillError): void {
    if (this.#emitted.has(error)) return;
    this.#emitted.add(error);
    if (!this.#emitter.emit("error", error)) print(error);
  }

  /** An error of a call that nobody awaited: an event, and one line in the console. Keys and reasons, no values. */
  readonly #report = (error: WaybillError): void => {
    this.#tell(error);
    print(error);
  };
}

const isBrowser = (): boolean => typeof document !== "undefined" && typeof WebSocket !== "undefined";

const newSession = (): Session => ({ token: isBrowser() ? newToken() : "", conversationId: null, mark: 0 });

/** The path alone: a query may hold anything. A page that was opened from disk has none that means something. */
const page = (): { page?: Page } => (isBrowser() && /^http/.test(location.protocol) ? { page: { path: location.pathname } } : {});

const locale = (): { locale?: string } => (isBrowser() && navigator.language ? { locale: navigator.language } : {});
