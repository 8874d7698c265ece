/** Drives the pure core in virtual time against the fake server, over a network that delays, drops and breaks. */

import type { WaybillError } from "../src/core/errors.js";
import { initialState, type Call, type Config, type Effect, type Events, type Input, type Request, type State } from "../src/core/state.js";
import { step } from "../src/core/step.js";
import type { InFrame, MessagePage } from "../src/protocol.js";
import { DEPLOYMENT, FakeServer, ORG, type Connection } from "./fake-server.js";

type Settled = { value: unknown } | { error: WaybillError };

export class Sim {
  state: State;
  now = 1_000_000;
  readonly server: FakeServer;
  readonly events: { event: keyof Events; data: unknown }[] = [];
  readonly settled = new Map<string, Settled>();
  readonly effects: Effect[] = [];
  /** How long a frame travels; also how long a connection takes. */
  latency: () => number = () => 5;
  /** Nothing gets through while this is false. */
  isUp = true;
  /** The server answers HTTP, but not with a socket. */
  refusesUpgrades = false;
  readonly #tasks: { at: number; order: number; run: () => void }[] = [];
  readonly #timers = new Map<string, object>();
  #order = 0;
  #calls = 0;
  #socket: { connection: Connection; open: boolean } | undefined;

  constructor(
    config: Partial<Config> = {},
    readonly random: () => number = () => 0.5,
    server = new FakeServer(),
  ) {
    this.server = server;
    const session = { token: `token-${Math.floor(random() * 1e9)}`, conversationId: null, mark: 0 };
    this.state = initialState(
      { endpoint: "https://chat.test", deploymentId: DEPLOYMENT, organizationId: ORG, lazy: false, attempts: 3, withinMs: 15_000, ...config },
      session,
      this.now,
    );
  }

  put(input: Input): void {
    const { state, effects } = step(this.state, input, this.now, this.random);
    this.state = state;
    this.effects.push(...effects);
    for (const effect of effects) this.#run(effect);
  }

  call(request: Request): string {
    const id = `call-${(this.#calls += 1)}`;
    const call: Call = { id, at: this.now, request, phase: "queued", attempts: 0, lastError: null };
    this.put({ type: "call", call });
    return id;
  }

  start(options: object): string {
    return this.call({ kind: "startChat", api: "webMessagingClient", options, startToken: `start-${this.#calls}`, complete: false });
  }

  send(text: string): string {
    return this.call({ kind: "sendMessage", text });
  }

  setContext(options: object): string {
    return this.call({ kind: "setContext", api: "webMessagingClient", options });
  }

  /** Lets virtual time pass. */
  run(ms: number): void {
    const end = this.now + ms;
    for (let task = this.#next(end); task; task = this.#next(end)) {
      this.now = Math.max(this.now, task.at);
      task.run();
    }
    this.now = end;
  }

  /** The network breaks under the socket; what is on its way is lost. */
  cut(code = 1006): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#forget(socket.connection);
    this.put({ type: "closed", code });
  }

  /** The page is loaded again: only what was saved is left. */
  reload(): void {
    if (this.#socket) this.#forget(this.#socket.connection);
    this.#socket = undefined;
    this.#timers.clear();
    const saved = this.effects.flatMap((effect) => (effect.type === "save" ? [effect.session] : [])).pop();
    // Numbers of sockets go on, so that answers to the old page do not reach the new one.
    const { config, session, socket } = this.state;
    this.state = { ...initialState(config, saved ?? session, this.now), socket: socket + 1 };
    this.put({ type: "connect" });
  }

  /** The socket stays open, and nothing passes any more. */
  freeze(): void {
    if (this.#socket) this.#forget(this.#socket.connection);
  }

  value(id: string): unknown {
    const settled = this.settled.get(id);
    return settled && "value" in settled ? settled.value : undefined;
  }

  error(id: string): WaybillError | undefined {
    const settled = this.settled.get(id);
    return settled && "error" in settled ? settled.error : undefined;
  }

  texts(): string[] {
    return this.events.flatMap(({ event, data }) => (event === "message" ? [(data as { text: string }).text] : []));
  }

  names(): string[] {
    return this.events.map(({ event }) => event);
  }

  get token(): string {
    return this.state.session.token;
  }

  after(ms: number, run: () => void): void {
    this.#tasks.push({ at: this.now + ms, order: (this.#order += 1), run });
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case "open":
        return this.#open();
      case "send": {
        const socket = this.#socket;
        const text = JSON.stringify(effect.frame);
        if (socket?.open) this.#travel(socket.connection, () => this.server.receive(socket.connection, JSON.parse(text) as never));
        return;
      }
      case "shut":
        if (this.#socket) this.#forget(this.#socket.connection);
        this.#socket = undefined;
        return;
      case "probe": {
        const { server } = this;
        const config = { status: 200, body: { status: server.status, waybill: { organizationId: server.organizationId, region: server.region } } };
        const probe = this.isUp ? { config, domains: { status: 200, body: server.domains }, host: "shop.test" } : { config: null, domains: null, host: "shop.test" };
        return this.after(this.latency(), () => this.put({ type: "probed", socket: effect.socket, probe }));
      }
      case "fetchHistory":
        return this.after(this.latency(), () => {
          const { status, body } = this.isUp ? this.server.history(effect.jwt, effect.page) : { status: 0, body: {} };
          if (status === 200) this.put({ type: "history", socket: effect.socket, page: body as MessagePage });
          else this.put({ type: "historyFailed", socket: effect.socket, status });
        });
      case "timer": {
        const timer = {};
        this.#timers.set(effect.name, timer);
        return this.after(effect.ms, () => {
          if (this.#timers.get(effect.name) !== timer) return;
          this.#timers.delete(effect.name);
          this.put({ type: "timer", name: effect.name });
        });
      }
      case "cancel":
        this.#timers.delete(effect.name);
        return;
      case "resolve":
        this.#settle(effect.id, { value: effect.value });
        return;
      case "reject":
        this.#settle(effect.id, { error: effect.error });
        return;
      case "save":
        return;
      case "renew":
        return this.put({ type: "renewed", session: { token: `token-${(this.#order += 1)}`, conversationId: null, mark: 0 } });
      case "emit":
        this.events.push({ event: effect.event, data: effect.data });
        return;
      default:
        return effect satisfies never;
    }
  }

  #settle(id: string, settled: Settled): void {
    if (this.settled.has(id)) throw new Error(`${id} settled twice`);
    this.settled.set(id, settled);
  }

  #open(): void {
    const connection: Connection = {
      token: undefined,
      greeted: false,
      send: (frame) => this.#travel(connection, () => this.put({ type: "frame", frame: frame as InFrame })),
      close: (code) =>
        this.#travel(connection, () => {
          this.#forget(connection);
          this.put({ type: "closed", code });
        }),
    };
    const socket = { connection, open: false };
    this.#socket = socket;
    this.after(this.latency(), () => {
      if (this.#socket !== socket) return;
      if (!this.isUp || this.refusesUpgrades) return this.put({ type: "closed", code: 1006 });
      socket.open = true;
      this.put({ type: "opened" });
    });
  }

  /** In order, and only while the socket lives. */
  #travel(connection: Connection, arrive: () => void): void {
    const last = Math.max(this.now, (connection as { last?: number }).last ?? 0);
    const at = last + this.latency();
    (connection as { last?: number }).last = at;
    this.#tasks.push({
      at,
      order: (this.#order += 1),
      run: () => {
        if (this.#socket?.connection !== connection || !this.#socket.open) return;
        // TCP never loses one frame of a stream that goes on: a socket that lost one is dead, though nobody is told.
        if (this.isUp) arrive();
        else this.#forget(connection);
      },
    });
  }

  #forget(connection: Connection): void {
    this.server.connections.delete(connection);
    if (this.#socket?.connection === connection) this.#socket.open = false;
  }

  #next(end: number): { at: number; run: () => void } | undefined {
    let best = -1;
    this.#tasks.forEach((task, index) => {
      const before = this.#tasks[best];
      if (task.at <= end && (!before || task.at < before.at || (task.at === before.at && task.order < before.order))) best = index;
    });
    return best < 0 ? undefined : this.#tasks.splice(best, 1)[0];
  }
}

/** A small seeded generator (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
