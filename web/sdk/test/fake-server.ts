/** A guest server at the level of frames, for tests: it keeps what it acknowledged, and can be told to misbehave. */

import type { DeploymentDomains, ErrorBody, OutFrame, Receipt, Satisfaction, Scalars, StructuredMessage } from "../src/protocol.js";

export const ORG = "org-1";
export const DEPLOYMENT = "deployment-1";
export const REGION = "us-east-1";

/** One end of a socket. */
export interface Connection {
  token: string | undefined;
  greeted: boolean;
  send(frame: object): void;
  close(code: number): void;
}

interface GuestSession {
  sessionId: string;
  conversationId: string | null;
  customData: Scalars;
  messages: StructuredMessage[];
  starts: Map<string, { body: string; answer: object }>;
}

export class FakeServer {
  readonly sessions = new Map<string, GuestSession>();
  readonly connections = new Set<Connection>();
  /** Every frame that arrived. */
  readonly received: OutFrame[] = [];
  /** Errors for the next frames with this action, one each. */
  readonly failures: { action: string; error: ErrorBody }[] = [];
  /** Actions that are not answered at all. */
  readonly ignored = new Set<string>();
  status: "Active" | "Inactive" = "Active";
  organizationId = ORG;
  region = REGION;
  domains: DeploymentDomains = { allowAllDomains: true, allowedDomains: [] };
  /** HTTP status of the next history reads. */
  readonly historyStatus: number[] = [];
  conversations = 0;
  /** What customers are asked at the end. */
  asks: { satisfaction?: Satisfaction } = {};
  #clock = Date.parse("2026-11-20T10:00:00.000Z");

  receive(connection: Connection, frame: OutFrame): void {
    this.received.push(frame);
    if (this.ignored.has(frame.action)) return;
    const failure = this.failures.findIndex(({ action }) => action === frame.action);
    const [failing] = failure < 0 ? [] : this.failures.splice(failure, 1);
    const refusal = failing?.error ?? (connection.greeted ? undefined : this.#door(frame));
    if (refusal) {
      connection.send({ type: "response", class: "Error", code: refusal.status, tracingId: frame.tracingId, body: refusal });
      if (!connection.greeted && frame.action !== "startChat") connection.close(1008);
      return;
    }
    connection.greeted = true;
    this.#serve(connection, frame);
  }

  /** The business says something. */
  say(token: string, text: string): StructuredMessage {
    return this.#store(token, { type: "Text", text, direction: "Outbound" });
  }

  /** The business ends the conversation. */
  hangUp(token: string): void {
    const session = this.sessions.get(token);
    if (session) session.conversationId = null;
    const events = [{ eventType: "Presence" as const, presence: { type: "Disconnect" as const } }];
    this.#store(token, { type: "Event", events, direction: "Outbound", metadata: { readOnly: "false" } });
  }

  /** `GET /api/v2/webmessaging/messages`. */
  history(jwt: string, pageNumber: number, pageSize = 2): { status: number; body: unknown } {
    const status = this.historyStatus.shift();
    if (status) return { status, body: {} };
    const messages = [...(this.sessions.get(jwt)?.messages ?? [])].reverse();
    const entities = messages.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
    return { status: 200, body: { entities, pageNumber, pageSize, pageCount: Math.ceil(messages.length / pageSize) } };
  }

  only(): { token: string; session: GuestSession } {
    const [[token, session] = []] = [...this.sessions].filter(([, one]) => one.messages.length || one.conversationId);
    if (!token || !session) throw new Error("no session");
    return { token, session };
  }

  framesOf<A extends OutFrame["action"]>(action: A): Extract<OutFrame, { action: A }>[] {
    return this.received.filter((frame): frame is Extract<OutFrame, { action: A }> => frame.action === action);
  }

  #door(frame: OutFrame): ErrorBody | undefined {
    if (frame.action === "configureSession") {
      if (frame.deploymentId !== DEPLOYMENT || this.status !== "Active") return fault(401, "unknown_deployment");
      if (frame.organizationId && frame.organizationId !== this.organizationId) return fault(401, "wrong_organization");
      if (frame.region && frame.region !== this.region) return fault(400, "region_mismatch");
    }
    return undefined;
  }

  #serve(connection: Connection, frame: OutFrame): void {
    const { tracingId, token } = frame;
    const answer = (name: string, body: object): void =>
      connection.send({ type: "response", class: name, code: 200, tracingId, body });
    switch (frame.action) {
      case "configureSession": {
        const newSession = !this.sessions.has(token);
        this.#session(token);
        this.#join(connection, token);
        return answer("SessionResponse", { connected: true, newSession, readOnly: false, ...this.asks });
      }
      case "startChat":
        this.#join(connection, token);
        return this.#start(frame, connection);
      case "setContext": {
        const session = this.#session(token);
        if (!session.conversationId) return this.#refuse(connection, tracingId, fault(404, "conversation_not_found"));
        const receipt = admit(session, frame.options);
        const { conversationId, customData } = session;
        return answer("SetContextResponse", { conversationId, revision: 2, customData, customer: {}, receipt });
      }
      case "onMessage": {
        const { type = "Text", text = "", metadata, events } = frame.message as Partial<StructuredMessage>;
        const session = this.#session(token);
        if (!session.conversationId) return this.#refuse(connection, tracingId, fault(404, "conversation_not_found"));
        const known = metadata?.id && session.messages.find((one) => one.metadata?.id === metadata.id);
        if (known) return connection.send({ type: "message", class: "StructuredMessage", code: 200, tracingId, body: known });
        if (events?.[0]?.eventType === "Presence") session.conversationId = null;
        this.#store(token, { type, text, ...(metadata && { metadata }), ...(events && { events }), direction: "Inbound" }, tracingId);
        return;
      }
      case "closeSession": {
        this.sessions.delete(token);
        for (const other of this.#of(token)) {
          if (other !== connection) other.send({ type: "message", class: "ConnectionClosedEvent", code: 200, body: { reason: "loggedOut" } });
        }
        return answer("SessionResponse", { connected: false });
      }
      case "echo":
        return connection.send({ type: "response", class: "StructuredMessage", code: 200, tracingId, body: { id: "pong", type: "Text", text: "ping", direction: "Inbound", channel: { time: this.#time() } } });
      case "rateConversation": {
        const { score, comment = "" } = frame;
        return answer("RateConversationResponse", { conversationId: "conversation-1", score, comment, at: this.#time() });
      }
      case "receipt":
        return;
      case "getJwt":
        return answer("JwtResponse", { jwt: token, exp: 2_000_000_000 });
      default:
        return frame satisfies never;
    }
  }

  #start(frame: Extract<OutFrame, { action: "startChat" }>, connection: Connection): void {
    const session = this.#session(frame.token);
    const body = JSON.stringify(frame.options);
    const earlier = session.starts.get(frame.startToken);
    if (earlier && earlier.body !== body) return this.#refuse(connection, frame.tracingId, fault(409, "start_token_reused"));
    const resumed = session.conversationId !== null;
    if (!earlier && !resumed) {
      this.conversations += 1;
      session.conversationId = `conversation-${this.conversations}`;
      session.customData = {};
    }
    const answer = earlier?.answer ?? {
      sessionId: session.sessionId,
      conversationId: session.conversationId,
      participantId: "participant-1",
      status: "connected",
      resumed,
      receipt: admit(session, frame.options),
      customData: { ...session.customData },
      customer: (frame.options as { customer?: object }).customer ?? {},
      revision: 1,
      cursor: "1-1",
      ...this.asks,
    };
    if (!earlier) {
      session.starts.set(frame.startToken, { body, answer });
      const { message } = frame.options as { message?: string };
      if (message) this.#store(frame.token, { type: "Text", text: message, direction: "Inbound" });
    }
    connection.send({ type: "response", class: "StartChatResponse", code: 200, tracingId: frame.tracingId, body: answer });
  }

  #refuse(connection: Connection, tracingId: string, error: ErrorBody): void {
    connection.send({ type: "response", class: "Error", code: error.status, tracingId, body: error });
  }

  #store(token: string, message: Omit<StructuredMessage, "id" | "channel">, tracingId?: string): StructuredMessage {
    const session = this.#session(token);
    const { conversationId } = session;
    const stored: StructuredMessage = { ...message, ...(conversationId && { conversationId }), id: `message-${session.messages.length + 1}-${token}`, channel: { time: this.#time(), from: {}, to: {} } };
    session.messages.push(stored);
    const frame = { type: "message", class: "StructuredMessage", code: 200, ...(tracingId && { tracingId }), body: stored };
    for (const connection of this.#of(token)) connection.send(frame);
    return stored;
  }

  #join(connection: Connection, token: string): void {
    connection.token = token;
    this.connections.add(connection);
  }

  #of(token: string): Connection[] {
    return [...this.connections].filter((connection) => connection.token === token);
  }

  #session(token: string): GuestSession {
    const session = this.sessions.get(token) ?? {
      sessionId: `session-${this.sessions.size + 1}`,
      conversationId: null,
      customData: {},
      messages: [],
      starts: new Map(),
    };
    this.sessions.set(token, session);
    return session;
  }

  /** Without a fraction when it is zero, as some servers write it. */
  #time(): string {
    this.#clock += 250;
    return new Date(this.#clock).toISOString().replace(".000Z", "Z");
  }
}

export const fault = (status: number, code: string, more: Partial<ErrorBody> = {}): ErrorBody => ({
  message: code.replace(/_/g, " "),
  code,
  status,
  contextId: "context-1",
  details: [],
  errors: [],
  ...more,
});

const ALIASES: { [alias: string]: string } = { customerId: "crmCustomerId", crm_customer_id: "crmCustomerId" };

/** Stores everything, renames aliases, quarantines keys with a hyphen. */
function admit(session: GuestSession, options: object): Receipt {
  const { customData = {}, attributes, messaging, customer = {}, message: _, ...flat } = options as {
    [container: string]: Scalars;
  } & { attributes?: { custom?: Scalars }; messaging?: { customAttributes?: Scalars }; message?: string };
  const containers = {
    customData,
    "attributes.custom": attributes?.custom ?? {},
    "guest.customAttributes": messaging?.customAttributes ?? {},
    cxoneChat: flat,
    customer,
  };
  const entries: Receipt["entries"] = [];
  for (const [form, values] of Object.entries(containers)) {
    for (const [key, value] of Object.entries(values as Scalars)) {
      const verdict = key.includes("-") ? "quarantined" : "stored";
      const storedAs = ALIASES[key];
      if (verdict === "stored" && form !== "customer") session.customData[storedAs ?? key] = value;
      entries.push({ key, form, verdict, declared: false, trust: "page", ...(storedAs && { storedAs }) });
    }
  }
  return { revision: 1, policyVersion: 1, bytes: 1, maxBytes: 1024, entries, missing: [] };
}
