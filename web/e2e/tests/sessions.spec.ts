/** One person, one conversation, whatever the page does; another person, another one. */

import { call, clientOptions, connect, emitted, expect, readableWith, refusal, test, tokenOf, value } from "../src/test.js";

test("start2_start7_a_reload_resumes_the_conversation_and_doubles_nothing", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const first = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-RELOAD" }, message: "Hello" }));
  await integrator.say(first.conversationId, "Before the reload");
  await expect.poll(() => emitted(page, "message")).toEqual(["Before the reload"]);

  await open(page);
  await integrator.say(first.conversationId, "While nobody listened");
  await connect(page, clientOptions(demo));
  // The mark of this tab says what it has shown already.
  await expect.poll(() => emitted(page, "message")).toEqual(["While nobody listened"]);
  const again = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-RELOAD" } }));
  expect([again.resumed, again.conversationId, again.sessionId]).toEqual([true, first.conversationId, first.sessionId]);
  expect(again.customData).toEqual({ crmCustomerId: "CRM-RELOAD" });
  expect(await integrator.messages(first.conversationId)).toEqual(["> Hello", "< Before the reload", "< While nobody listened"]);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-RELOAD")).toEqual([first.conversationId]);
});

test("start2_start6_two_tabs_are_one_conversation_and_both_hear_the_business", async ({ page, context, demo, integrator, open }) => {
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await open(tab);
    await connect(tab, clientOptions(demo));
  }
  const start = { customData: { crmCustomerId: "CRM-T2" } };
  const [one, two] = await Promise.all([page, other].map((tab) => value(call(tab, "startChat", start))));
  expect(two?.conversationId).toBe(one?.conversationId);
  expect([one?.resumed, two?.resumed].sort()).toEqual([false, true]);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-T2")).toEqual([one?.conversationId]);

  await integrator.say(one?.conversationId ?? "", "To both");
  for (const tab of [page, other]) await expect.poll(() => emitted(tab, "message")).toEqual(["To both"]);
  // What is said in one tab is seen in the other, and is no message of the business.
  await value(call(page, "sendMessage", "From the first tab"));
  await expect.poll(() => emitted(other, "sent")).toEqual(["From the first tab"]);
  expect(await emitted(other, "message")).toEqual(["To both"]);
});

test("start6_a_fourth_tab_takes_the_place_of_the_oldest", async ({ page, context, demo, integrator, open }) => {
  const tabs = [page, ...(await Promise.all([1, 2, 3].map(() => context.newPage())))];
  await open(page);
  await connect(page, clientOptions(demo));
  const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-T4" } }));
  for (const tab of tabs.slice(1)) {
    await open(tab);
    await connect(tab, clientOptions(demo));
  }
  await expect.poll(() => emitted(page, "disconnected")).toHaveLength(1);
  await integrator.say(conversationId, "To three");
  for (const tab of tabs.slice(1)) await expect.poll(() => emitted(tab, "message")).toEqual(["To three"]);
  expect(await emitted(page, "message")).toEqual([]);
});

test("start2_a_double_click_is_one_conversation_with_one_message", async ({ page, demo, integrator, open }) => {
  await open(page);
  await page.evaluate((options) => {
    window.harness.make(options);
    const button = document.createElement("button");
    button.onclick = () => void window.harness.client.startChat({ customData: { crmCustomerId: "CRM-D2" }, message: "Once" });
    document.body.append(button);
  }, clientOptions(demo));
  await page.locator("button").dblclick();
  await expect.poll(() => page.evaluate(() => window.harness.client.conversationId)).not.toBeNull();
  // The second click's call has its answer when a later one has: calls run one after another.
  const { conversationId, resumed } = await value(call(page, "startChat", {}));
  expect(resumed).toBe(true);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-D2")).toEqual([conversationId]);
  expect(await integrator.messages(conversationId)).toEqual(["> Once"]);
});

test("start2_l19_another_user_gets_a_session_that_reads_nothing_of_the_old_one", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const anna = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-ANNA" }, message: "My password is 1234" }));
  await integrator.say(anna.conversationId, "Thank you, Anna");
  await expect.poll(() => emitted(page, "message")).toEqual(["Thank you, Anna"]);
  const annasToken = await tokenOf(page);
  expect(await readableWith(page, demo, annasToken)).toEqual(["My password is 1234", "Thank you, Anna"]);

  const ben = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-BEN" }, message: "I am Ben" }));
  expect(ben.resumed).toBe(false);
  expect(ben.conversationId).not.toBe(anna.conversationId);
  expect(ben.sessionId).not.toBe(anna.sessionId);
  expect(ben.customData).toEqual({ crmCustomerId: "CRM-BEN" });
  // Fencing ends the old conversation: the business cannot answer the wrong person.
  await expect(integrator.say(anna.conversationId, "Anna, are you there?")).rejects.toThrow("has ended");
  await integrator.say(ben.conversationId, "Hello Ben");
  await expect.poll(() => emitted(page, "message")).toContain("Hello Ben");
  expect(await emitted(page, "message")).toEqual(["Thank you, Anna", "Hello Ben"]);
  expect(await readableWith(page, demo, await tokenOf(page))).toEqual(["I am Ben", "Hello Ben"]);
  expect((await integrator.webchat(anna.conversationId)).customData).toEqual({ crmCustomerId: "CRM-ANNA" });
  expect(await integrator.messages(anna.conversationId)).not.toContain("> I am Ben");

  // A reload in between opens no way back.
  await open(page);
  await connect(page, clientOptions(demo));
  expect(await readableWith(page, demo, await tokenOf(page))).toEqual(["I am Ben", "Hello Ben"]);
});

test("start2_l19_after_logout_the_old_token_reads_nothing", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const before = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-L1" }, message: "A secret" }));
  const token = await tokenOf(page);
  await value(call(page, "logout"));
  expect(await tokenOf(page)).not.toBe(token);
  expect(await page.evaluate(() => window.harness.client.conversationId)).toBeNull();
  // Refused or empty: either way nothing of the old session is there.
  const read = await readableWith(page, demo, token).catch(() => []);
  expect(read).toEqual([]);

  const after = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-L1" } }));
  expect(after.resumed).toBe(false);
  expect(after.conversationId).not.toBe(before.conversationId);
  expect(await readableWith(page, demo, await tokenOf(page))).toEqual([]);
  expect(await integrator.messages(before.conversationId)).toEqual(["> A secret"]);
});

test("start2_after_the_end_a_start_opens_another_conversation", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const first = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-E1" } }));
  await value(call(page, "end"));
  expect((await refusal(call(page, "sendMessage", "Too late"))).code).toBe("conversation_not_found");
  const second = await value(call(page, "startChat", { customData: { plan: "gold" } }));
  expect(second.conversationId).not.toBe(first.conversationId);
  // L18: exactly the context of its own start.
  expect(second.customData).toEqual({ plan: "gold" });
  expect((await integrator.webchat(first.conversationId)).state).toBe("disconnected");
});

const STORES = [
  { storage: "local", resumesInOwnTab: true, resumesInNewTab: true, kept: ["localStorage", "sessionStorage"] },
  { storage: "session", resumesInOwnTab: true, resumesInNewTab: false, kept: ["sessionStorage"] },
  { storage: "none", resumesInOwnTab: false, resumesInNewTab: false, kept: [] },
] as const;

for (const { storage, resumesInOwnTab, resumesInNewTab, kept } of STORES) {
  test(`start7_storage_${storage}_remembers_as_far_as_it_says`, async ({ page, context, demo, open }) => {
    const options = clientOptions(demo, { storage });
    await open(page);
    await connect(page, options);
    const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-S" } }));
    const used = await page.evaluate(() =>
      (["localStorage", "sessionStorage"] as const).filter((name) => Object.keys(window[name]).some((key) => key.startsWith("waybill:"))),
    );
    expect(used).toEqual(kept);

    await open(page);
    await connect(page, options);
    const sameTab = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-S" } }));
    expect([sameTab.resumed, sameTab.conversationId === conversationId]).toEqual([resumesInOwnTab, resumesInOwnTab]);

    const tab = await context.newPage();
    await open(tab);
    await connect(tab, options);
    const newTab = await value(call(tab, "startChat", { customData: { crmCustomerId: "CRM-S" } }));
    expect([newTab.resumed, newTab.conversationId === conversationId]).toEqual([resumesInNewTab, resumesInNewTab]);
  });
}
