/** What travels on the guest socket and in the two HTTP answers that the SDK reads. Named after the server's types. */

/** A context value: what JSON can say without nesting. */
export type Scalar = string | number | boolean | null;
export type Scalars = { [key: string]: Scalar };

/** The customer as a person (CTX8). */
export interface Customer {
  id?: string;
  name?: string;
  email?: string;
}

/** What became of one key (P1). */
export interface ReceiptEntry {
  /** The key as it was sent. */
  key: string;
  /** The container that it was sent in. */
  form: string;
  verdict: "stored" | "quarantined" | "refused";
  /** The key under which it is stored, when that is another one. */
  storedAs?: string;
  declared: boolean;
  trust: "page" | "flow" | "agent" | "server" | "signed";
  /** The type that the value was turned into without loss. */
  coerced?: string;
  reason?: string;
  rule?: string;
  remedy?: string;
}

/** One verdict for every key that was handed over; never a value (CTX4). */
export interface Receipt {
  revision: number;
  policyVersion: number;
  bytes: number;
  maxBytes: number;
  entries: ReceiptEntry[];
  /** Required keys that nobody sent. */
  missing: string[];
}

/** One fault of a refusal. */
export interface ErrorDetail {
  errorCode: string;
  fieldName: string;
  message?: string;
  remedy?: string;
}

/** The body of every error. */
export interface ErrorBody {
  message: string;
  code: string;
  status: number;
  contextId?: string;
  details?: ErrorDetail[];
  errors?: unknown[];
  receipt?: Receipt;
  /** Seconds. */
  retryAfter?: number;
}

export interface Page {
  /** The path of the page, without its query. */
  path: string;
}

// Frames that the SDK sends.

export interface ConfigureSessionFrame {
  action: "configureSession";
  deploymentId: string;
  token: string;
  organizationId?: string;
  region?: string;
  sdk: string;
  startNew: false;
  tracingId: string;
}

export interface StartChatFrame {
  action: "startChat";
  deploymentId: string;
  token: string;
  tracingId: string;
  startToken: string;
  /** The call form. */
  api: string;
  /** What the page gave, untouched (START9). */
  options: object;
  page?: Page;
  sdk: string;
  locale?: string;
  identityToken?: string;
}

export interface SetContextFrame {
  action: "setContext";
  token: string;
  tracingId: string;
  api: string;
  options: object;
  page?: Page;
  sdk: string;
}

export interface OnMessageFrame {
  action: "onMessage";
  token: string;
  tracingId: string;
  message: { type: "Text"; text: string; metadata: { id: string } } | { type: "Event"; events: MessageEvent[] };
}

export interface CloseSessionFrame {
  action: "closeSession";
  token: string;
  closeAllConnections: true;
  logout: true;
  tracingId: string;
}

export interface EchoFrame {
  action: "echo";
  token: string;
  tracingId: string;
  message: { type: "Text"; text: "ping" };
}

export interface GetJwtFrame {
  action: "getJwt";
  token: string;
  tracingId: string;
}

export type OutFrame =
  | ConfigureSessionFrame
  | StartChatFrame
  | SetContextFrame
  | OnMessageFrame
  | CloseSessionFrame
  | EchoFrame
  | GetJwtFrame;

// Frames that the server sends.

export interface SessionResponse {
  connected: boolean;
  newSession?: boolean;
  readOnly?: boolean;
}

export interface StartChatAnswer {
  sessionId: string;
  conversationId: string;
  participantId: string;
  status: "connected";
  resumed: boolean;
  customData: Scalars;
  customer: Customer;
  receipt: Receipt;
  revision: number;
  cursor?: string;
}

export interface SetContextAnswer {
  conversationId: string;
  revision: number;
  customData: Scalars;
  customer: Customer;
  receipt: Receipt;
}

export type MessageEvent =
  | { eventType: "Typing"; typing: { type: string; duration?: number } }
  | { eventType: "Presence"; presence: { type: string } };

/** A message on the socket or in the history. */
export interface StructuredMessage {
  id: string;
  type: "Text" | "Structured" | "Event";
  text?: string;
  direction: "Inbound" | "Outbound";
  channel: {
    /** Unique and increasing within the session. */
    time: string;
    messageId?: string;
    from?: { nickname?: string; firstName?: string; lastName?: string; image?: string };
  };
  content?: unknown[];
  events?: MessageEvent[];
  originatingEntity?: string;
  metadata?: { [name: string]: string };
  conversationId?: string;
  revision?: number;
}

interface Frame<Class extends string, Body> {
  type: "response" | "message";
  class: Class;
  /** 200, or an error. */
  code: number;
  tracingId?: string;
  body: Body;
  /** On errors of the field's own actions, beside their own body. */
  error?: ErrorBody;
}

export type InFrame =
  | Frame<"SessionResponse", SessionResponse>
  | Frame<"StartChatResponse", StartChatAnswer>
  | Frame<"SetContextResponse", SetContextAnswer>
  | Frame<"StructuredMessage", StructuredMessage>
  | Frame<"JwtResponse", { jwt: string; exp: number }>
  | Frame<"ReconnectHint", { afterMs: number }>
  | Frame<"ConnectionClosedEvent", { reason?: string; reasonCode?: string }>
  | Frame<"SessionExpiredEvent", object>
  | Frame<"LogoutEvent", object>
  | Frame<"Error", ErrorBody>
  | Frame<"TooManyRequestsErrorMessage", { retryAfter?: number; errorCode?: number; errorMessage?: string }>
  | Frame<"string", string>;

/** `GET /api/v2/webmessaging/messages`, newest first. */
export interface MessagePage {
  entities: StructuredMessage[];
  pageNumber: number;
  pageCount: number;
}

/** The part of `config.json` that the SDK reads. */
export interface DeploymentConfig {
  status?: string;
  waybill?: { organizationId?: string; region?: string };
}

export interface DeploymentDomains {
  allowAllDomains?: boolean;
  allowedDomains?: string[];
}
