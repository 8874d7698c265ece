/** What stands beside the messages at the desk: notes, canned replies, receipts, ratings, transcripts, queues, filters. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Person, expectAccessible, makeQueue, picture, signIn } from "../src/console.js";
import { complaintsOf } from "../src/example-page.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { Visitor, messengerPage } from "../src/messenger.js";
import { expect, test } from "../src/test.js";

const row = (page: Page, name: string) => page.getByRole("region", { name: "Inbox" }).getByRole("link", { name });
const messages = (page: Page) => page.getByRole("log", { name: "Messages" });
const reply = (page: Page, name: string) => page.getByRole("textbox", { name: `Reply to ${name}` });
const note = (page: Page) => page.getByRole("textbox", { name: "Note for the staff" });

async function start(integrator: Integrator, deploymentId: string, body: JsonObject): Promise<string> {
  const answer = await fetch(`${integrator.baseUrl}/api/v2/conversations/webchat`, {
    method: "POST",
    headers: { Authorization: `Bearer ${integrator.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ deploymentId, message: "Hello", ...body }),
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return ((await answer.json()) as { id: string }).id;
}

interface Notes {
  entities: { text: string; authorName: string; mentions: string[] }[];
}

test("desk1_notes_stay_among_the_staff_and_name_people", async ({ demo, page, integrator }) => {
  const complaints = complaintsOf(page);
  const [admin, agent] = [await Person.logIn(demo, "admin"), await Person.logIn(demo, "agent")];
  const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: "CRM-NOTE" }, customer: { name: "Nora Note" } });
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  const { name } = await admin.send<{ name: string }>("GET", "/api/v2/users/me");
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  await expect(messages(page)).toContainText("Hello");

  await page.keyboard.press("n");
  await expect(note(page)).toBeFocused();
  await page.keyboard.type(`Waits for the warehouse @${name.slice(0, 3)}`);
  const person = page.getByRole("option", { name });
  await expect(person).toBeVisible();
  await expectAccessible(page, "note");
  await picture(page, "note");
  await page.keyboard.press("Enter");
  await expect(note(page)).toHaveValue(`Waits for the warehouse @${name} `);
  // A draft stays, and a note is not the answer.
  await page.keyboard.press("Escape");
  await expect(reply(page, "Nora Note")).toBeFocused();
  await expect(reply(page, "Nora Note")).toHaveValue("");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(note(page)).toHaveValue(`Waits for the warehouse @${name} `);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(`Waits for the warehouse @${name.slice(0, 3)}`);
  await expect(person).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(note(page)).toBeHidden();
  await expect(messages(page)).toContainText(`Waits for the warehouse @${name}`);

  // By event: somebody else's comes by itself, and asks for attention.
  await admin.send("POST", `/api/v2/conversations/${id}/notes`, { text: "Refund is fine with me", mentions: [agent.id] });
  await expect(messages(page)).toContainText("Refund is fine with me");
  await expect(messages(page)).toContainText("mentions you");
  await expectAccessible(page, "notes");
  await picture(page, "notes");
  const { entities } = await agent.send<Notes>("GET", `/api/v2/conversations/${id}/notes`);
  expect(entities.map(({ text, mentions }) => [text, mentions])).toEqual([[`Waits for the warehouse @${name}`, [admin.id]], ["Refund is fine with me", [agent.id]]]);
  // Read again after a reload; the customer's history has none of it.
  await page.reload();
  await expect(messages(page)).toContainText("Refund is fine with me");
  expect(await integrator.messages(id)).toEqual(["> Hello"]);
  // Somebody is named on a conversation that is not looked at.
  // Told is who is there: the list may be read before the tab listens.
  const listening = page.waitForEvent("websocket");
  await page.goto(`${demo.file.baseUrl}/console/desk`);
  await (await listening).waitForEvent("framereceived");
  await expect(row(page, "Nora Note")).toBeVisible();
  await admin.send("POST", `/api/v2/conversations/${id}/notes`, { text: "Any news?", mentions: [agent.id] });
  await expect(page.getByText(`${name} mentions you in a note on Nora Note`)).toBeVisible();
  expect(complaints).toEqual([]);
});

test("desk3_desk4_a_canned_reply_is_filled_in_and_says_what_it_can_not_fill", async ({ demo, page, integrator }) => {
  const [admin, agent] = [await Person.logIn(demo, "admin"), await Person.logIn(demo, "agent")];
  const library = await admin.send<{ id: string }>("POST", "/api/v2/responsemanagement/libraries", { name: "Parcels" });
  const write = (name: string, content: string) => admin.send("POST", "/api/v2/responsemanagement/responses", { name, libraries: [{ id: library.id }], texts: [{ content, contentType: "text/plain" }] });
  await write("Look into it", "Hello {{customer.name}}, I look into {{customData.crmCustomerId}} right away.");
  await write("Plan", "Your plan {{customData.plan}} covers this.");
  const id = await start(integrator, demo.file.deployments.open, { customData: { crmCustomerId: "CRM-CAN-1" }, customer: { name: "Cara Canned" } });
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  await reply(page, "Cara Canned").focus();
  await page.keyboard.type("/");
  await expect(page.getByRole("option")).toHaveCount(2);
  await expectAccessible(page, "canned replies");
  await picture(page, "canned");
  await page.keyboard.type("nothing like it");
  await expect(page.getByText("No canned reply has this name or text.")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("/look");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(reply(page, "Cara Canned")).toHaveValue("Hello Cara Canned, I look into CRM-CAN-1 right away.");
  await page.keyboard.press("Enter");
  await expect.poll(() => integrator.messages(id)).toContain("< Hello Cara Canned, I look into CRM-CAN-1 right away.");

  await page.keyboard.type("/plan");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Not filled in: {{customData.plan}}");
  await expectAccessible(page, "a gap");
  await picture(page, "canned-gap");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await reply(page, "Cara Canned").fill("Your plan Gold covers this.");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect.poll(() => integrator.messages(id)).toContain("< Your plan Gold covers this.");
  expect((await integrator.messages(id)).filter((line) => line.includes("{{"))).toEqual([]);
  // A slash that is meant.
  await page.keyboard.type("/etc");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect.poll(() => integrator.messages(id)).toContain("< /etc");
});

test("desk3_desk4_an_admin_writes_canned_replies_and_reads_them_in_a_conversation", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const replies = async () => (await admin.send<{ entities: { name: string; texts: { content: string }[]; libraries: { id: string }[] }[] }>("GET", "/api/v2/responsemanagement/responses")).entities;
  const libraries = async () => (await admin.send<{ entities: { id: string; name: string }[] }>("GET", "/api/v2/responsemanagement/libraries")).entities;
  await start(await Integrator.login(demo.file), demo.file.deployments.open, { customData: { crmCustomerId: "CRM-REPLY-1" }, customer: { name: "Petra Preview" } });
  await signIn(page, demo, "admin", "/console/admin/replies");
  await expect(page.getByText("No canned replies yet")).toBeVisible();
  await expectAccessible(page, "no canned replies");

  // The first reply makes the first library, too. By keyboard alone.
  await page.getByRole("button", { name: "New canned reply" }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Name").focus();
  await page.keyboard.type("Greeting");
  await page.getByLabel("Text").fill("Hello {{ variables.x }}");
  await page.getByRole("button", { name: "Make the reply" }).click();
  // What only flows have is refused by name, and what was typed stays.
  await expect(page.getByRole("dialog").getByText(/variables/).last()).toBeVisible();
  await page.getByLabel("Text").fill("Hello, this is about ");
  await page.getByRole("button", { name: "Make the reply" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Greeting" })).toBeVisible();

  await page.getByLabel("Text").press("Control+End");
  await page.getByRole("button", { name: "customData.crmCustomerId" }).click();
  await page.keyboard.type(" and {{ customData.plan }}.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The reply was saved")).toBeVisible();
  const preview = page.getByRole("region", { name: "In a conversation" });
  await expect(preview.getByLabel("Filled for")).toContainText("Petra Preview");
  await expect(preview.getByText("Hello, this is about CRM-REPLY-1 and {{customData.plan}}.")).toBeVisible();
  await expect(preview.getByRole("list", { name: "Not filled" })).toHaveText("{{customData.plan}} nobody handed it over");
  await expectAccessible(page, "a canned reply");
  await picture(page, "admin-reply");
  expect((await replies()).map(({ name, texts }) => [name, texts[0]?.content])).toEqual([["Greeting", "Hello, this is about {{ customData.crmCustomerId }} and {{ customData.plan }}."]]);

  await page.goto(`${demo.file.baseUrl}/console/admin/replies`);
  await page.getByRole("button", { name: "Libraries…" }).click();
  await page.getByLabel("Name of General").fill("Greetings");
  await page.getByLabel("A new library").fill("Parcels");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect.poll(async () => (await libraries()).map(({ name }) => name)).toEqual(["Greetings", "Parcels"]);
  await expect(page.getByLabel("Name of Parcels")).toBeVisible();
  // One that holds replies stays, with the reason.
  await page.getByRole("button", { name: "Delete Greetings" }).click();
  await expect(page.getByText("Greetings was not deleted")).toBeVisible();
  await expectAccessible(page, "libraries");
  await picture(page, "admin-libraries");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Greeting" }).filter({ hasText: "Greetings" })).toBeVisible();
  await picture(page, "admin-replies");
  await expectAccessible(page, "canned replies of an organization");

  await page.getByRole("link", { name: "Greeting" }).click();
  await page.getByLabel("Library").selectOption("Parcels");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await replies())[0]?.libraries.map(({ id }) => id)).toEqual((await libraries()).filter(({ name }) => name === "Parcels").map(({ id }) => id));
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete the reply" }).click();
  await expect(page.getByText("No canned replies yet")).toBeVisible();
  expect(await replies()).toEqual([]);
  // The browser notes the two refusals that were asked for.
  expect(complaints.filter((one) => !/status of (400|409)/.test(one))).toEqual([]);
});

test("desk5_receipts_and_transcript_come_to_the_desk", async ({ demo, page, context, site }) => {
  const agent = await Person.logIn(demo, "agent");
  const visitor = new Visitor(await context.newPage());
  const script = 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "CRM-RECEIPT" }, customer: { name: "Rita Receipt" } }));';
  await visitor.open(messengerPage(site, demo, { script }));
  await visitor.say("Where is my order?");
  const id = await visitor.conversation();
  await agent.send("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  await signIn(page, demo, "agent", `/console/desk/${id}`);
  // The desk has it before its eyes: the visitor reads "Read".
  await expect(visitor.delivery).toHaveText("Read");
  await visitor.launcher.click();
  await reply(page, "Rita Receipt").fill("It left yesterday.");
  await page.keyboard.press("Enter");
  await expect(messages(page)).toContainText(/It left yesterday\..*Delivered/);
  await visitor.page.bringToFront();
  await visitor.launcher.click();
  await expect(visitor.bubble("It left yesterday.")).toBeVisible();
  await expect(messages(page)).toContainText(/It left yesterday\..*Read/);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    (async () => {
      await page.bringToFront();
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Download as text" }).click();
    })(),
  ]);
  expect(download.suggestedFilename()).toBe(`conversation-${id}.txt`);
  const text = readFileSync(await download.path(), "utf8");
  expect(text).toContain("Where is my order?");
  expect(text).toContain("It left yesterday.");
});

test("a_waiting_conversation_shows_place_queue_and_time_and_filters_find_any_key", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const admin = await Person.logIn(demo, "admin");
  const { id: queue } = await makeQueue(admin, "Returns desk", []);
  const wait = (name: string, crmCustomerId: string) => start(integrator, demo.file.deployments.quarantine, { routing: { queue }, customData: { crmCustomerId }, customer: { name } });
  await wait("Willa Waits", "CRM-WAIT-1");
  const second = await wait("Wim Waits", "CRM-WAIT-2");
  await signIn(page, demo, "agent", `/console/desk/${second}?view=waiting`);
  await expect(page.getByText(/^2 wait, the longest for/)).toBeVisible();
  await expect(page.getByText(/no\. 2 in Returns desk for/)).toBeVisible();
  await expectAccessible(page, "waiting");
  await picture(page, "waiting");
  // Presence that is changed elsewhere is shown here, by its event.
  const agent = await Person.logIn(demo, "agent");
  await agent.send("PATCH", `/api/v2/users/${agent.id}/presences/purecloud`, { presenceDefinition: { systemPresence: "Break" } });
  await expect(page.getByRole("button", { name: "Presence: Break" })).toBeVisible();
  // Any key filters, and the filter is in the address.
  await page.keyboard.press("/");
  await page.keyboard.type("crmCustomerId:CRM-WAIT-1");
  await expect(row(page, "Willa Waits")).toBeVisible();
  await expect(row(page, "Wim Waits")).toHaveCount(0);
  await expect(page).toHaveURL(/q=crmCustomerId%3ACRM-WAIT-1/);
});
