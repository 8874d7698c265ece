/** The one door to the SDK: its sources, so that the bundle carries the parts that are used and nothing else. */

export type { ChatSession, ContextResult, Message, Notice, SentMessage } from "../../sdk/src/core/state.js";
export { WaybillError } from "../../sdk/src/core/errors.js";
export { newId } from "../../sdk/src/transport/chance.js";
export { merge } from "../../sdk/src/core/json.js";
export { WebMessagingClient } from "../../sdk/src/forms/web-messaging-client.js";
export type { ErrorDetail, Receipt, ReceiptEntry, Scalar, Scalars, StructuredMessage } from "../../sdk/src/protocol.js";
export type { ClientOptions, ContextOptions, SignedContextOptions, StartOptions } from "../../sdk/src/transport/client.js";
