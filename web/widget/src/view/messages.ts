/** The conversation: days, groups, bubbles. Everything that somebody wrote becomes a text node. */

import { rowsOf, type Row } from "../core/rows.js";
import type { Entry } from "../core/state.js";
import { html, icon, nothing, type Piece, type Ui } from "./ui.js";

/** What needs more than lines of text. */
const RICH = /[*_`[]|https?:|^\s*(?:[-+•]|\d+[.)])\s/im;

/** Whether an entry can't be shown without the part that is loaded later. */
export const isRich = ({ text, content }: Entry): boolean => content.length > 0 || RICH.test(text);

export function log(ui: Ui): Piece {
  const { state, t, act, locale, more } = ui;
  const { entries, isTyping, isReading } = state;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "short" });
  const own = entries.filter(({ side }) => side === "visitor").at(-1);
  return html`<div class="middle"><div class="log" part="log" role="log" aria-label=${t("messages")} aria-busy=${isReading} tabindex="0" @scroll=${act.scrolled}>
      ${entries.length || isReading ? nothing : html`<p class="welcome" dir="auto">${ui.get("welcome") ?? t("welcome")}</p>`}
      ${rowsOf(entries, (at) => day.format(at)).map((row) => rowView(row, ui, own))}
      ${more?.replies(ui) ?? nothing}
    </div>
    <div class="below" role="status">
      ${isTyping ? html`<span class="typing" part="typing"><i></i><i></i><i></i><span class="quiet">${t("typing")}</span></span>` : nothing}
    </div>
    ${ui.hasNewBelow ? html`<button type="button" class="latest" @click=${act.toLatest}>${icon("down")}${t("latest")}</button>` : nothing}</div>`;
}

function rowView(row: Row, ui: Ui, own: Entry | undefined): Piece {
  const { t, locale } = ui;
  switch (row.type) {
    case "day":
      return html`<p class="day"><span>${dayName(row.at, locale)}</span></p>`;
    case "group": {
      const isOwn = row.side === "visitor";
      const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(row.at);
      return html`<div class="group ${row.side}">
        <p class="who"><bdi class=${isOwn ? "quiet" : ""}>${isOwn ? t("you") : row.name || t(row.isBot ? "bot" : "team")}</bdi> <time>${time}</time></p>
        ${row.entries.map((entry) => entryView(entry, ui, entry === own))}
      </div>`;
    }
    default:
      return row satisfies never;
  }
}

function entryView(entry: Entry, ui: Ui, isLastOwn: boolean): Piece {
  const { text, side, delivery, content } = entry;
  const { t, act, more } = ui;
  const rich = isRich(entry) ? more?.rich(entry, ui) : undefined;
  const isShown = text || !content.length || rich === null;
  return html`${isShown ? html`<div class="bubble" part="message message-${side}" dir="auto">${rich?.text ?? html`<p class="raw">${text || t("unshown")}</p>`}</div>` : nothing}
    ${rich?.cards ?? nothing}
    ${delivery === "failed"
      ? html`<p class="delivery failed">${t("failed")} · <button type="button" class="link" @click=${() => act.retry(entry)}>${t("again")}</button></p>`
      : delivery && isLastOwn
        ? html`<p class="delivery" part="delivery">${t(delivery)}</p>`
        : nothing}`;
}

function dayName(at: number, locale: string): string {
  const start = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((start(at) - start(Date.now())) / 86_400_000);
  if (days === 0 || days === -1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(at);
}
