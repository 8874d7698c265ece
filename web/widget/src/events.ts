/** What the element tells the page. Every event bubbles and leaves the shadow root; `detail` is typed. */

import type { ChatSession, Message, SentMessage, WaybillError } from "./sdk.js";

export interface WaybillEvents {
  /** The launcher stands. */
  "waybill-ready": null;
  "waybill-open": null;
  "waybill-close": null;
  /** The visitor, or the page, agreed to storage and connection. */
  "waybill-consent": null;
  /** A conversation began or was resumed by a start; `receipt` says what became of every key. */
  "waybill-started": ChatSession;
  /** The business said something. */
  "waybill-message": Message;
  /** Something of the visitor was stored. */
  "waybill-sent": SentMessage;
  "waybill-ended": { by: "business" | "guest" | "expiry" };
  "waybill-unread": { count: number };
  /** The visitor answered the question at the end. */
  "waybill-rated": { conversationId: string | null; score: number; comment: string };
  /** What no call of the page tells. Prevent the default to keep it out of the console. */
  "waybill-error": WaybillError;
}

export type WaybillEventName = keyof WaybillEvents;
export type WaybillEvent<Name extends WaybillEventName> = CustomEvent<WaybillEvents[Name]>;
