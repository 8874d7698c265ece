/** Errors are handled in one place: what a person did either works, or he is told why not. */

import { Failure } from "./failure";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

/** Does something for a person; a failure is told in a toast that begins with what was tried. Answers whether it worked. */
export async function attempt(what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const failure = Failure.of(error);
    if (failure.kind === "signed-out") void session.lost();
    else toasts.fail(what, explained(failure));
    return false;
  }
}

export function explained(failure: Failure): string {
  switch (failure.kind) {
    case "offline":
      return failure.message;
    case "signed-out":
      return "You are signed out.";
    case "forbidden":
      return "Your role does not allow this. Ask an administrator.";
    case "not-found":
      return "It is not there any more, or out of your reach.";
    case "throttled":
      return "Too many requests. Wait a moment and try again.";
    case "conflict":
    case "refused":
    case "server":
      return failure.message;
    default:
      return failure.kind satisfies never;
  }
}
