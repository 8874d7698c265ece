/** A promise whose rejection is never lost: when nobody awaits it, it is reported. */

import { WaybillError } from "../core/errors.js";

/** Who wants to hear of an error that nobody awaited. */
const owners = new WeakMap<object, (error: object) => void>();

/** Makes `report` the one who hears when nobody awaits a promise that is rejected with `error`. */
export function own<E extends object>(error: E, report: (error: E) => void): E {
  if (!owners.has(error)) owners.set(error, report as (error: object) => void);
  return error;
}

/** Reports an error of ours; `false` when it is not ours. */
export function reportUnawaited(reason: unknown): boolean {
  const report = typeof reason === "object" && reason !== null ? owners.get(reason) : undefined;
  report?.(reason as object);
  return report !== undefined;
}

let watching = false;

/**
 * Browsers do not tell a page of unhandled rejections that begin in a script of another origin, and this SDK usually is one.
 * So each promise, and each that is derived from it by `then`, looks for itself whether anybody awaits it.
 */
export class Answer<T> extends Promise<T> {
  #awaited = false;

  constructor(executor: ConstructorParameters<typeof Promise<T>>[0]) {
    super(executor);
    if (watching) return;
    watching = true;
    super.then(undefined, (reason: unknown) => setTimeout(() => this.#check(reason)));
    watching = false;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true;
    return super.then(onFulfilled, onRejected);
  }

  #check(reason: unknown): void {
    // An error of the page's own, thrown in its callback, takes the browser's usual way.
    if (!this.#awaited && !reportUnawaited(reason)) void Promise.reject(reason);
  }
}

/** What goes wrong before a call is made is a rejection like any other. */
export function attempt<T>(make: () => Promise<T>, report: (error: WaybillError) => void): Promise<T> {
  try {
    return make();
  } catch (error) {
    return new Answer<T>((_, reject) => reject(error instanceof WaybillError ? own(error, report) : error));
  }
}

const printed = new WeakSet<WaybillError>();

/** One line for one error: keys and reasons, no values. */
export function print(error: WaybillError): void {
  if (printed.has(error)) return;
  printed.add(error);
  console.error(`[waybill] ${error.code} (${error.status}): ${error.message}`);
}
