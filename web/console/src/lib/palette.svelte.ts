/** What the palette finds besides pages: areas add finders, such as conversations by a CRM id. */

export interface Found {
  id: string;
  title: string;
  detail?: string;
  group: string;
  run: () => void;
}

/** Finds things by a text of at least two letters. */
export type Finder = (text: string, signal: AbortSignal) => Promise<readonly Found[]>;

class Palette {
  open = $state(false);
  readonly finders = new Set<Finder>();

  addFinder(finder: Finder): () => void {
    this.finders.add(finder);
    return () => this.finders.delete(finder);
  }
}

export const palette = new Palette();

/** Whether every word of the text is in the title or the words, in any order. */
export function fits(text: string, title: string, words = ""): boolean {
  const all = `${title} ${words}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
