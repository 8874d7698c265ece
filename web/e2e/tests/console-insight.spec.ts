/** Trace and analytics as a supervisor uses them: where is the id, who else has lost it, and how the queues do. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Person, expectAccessible, makeQueue, picture, signIn } from "../src/console.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { call, clientOptions, connect, expect, test, value } from "../src/test.js";

interface Trace {
  hops: { stage: string; outcome: string }[];
}
interface Aggregates {
  results: { group: Record<string, string>; data: { metrics: { metric: string; stats: { count: number } }[] }[] }[];
}

const hops = (page: Page) => page.getByRole("list", { name: "Hops" }).getByRole("listitem");
const seen = (page: Page) => hops(page).evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset["stage"] ?? "").filter((stage) => stage !== "analytics"));
const refusals = (page: Page) => page.getByRole("region", { name: "Refused starts" });
const HOSTILE = "<img src=x onerror=window.hacked=1>\"'{{1}}";

async function begin(integrator: Integrator, deploymentId: string, body: JsonObject): Promise<{ status: number; id: string }> {
  const answer = await fetch(`${integrator.baseUrl}/api/v2/conversations/webchat`, {
    method: "POST",
    headers: { Authorization: `Bearer ${integrator.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ deploymentId, message: "Hello", ...body }),
  });
  return { status: answer.status, id: ((await answer.json()) as { id?: string }).id ?? "" };
}

test("p7_a_supervisor_finds_the_id_and_sees_each_hop_that_the_api_tells", async ({ demo, page, integrator, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { id } = await begin(integrator, demo.file.deployments.open, { customData: { crmId: "CRM-TRACE-1", plan: "gold", note: HOSTILE }, customer: { name: HOSTILE } });
  await integrator.putMetadata(id, { crmCustomerId: "CRM-TRACE-2" });
  const bare = await begin(integrator, demo.file.deployments.open, { customData: { plan: "silver" }, customer: { name: "Bea Bare" } });
  const set = await begin(integrator, demo.file.deployments.quarantine, { customData: { crmCustomerId: "CRM-HOPS", cutId: "kept apart" }, customer: { name: "Quinn Quarantine" } });
  const lost = await begin(integrator, demo.file.deployments.strict, { customData: { crmCustomerIdx: "CRM-LOST" } });
  expect(lost.status).toBe(400);
  const supervisor = await Person.logIn(demo, "supervisor");

  // By keyboard alone: search, open, choose another key.
  await signIn(page, demo, "supervisor", "/console/trace");
  await expect(page.getByRole("link", { name: "Bea Bare" })).toContainText("no customer id");
  await expectAccessible(page, "trace, search");
  await picture(page, "trace-search");
  await page.keyboard.press("/");
  await page.keyboard.type("customer_id=CRM-TRACE-2");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/console\/trace\?q=customer_id%3DCRM-TRACE-2/);
  const hit = page.getByRole("region", { name: "Conversations" }).getByRole("link");
  await expect(hit).toHaveCount(1);
  await expect(hit).toContainText(HOSTILE);
  await expect(hit).toContainText("CRM-TRACE-2");
  for (let presses = 0; presses < 6 && !(await hit.evaluate((link) => link === document.activeElement)); presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/console/trace/${id}\\?key=`));

  // Hop by hop what the API says: marks are written behind the answer, so both are asked until they agree.
  const told = async (key: string) => (await supervisor.send<Trace>("GET", `/api/v2/conversations/${id}/trace?key=${key}`)).hops.map(({ stage }) => stage);
  await expect(hops(page).filter({ hasText: "Received" })).toBeVisible();
  await expect.poll(async () => {
    await page.reload();
    await expect(hops(page).filter({ hasText: "Received" })).toBeVisible();
    // Looking leaves a hop of its own: reads that came with the second look are no part of the first.
    const written = (stages: string[]) => stages.filter((stage) => stage !== "read").join();
    const [shown, api] = [await seen(page), await told("crmCustomerId")];
    return shown.length > 0 && written(shown) === written(api) && shown.every((stage, index) => stage === api[index]);
  }).toBe(true);
  await expect(page.getByRole("region", { name: "Value" })).toContainText("CRM-TRACE-2");
  await expect(hops(page).filter({ hasText: "Received" })).toContainText("saw CRM-TRACE-1");
  await expect(hops(page).filter({ hasText: "Admitted" }).last()).toContainText("same value");
  await expect(hops(page).filter({ hasText: "Analytics" })).toContainText("indexed");
  await expectAccessible(page, "trace");
  await picture(page, "trace");
  await page.keyboard.press("c");
  await expect(page.getByText("Copied for a ticket, without the customer's values.")).toBeVisible();
  const ticket = await page.evaluate(() => navigator.clipboard.readText());
  expect(ticket).toContain(`Trace of crmCustomerId · conversation ${id}`);
  expect(ticket).not.toContain("CRM-TRACE-2");
  await page.getByRole("combobox", { name: "Key" }).focus();
  await page.keyboard.type("note");
  await expect(page).toHaveURL(/key=note/);
  await expect(page.getByRole("region", { name: "Value" })).toContainText(HOSTILE);
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();

  // What is not there is loud, and says what to do.
  await page.goto(`${demo.file.baseUrl}/console/trace/${bare.id}?key=crmId`);
  const why = page.getByRole("alert", { name: "Why it is not there" });
  await expect(why).toContainText("crmCustomerId was never sent");
  await expect(why).toContainText("Send it with startChat");
  await expectAccessible(page, "trace, never sent");
  await picture(page, "trace-never-sent");
  await page.goto(`${demo.file.baseUrl}/console/trace/${set.id}?key=cutId`);
  await expect(why).toContainText("Quarantined: cutId");
  await expect(why).toContainText("Declare the key");
  await expect(hops(page).filter({ hasText: "rule undeclared" })).toContainText("no value");
  await expectAccessible(page, "trace, quarantined");
  await picture(page, "trace-quarantined");

  // A refused start has no conversation, and is found by its reason all the same.
  await page.goto(`${demo.file.baseUrl}/console/trace?q=crmCustomerIdx`);
  await expect(page.getByRole("heading", { name: "No conversation has this value" })).toBeVisible();
  await expect(refusals(page).getByRole("listitem").first()).toContainText("crmCustomerIdx");
  await expect(refusals(page)).toContainText("The deployment does not declare this key");
  await expect(refusals(page)).toContainText("Declare the key in the deployment's context policy");
  await expectAccessible(page, "trace, refused");
  await picture(page, "trace-refused");
  await refusals(page).getByRole("combobox", { name: "Reason" }).selectOption("not_scalar");
  await expect(page).toHaveURL(/rule=not_scalar/);
  await expect(refusals(page)).toContainText("No start was refused for this reason");

  // There and back from the desk.
  await page.goto(`${demo.file.baseUrl}/console/desk/${id}?view=all`);
  await page.getByRole("complementary", { name: "Customer" }).getByRole("link", { name: "Trace of crmCustomerId" }).click();
  await expect(page).toHaveURL(new RegExp(`/console/trace/${id}\\?key=crmCustomerId`));
  await page.getByRole("link", { name: "Open at the desk" }).click();
  await expect(page).toHaveURL(new RegExp(`/console/desk/${id}`));
  await page.goto(`${demo.file.baseUrl}/console/trace/00000000-0000-7000-8000-000000000000`);
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await expectAccessible(page, "trace, not found");
});

test("ana9_numbers_by_a_key_are_those_of_the_api_on_the_page_and_in_the_file", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  for (const plan of ["gold", "gold", "silver", HOSTILE]) await begin(integrator, demo.file.deployments.open, { customData: { crmCustomerId: `CRM-${plan}`, plan } });
  await begin(integrator, demo.file.deployments.open, { customData: { source: "no plan" } });
  const supervisor = await Person.logIn(demo, "supervisor");
  const midnight = new Date().setHours(0, 0, 0, 0);
  const interval = `${new Date(midnight).toISOString()}/${new Date(midnight + 86_400_000).toISOString()}`;
  const answer = await supervisor.send<Aggregates>("POST", "/api/v2/analytics/conversations/aggregates/query", { interval, groupBy: ["attribute:plan"], metrics: ["nConversations"] });
  const expected = answer.results.map(({ group, data }) => [group["attribute:plan"] ?? "without a value", data[0]?.metrics[0]?.stats.count] as const);
  expect(expected).toContainEqual(["gold", 2]);

  await signIn(page, demo, "supervisor", "/console/analytics/history");
  await page.getByRole("checkbox", { name: "Compare with the period before" }).check();
  const today = page.getByRole("table", { name: "Conversations" }).getByRole("row").last().getByRole("cell");
  await expect(today.nth(1)).toHaveText("5");
  await expect(today.nth(2)).toHaveText("0");
  await page.getByRole("combobox", { name: "Group by" }).selectOption("attribute:plan");
  await expect(page).toHaveURL(/group=attribute%3Aplan/);
  await expect(page.getByRole("img", { name: "Conversations by plan" })).toBeVisible();
  await expectAccessible(page, "history");
  await picture(page, "analytics-history");
  await page.getByRole("combobox", { name: "Interval" }).selectOption("today");
  await page.getByRole("combobox", { name: "Each" }).selectOption("whole");
  const table = page.getByRole("table", { name: "Conversations by plan" });
  for (const [group, count] of expected) await expect(table.getByRole("row").filter({ has: page.getByRole("cell", { name: group, exact: true }) }).getByRole("cell").nth(1)).toHaveText(String(count));
  await expect(table.getByRole("row")).toHaveCount(expected.length + 1);
  await table.getByRole("button", { name: "Conversations" }).click();
  await expect(table.getByRole("row").nth(1)).toContainText("gold");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const file = readFileSync(await (await downloading).path(), "utf8");
  expect(file).toContain("gold,2");
  expect(file.trim().split("\r\n")).toHaveLength(expected.length + 1);
  await picture(page, "analytics-history-groups");
  // The address alone brings it back.
  await page.reload();
  await expect(table.getByRole("row").nth(1)).toContainText("gold");
  await page.getByRole("combobox", { name: "With the key" }).selectOption("plan");
  await page.getByRole("textbox", { name: "Whose value is" }).fill("silver");
  await page.keyboard.press("Enter");
  await expect(table.getByRole("row")).toHaveCount(2);
  // Another metric beside it, and away again; what has nothing to show says so.
  await page.getByRole("combobox", { name: "And" }).selectOption("offered");
  await expect(page).toHaveURL(/metric=conversations%2Coffered/);
  await expect(page.getByText("Offered: nothing was measured.")).toBeVisible();
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Without Offered" }).click();
  await expect(page.getByText("Offered: nothing was measured.")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Whose value is" }).fill("platinum");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Nothing was measured" })).toBeVisible();
  // Back and forward say what was asked.
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Whose value is" })).toHaveValue("silver");
  await page.goForward();
  await expect(page.getByRole("heading", { name: "Nothing was measured" })).toBeVisible();
  await expectAccessible(page, "history, empty");
  await picture(page, "analytics-history-empty");
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
});

test("rout1_the_board_counts_a_chat_that_waits_and_that_is_taken_and_completeness_tells_what_is_missing", async ({ startDemo, page, browser, open }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const admin = await Person.logIn(demo, "admin");
  const agent = await Person.logIn(demo, "agent");
  const queue = await makeQueue(admin, "Parcels", [agent.id]);
  await signIn(page, demo, "supervisor", "/console/analytics");
  await expect(page).toHaveURL(/\/console\/analytics\/live$/);
  const row = page.getByRole("table", { name: "Queues now" }).getByRole("row").filter({ hasText: "Parcels" });
  const cell = (index: number) => row.getByRole("cell").nth(index);
  await expect(cell(1)).toHaveText("0");
  const place = await row.boundingBox();
  const { id } = await begin(integrator, demo.file.deployments.quarantine, { routing: { queue: queue.id }, customData: { cutId: "x" }, customer: { name: "Wanda Waits" } });
  await expect(cell(1)).toHaveText("1");
  await expect(cell(2)).toHaveText(/^0:\d\d$/);
  // Numbers changed, and nothing moved.
  expect(await row.boundingBox()).toEqual(place);
  await expectAccessible(page, "live board");
  await picture(page, "analytics-live");
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  await expect(cell(1)).toHaveText("0");
  await expect(cell(3)).toHaveText("1");
  const person = page.getByRole("table", { name: "Agents now" }).getByRole("row").filter({ hasText: "Parcels" });
  await expect(person.getByRole("cell").nth(4)).toHaveText("1 of 4");
  await expect(person.getByRole("link", { name: "Wanda Waits" })).toHaveAttribute("href", new RegExp(`/console/desk/${id}\\?view=all$`));
  // The supervisor says what the agent does, and the board hears what the agent says: neither asks for the members again.
  let asked = 0;
  page.on("request", (request) => void (/\/members|\/utilization/.test(request.url()) && asked++));
  const presence = person.getByRole("combobox", { name: /^Presence of / });
  await presence.selectOption("Meeting");
  await expect.poll(() => agent.send("GET", `/api/v2/users/${agent.id}/presences/purecloud`)).toMatchObject({ presenceDefinition: { systemPresence: "Meeting" } });
  await agent.send("PATCH", `/api/v2/users/${agent.id}/presences/purecloud`, { presenceDefinition: { systemPresence: "On Queue" } });
  await expect(presence).toHaveValue("On Queue");
  await expect(person.getByRole("cell").nth(2)).toHaveText("Interacting");
  await expect(cell(4)).toHaveText("0 idle, 1 busy, 0 away0 · 1 · 0");
  expect(asked).toBe(0);

  // Two starts of a page, one before a change of the policy and one after it.
  const policy = `/api/v2/webdeployments/deployments/${demo.file.deployments.quarantine}/contextpolicy`;
  const visitor = await (await browser.newContext()).newPage();
  await open(visitor, demo);
  await connect(visitor, { ...clientOptions(demo), deploymentId: demo.file.deployments.quarantine });
  await value(call(visitor, "startChat", { customData: { crmCustomerId: "CRM-BOARD-1" } }));
  await visitor.context().close();
  await admin.send("PUT", policy, { ...(await admin.send<JsonObject>("GET", policy)) });

  await begin(integrator, demo.file.deployments.quarantine, { customData: { crmCustomerId: "CRM-BOARD-2" } });
  expect((await begin(integrator, demo.file.deployments.strict, { customData: { crmCustomerId: { nested: 1 } } })).status).toBe(400);
  await page.getByRole("navigation", { name: "Analytics" }).getByRole("link", { name: "Completeness" }).click();
  const keys = page.getByRole("table", { name: "Keys and how often they were there" });
  // What nobody ever sent is no loss, and is there when asked for.
  await expect(keys.getByRole("row").filter({ hasText: "campaignId" })).toHaveCount(0);
  await page.getByRole("button", { name: /optional keys that nobody sent/ }).click();
  await expect(keys.getByRole("row").filter({ hasText: "campaignId" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Hide what was never sent" }).click();
  const missing = keys.getByRole("row").filter({ hasText: "crmCustomerId" }).filter({ hasText: "quarantine" });
  await missing.getByRole("link").click();
  await expect(page).toHaveURL(/key=crmCustomerId/);
  const cells = (await missing.getByRole("cell").allTextContents()).map((text) => text.trim());
  expect(cells.slice(2)).toEqual(["66.7 %", "3", "0", "0", "1"]);
  const pages = page.getByRole("table", { name: /crmCustomerId at quarantine by time and page/ });
  const pageCells = async (name: string) => (await pages.getByRole("row").filter({ has: page.getByRole("cell", { name, exact: true }) }).getByRole("cell").allTextContents()).map((text) => text.trim()).slice(1);
  await expect.poll(() => pageCells("/")).toEqual(["/", "1", "100 %", "0", "0", "0"]);
  expect(await pageCells("no page")).toEqual(["no page", "2", "50 %", "0", "0", "1"]);
  await expect(page.getByRole("list", { name: "What changed meanwhile" }).getByRole("listitem")).toHaveText(/^1Context policy version 2 was published \(quarantine\), /);
  await expect(page.getByRole("img", { name: "Share of starts that had crmCustomerId" })).toBeVisible();
  await expectAccessible(page, "completeness");
  await picture(page, "analytics-completeness");
  const refused = keys.getByRole("row").filter({ hasText: "crmCustomerId" }).filter({ hasText: "strict" });
  await expect(refused.getByRole("cell").nth(4)).toHaveText("1");

  // Nothing is shown to who may not see it.
  const other = await (await browser.newContext()).newPage();
  await signIn(other, demo, "agent", "/console/analytics/history");
  await expect(other.getByRole("heading", { name: /may not see/i })).toBeVisible();
});

test("p7_flow_steps_and_api_requests_are_hops_and_the_key_leads_to_the_crm", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const admin = await Person.logIn(demo, "admin");
  const address = `/api/v2/webdeployments/deployments/${demo.file.deployments.open}`;
  const link = "https://crm.example/customers/{value}?from=waybill";
  await admin.send("PUT", `${address}/contextpolicy`, { attributes: [{ key: "crmCustomerId", type: "string", aliases: ["crmId"], link }], mode: "open" });
  const { name, description, status, allowAllDomains, allowedDomains, allowNative } = await admin.send("GET", address);
  const flows = await admin.send<{ entities: { id: string }[] }>("GET", "/api/v2/flows");
  await admin.send("PUT", address, { name, description, status, allowAllDomains, allowedDomains, allowNative, flow: { id: flows.entities[0]?.id ?? "" } } as JsonObject);
  const { id } = await begin(integrator, demo.file.deployments.open, { customData: { crmId: "CRM 882910/1" } });

  await signIn(page, demo, "supervisor", `/console/trace/${id}`);
  const request = hops(page).filter({ hasText: "Sent in an API request" }).first();
  // The page is told of what happens, and shows it by itself.
  await expect(request).toContainText(/GET http:\/\/127\.0\.0\.1:\d+/);
  await expect(request).toContainText(/\d+ ms · 1 attempt/);
  await expect(hops(page).filter({ hasText: "Read by a flow" }).first()).toContainText("same value");
  await expect(page.getByRole("link", { name: "Open in the CRM" })).toHaveAttribute("href", "https://crm.example/customers/CRM%20882910%2F1?from=waybill");
  await picture(page, "trace-flow");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, "trace on a phone");
  await page.getByRole("combobox", { name: "Key" }).selectOption("The whole context");
  await expect(page).toHaveURL(/key=\*|key=%2A/);
  await expect(hops(page).filter({ hasText: "Admitted" }).first()).toBeVisible();
});

test("an_alarm_is_a_band_with_words_and_what_could_not_be_read_is_tried_again", async ({ demo, page, integrator }) => {
  await begin(integrator, demo.file.deployments.quarantine, { customData: { crmCustomerId: "CRM-A" } });
  await signIn(page, demo, "supervisor", "/console/analytics/completeness");
  await expect(page.getByRole("table", { name: "Keys and how often they were there" })).toBeVisible();
  // Drift needs a week of starts: the answer is the API document's example, of this deployment and now.
  const now = new Date().toISOString();
  const share = (present: number, starts: number) => ({ from: now, to: now, present, starts, rate: present / starts });
  const alarm = { id: "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e51", deploymentId: demo.file.deployments.quarantine, key: "crmCustomerId", state: "began", beganAt: new Date(Date.now() - 2 * 86_400_000).toISOString(), baseline: share(990, 1000), window: share(60, 100), latest: share(66, 110) };
  await page.route("**/api/v2/analytics/context/alarms**", (route) => route.fulfill({ json: { entities: [alarm], pageSize: 100 } }));
  await page.goto(`${demo.file.baseUrl}/console/analytics/completeness`);
  const told = page.getByRole("region", { name: "Drift alarm" });
  await expect(told).toContainText("crmCustomerId goes missing at quarantine: 99 % → 60 %");
  await told.getByRole("link", { name: "Show it" }).click();
  await expect(page.getByText("Alarm: 99 % → 60 %")).toBeVisible();
  await expect(page.getByRole("img", { name: "Share of starts that had crmCustomerId" })).toBeVisible();
  await expectAccessible(page, "completeness, alarm");
  await picture(page, "analytics-alarm");

  await page.route("**/api/v2/analytics/conversations/aggregates/query", (route) => route.abort());
  await page.goto(`${demo.file.baseUrl}/console/analytics/history`);
  await expect(page.getByRole("heading", { name: "The server can't be reached" })).toBeVisible();
  await expectAccessible(page, "history, failed");
  await picture(page, "analytics-failed");
  await page.unroute("**/api/v2/analytics/conversations/aggregates/query");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("table", { name: "Conversations" })).toBeVisible();
});
