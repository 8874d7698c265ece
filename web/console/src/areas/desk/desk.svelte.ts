/** The desk's state: conversations, the person's own work, what is on its way. One for the whole console, so that alerts come on every page of it. */

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { components } from "../../generated/api";
import { attempt } from "../../lib/attempt";
import { Failure } from "../../lib/failure";
import type { StreamEvent } from "../../lib/frames";
import { live } from "../../lib/live.svelte";
import { presenceOf, putPresence } from "../../lib/presences";
import { api, session } from "../../lib/session.svelte";
import { type Outgoing, keepOutbox, readOutbox } from "./drafts";
import { toasts } from "../../lib/toasts.svelte";
import { type Chat, type Line, type Note, type Query, type Rating, applied, chatOf, customerOf, lineOf, lineOfEvent, merged, noteOf, ratingOf, refreshed, standing, withNotes } from "./model";

type Schemas = components["schemas"];

const PAGE = 100;
/** Conversations whose details are read side by side. */
const SIDE_BY_SIDE = 4;
/** At most so many rows get their times from details. */
const MOST_DETAILS = 60;
const BULK = 100;
/** More conversations than this are not kept in memory without need. */
const MOST_CHATS = 2_000;
const TYPING_SHOWN_MS = 5_000;
/** Presence is told by events; this is for what they do not tell. */
const PRESENCE_MS = 120_000;
/** Messages that could not be sent are tried again this often. */
const AGAIN_MS = 5_000;

export interface Presence {
  presence: string;
  routing: string;
  capacity: number;
  taken: number;
}

export type ListState = { name: "loading" } | { name: "ready" } | { name: "failed"; failure: Failure };

export interface Thread {
  lines: readonly Line[];
  state: ListState;
  /** Ids of messages that came before those that were read, oldest first. */
  earlier: readonly string[];
  authors: Readonly<Record<string, string>>;
}

const NOTHING_YET: Thread = { lines: [], state: { name: "loading" }, earlier: [], authors: {} };

class Desk {
  readonly chats = new SvelteMap<string, Chat>();
  readonly threads = new SvelteMap<string, Thread>();
  readonly notes = new SvelteMap<string, readonly Note[]>();
  readonly ratings = new SvelteMap<string, Rating>();
  /** Until when the customer of a conversation is shown as typing. */
  readonly typing = new SvelteMap<string, number>();
  /** Conversations that somebody wrote in while they were not looked at. */
  readonly unread = new SvelteSet<string>();
  list = $state.raw<ListState>({ name: "loading" });
  /** Where the list goes on. */
  cursor = $state.raw<string | undefined>();
  presence = $state.raw<Presence | undefined>();
  outbox = $state.raw<readonly Outgoing[]>(readOutbox(localStorage));
  /** Outgoing messages that the server refused, with the reason. */
  readonly refused = new SvelteMap<string, string>();
  queues = $state.raw<readonly Schemas["Queue"][]>([]);
  open = $state<string | undefined>();
  #started: (() => void) | undefined;
  #rereads = new Map<string, ReturnType<typeof setTimeout>>();
  #sending = false;
  /** The latest message of each customer that the server knows to be read. */
  readonly #read = new Map<string, number>();

  get userId(): string {
    // While a page goes away after the sign-out there is nobody.
    return session.state.name === "signed-in" ? session.state.me.id : "";
  }

  /** Follows what happens until the person leaves. */
  start(): void {
    if (this.#started) return;
    const stop = live.listen((told) => {
      switch (told.type) {
        case "fresh":
          void this.load();
          return;
        case "resumed":
          this.#comeBack();
          return;
        case "event":
          this.#hear(told.event);
          return;
        default:
          told satisfies never;
      }
    });
    const { userId } = this;
    const forget = live.follow([`v2.users.${userId}.presence`, `v2.users.${userId}.routingStatus`], () => this.#presenceSoon());
    const timers = [setInterval(() => void this.readPresence(), PRESENCE_MS), setInterval(() => void this.flush(), AGAIN_MS)];
    const online = () => this.#comeBack();
    addEventListener("online", online);
    this.#started = () => {
      stop();
      forget();
      timers.forEach(clearInterval);
      removeEventListener("online", online);
    };
    void this.load();
    void this.#readQueues();
  }

  /** The connection is back: what could not be sent or read is. */
  #comeBack(): void {
    void this.flush();
    if (this.list.name !== "ready") void this.load();
    else if (this.open !== undefined && this.threads.get(this.open)?.state.name === "failed") void this.loadThread(this.open);
  }

  stop(): void {
    this.#started?.();
    this.#started = undefined;
    this.chats.clear();
    this.threads.clear();
    this.unread.clear();
    this.notes.clear();
    this.ratings.clear();
    this.#read.clear();
    this.list = { name: "loading" };
    this.presence = undefined;
    this.outbox = [];
  }

  /** Reads the newest conversations, and what only details tell of those that matter now. */
  async load(): Promise<void> {
    void this.readPresence();
    void this.flush();
    try {
      const page = await api.get("/api/v2/conversations", { query: { everyone: true, pageSize: PAGE } });
      for (const found of page.entities) this.#put(chatOf(found));
      this.cursor ??= page.cursor ?? undefined;
      this.list = { name: "ready" };
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === "signed-out") return void session.lost();
      if (this.list.name !== "ready") this.list = { name: "failed", failure };
      return;
    }
    const active = [...this.chats.values()].filter(({ endedAt, id }) => endedAt === undefined || id === this.open).slice(0, MOST_DETAILS);
    const queue = active.map(({ id }) => id);
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) await this.reread(id);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    if (this.open !== undefined) void this.loadThread(this.open);
  }

  async loadMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === undefined) return;
    await attempt("Older conversations were not loaded", async () => {
      const page = await api.get("/api/v2/conversations", { query: { everyone: true, pageSize: PAGE, cursor } });
      for (const found of page.entities) if (!this.chats.has(found.id)) this.#put(chatOf(found));
      this.cursor = page.cursor ?? undefined;
    });
  }

  /** Asks the server for conversations that may not be here. Answers their ids. */
  async find(query: Query, keys: readonly string[], signal: AbortSignal): Promise<string[]> {
    const asked: { key: string; value: string }[] = query.type === "key" ? [query] : query.type === "text" ? keys.map((key) => ({ key, value: query.text })) : [];
    const pages = await Promise.allSettled(
      asked.map(({ key, value }) => api.get("/api/v2/conversations", { query: { everyone: true, attributeKey: key, attributeValue: value, pageSize: 50 }, signal })),
    );
    const found = pages.flatMap((page) => (page.status === "fulfilled" ? page.value.entities : []));
    for (const one of found) if (!this.chats.has(one.id)) this.#put(chatOf(one));
    return found.map(({ id }) => id);
  }

  /** Reads one conversation anew. Answers whether it is there. */
  async reread(id: string): Promise<Failure | undefined> {
    try {
      const found = await api.get("/api/v2/conversations/{conversationId}", { path: { conversationId: id } });
      this.#put(chatOf(found));
      return undefined;
    } catch (error) {
      return Failure.of(error);
    }
  }

  /** What stands beside the messages: a thread is whole without it, so a failure is none of the thread's. */
  async #readBeside(id: string): Promise<void> {
    const path = { conversationId: id };
    const notes = async () => {
      if (!session.may("conversation:note:view")) return;
      for (let pageNumber = 1, pages = 1; pageNumber <= pages; pageNumber++) {
        const page = await api.get("/api/v2/conversations/{conversationId}/notes", { path, query: { pageSize: 100, pageNumber } });
        this.notes.set(id, withNotes(this.notes.get(id) ?? [], page.entities.map(noteOf)));
        pages = page.pageCount;
      }
    };
    const rating = async () => {
      const { satisfaction } = await api.get("/api/v2/conversations/{conversationId}/satisfaction", { path });
      if (satisfaction) this.ratings.set(id, ratingOf(satisfaction));
    };
    for (const result of await Promise.allSettled([notes(), rating()])) {
      if (result.status === "rejected") console.warn("notes or rating were not read", Failure.of(result.reason).code);
    }
  }

  /** Writes a note for the staff. */
  async note(id: string, text: string, mentions: readonly string[]): Promise<boolean> {
    return attempt("The note was not written", async () => {
      const written = await api.post("/api/v2/conversations/{conversationId}/notes", { path: { conversationId: id }, body: { text, ...(mentions.length === 0 ? {} : { mentions: [...mentions] }) } });
      this.notes.set(id, withNotes(this.notes.get(id) ?? [], [noteOf(written)]));
    });
  }

  /** Whoever works on a conversation and has it before the eyes has read what the customer said. */
  async seen(id: string): Promise<void> {
    const chat = this.chats.get(id);
    const upTo = this.threads.get(id)?.lines.findLast(({ direction }) => direction === "Inbound")?.at;
    if (!chat || upTo === undefined || upTo <= (this.#read.get(id) ?? 0) || standing(chat, this.userId) !== "working" || !session.may("conversation:message:create")) return;
    this.#read.set(id, upTo);
    try {
      await api.post("/api/v2/conversations/{conversationId}/read", { path: { conversationId: id }, body: { time: new Date(upTo).toISOString() } });
    } catch (error) {
      // Told again with the next message; nothing is lost but the customer's "Read".
      this.#read.delete(id);
      console.warn("what was read was not told", Failure.of(error).code);
    }
  }

  /** Reads the messages of a conversation, the latest first. */
  async loadThread(id: string): Promise<void> {
    void this.#readBeside(id);
    const before = this.threads.get(id);
    try {
      const found = await api.get("/api/v2/conversations/{conversationId}", { path: { conversationId: id } });
      this.#put(chatOf(found));
      const said = found.participants.flatMap((party) => (party.messages[0]?.messages ?? []).map(({ messageId, messageTime }) => ({ messageId, at: Date.parse(messageTime), party: party.id })));
      said.sort((one, other) => one.at - other.at);
      const authors = Object.fromEntries(said.map(({ messageId, party }) => [messageId, party]));
      const known = new Set(before?.lines.map((line) => line.id));
      const wanted = said.slice(-BULK).filter(({ messageId }) => !known.has(messageId)).map(({ messageId }) => messageId);
      const lines = await this.#readLines(id, wanted, authors);
      const now = this.threads.get(id)?.lines ?? [];
      this.threads.set(id, { lines: merged(now, lines), state: { name: "ready" }, earlier: said.slice(0, -BULK).map(({ messageId }) => messageId).filter((one) => !known.has(one)), authors });
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === "signed-out") return void session.lost();
      // What another reading has brought meanwhile stays.
      const now = this.threads.get(id);
      if (now?.state.name === "ready" && (failure.kind === "offline" || failure.kind === "server")) return;
      this.threads.set(id, { lines: now?.lines ?? [], earlier: [], authors: {}, state: { name: "failed", failure } });
    }
  }

  async loadEarlier(id: string): Promise<void> {
    const thread = this.threads.get(id);
    if (!thread || thread.earlier.length === 0) return;
    await attempt("Earlier messages were not loaded", async () => {
      const lines = await this.#readLines(id, thread.earlier.slice(-BULK), thread.authors);
      const now = this.threads.get(id) ?? thread;
      this.threads.set(id, { ...now, lines: merged(lines, now.lines), earlier: thread.earlier.slice(0, -BULK) });
    });
  }

  async #readLines(conversationId: string, ids: readonly string[], authors: Readonly<Record<string, string>>): Promise<Line[]> {
    if (ids.length === 0) return [];
    const page = await api.post("/api/v2/conversations/messages/{conversationId}/messages/bulk", { path: { conversationId }, body: [...ids] });
    return page.entities.map((found) => lineOf(found, authors[found.id] ?? "")).filter((line) => line !== undefined);
  }

  /** Writes a message; it is shown at once, and sent until the server has it. */
  send(conversationId: string, communicationId: string, text: string): void {
    this.#keep([...this.outbox, { key: crypto.randomUUID(), conversationId, communicationId, text, at: Date.now() }]);
    void this.flush();
  }

  retry(key: string): void {
    this.refused.delete(key);
    void this.flush();
  }

  /** Takes a message back that the server did not take. */
  discard(key: string): void {
    this.refused.delete(key);
    this.#keep(this.outbox.filter((one) => one.key !== key));
  }

  /** Sends what waits, in order. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) if (!(await this.#sendOne(next))) return;
    } finally {
      this.#sending = false;
    }
  }

  #next(): Outgoing | undefined {
    return this.outbox.find(({ key }) => !this.refused.has(key));
  }

  async #sendOne({ key, conversationId, communicationId, text }: Outgoing): Promise<boolean> {
    try {
      const sent = await api.post("/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages", {
        path: { conversationId, communicationId },
        headers: { "Idempotency-Key": key },
        body: { textBody: text },
      });
      const party = this.chats.get(conversationId)?.parties.find((one) => one.communicationId === communicationId);
      const line = lineOf(sent, party?.id ?? "");
      if (line) this.#add(conversationId, line);
      this.#keep(this.outbox.filter((one) => one.key !== key));
      return true;
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === "signed-out") void session.lost();
      // It stays, and goes out when the connection is back.
      else if (failure.kind !== "offline" && failure.kind !== "server") {
        this.refused.set(key, failure.message);
        return true;
      }
      return false;
    }
  }

  async readPresence(): Promise<void> {
    const path = { userId: this.userId };
    try {
      const [presence, routing, utilization] = await Promise.all([
        presenceOf(this.userId),
        api.get("/api/v2/users/{userId}/routingstatus", { path }),
        api.get("/api/v2/routing/users/{userId}/utilization", { path }),
      ]);
      this.presence = { presence, routing: routing.status, capacity: utilization.utilization.message.maximumCapacity, taken: utilization.taken };
    } catch (error) {
      if (Failure.of(error).kind === "signed-out") void session.lost();
    }
  }

  async setPresence(presence: string): Promise<void> {
    const before = this.presence;
    if (before) this.presence = { ...before, presence };
    const done = await attempt("Your presence was not changed", () => putPresence(this.userId, presence));
    if (!done) this.presence = before;
    await this.readPresence();
  }

  /** After an alert was let pass: asks for conversations again. */
  async goOn(): Promise<void> {
    await attempt("You are still not asked", async () => {
      await api.put("/api/v2/users/{userId}/routingstatus", { path: { userId: this.userId }, body: { status: "IDLE" } });
    });
    await this.readPresence();
  }

  async #readQueues(): Promise<void> {
    if (!session.may("routing:queue:view")) return;
    try {
      this.queues = (await api.get("/api/v2/routing/queues", { query: { pageSize: 100 } })).entities;
    } catch (error) {
      // Names of queues are a help; without them their conversations are shown all the same.
      console.warn("queues were not read", Failure.of(error).code);
    }
  }

  queueName(id: string | undefined): string | undefined {
    return this.queues.find((queue) => queue.id === id)?.name;
  }

  #put(read: Chat): void {
    this.chats.set(read.id, refreshed(this.chats.get(read.id), read));
  }

  #keep(outbox: readonly Outgoing[]): void {
    this.outbox = outbox;
    keepOutbox(localStorage, outbox);
  }

  #add(id: string, line: Line): void {
    // What is said while the messages are being read must not fall between the two.
    const thread = this.threads.get(id) ?? (id === this.open ? NOTHING_YET : undefined);
    if (thread) this.threads.set(id, { ...thread, lines: merged(thread.lines, [line]) });
  }

  #hear(event: StreamEvent): void {
    const id = event.conversationId;
    if (!event.type.startsWith("conversation:")) return;
    const before = this.chats.get(id);
    const chat = applied(before, event);
    if (chat && chat !== before) this.chats.set(id, chat);
    if (!before) this.#trim();
    const line = lineOfEvent(event);
    if (line) {
      this.#add(id, line);
      if (line.direction === "Inbound") {
        this.typing.delete(id);
        if (chat && standing(chat, this.userId) !== "none" && (id !== this.open || document.visibilityState !== "visible")) this.unread.add(id);
      }
    }
    if (event.type === "conversation:note") this.#hearNote(id, noteOf(event.data as Schemas["ConversationNote"]));
    if (event.type === "conversation:satisfaction") this.ratings.set(id, ratingOf(event.data as Schemas["ConversationSatisfaction"]));
    if (!chat) return this.#rereadSoon(id);
    // What they change is in the event.
    if (event.type === "conversation:note" || event.type === "conversation:receipt" || event.type === "conversation:satisfaction") return;
    // Wrap-ups that are owed and names of queues stand in the conversation alone.
    if (event.type !== "conversation:message" && (standing(chat, this.userId) !== "none" || (before && standing(before, this.userId) !== "none") || id === this.open)) this.#rereadSoon(id);
    if (event.type === "conversation:routing" || event.type === "conversation:participant" || event.type === "conversation:end") void this.#presenceSoon();
  }

  #hearNote(id: string, note: Note): void {
    if (!session.may("conversation:note:view")) return;
    // The first look at a conversation reads all of its notes.
    if (this.notes.has(id) || id === this.open) this.notes.set(id, withNotes(this.notes.get(id) ?? [], [note]));
    if (!note.mentions.includes(this.userId) || (id === this.open && document.visibilityState === "visible")) return;
    this.unread.add(id);
    const chat = this.chats.get(id);
    toasts.say(`${note.author} mentions you in a note on ${(chat && customerOf(chat)?.name) ?? "a visitor"}`);
  }

  /** A day at a busy desk: what ended long ago and is nobody's here goes. */
  #trim(): void {
    if (this.chats.size <= MOST_CHATS) return;
    const over = [...this.chats.values()].filter((chat) => chat.endedAt !== undefined && chat.id !== this.open && standing(chat, this.userId) === "none");
    over.sort((one, other) => one.startedAt - other.startedAt);
    for (const { id } of over.slice(0, this.chats.size - MOST_CHATS / 2)) {
      this.chats.delete(id);
      this.threads.delete(id);
      this.typing.delete(id);
      this.notes.delete(id);
      this.ratings.delete(id);
    }
  }

  #presenceTimer: ReturnType<typeof setTimeout> | undefined;
  #presenceSoon(): void {
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = undefined;
      void this.readPresence();
    }, 400);
  }

  #rereadSoon(id: string): void {
    if (this.#rereads.has(id)) return;
    this.#rereads.set(
      id,
      setTimeout(() => {
        this.#rereads.delete(id);
        void this.reread(id);
      }, 150),
    );
  }

  /** The customer of the open conversation types. */
  typed(id: string): void {
    this.typing.set(id, Date.now() + TYPING_SHOWN_MS);
  }
}

export const desk = new Desk();
