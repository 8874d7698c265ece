/** What travels on the guest socket and in the HTTP answers that the SDK reads: the server's types, put together as unions. */

import type {
  CloseSessionFrame,
  ConfigStatus,
  ConfigureSessionFrame,
  ConnectionClosed,
  EchoFrame,
  ErrorBody,
  GetJwtFrame,
  JwtAnswer,
  OnMessageFrame,
  QueuePlace,
  ReconnectHint,
  Scalar,
  SessionAnswer,
  SetContextAnswer,
  SetContextFrame,
  StartChatAnswer,
  StartChatFrame,
  StructuredMessage,
  TooManyRequests,
  Waybill,
} from "./generated/wire.js";

export type {
  Customer,
  DeploymentDomains,
  ErrorBody,
  ErrorDetail,
  MessagePage,
  Page,
  QueuePlace,
  Receipt,
  ReceiptEntry,
  Scalar,
  StartChatAnswer,
  StructuredMessage,
} from "./generated/wire.js";

/** Context values by key. */
export type Scalars = { [key: string]: Scalar };

/** What the page gave travels untouched (START9), whatever it is. */
type WithOptions<Frame> = Omit<Frame, "options"> & { options: object };

/** What the SDK sends. Answers carry the same `tracingId`. */
export type OutFrame = { token: string; tracingId: string } & (
  | ({ action: "configureSession" } & ConfigureSessionFrame)
  | ({ action: "startChat"; startToken: string } & WithOptions<StartChatFrame>)
  | ({ action: "setContext" } & WithOptions<SetContextFrame>)
  | ({ action: "onMessage" } & OnMessageFrame)
  | ({ action: "closeSession" } & CloseSessionFrame)
  | ({ action: "echo"; message: { type: "Text"; text: string } } & Omit<EchoFrame, "message">)
  | ({ action: "getJwt" } & GetJwtFrame)
);

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

/** What the server sends. */
export type InFrame =
  | Frame<"SessionResponse", SessionAnswer>
  | Frame<"StartChatResponse", StartChatAnswer>
  | Frame<"SetContextResponse", SetContextAnswer>
  | Frame<"StructuredMessage", StructuredMessage>
  | Frame<"JwtResponse", JwtAnswer>
  | Frame<"QueuePosition", QueuePlace>
  | Frame<"ReconnectHint", ReconnectHint>
  | Frame<"ConnectionClosedEvent", ConnectionClosed>
  | Frame<"SessionExpiredEvent", object>
  | Frame<"LogoutEvent", object>
  | Frame<"Error", ErrorBody>
  | Frame<"TooManyRequestsErrorMessage", TooManyRequests>
  | Frame<"string", string>;

/** The part of `config.json` that the SDK reads. */
export interface DeploymentConfig {
  status?: ConfigStatus;
  waybill?: Partial<Waybill>;
}
