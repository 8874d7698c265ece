/** The network goes, the server goes: nothing is lost and nothing comes twice. */

import { call, clientOptions, connect, emitted, expect, test, value } from "../src/test.js";
import { Integrator } from "../src/integrator.js";

test("start7_wire11_a_browser_that_was_offline_catches_up_and_sends_what_waited", async ({ page, context, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-O1" }, message: "Hello" }));

  // The socket freezes, nobody is told that it is gone.
  await context.setOffline(true);
  const waiting = call(page, "sendMessage", "Said offline");
  await integrator.say(conversationId, "One, unheard");
  await integrator.say(conversationId, "Two, unheard");
  expect(await emitted(page, "message")).toEqual([]);

  await context.setOffline(false);
  expect((await value(waiting)).text).toBe("Said offline");
  await expect.poll(() => emitted(page, "message")).toEqual(["One, unheard", "Two, unheard"]);
  await expect.poll(() => emitted(page, "reconnected")).toHaveLength(1);
  await integrator.say(conversationId, "Three");
  await expect.poll(() => emitted(page, "message")).toEqual(["One, unheard", "Two, unheard", "Three"]);
  const said = await integrator.messages(conversationId);
  expect(said.filter((text) => text === "> Said offline")).toHaveLength(1);
  expect([...said].sort()).toEqual(["< One, unheard", "< Three", "< Two, unheard", "> Hello", "> Said offline"]);
});

test("start3_start1_a_start_made_offline_is_one_conversation", async ({ page, context, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  await context.setOffline(true);
  const waiting = call(page, "startChat", { customData: { crmCustomerId: "CRM-O2" }, message: "Once" });
  await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(false);
  await context.setOffline(false);
  const { conversationId } = await value(waiting);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-O2")).toEqual([conversationId]);
  expect(await integrator.messages(conversationId)).toEqual(["> Once"]);
});

test("start3_a_server_that_is_killed_in_mid_chat_loses_and_doubles_nothing", async ({ page, startDemo, open }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  await open(page, demo);
  await connect(page, clientOptions(demo));
  const start = { customData: { crmCustomerId: "CRM-K1" }, message: "Hello" };
  const { conversationId } = await value(call(page, "startChat", start));
  await integrator.say(conversationId, "Before");
  await expect.poll(() => emitted(page, "message")).toEqual(["Before"]);

  await demo.kill();
  const waiting = call(page, "sendMessage", "Said while it was down");
  await expect.poll(() => emitted(page, "disconnected")).toHaveLength(1);
  await demo.restart();

  expect((await value(waiting)).text).toBe("Said while it was down");
  await integrator.say(conversationId, "After");
  await expect.poll(() => emitted(page, "message")).toEqual(["Before", "After"]);
  expect(await integrator.messages(conversationId)).toEqual(["> Hello", "< Before", "> Said while it was down", "< After"]);
  const again = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-K1" } }));
  expect([again.conversationId, again.resumed]).toEqual([conversationId, true]);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-K1")).toEqual([conversationId]);
});

test("start1_start3_a_server_that_is_killed_during_a_start_makes_one_conversation", async ({ page, startDemo, open }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  await open(page, demo);
  await connect(page, clientOptions(demo));
  // Whether the frame, the commit or only the answer is lost is up to chance: none of it may show.
  const starting = call(page, "startChat", { customData: { crmCustomerId: "CRM-K2" }, message: "Once" });
  await demo.kill();
  await demo.restart();
  const { conversationId } = await value(starting);
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-K2")).toEqual([conversationId]);
  expect(await integrator.messages(conversationId)).toEqual(["> Once"]);
});

test("start7_a_server_that_is_stopped_gently_is_left_and_found_again", async ({ page, startDemo, open }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  await open(page, demo);
  await connect(page, clientOptions(demo));
  const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-K3" } }));
  await demo.terminate();
  await expect.poll(() => emitted(page, "disconnected")).toHaveLength(1);
  await demo.restart();
  await integrator.say(conversationId, "Back again");
  await expect.poll(() => emitted(page, "message")).toEqual(["Back again"]);
  expect(await emitted(page, "reconnected")).toHaveLength(1);
});

test("start8_a_message_of_the_business_has_id_text_sender_and_time", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-M1" }, message: "Hello" }));
  await page.evaluate(() => {
    window.harness.client.on("message", ({ id, text, from, at }) => Object.assign(window, { heard: { id, text, from, at: at.getTime() } }));
  });
  await integrator.say(conversationId, "Zwölf Boxkämpfer \u{1F44B}");
  const heard = await page.waitForFunction(() => (window as unknown as { heard?: { id: string; text: string; from: object; at: number } }).heard);
  expect(await heard.jsonValue()).toEqual({
    id: expect.stringMatching(/^[\w-]{36}$/),
    text: "Zwölf Boxkämpfer \u{1F44B}",
    from: expect.objectContaining({ name: expect.any(String) }),
    at: expect.any(Number),
  });
  // The echo of one's own words is no message.
  expect((await value(call(page, "sendMessage", "Thank you"))).text).toBe("Thank you");
  expect(await emitted(page, "message")).toHaveLength(1);
});
