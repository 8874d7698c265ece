/** Runs the messenger: turns what the visitor, the page and the SDK do into actions, and shows what comes of them. */

import { render } from "lit/html.js";
import css from "./body.css";
import { Chat, type Saying } from "./chat.js";
import type { DeploymentConfig } from "./config.js";
import type { Answers, FormField } from "./core/form.js";
import { initialState, newestOf, reduce, unreadOf, type Action, type State } from "./core/state.js";
import type { Body, Host } from "./host.js";
import { directionOf, translator, type Catalogue, type Language, type Translate } from "./i18n/catalogue.js";
import type { More } from "./more.js";
import { merge, newId, type ChatSession, type ContextOptions, type ContextResult, type Notice, type SentMessage, type SignedContextOptions, type StartOptions, type WaybillError } from "./sdk.js";
import { Stage } from "./stage.js";
import { keep, load } from "./storage.js";
import { isRich } from "./view/messages.js";
import { panel } from "./view/panel.js";
import type { Acts } from "./view/ui.js";

export interface Speech {
  language: Language;
  locale: string;
  catalogue: Partial<Catalogue>;
}

export class Messenger implements Body {
  readonly #host: Host;
  readonly #speech: Speech;
  readonly #t: Translate;
  readonly #stage: Stage;
  readonly #acts: Acts;
  readonly #chat: Chat;
  readonly #undo: (() => void)[] = [];
  #state: State;
  #config: DeploymentConfig | null = null;
  #context: ContextOptions = {};
  #more: More | null = null;
  #isDrawing = false;
  #unread = 0;
  /** Whose session is shown. */
  #token: string | undefined;
  #hasNewBelow = false;
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** Starts that wait for consent. */
  #patient: (() => void)[] = [];
  #debug: ((name: string, detail: unknown, state: State) => void) | undefined;

  constructor(host: Host, speech: Speech) {
    this.#host = host;
    this.#speech = speech;
    this.#t = translator(speech.catalogue, speech.locale);
    for (const context of host.contexts) this.#learn(context);
    this.#state = initialState({ hasConsent: host.element.hasConsent(), isOffline: !navigator.onLine });
    this.#stage = new Stage(host, css, () => this.#escape(), () => this.#draw());
    this.#acts = this.#makeActs();
    this.#chat = new Chat(host, {
      dispatch: (action) => this.#dispatch(action),
      tell: (error) => this.#tell(error),
      heard: (name, detail) => this.#heard(name, detail),
      state: () => this.#state,
    });
  }

  /** Takes up what this browser knows. */
  async begin(): Promise<void> {
    const hear = (target: EventTarget, name: string, listener: (event: Event) => void) => {
      target.addEventListener(name, listener);
      this.#undo.push(() => target.removeEventListener(name, listener));
    };
    for (const name of ["offline", "online"]) hear(window, name, () => this.#set({ isOffline: !navigator.onLine }));
    hear(document, "visibilitychange", () => this.#seen());
    hear(window, "storage", (event) => this.#stored((event as StorageEvent).key));
    if (this.#host.element.isDebugging) {
      const { attachDebug } = await import("./debug.js");
      this.#debug = attachDebug(this.#host, this.#undo);
    }
    if (this.#isSpecial) await this.#need();
    if (this.#state.hasConsent) this.consented();
    this.#draw();
  }

  open(how: "focus" | "quiet"): void {
    this.#set({ isOpen: true });
    this.#render();
    this.#stage.show(how);
    this.#seen();
    this.#autoStart();
  }

  close(): void {
    this.#set({ isOpen: false, popup: null });
    this.#render();
    this.#stage.hide();
  }

  consented(): void {
    this.#set({ hasConsent: true });
    void this.#host.config().then(async (config) => {
      this.#config = config;
      if (this.#isSpecial) await this.#need();
      // Answers to the deployment's questions were kept before it was known that it asks.
      if (config?.waybill?.form && this.#kept("answers")) this.#set({ isFormDone: !this.#hasFaults() });
      this.#draw();
      this.#autoStart();
    });
    for (const go of this.#patient.splice(0)) go();
    this.#resume();
  }

  changed(): void {
    if (this.#isSpecial) void this.#need();
    this.#draw();
  }

  async setContext(options: SignedContextOptions): Promise<ContextResult> {
    this.#learn(options);
    this.#draw();
    if (this.#state.conversation.name !== "open") return { status: "kept" };
    const result = await this.#chat.client.setContext(options);
    this.#debug?.("setContext", result, this.#state);
    return result;
  }

  async startChat(options: StartOptions): Promise<ChatSession> {
    this.#learn(options);
    if (!this.#state.hasConsent) await new Promise<void>((resolve) => this.#patient.push(resolve));
    return this.#start(options);
  }

  sendMessage(text: string): Promise<SentMessage> {
    const saying = { key: newId(), text };
    this.#wrote(saying);
    return this.#chat.send(saying);
  }

  async end(): Promise<void> {
    await this.#chat.client.end();
  }

  async logout(): Promise<void> {
    await this.#chat.client.logout();
    this.#context = {};
    for (const what of ["draft", "answers", "outbox"]) this.#keep(what, null);
    this.#dispatch({ type: "restart" });
    this.#set({ answers: {}, isFormDone: false, draft: "" });
  }

  destroy(): void {
    this.#chat.close();
    clearTimeout(this.#typing);
    for (const undo of this.#undo.splice(0)) undo();
    this.#stage.destroy();
  }

  /** Whether the page wants something that most do without. */
  get #isSpecial(): boolean {
    const { element } = this.#host;
    const has = ["form", "hours", "closed"].some((name) => element.hasAttribute(name));
    return has || !!element.form || !!element.contextSchema || !!this.#config?.waybill?.form || !this.#state.hasConsent;
  }

  async #need(): Promise<void> {
    if (this.#more) return;
    try {
      const { more } = await import("./more.js");
      if (this.#more) return;
      this.#more = more;
      this.#host.adopt(more.css);
      if (this.#speech.language === "en") Object.assign(this.#speech.catalogue, more.texts);
    } catch {
      return; // Without a network the next need tries again; what is said meanwhile stands in the body.
    }
    this.#look();
    this.#draw();
  }

  #keep(what: string, value: unknown): void {
    if (this.#state.hasConsent) keep("sessionStorage", this.#host.key(what), value);
  }

  #kept<T>(what: string): T | null {
    return load<T>("sessionStorage", this.#host.key(what));
  }

  /** The SDK's session, as any tab left it. */
  get #session(): { token?: string; conversationId?: string } {
    return load("localStorage", this.#host.sessionKey) ?? {};
  }

  #resume(): void {
    const outbox = this.#kept<Saying[]>("outbox") ?? [];
    const answers = this.#kept<Answers>("answers");
    const { token, conversationId: id } = this.#session;
    this.#token = token;
    const draft = this.#state.draft || (this.#kept<string>("draft") ?? "");
    this.#set({
      // What could not begin a conversation can be sent again.
      draft: [...(id ? [] : outbox.map(({ text }) => text)), draft].filter(Boolean).join("\n"),
      readMark: load<number>("localStorage", this.#host.key("read")) ?? 0,
      ...(answers && { answers }),
    });
    if (answers && this.#more) this.#set({ isFormDone: !this.#hasFaults() });
    if (!id) return this.#autoStart();
    this.#takeUp(id);
    for (const saying of outbox) this.#say(saying);
  }

  #takeUp(id: string): void {
    this.#set({ conversation: { name: "open", id } });
    this.#chat.resume();
  }

  /** Another tab did something that this one shows. */
  #stored(key: string | null): void {
    if (key === this.#host.key("read")) return this.#set({ readMark: load<number>("localStorage", key) ?? 0 });
    if (key !== this.#host.sessionKey || !this.#state.hasConsent) return;
    // The SDK hears the same event; it goes first.
    setTimeout(() => {
      const { token, conversationId } = this.#session;
      // Somebody logged out there, or is somebody else now: nothing of before is shown here either.
      if (this.#token && token !== this.#token) this.#dispatch({ type: "restart" });
      this.#token = token;
      if (conversationId && this.#state.conversation.name === "none") this.#takeUp(conversationId);
    });
  }

  /** A deployment may want the chat to begin when the messenger is opened, so that its flow speaks first. */
  #autoStart(): void {
    const { isOpen, hasConsent, conversation, refusal, isFormDone } = this.#state;
    const isWanted = this.#conversations?.autoStart?.enabled === true || this.#host.element.hasAttribute("auto-start");
    if (!isWanted || !isOpen || !hasConsent || conversation.name !== "none" || refusal || this.#isClosed) return;
    if (isFormDone || !this.#fields.length) void this.#start().catch(() => undefined);
  }

  get #conversations() {
    return this.#config?.messenger?.apps?.conversations;
  }

  get #isClosed(): boolean {
    return this.#more?.isClosed(this.#host.element, new Date()) ?? false;
  }

  /** What the page says is not asked, and stays known for the next conversation (L3). */
  #learn(given: StartOptions): void {
    const { message: _message, startNew: _startNew, identityToken: _identityToken, ...context } = given;
    this.#context = merge(this.#context, context);
  }

  get #fields(): FormField[] {
    return this.#more?.fields(this.#host.element, this.#config, this.#context, this.#state.answers) ?? [];
  }

  #hasFaults(): boolean {
    const faults = this.#more?.faultsOf(this.#fields, this.#state.answers) ?? {};
    this.#set({ faults });
    return Object.keys(faults).length > 0;
  }

  /** Starts with all that is known: the page's context, the form's answers, the first message. */
  async #start(given: StartOptions = {}): Promise<ChatSession> {
    const answers: ContextOptions = this.#more?.contextOf(this.#fields, this.#state.answers) ?? {};
    try {
      const session = await this.#chat.start(merge<StartOptions>(merge(this.#context, answers), given));
      this.#debug?.("startChat", session, this.#state);
      this.#host.emit("waybill-started", session);
      return session;
    } finally {
      this.#keepOutbox();
    }
  }

  #wrote({ key, text, content }: Saying): void {
    this.#stage.stick();
    this.#dispatch({ type: "wrote", key, text, at: Date.now(), ...(content && { content }) });
    this.#keepOutbox();
  }

  /** Shows it at once and sends it: as the start, in the open conversation, or behind the start that is under way. */
  #say(saying: Saying): void {
    const { name } = this.#state.conversation;
    this.#wrote(saying);
    const sent = name === "starting" ? this.#chat.sayLater(saying) : name === "open" ? this.#chat.send(saying) : this.#start({ message: saying.text });
    sent?.catch(() => undefined);
  }

  /** What is not stored yet survives a reload, with its id. */
  #keepOutbox(): void {
    const waiting = this.#state.entries.filter(({ side, id }) => side === "visitor" && !id);
    this.#keep("outbox", waiting.length ? waiting.map(({ key, text, content }) => ({ key, text, ...(content.length && { content }) })) : null);
  }

  #heard(name: "message" | "sent" | "typing" | "notice", detail: unknown): void {
    switch (name) {
      case "message":
        this.#hasNewBelow ||= !this.#stage.isAtEnd;
        return this.#seen();
      case "sent":
        this.#token = this.#session.token;
        return this.#keepOutbox();
      case "typing":
        clearTimeout(this.#typing);
        this.#set({ isTyping: true });
        this.#typing = setTimeout(() => this.#set({ isTyping: false }), (detail as { durationMs: number }).durationMs);
        return;
      case "notice":
        return void this.#notice(detail as Notice);
      default:
        return name satisfies never;
    }
  }

  async #notice({ class: name, body }: Notice): Promise<void> {
    this.#debug?.(name, null, this.#state);
    await this.#need();
    this.#set(this.#more?.changeOf(this.#state, name, body) ?? {});
  }

  #seen(): void {
    const { isOpen, readMark } = this.#state;
    const newest = newestOf(this.#state);
    if (!isOpen || document.visibilityState !== "visible" || newest <= readMark) return;
    keep("localStorage", this.#host.key("read"), newest);
    this.#set({ readMark: newest });
    this.#chat.seen();
  }

  #tell(error: WaybillError): void {
    this.#debug?.("error", error, this.#state);
    if (this.#host.emit("waybill-error", error)) console.error(`[waybill] ${error.code} (${error.status}): ${error.message}`);
  }

  #makeActs(): Acts {
    const say = (text: string, content?: readonly object[]) => this.#say({ key: newId(), text, ...(content && { content }) });
    return {
      close: () => this.#host.element.close(),
      agree: () => {
        this.#host.element.grantConsent();
        this.#stage.focusInside();
      },
      answer: (name, value) => {
        this.#dispatch({ type: "answer", name, value });
        this.#keep("answers", this.#state.answers);
      },
      submitForm: () => this.#submitForm(),
      draft: (draft) => {
        this.#set({ draft });
        this.#keep("draft", draft || null);
        if (this.#conversations?.showUserTypingIndicator !== false) this.#chat.typing();
      },
      send: () => {
        const text = this.#state.draft.trim();
        if (!text) return;
        this.#set({ draft: "" });
        this.#keep("draft", null);
        say(text);
      },
      retry: ({ key, text, content }) => this.#say({ key, text, ...(content.length && { content: content as object[] }) }),
      retryStart: () => this.#retryStart(),
      press: say,
      popup: (popup) => void this.#popup(popup),
      end: () => {
        this.#set({ popup: null });
        void this.#chat.client.end().then(
          () => this.#stage.focusInside(),
          (error: WaybillError) => this.#tell(error),
        );
      },
      restart: () => {
        this.#dispatch({ type: "restart" });
        this.#stage.focusInside();
        this.#autoStart();
      },
      download: () => void this.#download(),
      toLatest: () => {
        this.#hasNewBelow = false;
        this.#stage.stick();
        this.#draw();
        this.#stage.focusInside();
      },
      scrolled: () => {
        if (!this.#stage.scrolled() || !this.#hasNewBelow) return;
        this.#hasNewBelow = false;
        this.#draw();
      },
      score: (score) => this.#state.survey && this.#set({ survey: { ...this.#state.survey, score } }),
      rate: (comment) => {
        const { survey } = this.#state;
        if (!survey?.score) return;
        this.#host.emit("waybill-rated", { conversationId: this.#chat.lastConversationId, score: survey.score, comment });
        this.#chat.rate(survey.score, comment).then(
          () => this.#set({ survey: { ...survey, isSent: true } }),
          (error: WaybillError) => this.#tell(error),
        );
      },
    };
  }

  #submitForm(): void {
    const isFaulty = this.#hasFaults();
    this.#set({ isFormDone: !isFaulty, refusal: null });
    this.#render();
    if (isFaulty) return this.#stage.focusFault();
    this.#keep("answers", this.#state.answers);
    this.#stage.focusInside();
    // What was written before the form was asked again goes along.
    if (this.#state.entries.length) this.#retryStart();
    else this.#autoStart();
  }

  #retryStart(): void {
    const failed = this.#state.entries.filter(({ delivery, id }) => delivery === "failed" && !id);
    for (const entry of failed) this.#acts.retry(entry);
    if (!failed.length) void this.#start().catch(() => undefined);
    this.#stage.focusInside();
  }

  async #popup(popup: State["popup"]): Promise<void> {
    await this.#need();
    this.#set({ popup });
    this.#render();
    this.#stage.focusPopup(popup);
  }

  async #download(): Promise<void> {
    this.#set({ popup: null });
    const { downloadTranscript } = await import("./transcript.js");
    if (this.#speech.language === "en") await this.#need();
    downloadTranscript(this.#state.entries, { t: this.#t, locale: this.#speech.locale, direction: directionOf(this.#speech.language) });
  }

  /** Escape closes what was opened last. */
  #escape(): void {
    if (this.#state.popup) void this.#popup(null);
    else this.#host.element.close();
  }

  #set(change: Partial<State>): void {
    this.#dispatch({ type: "set", change });
  }

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    const { conversation, entries, refusal } = this.#state;
    // A conversation that expired while nobody looked leaves nothing to show.
    if (conversation.name === "ended" && !entries.length) this.#state = reduce(this.#state, { type: "restart" });
    if (refusal !== before.refusal) this.#look();
    if (!this.#more && (refusal || conversation.name === "ended" || entries.some(isRich))) void this.#need();
    this.#debug?.(action.type, null, this.#state);
    this.#draw();
  }

  /** A refusal that names answers of the form asks for them again. */
  #look(): void {
    const { refusal, answers } = this.#state;
    const names = refusal && this.#more?.kindOf(refusal, Object.keys(answers)).names;
    if (names?.length) this.#set({ isFormDone: false, faults: Object.fromEntries(names.map((name) => [name, "refused" as const])) });
  }

  /** Many changes are one drawing. */
  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => this.#isDrawing && this.#render());
  }

  #render(): void {
    this.#isDrawing = false;
    const state = this.#state;
    const { button, badge, element, endpoint } = this.#host;
    const count = unreadOf(state);
    if (count !== this.#unread) this.#host.emit("waybill-unread", { count: (this.#unread = count) });
    const unread = state.isOpen ? 0 : count;
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : String(unread);
    button.setAttribute("aria-label", state.isOpen ? this.#t("close") : unread ? this.#t("unread", { n: unread }) : this.#t("open"));
    if (!state.isOpen) return;
    const home = this.#config?.messenger?.homeScreen;
    const ui = {
      state,
      get: (name: string) => element.getAttribute(name),
      endpoint,
      t: this.#t,
      locale: this.#speech.locale,
      direction: directionOf(this.#speech.language),
      more: this.#more,
      isClosed: this.#isClosed,
      hasMarkdown: (element.getAttribute("markdown") ?? (this.#conversations?.markdown?.enabled ? "on" : "")) === "on",
      logo: (home?.enabled && home.logoUrl?.startsWith("https://") && home.logoUrl) || null,
      fields: this.#fields,
      hasNewBelow: this.#hasNewBelow,
      act: this.#acts,
    };
    render(panel(ui), this.#stage.panel);
    this.#stage.after();
  }
}
