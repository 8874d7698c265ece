/** What stands in place of the conversation, or over it: consent, closed, the form, the menu, the question at the end. */

import { nameOf, type FormField } from "../core/form.js";
import { safeHref } from "../core/links.js";
import { kindOf, type RefusalKind } from "../core/refusal.js";
import type { State } from "../core/state.js";
import type { Key, Translate } from "../i18n/catalogue.js";
import { html, nothing, type Piece, type Ui } from "./ui.js";

/** `undefined` where the conversation is shown. */
export function page(ui: Ui): Piece | undefined {
  const { state, fields, isClosed } = ui;
  const isBefore = state.conversation.name === "none";
  if (!state.hasConsent) return consent(ui);
  if (isBefore && isClosed && !state.entries.length) return closed(ui);
  return isBefore && !state.isFormDone && fields.length ? form(ui) : undefined;
}

export function popup(ui: Ui): Piece {
  return ui.state.popup === "end" ? endDialog(ui) : menu(ui);
}

function menu({ state, t, act }: Ui): Piece {
  return html`<div class="menu" part="menu">
    <button type="button" @click=${act.download}>${t("download")}</button>
    ${state.conversation.name === "open" ? html`<button type="button" @click=${() => act.popup("end")}>${t("end")}</button>` : nothing}
  </div>`;
}

function consent({ get, t, act }: Ui): Piece {
  const privacy = safeHref(get("privacy-url"));
  return html`<div class="page" part="consent">
    <h3>${t("consentTitle")}</h3>
    <p>${t("consentText")}</p>
    ${privacy ? html`<p><a href=${privacy} target="_blank" rel="noopener">${t("privacy")}</a></p>` : nothing}
    <div class="actions">
      <button type="button" class="primary" @click=${act.agree}>${t("consentYes")}</button>
      <button type="button" class="plain" @click=${act.close}>${t("consentNo")}</button>
    </div>
  </div>`;
}

function closed(ui: Ui): Piece {
  return html`<div class="page" part="closed"><p>${ui.t("closed")}</p>${contact(ui)}</div>`;
}

export function contact({ get, t }: Ui): Piece {
  const href = safeHref(get("contact-url"));
  return href ? html`<a href=${href} target="_blank" rel="noopener" dir="auto">${get("contact-text") ?? t("contact")}</a>` : nothing;
}

function form(ui: Ui): Piece {
  const { fields, t, act, state } = ui;
  return html`<form class="page" part="form" novalidate @submit=${(event: Event) => (event.preventDefault(), act.submitForm())}>
    <h3>${t("formTitle")}</h3>
    ${state.refusal ? html`<p class="fault" role="alert">${t("refusedForm")}</p>` : html`<p>${t("formHint")}</p>`}
    ${fields.map((field) => fieldView(field, ui))}
    <div class="actions"><button class="primary">${t("formSend")}</button>${state.refusal ? contact(ui) : nothing}</div>
  </form>`;
}

// A space in an id would split a reference to it.
const idOf = (kind: string, name: string): string => `${kind}-${name.replace(/\s/g, "-")}`;

function fieldView(field: FormField, ui: Ui): Piece {
  const { t, state } = ui;
  const name = nameOf(field);
  const fault = state.faults[name];
  const label = html`<span dir="auto">${field.label ?? field.key}</span>${field.required ? nothing : html` <small>(${t("optional")})</small>`}`;
  const input = fieldInput(field, ui);
  return html`<div class="field">
    ${field.type === "checkbox" ? html`<label class="check">${input}<span>${label}</span></label>` : html`<label for=${idOf("f", name)}>${label}</label>${input}`}
    ${fault ? html`<p class="fault" id=${idOf("e", name)}>${t(fault)}</p>` : nothing}
  </div>`;
}

function fieldInput(field: FormField, { state, t, act }: Ui): Piece {
  const name = nameOf(field);
  const answer = state.answers[name];
  const value = typeof answer === "string" ? answer : "";
  const isWrong = name in state.faults;
  const id = idOf("f", name);
  const fault = isWrong ? idOf("e", name) : nothing;
  const onInput = (event: Event) => act.answer(name, (event.target as HTMLInputElement).value);
  const { autocomplete = AUTOCOMPLETE[name] ?? "off", maxLength = nothing, type = "text" } = field;
  switch (type) {
    case "checkbox":
      return html`<input type="checkbox" .checked=${answer === true} aria-required=${!!field.required} aria-invalid=${isWrong} aria-describedby=${fault}
        @change=${(event: Event) => act.answer(name, (event.target as HTMLInputElement).checked)} />`;
    case "select":
      return html`<select id=${id} aria-required=${!!field.required} aria-invalid=${isWrong} aria-describedby=${fault} @change=${onInput}>
        <option value="">${t("choose")}</option>
        ${(field.options ?? []).map((one) => {
          const option = typeof one === "string" ? { value: one, label: one } : one;
          return html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`;
        })}
      </select>`;
    case "textarea":
      return html`<textarea id=${id} rows="3" .value=${value} maxlength=${maxLength} aria-required=${!!field.required} aria-invalid=${isWrong}
        aria-describedby=${fault} dir=${value ? "auto" : nothing} @input=${onInput}></textarea>`;
    case "text":
    case "email":
    case "tel":
    case "number":
      return html`<input id=${id} type=${type === "number" ? "text" : type} inputmode=${type === "number" ? "decimal" : nothing} .value=${value}
        maxlength=${maxLength} autocomplete=${autocomplete} aria-required=${!!field.required} aria-invalid=${isWrong} aria-describedby=${fault} dir=${value ? "auto" : nothing} @input=${onInput} />`;
    default:
      return type satisfies never;
  }
}

const AUTOCOMPLETE: Record<string, string> = { "customer.name": "name", "customer.email": "email" };

const SENTENCES: Record<RefusalKind, Key> = {
  setup: "refusedSetup",
  context: "refusedContext",
  form: "refusedForm",
  tooLong: "refusedTooLong",
  busy: "refusedBusy",
  unreachable: "refusedUnreachable",
  unknown: "refusedUnknown",
};

/** What the visitor reads after a refusal. */
export const sentence = ({ state, t }: Ui): string => (state.refusal ? t(SENTENCES[kindOf(state.refusal, Object.keys(state.answers)).kind]) : "");

export function survey({ state, t, act }: Ui): Piece {
  const { survey: asked } = state;
  if (!asked) return nothing;
  if (asked.isSent) return html`<p class="survey" role="status">${t("thanks")}</p>`;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    act.rate(String(new FormData(event.target as HTMLFormElement).get("comment") ?? ""));
  };
  return html`<form class="survey" part="survey" @submit=${onSubmit}>
    <fieldset>
      <legend dir="auto">${asked.question || t("survey")}</legend>
      ${[1, 2, 3, 4, 5].map(
        (score) => html`<label class="star ${(asked.score ?? 0) >= score ? "on" : ""}"><input type="radio" name="score" class="quiet" value=${score}
            .checked=${asked.score === score} @change=${() => act.score(score)} /><span aria-hidden="true">★</span><span class="quiet">${t("stars", { n: score })}</span></label>`,
      )}
    </fieldset>
    ${asked.score ? html`<textarea name="comment" rows="2" dir="auto" aria-label=${t("comment")} placeholder=${t("comment")}></textarea><button class="primary">${t("rate")}</button>` : nothing}
  </form>`;
}

function endDialog({ t, act }: Ui): Piece {
  return html`<div class="veil">
    <div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="end-ask" aria-describedby="end-hint">
      <h3 id="end-ask">${t("endAsk")}</h3>
      <p id="end-hint">${t("endHint")}</p>
      <div class="actions">
        <button type="button" class="danger" @click=${act.end}>${t("endYes")}</button>
        <button type="button" class="plain" id="end-no" @click=${() => act.popup(null)}>${t("endNo")}</button>
      </div>
    </div>
  </div>`;
}

export function ended({ t, act }: Ui, by: "business" | "guest" | "expiry"): Piece {
  return html`<footer class="over" part="ended">
    <p role="status">${t(by === "guest" ? "endedGuest" : by === "expiry" ? "endedExpiry" : "endedBusiness")}</p>
    <div class="actions">
      <button type="button" class="primary" @click=${act.restart}>${t("restart")}</button>
      <button type="button" class="plain" @click=${act.download}>${t("download")}</button>
    </div>
  </footer>`;
}

export function queue(t: Translate, { position, waitMs }: NonNullable<State["queue"]>): Piece {
  const minutes = waitMs === null ? 0 : Math.max(1, Math.round(waitMs / 60_000));
  return html`<p class="banner" part="queue">${position > 1 ? t("ahead", { n: position - 1 }) : t("next")} ${minutes ? t("wait", { n: minutes }) : nothing}</p>`;
}
