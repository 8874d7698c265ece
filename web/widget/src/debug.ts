/** `?waybill-debug`: what integrators want to know. Keys, verdicts and reasons, never a value. */

import type { State } from "./core/state.js";
import css from "./debug.css";
import type { Host } from "./host.js";
import type { ErrorDetail, Receipt } from "./sdk.js";

const LINES = 40;

type Told = { receipt?: Receipt; code?: string; status?: unknown; message?: string; details?: ErrorDetail[]; conversationId?: string; class?: string };

/** Draws the overlay and returns who feeds it. */
export function attachDebug(host: Host, undo: (() => void)[]): (name: string, detail: unknown, state: State) => void {
  host.adopt(css);
  const box = element("details", { class: "debug", part: "debug" });
  box.setAttribute("open", "");
  const facts = element("dl", {});
  const receipt = element("table", {});
  const events = element("ol", { "aria-label": "Last events", tabindex: "0" });
  const { element: own, endpoint } = host;
  box.append(
    element("summary", {}, "Waybill debug"),
    facts,
    element("h3", {}, "Receipt"),
    receipt,
    element("h3", {}, "Last events"),
    events,
  );
  host.root.append(box);
  undo.push(() => box.remove());
  let conversationId = "–";
  rows(receipt, [["No start yet", "", ""]]);

  return (name, detail, state) => {
    const told = (detail ?? {}) as Told;
    conversationId = told.conversationId ?? (state.conversation.name === "open" ? state.conversation.id : conversationId);
    facts.replaceChildren(
      ...Object.entries({
        connection: state.isOffline ? "offline" : state.link,
        conversation: state.conversation.name,
        "conversation id": conversationId,
        deployment: own.getAttribute("deployment-id") ?? "",
        organization: own.getAttribute("org-id") ?? "missing: set org-id",
        server: endpoint,
        consent: state.hasConsent ? "given" : "missing",
      }).flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, value)]),
    );
    if (told.receipt) rows(receipt, told.receipt.entries.map(({ key, verdict, reason, storedAs }) => [key, verdict, reason ?? storedAs ?? ""]));
    else if (told.details?.length) rows(receipt, told.details.map(({ fieldName, errorCode, message }) => [fieldName, errorCode, message ?? ""]));
    if (name === "set") return;
    const code = told.code ? ` ${told.code} (${String(told.status)}): ${told.message ?? ""}` : told.class ? ` ${told.class}` : "";
    events.prepend(element("li", {}, `${new Date().toLocaleTimeString("en-GB")} ${name}${code}`));
    while (events.childElementCount > LINES) events.lastElementChild?.remove();
  };
}

function rows(table: Element, lines: readonly (readonly string[])[]): void {
  const head = element("tr", {});
  head.append(...["key", "verdict", "why"].map((name) => element("th", { scope: "col" }, name)));
  table.replaceChildren(
    head,
    ...lines.map((cells) => {
      const row = element("tr", {});
      row.append(...cells.map((text) => element("td", {}, text)));
      return row;
    }),
  );
}

function element(tag: string, attributes: Record<string, string>, text = ""): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}
