/** The real binary: `waybill demo` as a process of its own, on a free port and a folder that goes with it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What `demo.json` says. */
export interface DemoFile {
  baseUrl: string;
  orgId: string;
  region: string;
  deployments: Record<"open" | "quarantine" | "strict" | "disabled" | "inactive" | "signed" | "limited" | "bare", string>;
  oauthClient: { id: string; secret: string };
  adminClient: { id: string; secret: string };
  loginClient: { id: string };
  users: Record<"admin" | "agent" | "supervisor", { email: string; password: string }>;
}

export const BINARY = process.env["WAYBILL_BIN"] ?? fileURLToPath(new URL("../../../target/debug/waybill", import.meta.url));

/** The demo prints this once `demo.json` is there and connections are accepted. */
const READY = "Waybill is serving at";

export class Demo {
  readonly folder = mkdtempSync(join(tmpdir(), "waybill-e2e-"));
  readonly #environment: Record<string, string>;
  #process: ChildProcess | undefined;
  #output = "";
  #file: DemoFile | undefined;

  private constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  /** `environment` overrides settings: `WAYBILL__LIMITS__…`. */
  static async start(environment: Record<string, string> = {}): Promise<Demo> {
    const demo = new Demo(environment);
    await demo.#start("127.0.0.1:0");
    await demo.#silenceFlow();
    return demo;
  }

  /** Most tests hold what is said to the letter: conversations of `open` begin without the demo's flow. */
  async #silenceFlow(): Promise<void> {
    const { baseUrl, adminClient, deployments } = this.file;
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: adminClient.id, client_secret: adminClient.secret });
    const issued = (await (await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: form })).json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${issued.access_token}`, "Content-Type": "application/json" };
    const address = `${baseUrl}/api/v2/webdeployments/deployments/${deployments.open}`;
    const { name, description, status, allowAllDomains, allowedDomains, allowNative } = (await (await fetch(address, { headers })).json()) as Record<string, unknown>;
    const body = JSON.stringify({ name, description, status, allowAllDomains, allowedDomains, allowNative });
    const changed = await fetch(address, { method: "PUT", headers, body });
    if (!changed.ok) throw new Error(`the flow was not unbound: ${changed.status} ${await changed.text()}`);
  }

  get file(): DemoFile {
    if (!this.#file) throw new Error("the demo has not started");
    return this.#file;
  }

  get path(): string {
    return join(this.folder, "demo.json");
  }

  /** What the server printed. */
  get output(): string {
    return this.#output;
  }

  /** kill -9: no farewell to sockets, nothing flushed that was not. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM: connections are asked to come back later, then the server ends. */
  async terminate(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Comes back on the same folder and the same port. */
  async restart(): Promise<void> {
    await this.#start(new URL(this.file.baseUrl).host);
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.folder, { recursive: true });
  }

  async #start(listen: string): Promise<void> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run \`cargo xtask web\` and \`cargo build -p waybill-server\``);
    const child = spawn(BINARY, ["demo", "--listen", listen, "--data", this.folder], {
      env: { ...process.env, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#output += chunk.toString();
        if (this.#output.includes(READY)) resolve();
      };
      this.#output = "";
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the demo ended with ${code}:\n${this.#output}`)));
    });
    this.#file = JSON.parse(readFileSync(this.path, "utf8")) as DemoFile;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}
