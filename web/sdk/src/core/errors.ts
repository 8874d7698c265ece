/** What can go wrong, each made by a named factory. Messages name keys and reasons, never values. */

import type { ErrorDetail, InFrame, Receipt } from "../protocol.js";

export interface WaybillErrorOptions {
  receipt?: Receipt | null;
  retryAfter?: number | null;
  details?: ErrorDetail[];
}

/** Every rejection and every `error` event. `status` is an HTTP status, or 0 when no server answered. */
export class WaybillError extends Error {
  override readonly name = "WaybillError";
  /** The verdicts, when the server refused a context. */
  declare readonly receipt?: Receipt;
  /** Seconds to wait, when the server is busy. */
  declare readonly retryAfter?: number;
  /** One entry per fault: key, rule, reason, remedy. */
  declare readonly details?: ErrorDetail[];

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { receipt, retryAfter, details }: WaybillErrorOptions = {},
  ) {
    super(message);
    if (receipt) this.receipt = receipt;
    if (typeof retryAfter === "number") this.retryAfter = retryAfter;
    if (details?.length) this.details = details;
  }
}

export const missingOption = (names: string, where: string) =>
  new WaybillError(400, "missing_option", `${where} needs the option ${names}`);

export const notCarriable = (path: string, what: string, remedy: string) =>
  new WaybillError(400, "not_json", `${path} is ${what}, which can't be sent: ${remedy}`, {
    details: [{ errorCode: "not_json", fieldName: path, message: `is ${what}`, remedy }],
  });

export const unreachable = (endpoint: string) =>
  new WaybillError(0, "unreachable", `no server answers at ${endpoint}; check the network and the option endpoint`);

export const timedOut = () => new WaybillError(0, "timed_out", "the server did not answer in time");

export const frameTooLarge = () =>
  new WaybillError(400, "frame_too_large", "the call is larger than one frame may be; send less");

export const notConnected = () =>
  new WaybillError(0, "closed", "this client was closed; make a new one");

export const noBrowser = () =>
  new WaybillError(0, "no_browser", "there is no browser here; call this from the page, not while rendering on a server");

export const noConversation = () =>
  new WaybillError(404, "conversation_not_found", "no conversation is open; call startChat() first");

export const sessionExpired = () => new WaybillError(404, "session_expired", "the session has expired; call startChat() again");

export const contextMismatch = (faults: string[], receipt: Receipt) =>
  new WaybillError(500, "context_mismatch", `what was stored differs from what was sent: ${faults.join("; ")}`, { receipt });

export const historyUnavailable = (status: number) =>
  new WaybillError(status, "history_unavailable", "messages may be missing: what was said while the connection was lost can't be read yet");

export const badFrame = () => new WaybillError(0, "bad_frame", "the server sent something that is not a frame");

/** The error that a frame with a code other than 200 carries. */
export function errorOfFrame(frame: InFrame): WaybillError {
  const body = frame.error ?? (frame.class === "Error" ? frame.body : undefined);
  if (body) return new WaybillError(body.status, body.code, body.message, body);
  if (frame.class === "TooManyRequestsErrorMessage") {
    return new WaybillError(429, "too_many_requests", frame.body.errorMessage, frame.body);
  }
  const text = frame.class === "string" ? frame.body : `the server answered with code ${frame.code}`;
  return new WaybillError(statusOfCode(frame.code), String(frame.code), text);
}

/** The field's protocol has codes of its own; pages know HTTP's. */
function statusOfCode(code: number): number {
  if (code >= 400 && code < 600) return code;
  switch (code) {
    case 4006:
    case 4007:
      return 404;
    case 4029:
      return 429;
    case 5000:
      return 500;
    default:
      return 400;
  }
}

/** Whether the session that the token names is gone. */
export const isSessionGone = (error: WaybillError): boolean =>
  ["4006", "4007", "session_expired", "session_not_found"].includes(error.code);

/** Whether waiting may help (START3). */
export const isRetryable = (error: WaybillError): boolean => [0, 429, 503].includes(error.status);
