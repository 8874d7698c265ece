/** The conversation on the SDK: one client, its events as actions, sending until it is stored once. */

import type { Action, State } from "./core/state.js";
import type { Host, IdentityToken } from "./host.js";
import { WaybillError, WebMessagingClient, type ChatSession, type SentMessage, type StartOptions } from "./sdk.js";

/** Something that the visitor says. The key is the message's own id: sent again, it is stored once (START8). */
export interface Saying {
  key: string;
  text: string;
  content?: readonly object[];
}

interface Listener {
  dispatch(action: Action): void;
  /** An error that no call of the page carries. */
  tell(error: WaybillError): void;
  heard(name: "message" | "sent" | "typing" | "notice", detail: unknown): void;
  state(): State;
}

export class Chat {
  readonly #host: Host;
  readonly #to: Listener;
  #client: WebMessagingClient | undefined;
  #waiting: Saying[] = [];
  #isStale = false;
  lastConversationId: string | null = null;

  constructor(host: Host, to: Listener) {
    this.#host = host;
    this.#to = to;
  }

  /** A conversation is open in this browser: shows what was said. */
  resume(): void {
    this.#isStale = true;
    if (this.#client) {
      this.#client.connect();
      return void this.#read();
    }
    this.#attempt((client) => client.connect());
  }

  async start(options: StartOptions): Promise<ChatSession> {
    const { dispatch, tell } = this.#to;
    dispatch({ type: "set", change: { conversation: { name: "starting" }, refusal: null } });
    try {
      const identityToken = options.identityToken ?? (await tokenOf(this.#host.element.identityToken));
      const session = await this.client.startChat({ ...options, ...(identityToken !== undefined && { identityToken }) });
      this.lastConversationId = session.conversationId;
      dispatch({ type: "started", id: session.conversationId });
      for (const saying of this.#waiting.splice(0)) void this.send(saying).catch(() => undefined);
      return session;
    } catch (reason) {
      const error = errorOf(reason);
      this.#waiting = [];
      dispatch({ type: "refused", refusal: error });
      tell(error);
      throw error;
    }
  }

  /** Goes out when the start that is under way has succeeded. */
  sayLater(saying: Saying): void {
    this.#waiting.push(saying);
  }

  async send({ key, text, content }: Saying): Promise<SentMessage> {
    const { dispatch, tell } = this.#to;
    try {
      return await this.client.sendMessage({ text, id: key, ...(content && { content }) });
    } catch (reason) {
      const error = errorOf(reason);
      dispatch({ type: "delivery", key, delivery: "failed" });
      // The conversation ended unnoticed; what was written stays, and can begin another one.
      if (error.status === 404) dispatch({ type: "ended", by: "business" });
      if (error.code === "message_too_long") dispatch({ type: "set", change: { refusal: error } });
      tell(error);
      throw error;
    }
  }

  typing(): void {
    this.#client?.sendTyping();
  }

  /** Somebody has seen what the business said. */
  seen(): void {
    this.#client?.read();
  }

  async rate(score: number, comment: string): Promise<void> {
    await this.#client?.rate({ score, ...(comment && { comment }) });
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #attempt(use: (client: WebMessagingClient) => void): void {
    try {
      use(this.client);
    } catch (reason) {
      const error = errorOf(reason);
      this.#to.dispatch({ type: "refused", refusal: error });
      this.#to.tell(error);
    }
  }

  /** Made when it is first needed. */
  get client(): WebMessagingClient {
    if (this.#client) return this.#client;
    const { element, endpoint } = this.#host;
    const [orgId, region, deploymentId] = ["org-id", "region", "deployment-id"].map((name) => element.getAttribute(name) ?? undefined);
    const client = new WebMessagingClient({ orgId, region, deploymentId, endpoint, connect: "lazy" });
    this.#client = client;
    const { dispatch, heard, tell } = this.#to;
    const stand = () => {
      dispatch({ type: "set", change: { link: "online" } });
      if (this.#isStale) void this.#read();
      this.#sendAgain();
    };
    client.on("connected", stand);
    client.on("reconnected", stand);
    client.on("disconnected", ({ reason }) => {
      const isLost = reason !== "closed" && reason !== "session_limit";
      dispatch({ type: "set", change: { link: isLost ? "reconnecting" : "idle" } });
    });
    client.on("message", (message) => {
      dispatch({ type: "message", message: message.raw });
      heard("message", message);
      this.#host.emit("waybill-message", message);
    });
    client.on("sent", (message) => {
      dispatch({ type: "sent", message: message.raw });
      heard("sent", message);
      this.#host.emit("waybill-sent", message);
    });
    client.on("typing", (typing) => heard("typing", typing));
    client.on("notice", (notice) => heard("notice", notice));
    client.on("read", ({ upTo }) => heard("notice", { class: "ReceiptEvent", body: { readUpTo: upTo.toISOString() } }));
    client.on("satisfaction", (body) => heard("notice", { class: "SurveyEvent", body }));
    client.on("ended", ({ by }) => {
      dispatch({ type: "ended", by });
      this.#host.emit("waybill-ended", { by });
    });
    client.on("error", (error) => {
      const { conversation } = this.#to.state();
      // A connection that is turned away is like a start that is refused. What a call carries is told there.
      if (conversation.name === "open" && [400, 401, 403].includes(error.status)) dispatch({ type: "refused", refusal: error });
      if (conversation.name !== "starting") tell(error);
    });
    return client;
  }

  /** What was said before this page was there. */
  async #read(): Promise<void> {
    this.#isStale = false;
    const { dispatch } = this.#to;
    dispatch({ type: "set", change: { isReading: true } });
    try {
      dispatch({ type: "history", messages: (await this.#client?.history()) ?? [] });
      this.lastConversationId = this.#client?.conversationId ?? this.lastConversationId;
      this.#to.heard("message", null);
    } catch (reason) {
      dispatch({ type: "set", change: { isReading: false } });
      this.#to.tell(errorOf(reason));
    }
  }

  /** The network is back: what did not get through goes out in its order, under the same ids. */
  #sendAgain(): void {
    const { conversation, entries } = this.#to.state();
    if (conversation.name !== "open") return;
    for (const { key, text, content, delivery, id } of entries) {
      if (delivery !== "failed" || id) continue;
      this.#to.dispatch({ type: "delivery", key, delivery: "sending" });
      void this.send({ key, text, ...(content.length && { content: content as object[] }) }).catch(() => undefined);
    }
  }
}

async function tokenOf(token: IdentityToken | undefined): Promise<string | undefined> {
  if (typeof token !== "function") return token;
  try {
    return await token();
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : "no reason given";
    throw new WaybillError(0, "identity_token_failed", `identityToken() failed: ${why}`);
  }
}

const errorOf = (reason: unknown): WaybillError =>
  reason instanceof WaybillError ? reason : new WaybillError(0, "unexpected", reason instanceof Error ? reason.message : String(reason));
