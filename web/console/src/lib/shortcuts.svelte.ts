/** Keys that do something outside of text fields. Single letters can be switched off; combinations always work. */

import { untrack } from "svelte";

export interface Shortcut {
  /** `j`, `?`, `mod+k`, `g d` (one after the other). */
  keys: string;
  title: string;
  group: string;
  run: () => void;
}

const OFF = "waybill:shortcuts-off";
const SEQUENCE_MS = 900;

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["button", "checkbox", "radio", "submit", "reset", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** The name of a key press: `mod+k` for Ctrl-K and ⌘K, `?` for what the letter says. */
export function nameOf({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): string {
  const letter = key.length === 1 ? key.toLowerCase() : key;
  return `${ctrlKey || metaKey ? "mod+" : ""}${altKey ? "alt+" : ""}${letter}`;
}

class Shortcuts {
  enabled = $state(localStorage.getItem(OFF) === null);
  all = $state.raw<readonly Shortcut[]>([]);
  #before: { key: string; at: number } | undefined;

  constructor() {
    addEventListener("keydown", (event) => this.#press(event));
  }

  /** Adds keys until the returned function is called; the newest wins. */
  add(shortcuts: readonly Shortcut[]): () => void {
    // Effects add keys, and must not run again because there are more.
    this.all = [...shortcuts, ...untrack(() => this.all)];
    return () => (this.all = untrack(() => this.all).filter((one) => !shortcuts.includes(one)));
  }

  switch(enabled: boolean): void {
    this.enabled = enabled;
    if (enabled) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const combined = name.startsWith("mod+");
    // In a dialog its own keys count. Seen from here an editor in a shadow root is its host: what is typed into is inside.
    if (!combined && (!this.enabled || event.altKey || isTextField(event.composedPath()[0] ?? event.target) || document.querySelector("dialog[open]"))) return;
    const before = this.#before && event.timeStamp - this.#before.at < SEQUENCE_MS ? `${this.#before.key} ${name}` : undefined;
    const found = this.all.find(({ keys }) => keys === before) ?? this.all.find(({ keys }) => keys === name);
    this.#before = { key: name, at: event.timeStamp };
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}

export const shortcuts = new Shortcuts();
