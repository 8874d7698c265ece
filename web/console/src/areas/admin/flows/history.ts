/** What was written before, to take back what was done. Typing comes back in pieces, not letter by letter. */

const PAUSE_MS = 900;

interface Kept {
  text: string;
  /** What was being changed; changes of the same thing without a pause are one. */
  of: string;
  at: number;
}

export class History {
  #past: Kept[] = [];
  #future: string[] = [];

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Keeps the text as it was before a change. */
  keep(text: string, of: string, now: number): void {
    const last = this.#past.at(-1);
    this.#future = [];
    if (last && of !== "" && last.of === of && now - last.at < PAUSE_MS) {
      last.at = now;
      return;
    }
    this.#past.push({ text, of, at: now });
  }

  undo(present: string): string | undefined {
    const last = this.#past.pop();
    if (last) this.#future.push(present);
    return last?.text;
  }

  redo(present: string): string | undefined {
    const next = this.#future.pop();
    // What was taken back and done again is a change of its own.
    if (next !== undefined) this.#past.push({ text: present, of: "", at: 0 });
    return next;
  }
}
