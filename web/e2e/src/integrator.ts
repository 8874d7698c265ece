/** An API client: what somebody behind the site sees of a conversation. */

import type { DemoFile } from "./demo.js";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Participant {
  id: string;
  purpose: string;
  communicationId: string;
  attributes?: JsonObject;
}

/** A conversation as the webchat resource shows it. */
export interface Webchat {
  id: string;
  state: string;
  revision: number;
  customData: JsonObject;
  custom_attributes: JsonObject;
  attributes: { custom: JsonObject };
  routing_data: JsonObject;
  customer: JsonObject;
  participants: Participant[];
}

export interface ContextKey {
  status: "stored" | "quarantined" | "refused" | "absent";
  key: string;
  value?: Json;
  trust?: string;
  form?: string;
  sentAs?: string;
}

export interface Event {
  id: string;
  type: string;
  conversationId: string;
  data: JsonObject;
}

export class Integrator {
  private constructor(
    readonly baseUrl: string,
    readonly token: string,
  ) {}

  static async login({ baseUrl, oauthClient: { id, secret } }: DemoFile): Promise<Integrator> {
    const response = await fetch(`${baseUrl}/oauth/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token } = (await read(response)) as { access_token: string };
    return new Integrator(baseUrl, access_token);
  }

  async get<T = JsonObject>(path: string): Promise<T> {
    return (await read(await fetch(`${this.baseUrl}${path}`, { headers: this.#headers }))) as T;
  }

  webchat(id: string): Promise<Webchat> {
    return this.get(`/api/v2/conversations/webchat/${id}`);
  }

  async context(id: string): Promise<ContextKey[]> {
    return (await this.get<{ keys: ContextKey[] }>(`/api/v2/conversations/${id}/context`)).keys;
  }

  /** The ids of the conversations that have this value, as the list filter finds them. */
  async findByAttribute(key: string, value: string): Promise<string[]> {
    const query = new URLSearchParams({ attributeKey: key, attributeValue: value });
    const { entities } = await this.get<{ entities: Webchat[] }>(`/api/v2/conversations/webchat?${query}`);
    return entities.map(({ id }) => id);
  }

  /** All conversations, newest first. */
  async list(): Promise<Webchat[]> {
    return (await this.get<{ entities: Webchat[] }>("/api/v2/conversations/webchat?pageSize=100")).entities;
  }

  /** A deployment that any site may embed; its context policy is the usual one. Needs an administrator's client. */
  async createDeployment(name: string): Promise<string> {
    const headers = { ...this.#headers, "Content-Type": "application/json" };
    const body = JSON.stringify({ name, allowAllDomains: true });
    const response = await fetch(`${this.baseUrl}/api/v2/webdeployments/deployments`, { method: "POST", headers, body });
    return ((await read(response)) as { id: string }).id;
  }

  /** Answers as the business. */
  async say(id: string, text: string): Promise<void> {
    const { communicationId } = await this.#customer(id);
    await this.#write("POST", `/api/v2/conversations/messages/${id}/communications/${communicationId}/messages`, { textBody: text });
  }

  async putMetadata(id: string, metadata: JsonObject): Promise<void> {
    const { id: participant } = await this.#customer(id);
    await this.#write("PUT", `/api/v2/conversations/webchat/${id}/participants/${participant}`, { metadata });
  }

  /** The first event of a conversation. */
  async startEvent(id: string): Promise<Event> {
    const [first] = await this.#readEvents(id, () => true);
    if (!first) throw new Error("the stream ended before its first event");
    return first;
  }

  /** Every event of a conversation until now. A write marks where "now" is. */
  async events(id: string): Promise<Event[]> {
    const mark = `mark_${crypto.randomUUID().slice(0, 8)}`;
    await this.putMetadata(id, { [mark]: true });
    const isMark = ({ type, data }: Event) => type === "conversation:attributes" && JSON.stringify(data).includes(mark);
    return (await this.#readEvents(id, isMark)).slice(0, -1);
  }

  /** What was said, in order: `> text` by the guest, `< text` by the business. */
  async messages(id: string): Promise<string[]> {
    const messages = (await this.events(id)).filter(({ type, data }) => type === "conversation:message" && data["type"] === "Text");
    return messages.map(({ data }) => `${data["direction"] === "Inbound" ? ">" : "<"} ${data["text"] as string}`);
  }

  async #readEvents(id: string, isLast: (event: Event) => boolean): Promise<Event[]> {
    const path = `${this.baseUrl}/api/v2/conversations/${id}/events?cursor=beginning`;
    const response = await fetch(path, { headers: this.#headers });
    if (!response.ok || !response.body) throw new Error(`${path} answered ${response.status}`);
    const events: Event[] = [];
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data: "));
        if (!data) continue;
        const event = JSON.parse(data.slice("data: ".length)) as Event;
        events.push(event);
        // Leaving the loop ends the request.
        if (isLast(event)) return events;
      }
    }
    throw new Error("the stream ended early");
  }

  async #customer(id: string): Promise<Participant> {
    const customer = (await this.webchat(id)).participants.find(({ purpose }) => purpose === "customer");
    if (!customer) throw new Error(`conversation ${id} has no customer`);
    return customer;
  }

  async #write(method: "POST" | "PUT", path: string, body: JsonObject): Promise<void> {
    const headers = { ...this.#headers, "Content-Type": "application/json" };
    await read(await fetch(`${this.baseUrl}${path}`, { method, headers, body: JSON.stringify(body) }));
  }

  get #headers(): { Authorization: string } {
    return { Authorization: `Bearer ${this.token}` };
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
