/**
 * What happens on the server, as it happens: one notification channel per tab, resumed by cursor, so that a break costs time
 * and never an event. Whoever listens is told `fresh` when what it loaded may have a hole, and loads again.
 */

import { untrack } from "svelte";
import { Failure } from "./failure";
import { type Read, type StreamEvent, backoffMs, readFrame } from "./frames";
import { session } from "./session.svelte";

export type { StreamEvent };
export type LiveState = "idle" | "connecting" | "live" | "waiting";

/** `resumed`: the connection is back, and what was missed comes by itself. */
export type Told = { type: "fresh" } | { type: "resumed" } | { type: "event"; event: StreamEvent };
type Listener = (told: Told) => void;

const CONVERSATIONS = "v2.conversations.*";
/** The server says something every 30 seconds; after this long the connection is dead. */
const SILENCE_MS = 45_000;

class Live {
  state = $state<LiveState>("idle");
  readonly #listeners = new Set<Listener>();
  /** Who wants to hear what other topics tell. */
  readonly #followers = new Map<(topic: string, body: unknown) => void, readonly string[]>();
  /** What the channel was asked for last. */
  #subscribed = "";
  #wanted = false;
  #socket: WebSocket | undefined;
  #channel: { id: string; until: number } | undefined;
  #cursor: string | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
  }

  /** Listens until the returned function is called. Told `fresh` at once when the connection stands, and whenever it starts over. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#wanted = true;
    untrack(() => {
      if (this.state === "live") listener({ type: "fresh" });
      if (this.state === "idle") void this.#open();
    });
    return () => this.#listeners.delete(listener);
  }

  /** Hears other topics of the notification channel, until the returned function is called. */
  follow(topics: readonly string[], hear: (topic: string, body: unknown) => void): () => void {
    this.#followers.set(hear, topics);
    const { state } = untrack(() => ({ state: this.state }));
    // A channel that stands is told at once; one that is yet to be made asks for all.
    if (state === "live" && this.#channel) void this.#subscribe(this.#channel.id).catch(() => undefined);
    return () => this.#followers.delete(hear);
  }

  stop(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#channel = undefined;
    this.#cursor = undefined;
    this.#drop();
    this.state = "idle";
  }

  #tell(told: Told): void {
    for (const listener of this.#listeners) listener(told);
  }

  async #open(): Promise<void> {
    this.#drop();
    this.state = this.state === "idle" ? "connecting" : this.state;
    try {
      this.#channel ??= await this.#makeChannel();
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === "signed-out" || failure.kind === "forbidden") return this.stop();
      return this.#again();
    }
    if (!this.#wanted) return;
    const address = new URL(`/channels/${this.#channel.id}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const resumed = this.#cursor;
    if (resumed !== undefined) address.searchParams.set("cursor", resumed);
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#listenForSilence();
    socket.onopen = () => {
      this.#attempt = 0;
      this.state = "live";
      // Whoever began to follow while the channel was being made is not among what it was asked for.
      if (this.#channel && this.#topics().join(" ") !== this.#subscribed) void this.#subscribe(this.#channel.id).catch(() => undefined);
      this.#tell({ type: resumed === undefined ? "fresh" : "resumed" });
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#hear(readFrame(data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      // Opened and closed without a word: the channel may be gone.
      if (this.state !== "live") this.#channel = undefined;
      this.#again();
    };
  }

  #hear(read: Read): void {
    this.#listenForSilence();
    switch (read.type) {
      case "event":
        this.#cursor = read.cursor ?? this.#cursor;
        this.#tell({ type: "event", event: read.event });
        return;
      case "topic":
        this.#cursor = read.cursor ?? this.#cursor;
        for (const [hear, topics] of this.#followers) if (topics.includes(read.topic)) hear(read.topic, read.body);
        return;
      case "alive":
        this.#cursor = read.cursor ?? this.#cursor;
        return;
      case "gone":
        this.#cursor = undefined;
        this.#tell({ type: "fresh" });
        return;
      case "over":
        this.#channel = undefined;
        return;
      default:
        read satisfies never;
    }
  }

  async #makeChannel(): Promise<{ id: string; until: number }> {
    const made = await session.api.post("/api/v2/notifications/channels");
    await this.#subscribe(made.id);
    return { id: made.id, until: Date.parse(made.expires) };
  }

  async #subscribe(channelId: string): Promise<void> {
    const topics = this.#topics();
    this.#subscribed = topics.join(" ");
    await session.api.put("/api/v2/notifications/channels/{channelId}/subscriptions", { path: { channelId }, body: topics.map((id) => ({ id })) });
  }

  #topics(): string[] {
    return [...new Set([CONVERSATIONS, ...[...this.#followers.values()].flat()])];
  }

  #again(): void {
    this.#drop();
    if (!this.#wanted) return;
    this.state = "waiting";
    this.#timer = setTimeout(() => void this.#open(), backoffMs(this.#attempt++, Math.random));
  }

  /** The network is back or the person is: no reason to wait. */
  #hurry(): void {
    if (this.state !== "waiting" || !this.#wanted) return;
    this.#attempt = 0;
    void this.#open();
  }

  #listenForSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#again(), SILENCE_MS);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

export const live = new Live();
