/** The module: everything by name. Importing it does nothing, also on a server. */

export { WaybillError, type WaybillErrorOptions } from "./core/errors.js";
export type { ChatSession, ContextResult, Events, Message, Notice, Rating, SentMessage } from "./core/state.js";
export { cxoneChat, type CxoneChat, type CxoneStartOptions } from "./forms/cxone-chat.js";
export { GenesysCloudWebMessaging } from "./forms/genesys-cloud-web-messaging.js";
export type { GenesysConfig, GenesysEvent, GenesysFunction } from "./forms/genesys-command.js";
export { WebMessagingClient } from "./forms/web-messaging-client.js";
export type { Customer, ErrorDetail, Receipt, ReceiptEntry, Scalar, Scalars, StructuredMessage } from "./protocol.js";
export type { ClientOptions, ContextOptions, OutgoingMessage, SignedContextOptions, StartOptions } from "./transport/client.js";
export type { StorageOption } from "./transport/session-store.js";
export { VERSION } from "./version.js";
