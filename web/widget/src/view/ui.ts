/** What every view is given: what to show, in which language, and what can be done. */

import type { Entry, State } from "../core/state.js";
import type { FormField } from "../core/form.js";
import type { Translate } from "../i18n/catalogue.js";
import type { More } from "../more.js";
import { html, nothing, svg, type TemplateResult } from "./tag.js";

export type Piece = TemplateResult | typeof nothing;

export interface Ui {
  state: State;
  /** An attribute of the element. */
  get(name: string): string | null;
  endpoint: string;
  t: Translate;
  locale: string;
  direction: "ltr" | "rtl";
  /** What is loaded when it is needed. */
  more: More | null;
  isClosed: boolean;
  hasMarkdown: boolean;
  logo: string | null;
  /** Fields of the form that are still to be asked. */
  fields: readonly FormField[];
  /** Messages came while the visitor reads further up. */
  hasNewBelow: boolean;
  act: Acts;
}

export interface Acts {
  close(): void;
  agree(): void;
  submitForm(): void;
  answer(name: string, value: string | boolean): void;
  draft(text: string): void;
  send(): void;
  retry(entry: Entry): void;
  retryStart(): void;
  /** A quick reply or the button of a card. */
  press(text: string, content: readonly object[]): void;
  popup(which: State["popup"]): void;
  end(): void;
  restart(): void;
  download(): void;
  toLatest(): void;
  scrolled(): void;
  score(score: number): void;
  rate(comment: string): void;
}

const PATHS = {
  close: "M6 6l12 12M18 6 6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M5 12h13M12 5.500 18.500 12 12 18.500",
  down: "M12 5v14M6 13l6 6 6-6",
};

export const icon = (name: keyof typeof PATHS): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" class="i-${name}">${svg`<path d=${PATHS[name]}></path>`}</svg>`;

export { html, nothing };
