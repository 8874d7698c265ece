/** Some two hundred texts that want to be more than text, in every field that takes one, on every page that shows one. */

import { readFileSync, readdirSync } from "node:fs";
import { type Page, expect } from "@playwright/test";
import { Person, signIn } from "../src/console.js";
import type { Demo } from "../src/demo.js";
import { HOSTILE, PAYLOADS, batches } from "../src/hostile.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { Visitor, messengerPage } from "../src/messenger.js";
import { test } from "../src/test.js";

/** Pages about one thing, each about something with a hostile name: there has to be one. */
async function detailsOf(admin: Person): Promise<string[]> {
  const kinds: [path: string, page: string, tabs: string[]][] = [
    ["authorization/roles", "roles", [""]],
    ["users", "people", ["profile", "roles", "routing"]],
    ["responsemanagement/responses", "replies", [""]],
    ["webdeployments/configurations", "messenger", [""]],
    ["routing/queues", "queues", ["rules", "members", "codes"]],
    ["flows", "flows", ["graph", "list", "yaml"]],
  ];
  const pages = kinds.map(async ([path, page, tabs]) => {
    const { entities } = await admin.send<{ entities: { id: string; name: string; description?: string }[] }>("GET", `/api/v2/${path}?pageSize=200`);
    const hostile = entities.find(({ name, description }) => /[<"']/.test(`${name}${description ?? ""}`));
    expect(hostile, path).toBeDefined();
    return tabs.map((tab) => `/admin/${page}/${hostile?.id ?? ""}${tab ? `?tab=${tab}` : ""}`);
  });
  return (await Promise.all(pages)).flat();
}

/** The console's pages, and those about one conversation and one deployment. */
const pagesOf = (id: string, deploymentId: string): string[] => [
  ...addresses(),
  "/desk?view=all",
  `/desk/${id}?view=all`,
  `/desk/${id}?view=all&panel=customer&q=${encodeURIComponent(PAYLOADS[0] ?? "")}`,
  `/trace/${id}`,
  `/trace/${id}?key=crmCustomerId`,
  ...["policy", "quarantine", "refusals", "settings", "snippet"].map((tab) => `/admin/deployments/${deploymentId}?tab=${tab}`),
];

/** Every page of the console that needs no parameter: a new one is among them by being there. */
function addresses(): string[] {
  const areas = new URL("../../console/src/areas/", import.meta.url);
  const files = readdirSync(areas, { recursive: true, encoding: "utf8" }).filter((name) => /(^|\/)index\.ts$/.test(name));
  const found = files.flatMap((name) => [...readFileSync(new URL(name, areas), "utf8").matchAll(/path: "(\/[^":]*)/g)].map(([, path]) => (path ?? "").replace(/\/$/, "")));
  return [...new Set(found)];
}

const AT_ONCE = 8;
/** Elements by which markup of a text would betray itself; none of our pages has any of them. */
const FOREIGN = "iframe,object,embed,applet,base,frameset,math,marquee,portal,bgsound,video,audio,foreignObject,[onerror],[onload],[onclick],[onfocus],[ontoggle],[onmouseover],[srcdoc],[ping],[formaction],[src*='evil.example'],[style*='evil.example']";
const SCHEMES = /^(https?:|mailto:|tel:|blob:|#|\/|$)/;

async function inTurns<T>(all: readonly T[], work: (one: T, index: number) => Promise<void>): Promise<void> {
  const queue = [...all.entries()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await work(next[1], next[0]);
    }),
  );
}

/** Sends a body; what the server does not take it refuses in order. */
async function send(baseUrl: string, token: string, path: string, body: JsonObject): Promise<JsonObject | undefined> {
  const answer = await fetch(baseUrl + path, { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.status, `${path} ${JSON.stringify(body).slice(0, 200)}: ${text}`).toBeLessThan(500);
  return answer.ok ? (JSON.parse(text) as JsonObject) : undefined;
}

interface Watch {
  /** What went wrong so far: scripts, dialogs, requests, complaints. */
  faults: string[];
}

/** Notes whatever a page does that nobody asked for. */
async function watched(page: Page, origins: readonly string[]): Promise<Watch> {
  const faults: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`));
  });
  page.on("dialog", (dialog) => (faults.push(`dialog: ${dialog.message()}`), void dialog.dismiss()));
  page.on("popup", (popup) => faults.push(`popup: ${popup.url()}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !origins.includes(new URL(url).origin)) faults.push(`request: ${url}`);
    if (request.isNavigationRequest() && !origins.includes(new URL(url).origin)) faults.push(`navigation: ${url}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // What a page could not read it says in its own words; the browser's line about the status is none of a text's work.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
  });
  return { faults };
}

/** Passes over everything with the mouse and the focus, and looks whether a text became more than text. */
async function expectOnlyText(page: Page, where: string, { faults }: Watch): Promise<void> {
  const found = await page.evaluate(
    ([foreign, schemes]) => {
      const bad: string[] = [];
      const visit = (root: Document | ShadowRoot) => {
        for (const element of root.querySelectorAll("*")) {
          for (const name of ["mouseover", "pointerenter", "focus", "animationstart", "load", "error"]) if (!(element instanceof HTMLImageElement)) element.dispatchEvent(new Event(name));
          if (element.matches(foreign as string)) bad.push(element.outerHTML.slice(0, 200));
          const link = element.getAttribute("href");
          if (link !== null && element.localName === "a" && !(schemes as RegExp).test(link)) bad.push(`link: ${link}`);
          if (element.shadowRoot) visit(element.shadowRoot);
        }
      };
      visit(document);
      const { hacked } = window as unknown as { hacked?: unknown };
      const inherited = ({} as { hacked?: unknown }).hacked;
      return { bad, hacked: hacked === undefined && inherited === undefined ? "no" : "yes" };
    },
    [FOREIGN, SCHEMES] as const,
  );
  expect.soft(found, where).toEqual({ bad: [], hacked: "no" });
  expect.soft(faults, where).toEqual([]);
  faults.length = 0;
}

/** What texts look like once a browser has drawn them: controls have no shape, and white space is as wide as it is. */
const drawn = (text: string): string => text.replace(/[\u0000-\u001F\u007F-\u009F\s]+/g, " ").trim();
/** The same where a line's end may be an element. */
const bare = (text: string): string => drawn(text).replaceAll(" ", "");

/** What the server keeps as a name whole: no controls, and not as long as a page. */
const isName = (text: string): boolean => text.length < 100 && !/[\u0000-\u001F\u007F-\u009F]/.test(text);

async function missingFrom(page: Page, selector: string, texts: readonly string[]): Promise<string[]> {
  const all = bare((await page.locator(selector).allTextContents()).join("\n"));
  return texts.filter((text) => !all.includes(bare(text)));
}

test("there_are_some_two_hundred_of_them", () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  expect(Object.keys(HOSTILE)).toHaveLength(12);
});

/** A conversation that has to be taken. */
async function start({ baseUrl, token }: Integrator, body: JsonObject): Promise<JsonObject> {
  const answer = await fetch(`${baseUrl}/api/v2/conversations/webchat`, { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return (await answer.json()) as JsonObject;
}

/** Everything that can be written through the API, full of it. Answers what was taken. */
async function fill(demo: Demo): Promise<{ id: string; names: string[]; texts: string[]; notes: string[]; replies: string[]; wrapped: { id: string; code: string } }> {
  const { baseUrl, deployments } = demo.file;
  const integrator = await Integrator.login(demo.file);
  const [admin, agent] = [await Person.logIn(demo, "admin"), await Person.logIn(demo, "agent")];
  const post = (token: string, path: string, body: JsonObject) => send(baseUrl, token, path, body);
  const names: string[] = [];
  // As names, as values and as keys that nobody declared.
  await inTurns(PAYLOADS, async (text, index) => {
    const made = await post(integrator.token, "/api/v2/conversations/webchat", { deploymentId: deployments.quarantine, message: text, customer: { name: text }, customData: { crmCustomerId: `H-${index}`, [text]: text } });
    if (made) names.push(text);
  });
  // One conversation with all of them: keys and values of the panel, messages, notes, wrap-up notes.
  const { id } = (await start(integrator, {
    deploymentId: deployments.open,
    message: "<b>Hello</b>",
    customer: { name: "<img src=x onerror=window.hacked=1>" },
    customData: { crmCustomerId: "H-ALL", ...Object.fromEntries(batches(PAYLOADS, 40).map((some, index) => [`v${index}`, drawn(some.join(" ")).slice(0, 120)])) },
  })) as { id: string };
  const own = await agent.send<{ participants: { id: string; userId?: string; messages: { id: string }[] }[] }>("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id }).then(() => agent.send<{ participants: { id: string; userId?: string; messages: { id: string }[] }[] }>("GET", `/api/v2/conversations/${id}`));
  const part = own.participants.find(({ userId }) => userId === agent.id);
  const texts: string[] = [];
  const notes: string[] = [];
  const replies: string[] = [];
  const library = await admin.send<{ id: string }>("POST", "/api/v2/responsemanagement/libraries", { name: "<script>window.hacked=1</script>" });
  await inTurns(batches(PAYLOADS, 6), async (some, index) => {
    const text = some.join("\n");
    const message = await post(agent.token, `/api/v2/conversations/messages/${id}/communications/${part?.messages[0]?.id ?? ""}/messages`, { textBody: text });
    if (message) texts.push(text);
    if (await post(agent.token, `/api/v2/conversations/${id}/notes`, { text: text.slice(0, 3_000) })) notes.push(text.slice(0, 3_000));
    // A text with braces is a template, and judged as one.
    const content = some.filter((one) => !one.includes("{{")).join(" ");
    if (await post(admin.token, "/api/v2/responsemanagement/responses", { name: `${index} ${drawn(some[0] ?? "").slice(0, 200)}`, libraries: [{ id: library.id }], texts: [{ content, contentType: index % 2 === 0 ? "text/plain" : "text/html" }] })) replies.push(content);
    await post(admin.token, "/api/v2/routing/queues", { name: `${index} ${drawn(some[1] ?? "x").slice(0, 200)}` });
    await post(admin.token, "/api/v2/routing/wrapupcodes", { name: `${index} ${drawn(some[2] ?? "x").slice(0, 200)}` });
    const name = `${index} ${drawn(some[3] ?? "x").slice(0, 80)}`;
    const labels = some.slice(0, 2).map((label, field) => ({ key: `k${field}`, label: label.slice(0, 60), type: "select", options: [drawn(label).slice(0, 60) || "x"] }));
    const conversations = { form: { enabled: true, fields: labels }, satisfaction: { enabled: true, question: drawn(text).slice(0, 150) } };
    for (const [path, body] of [
      ["authorization/roles", { name, description: text.slice(0, 500), permissions: ["conversation:communication:view"] }],
      ["authorization/divisions", { name }],
      ["routing/skills", { name }],
      ["routing/languages", { name }],
      ["webdeployments/configurations", { name, description: text.slice(0, 500), messenger: { apps: { conversations } } }],
      ["users", { name, email: `hostile-${index}@demo.example`, password: "a-long-enough-word-for-all", roleDivisions: [] }],
    ] as const) await post(admin.token, `/api/v2/${path}`, body as unknown as JsonObject);
    await post(admin.token, "/api/v2/flows", { name: `hostile-${index}`, description: text.slice(0, 500), document: `flow: hostile-${index}\nkind: inboundMessage\nstart: say\nactions:\n  say:\n    sendMessage: ${JSON.stringify(content)}\n    next: over\n  over:\n    end: {}\n` });
  });
  return { id, names, texts, notes, replies, wrapped: await wrapUp(integrator, admin, agent, deployments.open) };
}

/** A conversation that was wrapped up with a code and notes that are hostile, both of them taken. */
async function wrapUp(integrator: Integrator, admin: Person, agent: Person, deploymentId: string): Promise<{ id: string; code: string }> {
  const { id } = (await start(integrator, { deploymentId, message: "Hello", customData: { crmCustomerId: "H-WRAPPED" } })) as { id: string };
  const { entities } = await admin.send<{ entities: { id: string; name: string }[] }>("GET", "/api/v2/routing/wrapupcodes?pageSize=200");
  const code = entities.find(({ name }) => /[<"']/.test(name));
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  const { participants } = await agent.send<{ participants: { id: string; userId?: string }[] }>("GET", `/api/v2/conversations/${id}`);
  const part = `/api/v2/conversations/messages/${id}/participants/${participants.find(({ userId }) => userId === agent.id)?.id ?? ""}`;
  const notes = PAYLOADS.join("\n").slice(0, 2_000);
  await agent.send("PATCH", part, { wrapup: { code: code?.id ?? "", notes } });
  await agent.send("PATCH", part, { state: "disconnected" });
  expect(await agent.send("GET", `/api/v2/conversations/${id}/participants/${participants.find(({ userId }) => userId === agent.id)?.id ?? ""}/wrapup`)).toMatchObject({ notes });
  return { id, code: code?.name ?? "" };
}

test("hostile_text_is_text_on_every_page_of_the_console", async ({ startDemo, page }) => {
  // Some fifty pages, one after the other.
  test.setTimeout(240_000);
  const demo = await startDemo();
  const { id, names, texts, notes, replies, wrapped } = await fill(demo);
  // Control characters are refused in names; everything else has to be shown.
  expect(names.length).toBeGreaterThan(PAYLOADS.length - 20);
  expect(texts.length).toBe(batches(PAYLOADS, 6).length);
  expect(notes.length).toBe(texts.length);
  expect(replies.length).toBeGreaterThan(20);
  const watch = await watched(page, [new URL(demo.file.baseUrl).origin]);
  await signIn(page, demo, "admin", "/console/desk?view=all");

  const rows = page.getByRole("region", { name: "Inbox" }).getByRole("link");
  await expect(rows).toHaveCount(100);
  for (let shown = 100; shown < names.length; shown += 100) {
    await page.getByRole("button", { name: "Load older conversations" }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(shown);
  }
  expect.soft(await missingFrom(page, "section[aria-label=Inbox] a strong", names.filter(isName)), "names in the inbox").toEqual([]);
  await expectOnlyText(page, "inbox", watch);

  const pages = [...pagesOf(id, demo.file.deployments.quarantine), ...(await detailsOf(await Person.logIn(demo, "admin")))];
  expect(pages.length).toBeGreaterThan(15);
  for (const path of pages) {
    await page.goto(`${demo.file.baseUrl}/console${path}`);
    await expect(page.getByRole("navigation", { name: "Areas" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "There is no such page" })).toHaveCount(0);
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    await expectOnlyText(page, path, watch);
  }

  await page.goto(`${demo.file.baseUrl}/console/desk/${id}`);
  const log = "[role=log]";
  await expect.poll(() => missingFrom(page, log, [...texts, ...notes]), { message: "messages and notes" }).toEqual([]);
  await page.keyboard.press("n");
  await page.keyboard.type("@a");
  await expectOnlyText(page, "thread", watch);
  await page.goto(`${demo.file.baseUrl}/console/desk/${wrapped.id}?view=all`);
  await expect.poll(() => missingFrom(page, log, [`wrapped up: ${wrapped.code}`]), { message: "the wrap-up" }).toEqual([]);
  await expectOnlyText(page, "wrapped up", watch);
});

test("hostile_text_is_text_for_an_agent_who_answers_with_it", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const admin = await Person.logIn(demo, "admin");
  const library = await admin.send<{ id: string }>("POST", "/api/v2/responsemanagement/libraries", { name: "All" });
  const plain = PAYLOADS.filter((text) => !text.includes("{{") && drawn(text) !== "");
  const some = batches(plain, 12).map((all) => all.map(drawn).join(" "));
  let taken = 0;
  await inTurns(some, async (content, index) => {
    if (await send(demo.file.baseUrl, admin.token, "/api/v2/responsemanagement/responses", { name: `reply-${index}`, libraries: [{ id: library.id }], texts: [{ content, contentType: "text/plain" }] })) taken++;
  });
  expect(taken).toBeGreaterThan(some.length - 3);
  const agent = await Person.logIn(demo, "agent");
  const integrator = await Integrator.login(demo.file);
  const made = await start(integrator, { deploymentId: demo.file.deployments.open, message: "Hello", customer: { name: "Hella" }, customData: { crmCustomerId: "H-1" } });
  const id = String(made["id"]);
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  const watch = await watched(page, [new URL(demo.file.baseUrl).origin]);
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  const field = page.getByRole("textbox", { name: "Reply to Hella" });
  await field.fill("/reply");
  await expect(page.getByRole("option")).toHaveCount(Math.min(20, taken));
  expect.soft(await missingFrom(page, "[role=option]", some.slice(0, 3).map((text) => text.slice(0, 60))), "canned replies").toEqual([]);
  await expectOnlyText(page, "canned replies", watch);
  await field.fill("/reply-1");
  await page.getByRole("option").first().click();
  await expect(field).not.toHaveValue(/^\/reply/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Sending…")).toHaveCount(0);
  await page.getByRole("button", { name: "Wrap up" }).click();
  await page.getByRole("dialog").waitFor();
  await expectOnlyText(page, "answered", watch);
});

test("hostile_text_is_text_in_the_widget_whoever_wrote_it", async ({ demo, page, site, integrator }) => {
  const url = messengerPage(site, demo, {
    attributes: { markdown: "on", heading: "<img src=x onerror=window.hacked=1>", welcome: "{{constructor.constructor('window.hacked=1')()}}", "contact-url": "javascript:window.hacked=1", "privacy-url": "javascript:window.hacked=1" },
    script: `window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "<svg onload=window.hacked=1>" }, customer: { name: "\\x3Cimg src=x onerror=window.hacked=1>" } }));`,
  });
  const watch = await watched(page, [new URL(demo.file.baseUrl).origin, site.origin]);
  const visitor = new Visitor(page);
  await visitor.open(url);
  const [first = "", ...rest] = batches(PAYLOADS, 12).map((some) => some.join("\n"));
  const write = async (text: string) => {
    await visitor.field.fill(text);
    await visitor.field.press("Enter");
  };
  await write(first);
  const id = await visitor.conversation();
  for (const text of rest) await write(text);
  await expect(visitor.log.locator(".visitor .bubble")).toHaveCount(rest.length + 1);
  await expect(visitor.delivery).toHaveText(/Sent|Delivered|Read/);
  const literal = PAYLOADS.filter((text) => drawn(text) !== "");
  expect.soft(await missingFrom(page, "waybill-messenger .visitor .bubble", literal), "own messages").toEqual([]);
  await expectOnlyText(page, "visitor", watch);

  for (const some of batches(PAYLOADS, 12)) await integrator.say(id, some.join("\n"));
  await expect(visitor.log.locator(".business .bubble")).toHaveCount(batches(PAYLOADS, 12).length);
  const marked = new Set([...(HOSTILE["markdown"] ?? []), ...PAYLOADS.filter((text) => /[*`_\\]|https?:/.test(text))]);
  expect.soft(await missingFrom(page, "waybill-messenger .business .bubble", literal.filter((text) => !marked.has(text))), "answers").toEqual([]);
  await expectOnlyText(page, "business", watch);
  // And again as they are read from the history.
  await page.reload();
  await expect(visitor.log.locator(".business .bubble")).toHaveCount(batches(PAYLOADS, 12).length);
  await expectOnlyText(page, "history", watch);
});
