/** Short messages about what was done, with a way back where there is one. */

export interface Toast {
  id: number;
  tone: "neutral" | "danger";
  text: string;
  detail?: string;
  undo?: () => void;
}

const SHOWN_MS = 6_000;
/** What can be undone, and what went wrong, is read more slowly. */
const LONG_MS = 12_000;

class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #next = 1;

  say(text: string, options: { undo?: () => void } = {}): void {
    this.#show({ id: this.#next++, tone: "neutral", text, ...options }, options.undo ? LONG_MS : SHOWN_MS);
  }

  fail(text: string, detail?: string): void {
    this.#show({ id: this.#next++, tone: "danger", text, ...(detail === undefined ? {} : { detail }) }, LONG_MS);
  }

  close(id: number): void {
    this.all = this.all.filter((one) => one.id !== id);
  }

  #show(toast: Toast, ms: number): void {
    this.all = [...this.all.slice(-3), toast];
    setTimeout(() => this.close(toast.id), ms);
  }
}

export const toasts = new Toasts();
