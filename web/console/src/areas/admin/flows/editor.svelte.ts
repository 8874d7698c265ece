/** A flow that is worked on: its document, what the check says of it, what is selected, and the way that a simulation took. */

import type { Answer } from "../../../lib/api";
import { Failure } from "../../../lib/failure";
import { session } from "../../../lib/session.svelte";
import { type FlowDocument, readFlow } from "./document";
import { History } from "./history";

export type Flow = Answer<"/api/v2/flows/{flowId}", "get">;
export type Finding = Answer<"/api/v2/flows/{flowId}/validate", "post">["findings"][number];
export type Check = { name: "checking" } | { name: "checked"; valid: boolean } | { name: "failed"; message: string };

/** So long nobody types before the server is asked. */
const CHECK_AFTER_MS = 350;

export interface Lit {
  actions: ReadonlySet<string>;
  ways: ReadonlySet<string>;
  /** Where it stands, or came to its end. */
  last: string | undefined;
}

const EMPTY: FlowDocument = { name: "", start: undefined, uses: [], actions: [], value: {} };

export class FlowEditor {
  readonly id: string;
  stored = $state.raw<Flow>() as Flow;
  text = $state("");
  /** What the server has. */
  saved = $state("");
  check = $state.raw<Check>({ name: "checking" });
  findings = $state.raw<readonly Finding[]>([]);
  lit = $state.raw<Lit>();
  canUndo = $state(false);
  canRedo = $state(false);
  #history = new History();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #lastFlow: FlowDocument = EMPTY;

  readonly read = $derived(readFlow(this.text));
  readonly dirty = $derived(this.text !== this.saved);
  readonly errors = $derived(this.findings.filter(({ severity }) => severity === "error").length);

  constructor(stored: Flow) {
    this.id = stored.id;
    this.stored = stored;
    this.text = this.saved = stored.document ?? "";
    this.ask(0);
  }

  /** The flow as it could be read last: what the picture shows while the text is broken. */
  get flow(): FlowDocument {
    if (this.read.ok) this.#lastFlow = this.read.flow;
    return this.#lastFlow;
  }

  findingsOf(action: string): readonly Finding[] {
    return this.findings.filter((finding) => finding.action === action);
  }

  /** Changes the document. Changes of the same thing in one go are taken back together. */
  change(text: string, of = ""): void {
    if (text === this.text) return;
    this.#history.keep(this.text, of, Date.now());
    this.#show(text);
  }

  undo(): void {
    const text = this.#history.undo(this.text);
    if (text !== undefined) this.#show(text);
  }

  redo(): void {
    const text = this.#history.redo(this.text);
    if (text !== undefined) this.#show(text);
  }

  /** Asks the server what it finds, after a pause; only the newest question counts. */
  ask(after = CHECK_AFTER_MS): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.check = { name: "checking" };
    this.#timer = setTimeout(() => void this.#ask(), after);
  }

  async #ask(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const { valid, findings } = await session.api.post("/api/v2/flows/{flowId}/validate", { path: { flowId: this.id }, body: { document: this.text }, signal: asking.signal });
      this.findings = findings;
      this.check = { name: "checked", valid };
    } catch (error) {
      if (!asking.signal.aborted) this.check = { name: "failed", message: Failure.of(error).message };
    }
  }

  /** The draft goes to the server; another's change in between is a conflict. */
  async save(): Promise<void> {
    const text = this.text;
    this.stored = await session.api.put("/api/v2/flows/{flowId}", { path: { flowId: this.id }, body: { document: text, version: this.stored.version } });
    this.saved = text;
  }

  /** Takes what the server has now. */
  take(stored: Flow): void {
    this.stored = stored;
    this.saved = stored.document ?? "";
    this.change(this.saved);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #show(text: string): void {
    this.text = text;
    this.lit = undefined;
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
    this.ask();
  }
}
