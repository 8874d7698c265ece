/** As much of a browser as the SDK touches, in front of the fake server. Timers are vitest's fake ones. */

import { vi } from "vitest";
import type { OutFrame } from "../src/protocol.js";
import { FakeServer, type Connection } from "./fake-server.js";

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}

export interface PageOptions {
  url?: string;
  /** `<meta name="waybill-endpoint">` */
  meta?: string;
  /** The script tag of the classic build. */
  script?: { src: string; dataset?: Record<string, string> };
}

export class FakeBrowser {
  readonly server = new FakeServer();
  readonly localStorage = new FakeStorage();
  sessionStorage = new FakeStorage();
  window = new EventTarget();
  document: EventTarget & { visibilityState?: string } = new EventTarget();
  /** Addresses of the sockets that were opened, and of the HTTP requests. */
  readonly urls: string[] = [];
  readonly requests: { url: string; authorization: string | undefined }[] = [];
  /** `false`: the network is gone, and open sockets do not notice. */
  isUp = true;
  readonly sockets: FakeWebSocket[] = [];

  /** Loads a page: a new window with the old storage. */
  load({ url = "https://shop.test/cart?customer=CRM-1#top", meta, script }: PageOptions = {}): void {
    const location = new URL(url);
    this.window = new EventTarget();
    this.document = Object.assign(new EventTarget(), {
      visibilityState: "visible",
      currentScript: script ? { src: script.src, dataset: script.dataset ?? {} } : null,
      querySelector: () => (meta ? { content: meta } : null),
    });
    Object.assign(this.window, { localStorage: this.localStorage, sessionStorage: this.sessionStorage });
    const browser = this;
    class BoundWebSocket extends FakeWebSocket {
      constructor(address: string) {
        super(address, browser);
      }
    }
    vi.stubGlobal("window", this.window);
    vi.stubGlobal("document", this.document);
    vi.stubGlobal("location", location);
    vi.stubGlobal("navigator", { language: "en-GB" });
    vi.stubGlobal("WebSocket", BoundWebSocket);
    vi.stubGlobal("fetch", (address: string, init: RequestInit) => this.#fetch(new URL(address), init));
  }

  /** The network breaks, and the sockets notice. */
  cut(): void {
    for (const socket of this.sockets) socket.drop(1006);
  }

  get socket(): FakeWebSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    const authorization = (init.headers as Record<string, string> | undefined)?.["Authorization"];
    this.requests.push({ url: url.href, authorization });
    if (!this.isUp) throw new TypeError("failed to fetch");
    const { status, body } = this.#answer(url, authorization);
    return new Response(JSON.stringify(body), { status });
  }

  #answer(url: URL, authorization: string | undefined): { status: number; body: unknown } {
    const { organizationId, region, status, domains } = this.server;
    if (url.pathname.endsWith("/deployment-1/config.json")) return { status: 200, body: { status, waybill: { organizationId, region } } };
    if (url.pathname.endsWith("/domains.json")) return { status: 200, body: domains };
    if (url.pathname === "/api/v2/webmessaging/messages") {
      return this.server.history(authorization?.replace("Bearer ", "") ?? "", Number(url.searchParams.get("pageNumber")));
    }
    return { status: 404, body: { code: "not_found" } };
  }
}

/** `WebSocket` as the SDK uses it. */
class FakeWebSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #browser: FakeBrowser;
  readonly #connection: Connection;

  constructor(url: string, browser: FakeBrowser) {
    this.#browser = browser;
    browser.urls.push(url);
    browser.sockets.push(this);
    this.#connection = {
      token: undefined,
      greeted: false,
      send: (frame) => this.#later(() => this.onmessage?.({ data: JSON.stringify(frame) })),
      close: (code) => this.#later(() => this.drop(code)),
    };
    setTimeout(() => {
      if (!browser.isUp) return this.drop(1006);
      this.readyState = 1;
      this.onopen?.();
    }, 1);
  }

  send(text: string): void {
    this.#later(() => this.#browser.server.receive(this.#connection, JSON.parse(text) as OutFrame));
  }

  close(): void {
    this.readyState = 3;
    this.#browser.server.connections.delete(this.#connection);
  }

  drop(code: number): void {
    if (this.readyState === 3) return;
    this.close();
    this.onclose?.({ code });
  }

  #later(run: () => void): void {
    setTimeout(() => {
      if (this.readyState === 1 && this.#browser.isUp) run();
    }, 1);
  }
}

/** Lets fake time pass, with everything that it leads to. */
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
