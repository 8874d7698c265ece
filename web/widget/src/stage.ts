/** The panel in the page: shown and hidden, full screen on phones, focus, scrolling, the virtual keyboard. */

import type { Host } from "./host.js";

const PHONE = "(max-width: 479.98px)";
const FOCUSABLE = "button:not([disabled]),a[href],input,select,textarea,[tabindex='0']";
/** This far from its end, a log still counts as read to the end. */
const NEAR_PX = 48;

export class Stage {
  readonly panel: HTMLElement;
  readonly #host: Host;
  readonly #sheet: CSSStyleSheet | HTMLStyleElement;
  readonly #phone = matchMedia(PHONE);
  readonly #undo: (() => void)[] = [];
  #overflow: string | null = null;
  #isAtEnd = true;
  #restingPopup: Element | null = null;

  constructor(host: Host, css: string, onEscape: () => void, onResize: () => void) {
    this.#host = host;
    host.adopt(css);
    this.#sheet = host.adopt("");
    this.panel = document.createElement("div");
    for (const [name, value] of Object.entries({ class: "panel", part: "panel", role: "dialog", "aria-labelledby": "heading", tabindex: "-1" })) {
      this.panel.setAttribute(name, value);
    }
    this.panel.hidden = true;
    // Before the button, so that the order of the keyboard is the order on the screen.
    host.root.insertBefore(this.panel, host.button);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        onEscape();
      } else if (event.key === "Tab") this.#trap(event);
    });
    const hear = (target: EventTarget | null, name: string, listener: () => void) => {
      target?.addEventListener(name, listener);
      this.#undo.push(() => target?.removeEventListener(name, listener));
    };
    hear(this.#phone, "change", () => (this.#fit(), onResize()));
    for (const name of ["resize", "scroll"]) hear(window.visualViewport, name, () => this.#fit());
  }

  get isFullScreen(): boolean {
    return this.#phone.matches;
  }

  /** Whether the end of the conversation is in sight. */
  get isAtEnd(): boolean {
    return this.panel.hidden || this.#isAtEnd;
  }

  show(how: "focus" | "quiet"): void {
    this.panel.hidden = false;
    this.#fit();
    this.stick();
    this.after();
    if (how === "focus") this.focusInside();
  }

  hide(): void {
    const hadFocus = this.panel.contains(this.#host.root.activeElement);
    this.panel.hidden = true;
    this.#fit();
    if (hadFocus) this.#host.button.focus();
  }

  /** Where the visitor goes on: the field to write in, except where it would raise a keyboard over the screen. */
  focusInside(): void {
    // After the drawing that is under way.
    queueMicrotask(() => {
      const first = this.panel.querySelector<HTMLElement>(".page input,.page select,.page textarea,.page button,.over .primary");
      const field = this.panel.querySelector<HTMLElement>(".composer textarea");
      const target = first ?? (this.isFullScreen ? null : field) ?? this.panel;
      target.focus({ preventScroll: true });
    });
  }

  /** To the first answer that has to be mended. */
  focusFault(): void {
    this.panel.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }

  /** Into what popped up, and back to where the visitor was. */
  focusPopup(popup: "menu" | "end" | null): void {
    const target = popup === "end" ? "#end-no" : popup === "menu" ? ".menu button" : null;
    if (target) {
      if (popup === "menu") this.#restingPopup = this.#host.root.activeElement;
      this.panel.querySelector<HTMLElement>(target)?.focus();
    } else if (this.#restingPopup instanceof HTMLElement) this.#restingPopup.focus();
  }

  /** From now on the end of the conversation stays in sight. */
  stick(): void {
    this.#isAtEnd = true;
  }

  /** The log was scrolled; says whether its end is in sight now. */
  scrolled(): boolean {
    const log = this.panel.querySelector(".log");
    if (log) this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    return this.#isAtEnd;
  }

  after(): void {
    const log = this.panel.querySelector(".log");
    if (log && this.#isAtEnd) log.scrollTop = log.scrollHeight;
    const field = this.panel.querySelector<HTMLTextAreaElement>(".composer textarea");
    if (field) {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight}px`;
    }
  }

  destroy(): void {
    this.panel.remove();
    this.#fit();
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Full screen: as high as what the keyboard leaves, and the page behind stands still. */
  #fit(): void {
    const isFull = this.isFullScreen && !this.panel.hidden && this.panel.isConnected;
    const { height, offsetTop } = window.visualViewport ?? { height: window.innerHeight, offsetTop: 0 };
    const rule = isFull ? `:host{--_vh:${height}px;--_vt:${offsetTop}px}` : "";
    if (this.#sheet instanceof CSSStyleSheet) this.#sheet.replaceSync(rule);
    else this.#sheet.textContent = rule;
    this.panel.setAttribute("aria-modal", String(isFull));
    const page = document.documentElement.style;
    if (isFull && this.#overflow === null) {
      this.#overflow = page.overflow;
      page.overflow = "hidden";
    } else if (!isFull && this.#overflow !== null) {
      page.overflow = this.#overflow;
      this.#overflow = null;
    }
    if (isFull) this.after();
  }

  #trap(event: KeyboardEvent): void {
    const scope = this.panel.querySelector(".dialog") ?? (this.isFullScreen ? this.panel : null);
    if (!scope) return;
    const all = [...scope.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.getClientRects().length);
    const at = all.indexOf(this.#host.root.activeElement as HTMLElement);
    const next = event.shiftKey ? (at <= 0 ? all.at(-1) : undefined) : at === all.length - 1 ? all[0] : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
