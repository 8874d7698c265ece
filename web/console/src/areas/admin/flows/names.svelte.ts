/** What is set up elsewhere and can be named in a flow. Read once for a page; what a role may not see is offered to nobody. */

import { listAll } from "../../../lib/list-all";
import { session } from "../../../lib/session.svelte";
import type { Names } from "./verbs";

type Read = (pageNumber: number) => Promise<{ entities: { name: string }[]; pageCount: number }>;

const query = (pageNumber: number) => ({ query: { pageNumber, pageSize: 200 } });

const READ: Record<Names, Read> = {
  queues: (number) => session.api.get("/api/v2/routing/queues", query(number)),
  flows: (number) => session.api.get("/api/v2/flows", query(number)),
  schedules: (number) => session.api.get("/api/v2/architect/schedules", query(number)),
  dataActions: (number) => session.api.get("/api/v2/integrations/actions", query(number)),
  credentials: (number) => session.api.get("/api/v2/integrations/credentials", query(number)),
  wrapupCodes: (number) => session.api.get("/api/v2/routing/wrapupcodes", query(number)),
  languages: (number) => session.api.get("/api/v2/routing/languages", query(number)),
};

export class Offered {
  #names = $state.raw<Partial<Record<Names, readonly string[]>>>({});
  readonly #asked = new Set<Names>();

  of(what: Names | undefined): readonly string[] {
    return (what && this.#names[what]) ?? [];
  }

  async ask(what: Names): Promise<void> {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    try {
      const all = await listAll(READ[what]);
      this.#names = { ...this.#names, [what]: all.map(({ name }) => name) };
    } catch {
      // Nothing is offered then; a name can be typed as well, and the check knows it.
      this.#asked.delete(what);
    }
  }
}
