/** Listeners by event name. */

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(data: never) => void>>();

  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** Whether anybody listened. A listener that throws does not keep the others from hearing. */
  emit<E extends keyof Events>(event: E, data: Events[E]): boolean {
    const listeners = [...(this.#listeners.get(event) ?? [])] as ((data: Events[E]) => void)[];
    for (const listener of listeners) {
      try {
        listener(data);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
    return listeners.length > 0;
  }
}
