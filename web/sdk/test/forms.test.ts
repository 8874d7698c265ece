/** The call forms of the field, in a page. */

import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import type { CxoneChat, GenesysCloudWebMessaging, GenesysFunction, WebMessagingClient } from "../src/index.js";
import { FakeBrowser, pass, type PageOptions } from "./fake-browser.js";
import { DEPLOYMENT, fault, ORG } from "./fake-server.js";

interface Globals {
  PureCloudWebChatSDK: { WebMessagingClient: typeof WebMessagingClient };
  GenesysCloudWebMessaging: typeof GenesysCloudWebMessaging;
  cxoneChat: CxoneChat;
  Genesys: GenesysFunction;
  _genesysJs?: string;
}

const IDS = { orgId: ORG, deploymentId: DEPLOYMENT };
const ATTRIBUTES = { orgId: ORG, region: "us-east-1", deploymentId: DEPLOYMENT };

let browser: FakeBrowser;
let printed: MockInstance<(...data: unknown[]) => void>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  browser = new FakeBrowser();
  printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Loads a page with the classic script in it. */
async function page(options: PageOptions = {}, before: (globals: Globals) => void = () => undefined): Promise<Globals> {
  browser.load({ script: { src: "https://chat.test/sdk/waybill.js" }, ...options });
  const globals = browser.window as unknown as Globals;
  before(globals);
  await import("../src/browser.js");
  return globals;
}

const starts = () => browser.server.framesOf("startChat").map(({ api, options }) => ({ api, options }));

describe("globals", () => {
  test("edge7_the_classic_script_speaks_to_the_server_that_it_came_from", async () => {
    const { PureCloudWebChatSDK } = await page({ meta: "https://meta.test" });
    const client = new PureCloudWebChatSDK.WebMessagingClient(IDS);
    const connected = vi.fn();
    client.on("connected", connected);
    await pass(10);
    expect(browser.urls[0]).toMatch(/^wss:\/\/chat\.test\/v1\?/);
    expect(connected).toHaveBeenCalledTimes(1);
  });

  test("edge7_an_inlined_script_has_no_origin", async () => {
    const { PureCloudWebChatSDK } = await page({ meta: "https://meta.test", script: { src: "" } });
    new PureCloudWebChatSDK.WebMessagingClient(IDS);
    expect(browser.urls[0]).toMatch(/^wss:\/\/meta\.test\/v1\?/);
  });

  test("start9_a_second_script_tag_replaces_nothing", async () => {
    const { cxoneChat } = await page();
    cxoneChat.init(IDS);
    vi.resetModules();
    await import("../src/browser.js");
    expect((browser.window as unknown as Globals).cxoneChat).toBe(cxoneChat);
  });

  test("start9_the_thread_s_attributes_form_is_passed_on_untouched", async () => {
    const { GenesysCloudWebMessaging } = await page();
    const messenger = new GenesysCloudWebMessaging({ organizationId: ORG, deploymentId: DEPLOYMENT });
    const session = messenger.startChat({ attributes: { custom: { crm_customer_id: "CRM-987654" } } });
    await pass(100);
    expect(starts()).toEqual([{ api: "genesysCloudWebMessaging", options: { attributes: { custom: { crm_customer_id: "CRM-987654" } } } }]);
    expect((await session).customData).toEqual({ crmCustomerId: "CRM-987654" });
  });
});

describe("cxoneChat", () => {
  const OPTIONS = { customerId: "CRM-882910", name: "John Doe", email: "john@example.com" };

  test("start9_the_thread_s_call_works_with_the_attributes_of_the_script_tag", async () => {
    const { cxoneChat } = await page({ script: { src: "https://chat.test/sdk/waybill.js", dataset: { ...ATTRIBUTES, endpoint: "https://other.test" } } });
    expect(browser.urls, "nothing is opened before it is used").toEqual([]);
    void cxoneChat.startChat(OPTIONS);
    await pass(100);
    expect(browser.urls[0]).toMatch(/^wss:\/\/other\.test\/v1\?.*region=us-east-1/);
    expect(starts()).toEqual([{ api: "cxoneChat", options: OPTIONS }]);
    expect(printed).not.toHaveBeenCalled();
  });

  test("start9_init_connects_and_listeners_may_come_before_it", async () => {
    const { cxoneChat } = await page();
    const connected = vi.fn();
    const removed = vi.fn();
    cxoneChat.on("connected", connected);
    cxoneChat.on("connected", removed)();
    cxoneChat.init(IDS);
    await pass(10);
    expect([connected.mock.calls.length, removed.mock.calls.length]).toEqual([1, 0]);
    const sessions = cxoneChat.startChat(OPTIONS);
    await pass(10);
    const { customData } = await sessions;
    expect(customData).toMatchObject({ crmCustomerId: "CRM-882910" });
    void cxoneChat.setContext({ plan: "gold" });
    void cxoneChat.sendMessage("Hi");
    await pass(10);
    void cxoneChat.end();
    void cxoneChat.logout();
    await pass(20);
    const actions = browser.server.received.map(({ action }) => action);
    expect(actions).toEqual(["configureSession", "startChat", "setContext", "onMessage", "onMessage", "closeSession", "configureSession"]);
  });

  test("edge3_without_configuration_the_missing_option_is_named_even_if_nobody_awaits", async () => {
    const { cxoneChat } = await page();
    void cxoneChat.startChat(OPTIONS);
    await pass(10);
    expect(printed.mock.calls).toEqual([["[waybill] missing_option (400): cxoneChat.init() needs the option orgId (or organizationId)"]]);
  });
});

describe("Genesys", () => {
  const SNIPPET = { environment: "prod-euw1", deploymentId: DEPLOYMENT };
  const database = (customAttributes: object) => ({ messaging: { customAttributes } });
  const run = (genesys: GenesysFunction, name: string, options?: object): Promise<unknown> =>
    new Promise((resolve, reject) => genesys("command", name, options, resolve, reject));

  /** What the vendor's loader leaves behind before the script arrives. */
  function snippet(globals: Globals, ...queue: unknown[][]): void {
    const loader = Object.assign((() => undefined) as unknown as GenesysFunction, { c: SNIPPET, q: queue });
    globals.Genesys = loader;
  }

  test("l1_the_loader_s_queue_is_done_in_order_and_the_attributes_are_in_the_start", async () => {
    const heard: string[] = [];
    await page({}, (globals) =>
      snippet(
        globals,
        ["subscribe", "Database.ready", () => heard.push("ready")],
        ["command", "Database.set", database({ crmCustomerId: "CRM-1" }), () => heard.push("set")],
        ["command", "Messenger.open", {}, () => heard.push("open")],
        ["command", "MessagingService.sendMessage", { message: "Hello" }, () => heard.push("sent")],
      ),
    );
    await pass(100);
    expect(heard.sort()).toEqual(["open", "ready", "sent", "set"]);
    expect(starts()).toEqual([{ api: "genesysCommand", options: { ...database({ crmCustomerId: "CRM-1" }), message: "Hello" } }]);
    expect(browser.urls[0], "the vendor's environment is no region").not.toContain("region");
  });

  test("start9_the_loader_may_choose_another_name", async () => {
    const globals = await page({}, (before) => {
      before._genesysJs = "Chat";
      (before as unknown as { Chat: GenesysFunction }).Chat = Object.assign((() => undefined) as unknown as GenesysFunction, { c: SNIPPET });
    });
    expect(globals.Genesys).toBeUndefined();
    expect(await run((globals as unknown as { Chat: GenesysFunction }).Chat, "GenesysJS.configuration")).toEqual(SNIPPET);
  });

  test("edge7_an_environment_that_is_an_address_is_the_endpoint", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    Genesys.c = { deploymentId: DEPLOYMENT, environment: "https://env.test", orgId: ORG };
    Genesys("command", "Messenger.open");
    expect(browser.urls[0]).toMatch(/^wss:\/\/env\.test\/v1\?.*organizationId=org-1/);
  });

  test("l14_set_and_update_merge_and_a_running_conversation_gets_them_at_once", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    const updates: unknown[] = [];
    Genesys("subscribe", "Database.updated", ({ data, publisher, event }) => updates.push({ data, publisher, event }));
    await run(Genesys, "Database.set", database({ a: 1 }));
    await run(Genesys, "Database.update", database({ b: 2 }));
    expect(await run(Genesys, "Database.get", { name: "messaging.customAttributes" })).toEqual({ a: 1, b: 2 });
    expect(browser.urls).toEqual([]);
    const started = run(Genesys, "MessagingService.startConversation");
    const early = run(Genesys, "Database.update", database({ c: 3 }));
    await pass(100);
    await Promise.all([started, early]);
    const late = run(Genesys, "Database.set", database({ d: 4 }));
    await pass(100);
    expect(await late).toEqual(database({ a: 1, b: 2, c: 3, d: 4 }));
    expect(starts()[0]?.options).toEqual(database({ a: 1, b: 2 }));
    expect(browser.server.framesOf("setContext").map(({ options }) => options)).toEqual([database({ c: 3 }), database({ d: 4 })]);
    expect(updates).toHaveLength(4);
    expect(updates[0]).toEqual({ publisher: "Database", event: "Database.updated", data: database({ a: 1 }) });
  });

  test("l12_attributes_in_the_wrong_place_are_refused_and_named", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    await expect(run(Genesys, "Database.set", { customAttributes: { crmCustomerId: "CRM-1" } })).rejects.toMatchObject({ status: 400, code: "unknown_option" });
    Genesys("command", "Database.set", { messaging: { customAttributes: { size: 1n } } });
    await pass(10);
    expect(printed.mock.calls[0]?.[0]).toContain("Database.messaging.customAttributes.size is a BigInt");
  });

  test("start8_messages_of_both_sides_reach_the_subscriber_as_the_server_sent_them", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    const received: unknown[] = [];
    Genesys("subscribe", "MessagingService.messagesReceived", ({ data }) => received.push(...(data as { messages: unknown[] }).messages));
    const started = vi.fn();
    Genesys("subscribe", "MessagingService.started", started);
    Genesys("command", "MessagingService.sendMessage", { message: "Hello" });
    await pass(100);
    browser.server.say(browser.server.only().token, "Hi there");
    await pass(100);
    expect(received).toMatchObject([
      { direction: "Inbound", text: "Hello", type: "Text" },
      { direction: "Outbound", text: "Hi there", type: "Text" },
    ]);
    expect(started.mock.calls[0]?.[0]).toMatchObject({ data: { newSession: true, conversationId: "conversation-1" } });
  });

  test("start2_the_second_message_and_a_page_after_it_go_on_with_the_conversation", async () => {
    const first = await page({}, (globals) => snippet(globals));
    first.Genesys("command", "MessagingService.sendMessage", { message: "one" });
    first.Genesys("command", "MessagingService.sendMessage", { message: "two" });
    await pass(100);
    vi.resetModules();
    const { Genesys } = await page({}, (globals) => snippet(globals));
    Genesys("subscribe", "MessagingService.messagesReceived", () => undefined);
    const third = run(Genesys, "MessagingService.sendMessage", { message: "three" });
    await pass(100);
    await third;
    expect(starts()).toHaveLength(1);
    expect(browser.server.only().session.messages.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  test("p1_a_refused_command_calls_back_and_without_a_callback_is_told", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    const errors: unknown[] = [];
    Genesys("subscribe", "MessagingService.error", ({ data }) => errors.push(data));
    const refusal = { action: "startChat", error: fault(400, "context_refused") };
    browser.server.failures.push(refusal, refusal);
    const answer = run(Genesys, "MessagingService.startConversation").catch((error: unknown) => error);
    await pass(100);
    expect(await answer).toMatchObject({ status: 400 });
    expect([errors, printed.mock.calls]).toEqual([[], []]);
    Genesys("command", "MessagingService.startConversation");
    await pass(100);
    expect(errors).toEqual([{ error: "context refused", status: 400, code: "context_refused" }]);
    expect(printed).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["Journey.pageview", {}, "unknown_command"],
    ["constructor", {}, "unknown_command"],
    ["MessagingService.sendMessage", { message: "  " }, "empty_message"],
    ["MessagingService.sendMessage", { type: "form" }, "unknown_option"],
    ["Messenger.close", {}, "already_closed"],
  ])("start9_what_is_not_served_says_so (%s)", async (name, options, code) => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    await expect(run(Genesys, name, options)).rejects.toMatchObject({ code });
  });

  test("start9_an_unknown_action_says_what_is_served", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    (Genesys as unknown as (...args: unknown[]) => void)("registerPlugin", "Plugin", () => undefined);
    expect(printed.mock.calls[0]?.[0]).toContain("served are command and subscribe");
  });

  test("start9_toggling_the_messenger_works_by_its_rejection", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    const toggle = () => Genesys("command", "Messenger.open", {}, undefined, () => Genesys("command", "Messenger.close"));
    const seen: string[] = [];
    Genesys("subscribe", "Messenger.opened", () => seen.push("opened"));
    Genesys("subscribe", "Messenger.closed", () => seen.push("closed"));
    for (let count = 0; count < 3; count += 1) {
      toggle();
      await pass(1);
    }
    expect(seen).toEqual(["opened", "closed", "opened"]);
  });

  test("l14_remove_is_local", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    await run(Genesys, "Database.set", database({ a: 1, b: 2 }));
    expect(await run(Genesys, "Database.remove", { name: "messaging.customAttributes.a" })).toEqual(database({ b: 2 }));
  });

  test("start2_logout_and_clearing_end_the_conversation", async () => {
    const { Genesys } = await page({}, (globals) => snippet(globals));
    const ended = vi.fn();
    Genesys("subscribe", "MessagingService.conversationDisconnected", ended);
    Genesys("command", "MessagingService.sendMessage", { message: "one" });
    await pass(100);
    Genesys("command", "MessagingService.clearConversation");
    Genesys("command", "Auth.logout");
    await pass(100);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(browser.server.received.at(-1)?.action).toBe("closeSession");
  });
});
