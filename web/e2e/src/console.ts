/** The console as people use it, and what they need there: log-ins, queues, a look at accessibility and pictures of every state. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { Demo } from "./demo.js";
import type { Json, JsonObject } from "./integrator.js";

const CONSOLE_CLIENT = "00000000-0000-8000-8000-00000000c001";
const VERIFIER = "a-verifier-that-nobody-guesses-because-nobody-listens";
const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/console/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export type Role = "admin" | "agent" | "supervisor";

/** A person with a token of the console, for what a test has to set up. */
export class Person {
  private constructor(
    readonly baseUrl: string,
    readonly token: string,
    readonly id: string,
  ) {}

  static async logIn({ file }: Demo, role: Role): Promise<Person> {
    const { email, password } = file.users[role];
    return Person.logInAs(file.baseUrl, email, password);
  }

  static async logInAs(baseUrl: string, email: string, password: string): Promise<Person> {
    const redirect = `${baseUrl}/console/callback`;
    const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
    const query = { response_type: "code", client_id: CONSOLE_CLIENT, redirect_uri: redirect, code_challenge: challenge, code_challenge_method: "S256" };
    const page = await fetch(`${baseUrl}/oauth/authorize?${new URLSearchParams(query)}`);
    const fields = [...(await page.text()).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name ?? "", decoded(value ?? "")]);
    const cookie = page.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
    const form = new URLSearchParams([...fields, ["email", email], ["password", password]]);
    const back = await fetch(`${baseUrl}/login`, { method: "POST", body: form, redirect: "manual", headers: { Cookie: cookie, Origin: baseUrl } });
    const code = new URL(back.headers.get("location") ?? "", baseUrl).searchParams.get("code") ?? "";
    const exchange = { grant_type: "authorization_code", client_id: CONSOLE_CLIENT, code, redirect_uri: redirect, code_verifier: VERIFIER };
    const answer = await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: new URLSearchParams(exchange) });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const me = await fetch(`${baseUrl}/api/v2/users/me`, { headers: { Authorization: `Bearer ${token}` } });
    return new Person(baseUrl, token, ((await me.json()) as { id: string }).id);
  }

  async send<T = JsonObject>(method: string, path: string, body?: Json): Promise<T> {
    const init: RequestInit = { method, headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(this.baseUrl + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

const decoded = (text: string): string => text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A queue with these people in it, and one wrap-up code. */
export async function makeQueue(admin: Person, name: string, members: readonly string[], rules: JsonObject = {}): Promise<{ id: string; code: string }> {
  const { id } = await admin.send<{ id: string }>("POST", "/api/v2/routing/queues", { name, rules: { alertingSeconds: 600, ...rules } });
  const { id: code } = await admin.send<{ id: string }>("POST", "/api/v2/routing/wrapupcodes", { name: `${name}: solved` });
  await admin.send("POST", `/api/v2/routing/queues/${id}/wrapupcodes`, [{ id: code }]);
  await admin.send("PATCH", `/api/v2/routing/queues/${id}/members`, members.map((member) => ({ id: member })));
  return { id, code };
}

/** Through the server's log-in page to a page of the console. */
export async function signIn(page: Page, { file }: Demo, role: Role, path = "/console/"): Promise<void> {
  await page.goto(file.baseUrl + path);
  await page.getByLabel("E-mail address").fill(file.users[role].email);
  await page.getByLabel("Password").fill(file.users[role].password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation", { name: "Areas" })).toBeVisible();
}

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** No serious or critical finding, in either theme. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    // Colours of the other theme are there with the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    // The content policy keeps scripts out of the page; the debugger is not the page.
    await page.evaluate(`${AXE}; undefined`);
    // What is not a matter of colours is the same in both.
    const only = scheme === "light" ? {} : { runOnly: ["color-contrast"] };
    const found = await page.evaluate(async (rules) => {
      const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<{ violations: Finding[] }> } };
      const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
      return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`) }));
    }, only);
    const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(grave, `${what}, ${scheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** Pictures of a state, at both widths and in both themes; and nothing wider than the phone. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const [width, height] of [[1280, 800], [390, 844]] as const) {
    await page.setViewportSize({ width, height });
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.screenshot({ path: `${ARTEFACTS}${name}-${width}-${scheme}.png`, animations: "disabled" });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name} fits into ${width} pixels`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}
