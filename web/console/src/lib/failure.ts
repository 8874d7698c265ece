/** What can go wrong between here and the server, told apart by what a person can do about it. */

import type { components } from "../generated/api";

export type ErrorBody = components["schemas"]["ErrorBody"];

export type FailureKind = "offline" | "signed-out" | "forbidden" | "not-found" | "conflict" | "throttled" | "refused" | "server";

export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: FailureKind;
  readonly status: number;
  readonly code: string;
  readonly body: ErrorBody | undefined;

  private constructor(kind: FailureKind, status: number, code: string, message: string, body?: ErrorBody) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.body = body;
  }

  /** Nothing came back. */
  static offline(): Failure {
    return new Failure("offline", 0, "offline", "The server can't be reached. Check the connection and try again.");
  }

  /** The log-in is over. */
  static signedOut(): Failure {
    return new Failure("signed-out", 401, "bad.credentials", "You are signed out.");
  }

  static ofAnswer(status: number, body: ErrorBody | undefined): Failure {
    const message = body?.message ? sentence(body.message) : `The server answered ${status}.`;
    return new Failure(kindOf(status), status, body?.code ?? "unknown", message, body);
  }

  /** Whatever was caught, as one of ours; a programming error stays what it is. */
  static of(error: unknown): Failure {
    if (error instanceof Failure) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new Failure("server", 0, "console.error", message);
  }

  /** What to look up in the server's log. */
  get contextId(): string | undefined {
    return this.body?.contextId;
  }

  /** What is said about a field of a form. */
  detailFor(field: string): string | undefined {
    const detail = this.body?.details?.find((one) => one.fieldName === field);
    return detail === undefined ? undefined : [detail.message, detail.remedy].filter(Boolean).join(": ") || detail.errorCode;
  }
}

export function kindOf(status: number): FailureKind {
  if (status === 401) return "signed-out";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 409 || status === 412) return "conflict";
  if (status === 429) return "throttled";
  return status >= 500 ? "server" : "refused";
}

/** The server's messages begin small and have no full stop. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
