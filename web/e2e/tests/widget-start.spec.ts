/** Before a conversation: the form, consent, refusals and what a visitor reads then. */

import { messengerPage, test, Visitor } from "../src/messenger.js";
import { expect } from "../src/test.js";

const FORM = JSON.stringify([
  { key: "name", in: "customer", label: "Your name", required: true },
  { key: "crmCustomerId", label: "Customer number", required: true },
  { key: "topic", label: "Topic" },
]);

test("l3_the_form_asks_what_the_page_did_not_say_and_the_start_carries_both", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { attributes: { form: FORM } }));
  const { panel } = visitor;
  await expect(panel.getByRole("textbox")).toHaveCount(3);
  await panel.getByRole("button", { name: "Start chat" }).click();
  await expect(panel.getByLabel("Your name")).toBeFocused();
  await expect(panel.getByText("Please fill this in.")).toHaveCount(2);
  await panel.getByLabel("Your name").fill("Zoë Doe");

  // The page learns who it is while the visitor is writing.
  await visitor.element.evaluate((messenger) => messenger.setContext({ customData: { crmCustomerId: "CRM-F1", campaign: "spring" } }));
  await expect(panel.getByLabel("Customer number")).toHaveCount(0);
  await expect(panel.getByLabel("Your name")).toHaveValue("Zoë Doe");
  await panel.getByRole("button", { name: "Start chat" }).click();
  await visitor.say("Hello");
  const chat = await integrator.webchat(await visitor.conversation());
  expect(chat.customData).toEqual({ crmCustomerId: "CRM-F1", campaign: "spring" });
  expect(chat.customer).toMatchObject({ name: "Zoë Doe" });
});

test("l3_answers_survive_a_reload_and_are_not_asked_again_for_the_next_conversation", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { attributes: { form: FORM } }));
  const { panel } = visitor;
  await panel.getByLabel("Your name").fill("Zoë Doe");
  await panel.getByLabel("Customer number").fill("CRM-F2");
  await page.reload();
  await expect(visitor.field).toBeVisible();
  await visitor.say("Hello");
  await visitor.conversation();
  await visitor.element.evaluate((messenger) => messenger.end());
  await panel.getByRole("button", { name: "Start a new conversation" }).click();
  await visitor.say("Again");
  await expect.poll(() => visitor.heard("started")).toHaveLength(2);
  for (const started of await visitor.heard("started")) {
    expect(started).toMatchObject({ customData: { crmCustomerId: "CRM-F2" }, customer: { name: "Zoë Doe" } });
  }
});

test("l3_a_page_that_starts_by_itself_skips_nothing_that_was_said", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await page.goto(messengerPage(site, demo));
  await expect(visitor.launcher).toBeVisible();
  const { conversationId } = await visitor.element.evaluate(async (messenger) => {
    await messenger.setContext({ customData: { crmCustomerId: "CRM-P1" } });
    return messenger.startChat({ customData: { plan: "gold" }, message: "By the page" });
  });
  expect((await integrator.webchat(conversationId)).customData).toEqual({ crmCustomerId: "CRM-P1", plan: "gold" });
  await visitor.launcher.click();
  await expect(visitor.bubble("By the page")).toBeVisible();
});

const REFUSALS = {
  p1_a_wrong_organization: { attributes: { "org-id": "6a6f9f3c-0000-4000-8000-000000000000" }, script: "", says: "not available on this page" },
  p1_a_context_that_is_refused: {
    attributes: {},
    script: "window.waybillMessenger.push((m) => m.setContext({ customData: { note: 'x'.repeat(5000) } }));",
    says: "something that this page told us was not accepted",
  },
} as const;

for (const [title, { attributes, script, says }] of Object.entries(REFUSALS)) {
  test(`${title}_is_told_in_a_sentence_with_a_way_on`, async ({ page, demo, site }) => {
    const visitor = new Visitor(page);
    await visitor.open(messengerPage(site, demo, { attributes: { ...attributes, "contact-url": "mailto:help@example.com", "contact-text": "Write us" }, script }));
    await visitor.say("I need help");
    const alert = visitor.panel.getByRole("alert");
    await expect(alert).toContainText(says);
    // No code and no jargon: those are for the integrator, in the event and in the overlay.
    await expect(alert).not.toContainText(/40\d|customData|orgId|note/);
    await expect(alert.getByRole("link", { name: "Write us" })).toHaveAttribute("href", "mailto:help@example.com");
    await expect(visitor.bubble("I need help")).toBeVisible();
    await expect(visitor.delivery).toContainText("Not sent");
    expect(await visitor.barriers()).toEqual([]);
    await visitor.picture(title);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => visitor.heard("error")).toHaveLength(2);
    await expect(alert).toContainText(says);
  });
}

test("p1_start3_a_start_that_failed_for_the_network_is_made_once_by_trying_again", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { script: 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "CRM-N1" } }));' }));
  await page.context().setOffline(true);
  await visitor.say("I need help");
  const alert = visitor.panel.getByRole("alert");
  await expect(alert).toContainText("We can't reach the chat right now", { timeout: 30_000 });
  await page.context().setOffline(false);
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(visitor.delivery).toHaveText("Sent");
  await expect(visitor.log.locator(".bubble")).toHaveText(["I need help"]);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-N1")).toHaveLength(1);
});

test("before_consent_nothing_is_stored_and_nothing_is_sent", async ({ page, demo, site }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  const url = messengerPage(site, demo, {
    attributes: { consent: "required" },
    script: 'window.waybillMessenger.push((m) => { m.setContext({ customData: { crmCustomerId: "CRM-C1" } }); window.start = m.startChat({ message: "Hi" }); });',
  });
  const visitor = new Visitor(page);
  await visitor.open(url);
  await expect(visitor.panel.getByText("nothing is sent or stored")).toBeVisible();
  const files = /\/sdk\/messenger[\w.-]*\.js|\/shop-\d+$|favicon/;
  const stored = () => page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]);
  expect(requests.filter((one) => !files.test(one))).toEqual([]);
  expect(await stored()).toEqual([[], [], ""]);
  await visitor.panel.getByRole("button", { name: "Not now" }).click();
  await expect(visitor.panel).toBeHidden();
  await page.reload();
  expect(requests.filter((one) => !files.test(one))).toEqual([]);

  await visitor.launcher.click();
  await visitor.panel.getByRole("button", { name: "Agree and continue" }).click();
  await expect(visitor.bubble("Hi")).toBeVisible();
  await expect(visitor.delivery).toHaveText("Sent");
  expect(await visitor.heard("consent")).toHaveLength(1);
  expect((await visitor.heard("started"))[0]).toMatchObject({ customData: { crmCustomerId: "CRM-C1" } });
  await page.reload();
  await expect(visitor.bubble("Hi")).toBeVisible();
});

test("closed_hours_are_said_with_other_ways_to_the_business", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { attributes: { closed: "", "contact-url": "https://example.com/contact" } }));
  await expect(visitor.panel.getByText("We are closed right now.")).toBeVisible();
  await expect(visitor.panel.getByRole("link", { name: "Other ways to reach us" })).toBeVisible();
  await expect(visitor.field).toHaveCount(0);
  expect(await visitor.barriers()).toEqual([]);
  await visitor.picture("closed");
});

test("the_debug_overlay_shows_receipt_and_events_and_no_value", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  const url = messengerPage(site, demo, { script: 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmCustomerId: "CRM-SECRET" } }));' });
  await visitor.open(`${url}?waybill-debug`);
  await visitor.say("Hello");
  const overlay = page.locator("waybill-messenger .debug");
  await expect(overlay.getByRole("row", { name: "crmCustomerId stored" })).toBeVisible();
  await expect(overlay.locator("dl")).toContainText("online");
  await expect(overlay.locator("dl")).toContainText(await visitor.conversation());
  await expect(overlay).not.toContainText("CRM-SECRET");
  await visitor.picture("debug");
  await overlay.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(overlay.locator("dl")).toBeHidden();
  expect(await visitor.barriers()).toEqual([]);
});
