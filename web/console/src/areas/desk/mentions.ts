/** `@name` in a note asks for somebody's attention. Pure. */

export interface Person {
  id: string;
  name: string;
}

/** What is being written after the last `@` before the cursor, and where it begins. */
export function mentionAt(text: string, cursor: number): { from: number; query: string } | undefined {
  const found = /(?:^|\s)@([^\s@]{0,40})$/.exec(text.slice(0, cursor));
  return found ? { from: cursor - (found[1] ?? "").length - 1, query: found[1] ?? "" } : undefined;
}

/** The text with the name in place of what was being written, and where the cursor goes. */
export function withMention(text: string, from: number, cursor: number, name: string): { text: string; cursor: number } {
  const before = `${text.slice(0, from)}@${name} `;
  return { text: before + text.slice(cursor).replace(/^ /, ""), cursor: before.length };
}

/** Who is still named in the text. */
export function mentionedIn(text: string, chosen: readonly Person[]): string[] {
  return [...new Set(chosen.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id))].slice(0, 20);
}
