/**
 * Who is signed in. The access token lives in memory; the refresh token, good once, lives in this tab's storage so that a
 * reload stays signed in. Tabs of one browser share a log-in by telling each other new tokens, one exchange at a time.
 */

import type { components } from "../generated/api";
import { Api, type Tokens } from "./api";
import { type ErrorBody, Failure } from "./failure";
import { CALLBACK, CLIENT_ID, type Pending, authorizeAddress, challengeOf, randomText, safeBack } from "./pkce";

export type Me = components["schemas"]["User"];

export type SessionState =
  | { name: "starting" }
  | { name: "signed-out"; why: "first" | "left" | "over" | "refused" | "insecure"; message?: string }
  | { name: "signed-in"; me: Me }
  | { name: "failed"; failure: Failure };

interface TokenAnswer {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
}

type Told = { type: "ask" } | { type: "none" } | { type: "tokens"; access: string; until: number; refresh: string } | { type: "out" };

const REFRESH = "waybill:refresh";
const PENDING = "waybill:pending";
/** Renewed this long before it is over. */
const EARLY_MS = 60_000;
/** The lock that every tab shares. */
const TAB = "waybill:tab";
/** How long a new tab waits for another one that is signed in. */
const ASK_MS = 3_000;

class Session implements Tokens {
  state = $state.raw<SessionState>({ name: "starting" });
  readonly api = new Api(this);
  readonly #tabs = new BroadcastChannel("waybill:session");
  #access = "";
  #until = 0;
  #renewing: Promise<string> | undefined;
  #answered: ((found: boolean) => void) | undefined;

  constructor() {
    this.#tabs.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
  }

  get me(): Me {
    if (this.state.name !== "signed-in") throw new Error("nobody is signed in");
    return this.state.me;
  }

  /** Whether the person has a right; the server decides anyway, this is for what to show. */
  may(permission: string): boolean {
    return this.state.name === "signed-in" && (this.state.me.authorization?.permissions ?? []).includes(permission);
  }

  /** Comes back from the log-in page, or goes on where the tab was, or begins. Answers where to go. */
  async start(): Promise<string | undefined> {
    if (!globalThis.isSecureContext) {
      this.state = { name: "signed-out", why: "insecure" };
      return undefined;
    }
    // Held as long as the tab lives: so tabs know of each other.
    await new Promise<void>((held) => void navigator.locks.request(TAB, { mode: "shared" }, () => (held(), new Promise(() => undefined))));
    let back: string | undefined;
    try {
      if (location.pathname === CALLBACK) {
        back = await this.#comeBack(new URLSearchParams(location.search));
        if (back === undefined) return undefined;
      } else if (sessionStorage.getItem(REFRESH) === null && !(await this.#askTabs())) {
        await this.signIn();
        return undefined;
      }
      await this.#meet();
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind !== "signed-out") this.state = { name: "failed", failure };
      else if (this.state.name === "starting") await this.signIn();
    }
    return back;
  }

  /** To the server's log-in page, and afterwards back to where one is. */
  async signIn(back = location.pathname + location.search + location.hash): Promise<void> {
    const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
    const pending: Pending = { verifier: randomText(random), state: randomText(random), back: safeBack(back) };
    sessionStorage.setItem(PENDING, JSON.stringify(pending));
    location.assign(authorizeAddress(location.origin, pending, await challengeOf(pending.verifier)));
  }

  /** A request found nobody signed in: to the log-in page, unless somebody left on purpose. */
  async lost(): Promise<void> {
    if (!this.#hasLeft) await this.signIn();
  }

  /** Ends the log-in on the server and in every tab. */
  async signOut(): Promise<void> {
    // The others first: once the server knows, their own requests fail, and would lead to the log-in page.
    this.#tell({ type: "out" });
    try {
      await this.api.delete("/api/v2/tokens/me");
    } catch (error) {
      // Whoever leaves, leaves; a token that the server could not be told about runs out by itself.
      console.warn("the server was not told of the sign-out", Failure.of(error).code);
    }
    this.#leave("left");
  }

  async access(): Promise<string> {
    if (this.#access !== "" && Date.now() < this.#until - EARLY_MS) return this.#access;
    return this.#renewOnce();
  }

  async renew(refused: string): Promise<string> {
    // Somebody else renewed meanwhile.
    if (this.#access !== "" && this.#access !== refused) return this.#access;
    this.#access = "";
    return this.#renewOnce();
  }

  /** After something about oneself changed. */
  async #meet(): Promise<void> {
    const me = await this.api.get("/api/v2/users/me", { query: { expand: "authorization,organization" } });
    this.state = { name: "signed-in", me };
  }

  #renewOnce(): Promise<string> {
    if (this.#hasLeft) return Promise.reject(Failure.signedOut());
    this.#renewing ??= this.#renewAmongTabs().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** A refresh token is good once, and a second use ends the log-in: only one tab at a time may use it. */
  async #renewAmongTabs(): Promise<string> {
    return navigator.locks.request("waybill:refresh", async () => {
      // What another tab was told while this one was loaded anew, it did not hear: it asks.
      await this.#askTabs();
      if (this.#access !== "" && Date.now() < this.#until - EARLY_MS) return this.#access;
      const refresh = sessionStorage.getItem(REFRESH);
      if (refresh === null) {
        this.#leave("over");
        throw Failure.signedOut();
      }
      try {
        await this.#exchange({ grant_type: "refresh_token", refresh_token: refresh });
      } catch (error) {
        const failure = Failure.of(error);
        if (failure.kind !== "refused" && failure.kind !== "signed-out") throw failure;
        this.#leave("over");
        throw Failure.signedOut();
      }
      return this.#access;
    });
  }

  async #comeBack(query: URLSearchParams): Promise<string | undefined> {
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null") as Pending | null;
    sessionStorage.removeItem(PENDING);
    const code = query.get("code");
    if (pending === null || code === null || query.get("state") !== pending.state) {
      const message = query.get("error_description") ?? undefined;
      this.state = { name: "signed-out", why: "refused", ...(message === undefined ? {} : { message }) };
      history.replaceState(null, "", "/console/");
      return undefined;
    }
    try {
      await this.#exchange({ grant_type: "authorization_code", code, redirect_uri: `${location.origin}${CALLBACK}`, code_verifier: pending.verifier });
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === "offline" || failure.kind === "server") throw failure;
      this.state = { name: "signed-out", why: "refused", message: failure.message };
      history.replaceState(null, "", safeBack(pending.back));
      return undefined;
    }
    return safeBack(pending.back);
  }

  async #exchange(form: Record<string, string>): Promise<void> {
    let answer: Response;
    try {
      answer = await fetch("/oauth/token", { method: "POST", body: new URLSearchParams({ ...form, client_id: CLIENT_ID }), credentials: "omit", cache: "no-store" });
    } catch {
      throw Failure.offline();
    }
    const body = (await answer.json().catch(() => undefined)) as (TokenAnswer & ErrorBody) | undefined;
    if (!answer.ok || body?.refresh_token === undefined) throw Failure.ofAnswer(answer.status, body);
    this.#adopt(body.access_token, Date.now() + body.expires_in * 1_000, body.refresh_token);
    this.#tell({ type: "tokens", access: body.access_token, until: this.#until, refresh: body.refresh_token });
  }

  #adopt(access: string, until: number, refresh: string): void {
    this.#access = access;
    this.#until = until;
    sessionStorage.setItem(REFRESH, refresh);
  }

  get #hasLeft(): boolean {
    return this.state.name === "signed-out" && this.state.why === "left";
  }

  #leave(why: "left" | "over"): void {
    this.#access = "";
    sessionStorage.removeItem(REFRESH);
    if (!this.#hasLeft) this.state = { name: "signed-out", why };
  }

  /** How many other tabs there are. */
  async #others(): Promise<number> {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name === TAB).length - 1;
  }

  /** Asks the other tabs for the newest tokens, until one has some or none has. A busy tab takes its time. */
  async #askTabs(): Promise<boolean> {
    let left = await this.#others();
    if (left < 1) return false;
    const answered = new Promise<boolean>((resolve) => {
      this.#answered = (found) => (found || --left < 1) && resolve(found);
      setTimeout(() => resolve(false), ASK_MS);
    });
    this.#tell({ type: "ask" });
    return answered.finally(() => (this.#answered = undefined));
  }

  #tell(message: Told): void {
    this.#tabs.postMessage(message);
  }

  #hear(message: Told): void {
    switch (message.type) {
      case "ask": {
        const refresh = sessionStorage.getItem(REFRESH);
        this.#tell(refresh !== null && this.#access !== "" ? { type: "tokens", access: this.#access, until: this.#until, refresh } : { type: "none" });
        return;
      }
      case "tokens":
        // A tab of somebody who left stays left.
        if (this.state.name === "signed-out") return;
        if (message.until >= this.#until) this.#adopt(message.access, message.until, message.refresh);
        this.#answered?.(true);
        return;
      case "none":
        this.#answered?.(false);
        return;
      case "out":
        if (this.state.name === "signed-in") this.#leave("left");
        return;
      default:
        message satisfies never;
    }
  }
}

export const session = new Session();
export const api = session.api;
