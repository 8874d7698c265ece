/** Pages by their address. Plain links work: a click on one within the console changes the page without loading it. */

export const BASE = "/console";

export interface Match {
  parameters: Record<string, string>;
}

/** `/desk/:conversationId?` against `/desk/1`; decoded, or nothing. */
export function match(pattern: string, path: string): Match | undefined {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const one = given[index];
    if (part === "*") return { parameters };
    if (!part.startsWith(":")) {
      if (part !== one) return undefined;
      continue;
    }
    const optional = part.endsWith("?");
    if (one === undefined) {
      if (optional) continue;
      return undefined;
    }
    try {
      parameters[part.slice(1, optional ? -1 : undefined)] = decodeURIComponent(one);
    } catch {
      return undefined;
    }
  }
  return given.length > wanted.length ? undefined : { parameters };
}

class Router {
  /** The path within the console, `/desk/1`. */
  path = $state("/");
  query = $state.raw(new URLSearchParams());
  /** Asks before unsaved work is left; answers whether to go. */
  guard: (() => boolean) | undefined;
  #index = 0;

  start(): void {
    this.#read();
    history.replaceState({ index: this.#index }, "");
    addEventListener("popstate", () => {
      if (this.guard && !this.guard()) {
        // Back to where the work is.
        const { index = 0 } = (history.state ?? {}) as { index?: number };
        const guard = this.guard;
        this.guard = undefined;
        addEventListener("popstate", () => (this.guard = guard), { once: true });
        history.go(this.#index > index ? 1 : -1);
        return;
      }
      this.#index = ((history.state ?? {}) as { index?: number }).index ?? 0;
      this.#read();
    });
    addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (link.target || link.hasAttribute("download") || link.origin !== location.origin || !link.pathname.startsWith(`${BASE}/`)) return;
      event.preventDefault();
      this.go(link.pathname.slice(BASE.length) + link.search);
    });
  }

  /** To another page; `replace` where going back should not stop here. */
  go(to: string, how: { replace: true } | Record<string, never> = {}): void {
    if (this.guard && !this.guard()) return;
    const address = BASE + to;
    if ("replace" in how) history.replaceState({ index: this.#index }, "", address);
    else if (address !== location.pathname + location.search) history.pushState({ index: ++this.#index }, "", address);
    this.#read();
  }

  /** Changes parts of the query; `undefined` takes one out. The page stays; `push` where going back should stop here. */
  setQuery(changes: Record<string, string | undefined>, how: { push: true } | Record<string, never> = {}): void {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changes)) value === undefined || value === "" ? query.delete(name) : query.set(name, value);
    const text = query.toString();
    const address = BASE + this.path + (text === "" ? "" : `?${text}`);
    if ("push" in how && address !== location.pathname + location.search) history.pushState({ index: ++this.#index }, "", address);
    else history.replaceState({ index: this.#index }, "", address);
    this.query = query;
  }

  #read(): void {
    this.path = location.pathname.slice(BASE.length) || "/";
    this.query = new URLSearchParams(location.search);
  }
}

export const router = new Router();

/** The address of a page, for a link. */
export const href = (path: string): string => BASE + path;
