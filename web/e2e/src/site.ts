/** Somebody's web site: another origin than the server's, as in life. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const HARNESS = readFileSync(new URL("harness.js", import.meta.url));

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export class Site {
  readonly #server: Server;
  readonly #pages = new Map<string, { html: string; headers: Record<string, string> }>();

  private constructor(handler?: Handler) {
    this.#server = createServer(handler ?? ((request, response) => this.#answer(request, response)));
  }

  static async open(): Promise<Site> {
    return Site.#listen(new Site());
  }

  /** Serves a folder, such as what a bundler made. */
  static async ofFolder(folder: string): Promise<Site> {
    return Site.#listen(
      new Site((request, response) => {
        const path = normalize(new URL(request.url ?? "/", "http://site").pathname);
        const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
        try {
          const body = readFileSync(file);
          response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
        } catch {
          response.writeHead(404).end();
        }
      }),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Puts a page there and says where. */
  add(path: string, html: string, headers: Record<string, string> = {}): string {
    this.#pages.set(path, { html, headers });
    return `${this.origin}${path}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  static async #listen(site: Site): Promise<Site> {
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const page = this.#pages.get(pathname);
    if (pathname === "/harness.js") response.writeHead(200, { "Content-Type": "text/javascript" }).end(HARNESS);
    else if (page) response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...page.headers }).end(page.html);
    else response.writeHead(404).end();
  }
}
