/** What a visitor is told when something went wrong: a sentence for people, and what to do next. */

import type { ErrorDetail, WaybillError } from "../sdk.js";

export type RefusalKind = "setup" | "context" | "tooLong" | "busy" | "unreachable" | "unknown" | "form";

/** An error that ended a start, as far as a visitor is concerned. */
export type Refusal = Pick<WaybillError, "status" | "code"> & { details?: ErrorDetail[] };

/** `asked` are the names of the fields that the visitor has answered; `names` those that were not accepted. */
export function kindOf({ status, code, details }: Refusal, asked: readonly string[]): { kind: RefusalKind; names: string[] } {
  if (code === "context_refused") {
    const names = asked.filter((name) => details?.some(({ fieldName }) => fieldName === name || fieldName.endsWith(`.${name}`)));
    return { kind: names.length ? "form" : "context", names };
  }
  return { kind: plainKindOf(status, code), names: [] };
}

function plainKindOf(status: number, code: string): RefusalKind {
  if (code === "message_too_long" || code === "frame_too_large") return "tooLong";
  if (code.startsWith("identity_token")) return "context";
  if (status === 429) return "busy";
  if (status === 0 || status === 503) return "unreachable";
  return [400, 401, 403].includes(status) ? "setup" : "unknown";
}
