/** The module: importing it registers `<waybill-messenger>`. On a server it does nothing. */

import { define } from "./element.js";

define(() => import("./body.js"));

export type { ContextSchema, FormField } from "./core/form.js";
export { WaybillMessenger } from "./element.js";
export type { WaybillEvent, WaybillEventName, WaybillEvents } from "./events.js";
export type { IdentityToken } from "./host.js";
export type { ChatSession, ContextOptions, ContextResult, Message, Receipt, SentMessage, SignedContextOptions, StartOptions, WaybillError } from "./sdk.js";
