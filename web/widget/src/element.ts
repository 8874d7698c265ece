/** `<waybill-messenger>`: the launcher. Everything else is loaded when it is needed. */

import { coloursOf, fetchConfig, type DeploymentConfig } from "./config.js";
import type { ContextSchema, FormField } from "./core/form.js";
import type { WaybillEvent, WaybillEventName, WaybillEvents } from "./events.js";
import type { Body, Host, IdentityToken } from "./host.js";
import css from "./launcher.css";
import type { ChatSession, ContextResult, SentMessage, SignedContextOptions, StartOptions } from "./sdk.js";
import { keep, load, sessionKey, widgetKey } from "./storage.js";

const TAG = "waybill-messenger";
const LABELS: Record<string, readonly [open: string, failed: string]> = {
  en: ["Open chat", "The chat could not be loaded. Please try again."],
  de: ["Chat öffnen", "Der Chat ließ sich nicht laden. Bitte versuchen Sie es noch einmal."],
  ar: ["فتح المحادثة", "تعذر تحميل المحادثة. يرجى المحاولة مرة أخرى."],
};
/** Below this width the panel fills the screen. */
const PHONE = "(max-width: 479.98px)";
const BUBBLE = "M12 3C6.9 3 3 6.5 3 11c0 2.3 1 4.3 2.7 5.8L5 21l4.4-1.9c.8.2 1.7.3 2.6.3 5.1 0 9-3.5 9-8.2S17.100 3 12 3Z";
const CROSS = "M6 9.500l6 6 6-6";

// On a server there are no elements; importing this must not fail there.
const Base = typeof HTMLElement === "undefined" ? (class {} as typeof HTMLElement) : HTMLElement;

type LoadBody = () => Promise<{ attach(host: Host): Promise<Body> }>;

let loadBody: LoadBody = () => Promise.reject(new Error(`call define() first`));

export class WaybillMessenger extends Base {
  static readonly observedAttributes = ["locale", "heading", "status-text", "welcome", "contact-url", "contact-text", "closed", "hours", "theme"];

  /** Fields of the form before a chat; the attribute `form` holds the same as JSON. */
  form: readonly FormField[] | undefined;
  /** The deployment's `context.schema.json`: what it requires is asked for. */
  contextSchema: ContextSchema | undefined;
  /** A token by which the site's server vouches for the visitor, or a function that gets one for each start. */
  identityToken: IdentityToken | undefined;
  #body: Promise<Body> | undefined;
  #loaded: Body | undefined;
  #isOpen = false;
  #isConsented = false;
  #parts: { root: ShadowRoot; button: HTMLButtonElement; badge: HTMLElement; note: HTMLElement } | undefined;
  #config: Promise<DeploymentConfig | null> | undefined;
  #undo: (() => void)[] = [];
  readonly #contexts: SignedContextOptions[] = [];

  /** Whether the panel is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  connectedCallback(): void {
    if (!this.getAttribute("deployment-id")) return console.error(`<${TAG}> needs the attribute deployment-id`);
    if (!this.#parts) this.#draw();
    const onStorage = ({ key }: StorageEvent) => key === this.#sessionKey && this.#resume();
    window.addEventListener("storage", onStorage);
    this.#undo.push(() => window.removeEventListener("storage", onStorage));
    if (this.hasConsent()) this.#configure();
    if (this.isDebugging) void this.#load();
    this.#resume();
    // After the script that put it there: what listens from the beginning hears it.
    queueMicrotask(() => this.isConnected && this.#emit("waybill-ready", null));
  }

  disconnectedCallback(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#isOpen = false;
    this.#loaded?.destroy();
    this.#body = this.#loaded = undefined;
  }

  attributeChangedCallback(): void {
    this.#loaded?.changed();
  }

  /** Opens the panel. Resolves when it is there. */
  open(): Promise<void> {
    return this.#open("focus");
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#remember();
    this.#parts?.button.setAttribute("aria-expanded", "false");
    this.#loaded?.close();
    this.#emit("waybill-close", null);
  }

  toggle(): void {
    if (this.#isOpen) this.close();
    else void this.open();
  }

  /** Takes the messenger off the page. The conversation stays open. */
  destroy(): void {
    this.remove();
  }

  /** The visitor is known now: the next start, or `setContext`, carries what the site's server says. */
  identify(identityToken: IdentityToken): void {
    this.identityToken = identityToken;
  }

  /** Adds to the context: of the conversation, or of the next one. */
  async setContext(options: SignedContextOptions): Promise<ContextResult> {
    if (this.#loaded) return this.#loaded.setContext(options);
    this.#contexts.push(options);
    return { status: "kept" };
  }

  /** Starts a chat, or resumes the open one. Waits for consent where that is needed. */
  async startChat(options: StartOptions = {}): Promise<ChatSession> {
    return (await this.#load()).startChat(options);
  }

  /** Says something for the visitor, in an open conversation. */
  async sendMessage(text: string): Promise<SentMessage> {
    return (await this.#load()).sendMessage(text);
  }

  /** Ends the conversation. */
  async end(): Promise<void> {
    return (await this.#load()).end();
  }

  /** Another person may sit here next: forgets session, draft and answers. */
  async logout(): Promise<void> {
    return (await this.#load()).logout();
  }

  hasConsent(): boolean {
    if (this.getAttribute("consent") !== "required") return true;
    return (this.#isConsented ||= load("localStorage", this.#key("consent")) === true);
  }

  /** The visitor agreed, here or in the site's own dialog: storing and connecting may begin. */
  grantConsent(): void {
    if (this.hasConsent()) return;
    this.#isConsented = true;
    keep("localStorage", this.#key("consent"), true);
    this.#configure();
    this.#remember();
    this.#loaded?.consented();
    this.#emit("waybill-consent", null);
  }

  /** @internal */
  get isDebugging(): boolean {
    return new URLSearchParams(location.search).has("waybill-debug");
  }

  get #endpoint(): string {
    const meta = document.querySelector<HTMLMetaElement>('meta[name="waybill-endpoint"]')?.content;
    const found = this.getAttribute("endpoint") || meta || location.origin;
    return (/^https?:/.test(found) ? found : `https://${found}`).replace(/\/+$/, "");
  }

  get #sessionKey(): string {
    return sessionKey(this.#endpoint, this.getAttribute("deployment-id") ?? "");
  }

  #key(what: string): string {
    return widgetKey(this.#endpoint, this.getAttribute("deployment-id") ?? "", what);
  }

  get #label(): readonly [string, string] {
    const wanted = this.getAttribute("locale") ?? navigator.language ?? "en";
    return LABELS[wanted.slice(0, 2).toLowerCase()] ?? LABELS["en"] ?? ["", ""];
  }

  #draw(): void {
    const root = this.attachShadow({ mode: "open" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "launcher" });
    const badge = Object.assign(document.createElement("span"), { className: "badge", hidden: true });
    const note = Object.assign(document.createElement("p"), { className: "note", hidden: true });
    set(button, { part: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-label": this.#label[0] });
    set(badge, { part: "badge", "aria-hidden": "true" });
    set(note, { role: "alert" });
    const slot = Object.assign(document.createElement("slot"), { name: "launcher" });
    slot.append(icon("bubble", BUBBLE), icon("cross", CROSS));
    button.append(slot, badge);
    button.addEventListener("click", () => this.toggle());
    // The body is on its way before the button is pressed. It connects to nothing by itself.
    for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => void loadBody().catch(() => undefined), { once: true });
    root.append(note, button);
    this.#parts = { root, button, badge, note };
    this.#adopt(css);
  }

  #configure(): void {
    if (this.#config) return;
    this.#config = fetchConfig(this.#endpoint, this.getAttribute("deployment-id") ?? "");
    void this.#config.then((config) => {
      const { alignment, sideSpace, bottomSpace } = config?.position ?? {};
      const colours = coloursOf(config?.messenger?.styles?.primaryColor);
      const rules = [
        colours && `--_config-accent:${colours.accent};--_config-on-accent:${colours.on}`,
        typeof sideSpace === "number" && `--_config-x:${sideSpace}px`,
        typeof bottomSpace === "number" && `--_config-y:${bottomSpace}px`,
      ];
      this.#adopt(`:host{${rules.filter(Boolean).join(";")}}`);
      if (alignment === "Left" && !this.hasAttribute("position")) this.setAttribute("position", "left");
      const isShown = config?.status !== "Inactive" && (config?.messenger?.launcherButton?.visibility ?? "On") === "On";
      this.#parts?.button.classList.add(isShown || this.isDebugging ? "ready" : "off");
    });
  }

  /** A conversation is open, or the panel was: the visitor finds it as it was left. */
  #resume(): void {
    if (this.#loaded || !this.hasConsent()) return;
    const wasOpen = load("sessionStorage", this.#key("open")) === true && !matchMedia(PHONE).matches;
    const session = load<{ conversationId?: string }>("localStorage", this.#sessionKey);
    if (wasOpen) void this.#open("quiet").catch(() => undefined);
    else if (session?.conversationId) void this.#load().catch(() => undefined);
  }

  async #open(how: "focus" | "quiet"): Promise<void> {
    if (!this.#parts || this.#isOpen) return;
    const { button, note } = this.#parts;
    this.#isOpen = true;
    note.hidden = true;
    button.setAttribute("aria-expanded", "true");
    try {
      const body = await this.#load();
      if (!this.#isOpen) return;
      body.open(how);
      this.#remember();
      this.#emit("waybill-open", null);
    } catch (error) {
      this.#isOpen = false;
      button.setAttribute("aria-expanded", "false");
      note.textContent = this.#label[1];
      note.hidden = false;
      throw error;
    }
  }

  /** Whether the panel is open belongs to the tab, and is kept after consent alone. */
  #remember(): void {
    if (this.hasConsent()) keep("sessionStorage", this.#key("open"), this.#isOpen || null);
  }

  #load(): Promise<Body> {
    const host = this.#host();
    if (!host) return Promise.reject(new Error(`<${TAG}> is not on a page`));
    this.#body ??= loadBody().then(
      async ({ attach }) => (this.#loaded = await attach(host)),
      (error: unknown) => {
        this.#body = undefined;
        throw error;
      },
    );
    return this.#body;
  }

  #host(): Host | undefined {
    if (!this.#parts || !this.isConnected) return undefined;
    const { root, button, badge } = this.#parts;
    return {
      element: this,
      root,
      button,
      badge,
      endpoint: this.#endpoint,
      contexts: this.#contexts,
      config: () => this.#config ?? Promise.resolve(null),
      key: (what) => this.#key(what),
      sessionKey: this.#sessionKey,
      emit: (name, detail) => this.#emit(name, detail),
      adopt: (text) => this.#adopt(text),
    };
  }

  #emit<Name extends WaybillEventName>(name: Name, detail: WaybillEvents[Name]): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** A style sheet that a strict policy allows: made by script, or with the nonce where browsers can't do that. */
  #adopt(text: string): CSSStyleSheet | HTMLStyleElement {
    const root = this.#parts?.root as ShadowRoot;
    if ("adoptedStyleSheets" in root) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      return sheet;
    }
    const style = document.createElement("style");
    style.nonce = this.nonce || this.getAttribute("nonce") || "";
    style.textContent = text;
    (root as ShadowRoot).prepend(style);
    return style;
  }
}

/** Registers the element; a second script on the page changes nothing. Each way of loading finds the body in its own way. */
export function define(load: LoadBody): void {
  loadBody = load;
  if (typeof customElements !== "undefined" && !customElements.get(TAG)) customElements.define(TAG, WaybillMessenger);
}

function set(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function icon(name: string, path: string): SVGElement {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag)) as [SVGElement, SVGElement];
  set(svg, { viewBox: "0 0 24 24", class: name, "aria-hidden": "true" });
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export interface WaybillMessenger {
  addEventListener<Name extends WaybillEventName>(
    type: Name,
    listener: (this: WaybillMessenger, event: WaybillEvent<Name>) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: HTMLElement, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "waybill-messenger": WaybillMessenger;
  }
}
