/** The desk as an agent works at it, against the running server and a visitor on a page. */

import type { Page } from "@playwright/test";
import { Person, expectAccessible, makeQueue, picture, signIn } from "../src/console.js";
import { complaintsOf, conversationOf, log, status } from "../src/example-page.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

const row = (page: Page, name: string) => page.getByRole("region", { name: "Inbox" }).getByRole("link", { name });
const messages = (page: Page) => page.getByRole("log", { name: "Messages" });
const customer = (page: Page) => page.getByRole("complementary", { name: "Customer" });
const search = (page: Page) => page.getByRole("combobox", { name: "Search by name" });
const reply = (page: Page, name: string) => page.getByRole("textbox", { name: `Reply to ${name}` });

async function start(integrator: Integrator, deploymentId: string, body: JsonObject): Promise<string> {
  const answer = await fetch(`${integrator.baseUrl}/api/v2/conversations/webchat`, {
    method: "POST",
    headers: { Authorization: `Bearer ${integrator.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ deploymentId, message: "Hello", ...body }),
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return ((await answer.json()) as { id: string }).id;
}

test("an_agent_takes_the_tutorials_chat_reads_the_id_and_answers", async ({ demo, page, context, integrator }) => {
  const complaints = complaintsOf(page);
  await signIn(page, demo, "agent", "/console/desk?view=waiting");
  const visitor = await context.newPage();
  await visitor.goto(`${demo.file.baseUrl}/examples/tutorial.html`);
  await expect(status(visitor)).toHaveText("Connected. Ready to chat.");
  await visitor.getByRole("button", { name: "Start Chat with CRM ID" }).click();
  const id = await conversationOf(visitor);

  // It comes up by itself, with its id.
  await row(page, "Zoë Test").first().click();
  await expect(page).toHaveURL(new RegExp(`/console/desk/${id}\\?view=waiting$`));
  const value = customer(page).getByText("CRM-USER-123456789", { exact: true }).first();
  await expect(value).toBeVisible();
  await expect(customer(page).getByText("a claim, not proven")).toBeVisible();
  await expect(messages(page)).toContainText("Hello, this chat carries my CRM id.");
  await page.getByRole("button", { name: "Take it" }).click();
  await reply(page, "Zoë Test").fill("Grüezi Zoë, let me look.");
  await page.keyboard.press("Enter");
  await expect(log(visitor)).toContainText("Received: Grüezi Zoë, let me look.");
  await expect(messages(page)).toContainText("Grüezi Zoë, let me look.");
  await expect(page.getByText("Sending…")).toHaveCount(0);
  expect((await integrator.messages(id)).at(-1)).toBe("< Grüezi Zoë, let me look.");

  // Typing is told both ways; only this way can be seen here.
  await visitor.evaluate("webMessagingClient.sendTyping()");
  await expect(messages(page)).toContainText("Zoë Test is typing");

  // What changes elsewhere changes here.
  await integrator.putMetadata(id, { crmCustomerId: "CRM-882910" });
  await expect(customer(page).getByText("CRM-882910", { exact: true }).first()).toBeVisible();
  await customer(page).getByRole("button", { name: "History of crmCustomerId" }).click();
  await expect(page.getByRole("dialog")).toContainText("CRM-USER-123456789 → CRM-882910");
  await expectAccessible(page, "history");
  await page.keyboard.press("Escape");
  await expectAccessible(page, "conversation");
  await picture(page, "conversation");
  expect(complaints).toEqual([]);
});

test("rout1_an_alert_is_accepted_and_wrapped_up_by_keyboard_alone", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const admin = await Person.logIn(demo, "admin");
  const agent = await Person.logIn(demo, "agent");
  const queue = await makeQueue(admin, "Parcels", [agent.id], { wrapup: "mandatory" });
  await signIn(page, demo, "agent", "/console/desk");
  // Presence by keyboard.
  await page.getByRole("button", { name: "Presence" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Presence: On queue" })).toBeVisible();

  await search(page).focus();
  // A deployment that no flow is bound to.
  await start(integrator, demo.file.deployments.quarantine, { routing: { queue: queue.id }, customData: { crmCustomerId: "CRM-7" }, customer: { name: "Ana Alert" } });
  const alert = page.getByRole("group", { name: "New conversation from Ana Alert" });
  await expect(alert).toBeVisible();
  await expect(alert).toContainText("CRM-7");
  await expect(page).toHaveTitle(/New conversation: Ana Alert/);
  // It did not take the focus, and its key does nothing while somebody types.
  await expect(search(page)).toBeFocused();
  await page.keyboard.type("a");
  await expect(alert).toBeVisible();
  await page.keyboard.press("Backspace");
  await expectAccessible(page, "alert");
  await picture(page, "alert");
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await expect(alert).toHaveCount(0);
  await expect(customer(page).getByText("CRM-7", { exact: true }).first()).toBeVisible();

  // The key leads into the answer as soon as there is one to write.
  await expect(reply(page, "Ana Alert")).toBeVisible();
  await page.keyboard.press("r");
  await expect(reply(page, "Ana Alert")).toBeFocused();
  await page.keyboard.type("Good morning");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("Ana");
  await page.keyboard.press("Enter");
  await expect(messages(page)).toContainText("Good morning\nAna");
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  const dialog = page.getByRole("dialog", { name: "Wrap up Ana Alert" });
  await expect(dialog.getByRole("radio", { name: "Parcels: solved" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "End the conversation" })).toBeDisabled();
  await expectAccessible(page, "wrap-up");
  await picture(page, "wrap-up");
  await dialog.getByRole("radio", { name: "Parcels: solved" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Wrapped up", { exact: true })).toBeVisible();
  await expect(page.getByText("This conversation has ended.")).toBeVisible();
  await agent.send("PUT", `/api/v2/users/${agent.id}/routingstatus`, { status: "OFF_QUEUE" });
});

test("drafts_survive_switching_and_a_reload_and_nothing_is_lost_offline", async ({ demo, page, context, integrator }) => {
  const ids: string[] = [];
  for (const name of ["Dora Draft", "Otto Offline"]) {
    const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: `CRM-${name}` }, customer: { name } });
    const agent = await Person.logIn(demo, "agent");
    await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
    ids.push(id);
  }
  await signIn(page, demo, "agent", `/console/desk/${ids[0]}`);
  await reply(page, "Dora Draft").fill("Half a thought");
  await row(page, "Otto Offline").click();
  await expect(reply(page, "Otto Offline")).toHaveValue("");
  await page.reload();
  await row(page, "Dora Draft").click();
  await expect(reply(page, "Dora Draft")).toHaveValue("Half a thought");

  await row(page, "Otto Offline").click();
  await expect(messages(page)).toContainText("Hello");
  await context.setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await reply(page, "Otto Offline").fill("Said without a network");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Sending…")).toBeVisible();
  await picture(page, "offline");
  await context.setOffline(false);
  await expect(page.getByText("Sending…")).toHaveCount(0);
  await expect.poll(() => integrator.messages(ids[1] ?? "")).toContain("< Said without a network");
  // Once, however often it was tried.
  expect((await integrator.messages(ids[1] ?? "")).filter((line) => line === "< Said without a network")).toHaveLength(1);
});

test("log4_not7_a_desk_that_was_cut_off_misses_no_message", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: "CRM-CUT" }, customer: { name: "Cleo Cut" } });
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  await expect(messages(page)).toContainText("Hello");
  await demo.kill();
  await expect(page.getByText("The connection broke.")).toBeVisible();
  await expectAccessible(page, "cut off");
  await picture(page, "cut-off");
  await demo.restart();
  for (const text of ["first", "second", "third"]) await integrator.say(id, text);
  for (const text of ["first", "second", "third"]) await expect(messages(page).getByText(text, { exact: true })).toHaveCount(1);
  await expect(page.getByText("The connection broke.")).toHaveCount(0);
  await integrator.say(id, "fourth");
  await expect(messages(page).getByText("fourth", { exact: true })).toHaveCount(1);
});

test("a_conversation_is_passed_on_to_a_queue_and_found_by_its_id", async ({ demo, page, integrator }) => {
  const admin = await Person.logIn(demo, "admin");
  const agent = await Person.logIn(demo, "agent");
  await makeQueue(admin, "Returns", []);
  const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: "CRM-TRANSFER-1" }, customer: { name: "Tara Transfer" } });
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  await signIn(page, demo, "agent", "/console/desk");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find a conversation" }).fill("CRM-TRANSFER-1");
  await expect(page.getByRole("option", { name: "Tara Transfer" })).toBeVisible();
  await expectAccessible(page, "palette");
  await picture(page, "palette");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Tara Transfer", level: 1 })).toBeVisible();
  await expect(reply(page, "Tara Transfer")).toBeVisible();
  await page.keyboard.press("t");
  const dialog = page.getByRole("dialog", { name: "Pass on Tara Transfer" });
  await dialog.getByRole("searchbox", { name: "Search by name" }).fill("Returns");
  await expectAccessible(page, "transfer");
  await picture(page, "transfer");
  await dialog.getByRole("button", { name: "Pass on to Returns" }).click();
  await expect(page.getByText("Passed on to Returns")).toBeVisible();
  await expect(page.getByText("Waits in the queue Returns")).toBeVisible();
});

test("what_is_not_as_it_should_be_is_louder_than_what_is", async ({ demo, page, integrator }) => {
  const id = await start(integrator, demo.file.deployments.quarantine, { customData: { crmCustomerId: "CRM-Q", cutId: "x" }, customer: { name: "Quinn Quarantine" } });
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  const warnings = customer(page).getByRole("region", { name: "Warnings" });
  await expect(warnings).toContainText("cutId");
  await expect(warnings).toContainText("quarantined");
  await expectAccessible(page, "warnings");
  await picture(page, "warnings");
  // Where the panel is not shown its button says it.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Customer: 1 warning" }).click();
  await expect(warnings).toBeVisible();
  await expectAccessible(page, "warnings on a phone");
});

test("every_state_of_the_desk_is_shown_and_accessible", async ({ startDemo, page }) => {
  const demo = await startDemo();
  await signIn(page, demo, "agent", "/console/desk");
  await expect(page.getByRole("heading", { name: "Nothing is yours" })).toBeVisible();
  await expectAccessible(page, "empty");
  await picture(page, "empty");
  await page.goto(`${demo.file.baseUrl}/console/desk/00000000-0000-7000-8000-000000000000`);
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await expectAccessible(page, "not found");
  await picture(page, "not-found");
  await page.goto(`${demo.file.baseUrl}/console/nowhere`);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await expectAccessible(page, "keys");
  await page.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeHidden();
});

test("a_phone_shows_one_column_and_leads_back", async ({ demo, page, integrator }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: "CRM-PHONE" }, customer: { name: "Phil Phone" } });
  await signIn(page, demo, "agent", "/console/desk?view=all");
  await row(page, "Phil Phone").click();
  await expect(page.getByRole("heading", { name: "Phil Phone", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Inbox" })).toBeHidden();
  await page.getByRole("button", { name: "Customer" }).click();
  await expect(customer(page).getByText("CRM-PHONE", { exact: true }).first()).toBeVisible();
  await page.screenshot({ path: "../../artefacts/console/customer-390-light.png" });
  await page.getByRole("button", { name: "Back to the conversation" }).click();
  await page.getByRole("button", { name: "Back to the inbox" }).click();
  await expect(page).toHaveURL(/\/console\/desk\?view=all/);
  await expect(row(page, "Phil Phone")).toHaveAttribute("href", new RegExp(id));
});

const HOSTILE = [
  "<script>window.hacked=1</script>",
  "<img src=x onerror=window.hacked=1>",
  "<svg onload=window.hacked=1>",
  "\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
  "javascript:window.hacked=1",
  "{{constructor.constructor('window.hacked=1')()}}",
  "${window.hacked=1}",
  "\u202Etxt.exe",
  "https://evil.example/\"onmouseover=\"window.hacked=1",
];

test("hostile_text_is_text_everywhere_at_the_desk", async ({ demo, page, integrator }) => {
  const requests: string[] = [];
  page.on("request", (request) => !request.url().startsWith(demo.file.baseUrl) && !request.url().startsWith("data:") && requests.push(request.url()));
  await signIn(page, demo, "agent", "/console/desk?view=all");
  for (const [index, text] of HOSTILE.entries()) {
    const id = await start(integrator, demo.file.deployments.open, { message: text, customData: { crmCustomerId: `H-${index}`, note: text }, customer: { name: text } });
    await page.goto(`${demo.file.baseUrl}/console/desk/${id}?view=all`);
    await expect(messages(page)).toContainText(text);
    await expect(customer(page)).toContainText(text);
  }
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  expect(requests).toEqual([]);
});
