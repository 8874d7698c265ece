/** What most conversations do without: loaded when it is needed. */

import type { DeploymentConfig } from "./config.js";
import { contextOf, faultsOf, formFields, keysOf, nameOf, openFields, type Answers, type FormField } from "./core/form.js";
import { isWithinHours } from "./core/hours.js";
import { changeOf } from "./core/notice.js";
import { kindOf } from "./core/refusal.js";
import type { WaybillMessenger } from "./element.js";
import { enMore } from "./i18n/en-more.js";
import css from "./more.css";
import type { ContextOptions } from "./sdk.js";
import { contact, ended, page, queue, popup, sentence, survey } from "./view/pages.js";
import { replies, rich } from "./view/rich.js";

export const more = {
  css,
  texts: enMore,
  page,
  popup,
  contact,
  queue,
  ended,
  sentence,
  survey,
  rich,
  replies,
  contextOf,
  faultsOf,
  nameOf,
  kindOf,
  changeOf,
  /** What the visitor still has to be asked. */
  fields(element: WaybillMessenger, config: DeploymentConfig | null, context: ContextOptions, answers: Answers): FormField[] {
    // What the page asks wins over what the deployment asks.
    const asked = element.form ?? (element.hasAttribute("form") ? fieldsIn(element.getAttribute("form")) : config?.waybill?.form?.fields);
    const fields = formFields(asked ?? [], element.contextSchema);
    return openFields(fields, new Set(keysOf(context)), answers);
  },
  isClosed: (element: WaybillMessenger, now: Date): boolean =>
    element.hasAttribute("closed") || !isWithinHours(element.getAttribute("hours"), element.getAttribute("time-zone"), now),
};

export type More = typeof more;

function fieldsIn(json: string | null): readonly FormField[] {
  try {
    const fields = JSON.parse(json ?? "[]") as unknown;
    if (Array.isArray(fields)) return fields as FormField[];
  } catch {
    // Told below.
  }
  console.error("<waybill-messenger>: the attribute form is no JSON array of fields");
  return [];
}
