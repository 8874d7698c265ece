/** A visitor talks with the business: sent once, found again after a reload and in another tab. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Person } from "../src/console.js";
import { expectEverywhere } from "../src/everywhere.js";
import type { JsonObject } from "../src/integrator.js";
import { messengerPage, test, Visitor } from "../src/messenger.js";
import { expect } from "../src/test.js";

/** Lets a test speak as the server would, and hold back what it says. */
async function tapped(page: Page): Promise<{ toPage(frame: object): void; sent: string[] }> {
  let send: (text: string) => void = () => undefined;
  const sent: string[] = [];
  await page.routeWebSocket(/\/v1\?/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      sent.push(String(data));
      server.send(data);
    });
    server.onMessage((data) => socket.send(data));
    send = (text) => socket.send(text);
  });
  return { toPage: (frame) => send(JSON.stringify(frame)), sent };
}

const notice = (name: string, body: object) => ({ type: "message", class: name, code: 200, body });

test("l3_start6_a_visitor_writes_an_agent_answers_and_the_id_is_everywhere", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  const script = 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "CRM-W1" } }));';
  await visitor.open(messengerPage(site, demo, { script }));
  await expect(visitor.field).toBeFocused();
  await visitor.say("Where is my order?");
  await expect(visitor.delivery).toHaveText("Sent");
  const id = await visitor.conversation();
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-W1");

  await integrator.say(id, "Let me look");
  await expect(visitor.bubble("Let me look")).toBeVisible();
  await visitor.say("Thank you");
  await visitor.field.fill("Two");
  await visitor.field.press("Shift+Enter");
  await visitor.field.pressSequentially("lines");
  await visitor.field.press("Enter");
  await expect(visitor.log.locator(".visitor .bubble")).toHaveCount(3);
  await expect(visitor.delivery).toHaveText("Sent");
  expect(await integrator.messages(id)).toEqual(["> Where is my order?", "< Let me look", "> Thank you", "> Two\nlines"]);
  expect(await visitor.heard("message")).toMatchObject([{ text: "Let me look" }]);
  expect(await visitor.heard("sent")).toHaveLength(3);
});

test("start7_a_reload_finds_conversation_panel_and_draft_as_they_were_left", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  const url = messengerPage(site, demo);
  await visitor.open(url);
  await visitor.say("Hello");
  const id = await visitor.conversation();
  await integrator.say(id, "Hello to you");
  await expect(visitor.bubble("Hello to you")).toBeVisible();
  await visitor.field.fill("Half a sent");

  await page.reload();
  await expect(visitor.bubble("Hello to you")).toBeVisible();
  await expect(visitor.log.locator(".bubble")).toHaveText(["Hello", "Hello to you"]);
  await expect(visitor.field).toHaveValue("Half a sent");
  await visitor.field.press("End");
  await visitor.field.pressSequentially("ence");
  await visitor.field.press("Enter");
  await expect(visitor.delivery).toHaveText("Sent");
  expect(await integrator.messages(id)).toEqual(["> Hello", "< Hello to you", "> Half a sentence"]);
  expect(await integrator.list().then((all) => all.filter((one) => one.id === id))).toHaveLength(1);
});

test("start2_start6_two_tabs_show_one_conversation_and_what_was_read_is_read_in_both", async ({ page, context, demo, site, integrator }) => {
  const [one, two] = [new Visitor(page), new Visitor(await context.newPage())];
  const url = messengerPage(site, demo);
  await two.page.goto(url);
  await one.open(url);
  await one.say("From the first tab");
  const id = await one.conversation();
  const badge = two.launcher.locator(".badge");
  // The page in the background does not count as read.
  await one.launcher.click();
  await integrator.say(id, "To both");
  for (const { launcher } of [one, two]) await expect(launcher).toHaveAccessibleName("Open chat, 1 unread message");
  await expect(badge).toHaveText("1");

  await two.page.bringToFront();
  await two.launcher.click();
  await expect(two.log.locator(".bubble")).toHaveText(["From the first tab", "To both"]);
  await expect(one.launcher).toHaveAccessibleName("Open chat");
  await two.say("From the second tab");
  await one.launcher.click();
  await expect(one.bubble("From the second tab")).toBeVisible();
  expect(await integrator.messages(id)).toEqual(["> From the first tab", "< To both", "> From the second tab"]);
});

test("l19_after_a_logout_no_tab_shows_anything_of_before", async ({ page, context, demo, site }) => {
  const [one, two] = [new Visitor(page), new Visitor(await context.newPage())];
  const url = messengerPage(site, demo);
  await one.open(url);
  await one.say("My password is 1234");
  await expect(one.delivery).toHaveText("Sent");
  await two.open(url);
  await expect(two.bubble("My password is 1234")).toBeVisible();
  await two.field.fill("half");
  await one.element.evaluate((messenger) => messenger.logout());
  for (const { log, panel } of [one, two]) {
    await expect(log.locator(".bubble")).toHaveCount(0);
    await expect(panel.getByText("Hello! How can we help you?")).toBeVisible();
  }
  await one.say("I am somebody else");
  await expect(one.delivery).toHaveText("Sent");
  await page.reload();
  await expect(one.log.locator(".bubble")).toHaveText(["I am somebody else"]);
});

test("start8_what_is_written_offline_is_sent_once_when_the_network_is_back", async ({ page, context, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo));
  await visitor.say("Before");
  const id = await visitor.conversation();
  await context.setOffline(true);
  await expect(visitor.panel.getByText("You are offline.")).toBeVisible();
  await visitor.say("Meanwhile");
  await expect(visitor.delivery).not.toHaveText("Sent");
  await context.setOffline(false);
  await expect(visitor.panel.getByText("You are offline.")).toBeHidden();
  await expect(visitor.delivery).toHaveText("Sent", { timeout: 30_000 });
  await expect(visitor.log.locator(".bubble")).toHaveText(["Before", "Meanwhile"]);
  expect(await integrator.messages(id)).toEqual(["> Before", "> Meanwhile"]);
});

test("start8_a_message_that_was_not_stored_before_a_reload_is_sent_after_it_once", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo));
  await visitor.say("Before");
  await expect(visitor.delivery).toHaveText("Sent");
  const id = await visitor.conversation();
  await page.context().setOffline(true);
  await visitor.say("Meanwhile");
  await page.context().setOffline(false);
  await page.reload();
  await expect(visitor.log.locator(".bubble")).toHaveText(["Before", "Meanwhile"]);
  await expect(visitor.delivery).toHaveText("Sent");
  await expect.poll(() => integrator.messages(id)).toEqual(["> Before", "> Meanwhile"]);
});

test("what_can_be_pressed_is_sent_with_its_payload", async ({ page, demo, site, integrator }) => {
  const { toPage, sent } = await tapped(page);
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo));
  await visitor.say("Hello");
  const id = await visitor.conversation();
  const content = [
    { contentType: "Card", card: { title: "A jacket", description: "Warm", actions: [{ type: "Postback", text: "Order again", payload: "order-1" }, { type: "Link", text: "Look", url: "https://example.com/1" }] } },
    { contentType: "QuickReply", quickReply: { text: "Neither", payload: "none" } },
  ];
  const body = { id: "card", type: "Structured", direction: "Outbound", text: "This one?", content, conversationId: id, metadata: {}, events: [], channel: { time: new Date().toISOString(), from: {}, to: {} } };
  toPage({ type: "message", class: "StructuredMessage", code: 200, body });
  await expect(visitor.log.getByRole("link", { name: "Look" })).toHaveAttribute("href", "https://example.com/1");
  await visitor.log.getByRole("button", { name: "Neither" }).click();
  await expect(visitor.bubble("Neither")).toBeVisible();
  await expect(visitor.log.getByRole("button", { name: "Neither" })).toHaveCount(0);
  await visitor.log.getByRole("button", { name: "Order again" }).click();
  await expect(visitor.delivery).toHaveText("Sent");
  const buttons = sent.map((text) => JSON.parse(text) as { message?: { type?: string; content?: object[] } }).flatMap(({ message }) => (message?.type === "Structured" ? [message.content] : []));
  expect(buttons).toEqual([
    [{ contentType: "ButtonResponse", buttonResponse: { type: "QuickReply", text: "Neither", payload: "none" } }],
    [{ contentType: "ButtonResponse", buttonResponse: { type: "Button", text: "Order again", payload: "order-1" } }],
  ]);
  const said = (await integrator.events(id)).filter(({ type }) => type === "conversation:message").map(({ data }) => data["text"]);
  expect(said).toEqual(["Hello", "Neither", "Order again"]);
});

test("place_in_line_typing_and_delivery_are_shown_when_the_server_tells", async ({ page, demo, site, integrator }) => {
  const { toPage } = await tapped(page);
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo));
  await visitor.say("Hello");
  const id = await visitor.conversation();
  toPage(notice("QueuePositionEvent", { position: 3, estimatedWaitMs: 150_000 }));
  await expect(visitor.panel.getByText("2 people are ahead of you. It takes about 3 minutes.")).toBeVisible();
  toPage(notice("QueuePositionEvent", { position: 1 }));
  await expect(visitor.panel.getByText("You are next in line.")).toBeVisible();
  toPage(notice("StructuredMessage", { id: "t", type: "Event", direction: "Outbound", events: [{ eventType: "Typing", typing: { type: "On", duration: 60_000 } }] }));
  await expect(visitor.panel.getByText("Somebody is typing")).toBeAttached();
  const [sent] = (await visitor.heard("sent")) as { at: string }[];
  toPage(notice("ReceiptEvent", { conversationId: id, readUpTo: sent?.at }));
  await expect(visitor.delivery).toHaveText("Read");
  await integrator.say(id, "Here I am");
  await expect(visitor.bubble("Here I am")).toBeVisible();
  await expect(visitor.panel.getByText("You are next in line.")).toBeHidden();
  await expect(visitor.panel.getByText("Somebody is typing")).not.toBeAttached();

});

test("wire15_a_visitor_rates_a_conversation_that_is_over_where_the_deployment_asks", async ({ page, startDemo, site }) => {
  const demo = await startDemo();
  const admin = await Person.logIn(demo, "admin");
  const satisfaction = { enabled: true, question: "Were we of help?" };
  const { id: configuration } = await admin.send<{ id: string }>("POST", "/api/v2/webdeployments/configurations", { name: "asks", messenger: { enabled: true, apps: { conversations: { satisfaction } } } });
  await admin.send("POST", `/api/v2/webdeployments/configurations/${configuration}/versions/draft/publish`);
  const deployment = `/api/v2/webdeployments/deployments/${demo.file.deployments.open}`;
  const { name, allowAllDomains, allowedDomains } = await admin.send("GET", deployment);
  await admin.send("PUT", deployment, { name, allowAllDomains, allowedDomains, configuration: { id: configuration } } as JsonObject);

  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo));
  await visitor.say("Hello");
  const id = await visitor.conversation();
  await admin.send("POST", `/api/v2/conversations/${id}/disconnect`);
  await expect(visitor.panel.getByText("Were we of help?")).toBeVisible();
  await visitor.panel.getByRole("radio", { name: "4 stars" }).check({ force: true });
  await visitor.panel.getByRole("textbox", { name: "Anything you want to add?" }).fill("Quick");
  await visitor.picture("rating");
  await visitor.panel.getByRole("button", { name: "Send rating" }).click();
  await expect(visitor.panel.getByText("Thank you for your answer!")).toBeVisible();
  expect(await visitor.heard("rated")).toEqual([{ conversationId: id, score: 4, comment: "Quick" }]);
  expect(await admin.send("GET", `/api/v2/conversations/${id}/satisfaction`)).toMatchObject({ state: "rated", satisfaction: { score: 4, comment: "Quick" } });
});

test("start2_an_end_asks_first_and_a_restart_is_another_conversation_with_the_same_context", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  const script = 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "CRM-W2" } }));';
  await visitor.open(messengerPage(site, demo, { script }));
  await visitor.say("First <b>chat</b>");
  await expect(visitor.delivery).toHaveText("Sent");
  const first = await visitor.conversation();
  const { panel } = visitor;
  await panel.getByRole("button", { name: "More" }).click();
  await panel.getByRole("button", { name: "End conversation" }).click();
  await expect(panel.getByRole("button", { name: "Keep it open" })).toBeFocused();
  await panel.getByRole("button", { name: "End it" }).click();
  await expect(panel.getByText("You have ended the conversation.")).toBeVisible();
  expect((await integrator.webchat(first)).state).toBe("disconnected");

  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Download transcript" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^chat-\d{4}-\d\d-\d\d\.html$/);
  const transcript = readFileSync(await file.path(), "utf8");
  expect(transcript).toContain("First &lt;b&gt;chat&lt;/b&gt;");

  await panel.getByRole("button", { name: "Start a new conversation" }).click();
  await expect(visitor.log.locator(".bubble")).toHaveCount(0);
  await visitor.say("Second chat");
  await expect(visitor.delivery).toHaveText("Sent");
  const [, second] = (await visitor.heard("started")) as { conversationId: string; customData: object }[];
  expect(second?.conversationId).not.toBe(first);
  expect(second?.customData).toEqual({ crmCustomerId: "CRM-W2" });
  expect(await integrator.messages(second?.conversationId ?? "")).toEqual(["> Second chat"]);
});
