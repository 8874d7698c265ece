/** Lit's template tag without Lit's renderer: a template is plain data, and the part that is loaded later needs no more. */

import type { nothing as litNothing, TemplateResult } from "lit/html.js";

export type { TemplateResult };

const tag =
  (type: 1 | 2) =>
  (strings: TemplateStringsArray, ...values: unknown[]): TemplateResult =>
    ({ ["_$litType$"]: type, strings, values }) as TemplateResult;

export const html = tag(1);
export const svg = tag(2);
/** Renders nothing, and as an attribute takes it away. */
export const nothing = Symbol.for("lit-nothing") as typeof litNothing;
