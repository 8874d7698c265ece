/** Something that is read from the server, with every state that a page has to show. */

import { Failure } from "./failure";
import { session } from "./session.svelte";

export type LoadState<T> = { name: "loading" } | { name: "ready"; value: T } | { name: "failed"; failure: Failure };

export class Loaded<T> {
  state = $state.raw<LoadState<T>>({ name: "loading" });
  /** Set while a newer value is on its way and the former is still shown. */
  refreshing = $state(false);
  /** What the network kept away comes when the network does. */
  readonly #again = (): void => void this.load();
  readonly #load: (signal: AbortSignal) => Promise<T>;
  #current: AbortController | undefined;

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.#load = load;
  }

  get value(): T | undefined {
    return this.state.name === "ready" ? this.state.value : undefined;
  }

  /** Reads it, anew if it was read; the newest call wins. */
  async load(): Promise<void> {
    this.#current?.abort();
    removeEventListener("online", this.#again);
    const controller = new AbortController();
    this.#current = controller;
    this.refreshing = true;
    try {
      const value = await this.#load(controller.signal);
      if (!controller.signal.aborted) this.state = { name: "ready", value };
    } catch (error) {
      if (controller.signal.aborted) return;
      const failure = Failure.of(error);
      if (failure.kind === "signed-out") void session.lost();
      else if (this.state.name !== "ready" || failure.kind !== "offline") this.state = { name: "failed", failure };
      if (failure.kind === "offline") addEventListener("online", this.#again, { once: true });
    } finally {
      if (this.#current === controller) this.refreshing = false;
    }
  }

  /** Changes what is shown, before the server has answered or after an event. */
  set(value: T): void {
    this.state = { name: "ready", value };
  }

  stop(): void {
    this.#current?.abort();
    removeEventListener("online", this.#again);
  }
}
