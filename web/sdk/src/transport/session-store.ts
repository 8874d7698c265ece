/** The session in the browser's storage, per endpoint and deployment (START7). */

import type { Session } from "../core/state.js";

export type StorageOption = "local" | "session" | "none";

/**
 * Token and conversation are shared by all tabs. The mark is each tab's own, so that a tab that reloads
 * gets what it has not shown; a new tab begins where the newest one is.
 */
export class SessionStore {
  readonly #key: string;
  readonly #shared: Storage | undefined;
  readonly #own: Storage | undefined;

  constructor(endpoint: string, deploymentId: string, option: StorageOption) {
    this.#key = `waybill:${endpoint}:${deploymentId}`;
    this.#own = option === "none" ? undefined : storage("sessionStorage");
    this.#shared = option === "local" ? (storage("localStorage") ?? this.#own) : this.#own;
  }

  load(): Session | undefined {
    const shared = parse(read(this.#shared, this.#key));
    if (!shared) return undefined;
    const [token, mark] = (read(this.#own, this.#markKey) ?? "").split(" ");
    return token === shared.token ? { ...shared, mark: Number(mark) } : shared;
  }

  save(session: Session): void {
    write(this.#shared, this.#key, JSON.stringify(session));
    write(this.#own, this.#markKey, `${session.token} ${session.mark}`);
  }

  /** Calls `listener` when another tab writes the session. Returns what undoes that. */
  watch(listener: (session: Session) => void): () => void {
    const onStorage = (event: StorageEvent) => {
      if (event.storageArea !== this.#shared || event.key !== this.#key) return;
      // What stands there now, not what the event says: two tabs that write at the same time then agree.
      const session = this.load();
      if (session) listener(session);
    };
    window.addEventListener("storage", onStorage);
    return () => window.removeEventListener("storage", onStorage);
  }

  get #markKey(): string {
    return `${this.#key}:mark`;
  }
}

function parse(text: string | null | undefined): Session | undefined {
  if (!text) return undefined;
  try {
    const { token, conversationId, mark } = JSON.parse(text) as Partial<Session>;
    return typeof token === "string" ? { token, conversationId: conversationId ?? null, mark: Number(mark) || 0 } : undefined;
  } catch {
    return undefined; // Not ours: a new session replaces it.
  }
}

// A browser may forbid storage or have no room left. The session then lives as long as the page, as with `storage: "none"`.

function storage(name: "localStorage" | "sessionStorage"): Storage | undefined {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}

function read(from: Storage | undefined, key: string): string | null | undefined {
  try {
    return from?.getItem(key);
  } catch {
    return undefined;
  }
}

function write(to: Storage | undefined, key: string, value: string): void {
  try {
    to?.setItem(key, value);
  } catch {
    return;
  }
}
