/** The panel: header, banners, the conversation, and the place to write. */

import { log } from "./messages.js";
import { html, icon, nothing, type Piece, type Ui } from "./ui.js";

export function panel(ui: Ui): Piece {
  const { state, t, act, more } = ui;
  const { conversation } = state;
  return html`<div class="frame" dir=${ui.direction} lang=${ui.locale}>
    <header part="header">
      ${ui.logo ? html`<img class="logo" src=${ui.logo} alt="" referrerpolicy="no-referrer" />` : nothing}
      <div class="brand">
        <h2 id="heading"><bdi>${ui.get("heading") ?? t("title")}</bdi></h2>
        <p class="status"><bdi>${ui.isClosed ? t("isClosed") : (ui.get("status-text") ?? t("status"))}</bdi></p>
      </div>
      ${state.entries.length
        ? html`<button type="button" class="icon" aria-label=${t("more")} aria-expanded=${state.popup === "menu"}
            @click=${() => act.popup(state.popup ? null : "menu")}>${icon("more")}</button>`
        : nothing}
      <button type="button" class="icon" aria-label=${t("close")} @click=${act.close}>${icon("close")}</button>
    </header>
    ${banner(ui)}
    ${more?.page(ui) ??
    html`${log(ui)} ${state.refusal ? refusal(ui) : nothing} ${more?.survey(ui) ?? nothing}
    ${conversation.name === "ended" ? (more?.ended(ui, conversation.by) ?? nothing) : composer(ui)}`}
    ${state.popup ? (more?.popup(ui) ?? nothing) : nothing}
  </div>`;
}

function banner(ui: Ui): Piece {
  const { isOffline, link, queue } = ui.state;
  const text = isOffline ? ui.t("offline") : link === "reconnecting" ? ui.t("reconnecting") : "";
  return html`<div role="status">${text ? html`<p class="banner warning" part="banner">${text}</p>` : queue ? ui.more?.queue(ui.t, queue) : nothing}</div>`;
}

/** A sentence for people, and a way on. Without the part that is loaded later the server can't be reached either. */
function refusal(ui: Ui): Piece {
  const { t, act, more } = ui;
  return html`<div class="refusal" part="refusal" role="alert">
    <p>${more?.sentence(ui) ?? t("refusedUnreachable")}</p>
    <div class="actions"><button type="button" class="primary" @click=${act.retryStart}>${t("again")}</button>${more?.contact(ui) ?? nothing}</div>
  </div>`;
}

function composer({ state, t, act }: Ui): Piece {
  const { draft } = state;
  return html`<footer class="composer" part="composer">
    <textarea rows="1" dir=${draft ? "auto" : nothing} maxlength="4000" enterkeyhint="send" aria-label=${t("message")} placeholder=${t("write")} .value=${draft}
      @input=${(event: Event) => act.draft((event.target as HTMLTextAreaElement).value)}
      @keydown=${(event: KeyboardEvent) => {
        // An input method that is composing needs the Enter key for itself.
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        act.send();
      }}></textarea>
    <button type="button" class="send" part="send" aria-label=${t("send")} ?disabled=${!draft.trim()} @click=${act.send}>${icon("send")}</button>
  </footer>`;
}
