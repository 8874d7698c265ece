/** The client in a browser: events, promises, storage, endpoint, and what nobody awaits. */

import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import { GenesysCloudWebMessaging, WaybillError, WebMessagingClient, type ClientOptions, type Events, type StartOptions } from "../src/index.js";
import { FakeBrowser, pass } from "./fake-browser.js";
import { DEPLOYMENT, fault, ORG } from "./fake-server.js";

const IDS = { orgId: ORG, region: "us-east-1", deploymentId: DEPLOYMENT };
const OPTIONS: StartOptions = { customData: { crmCustomerId: "CRM-1" }, message: "Hello" };

let browser: FakeBrowser;
let printed: MockInstance<(...data: unknown[]) => void>;
const clients: WebMessagingClient[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  browser.load();
  printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function make(options: Partial<ClientOptions> = {}): WebMessagingClient {
  const client = new WebMessagingClient({ ...IDS, ...options });
  clients.push(client);
  return client;
}

function record(client: WebMessagingClient): { event: keyof Events; data: unknown }[] {
  const events: { event: keyof Events; data: unknown }[] = [];
  for (const event of ["connected", "disconnected", "reconnected", "error", "message", "sent", "ended"] as const) {
    client.on(event, (data) => events.push({ event, data }));
  }
  return events;
}

const caught = async (promise: Promise<unknown>): Promise<WaybillError> => {
  const reason: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(reason instanceof WaybillError)) throw new Error("not rejected with a WaybillError");
  return reason;
};

async function settled<T>(promise: Promise<T>, ms = 100): Promise<T> {
  const [value] = await Promise.all([promise, pass(ms)]);
  return value;
}

describe("construction", () => {
  test.each([
    [{ deploymentId: DEPLOYMENT }, "orgId (or organizationId)"],
    [{ orgId: ORG }, "deploymentId (or applicationId)"],
    [undefined, "orgId (or organizationId)"],
    [{ orgId: "", deploymentId: DEPLOYMENT }, "orgId (or organizationId)"],
  ])("edge3_a_missing_option_is_named (%o)", (options, name) => {
    expect(() => new WebMessagingClient(options as ClientOptions)).toThrowError(
      expect.objectContaining({ name: "WaybillError", status: 400, code: "missing_option", message: `WebMessagingClient needs the option ${name}` }),
    );
  });

  test("edge3_both_names_of_an_option_work_and_travel_with_socket_and_session", async () => {
    const client = new GenesysCloudWebMessaging({ organizationId: ORG, applicationId: DEPLOYMENT });
    clients.push(client);
    await pass(10);
    expect(browser.urls).toEqual([`wss://shop.test/v1?deploymentId=${DEPLOYMENT}&organizationId=${ORG}&application=waybill-sdk-2.0.0`]);
    expect(browser.server.received[0]).toMatchObject({ action: "configureSession", organizationId: ORG, deploymentId: DEPLOYMENT, sdk: "2.0.0" });
  });

  test("start9_connected_is_emitted_to_a_listener_that_comes_right_after_construction", async () => {
    const events = record(make());
    await pass(10);
    expect(events).toEqual([{ event: "connected", data: undefined }]);
  });

  test("start6_the_token_is_256_random_bits_and_stands_in_no_address", async () => {
    make();
    make({ storage: "none" });
    await pass(10);
    const [one, other] = browser.server.framesOf("configureSession").map(({ token }) => token);
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(other).not.toBe(one);
    expect(browser.urls.join() + browser.requests.map(({ url }) => url).join()).not.toContain(one);
  });

  test.each([
    ["the option", { endpoint: "https://chat.test/" }, {}, "wss://chat.test/v1"],
    ["the option without a scheme", { endpoint: "chat.test:8443" }, {}, "wss://chat.test:8443/v1"],
    ["the meta tag", {}, { meta: "http://meta.test" }, "ws://meta.test/v1"],
    ["the page", {}, {}, "wss://shop.test/v1"],
  ])("edge7_the_server_is_found_by_%s", async (_, options, page, url) => {
    browser.load(page);
    make(options);
    await pass(10);
    expect(browser.urls[0]?.split("?")[0]).toBe(url);
  });

  test("start9_on_a_server_nothing_is_opened_and_a_call_is_refused_by_name", async () => {
    vi.unstubAllGlobals();
    const client = make();
    expect(await caught(client.startChat(OPTIONS))).toMatchObject({ code: "no_browser" });
  });
});

describe("starting", () => {
  test("start6_a_start_answers_with_what_is_stored", async () => {
    const session = await settled(make().startChat({ ...OPTIONS, customer: { name: "Zoë" } }));
    expect(session).toMatchObject({ sessionId: "session-1", conversationId: "conversation-1", customData: { crmCustomerId: "CRM-1" }, customer: { name: "Zoë" }, status: "connected", resumed: false });
  });

  test("start9_the_path_travels_without_its_query", async () => {
    await settled(make().startChat(OPTIONS));
    expect(browser.server.framesOf("startChat")[0]).toMatchObject({ api: "webMessagingClient", page: { path: "/cart" }, locale: "en-GB" });
    expect(JSON.stringify(browser.server.received)).not.toContain("customer=");
  });

  test("start9_a_page_from_disk_has_no_path", async () => {
    browser.load({ url: "file:///home/zoe/page.html" });
    await settled(make({ endpoint: "http://chat.test" }).startChat(OPTIONS));
    expect(browser.server.framesOf("startChat")[0]).not.toHaveProperty("page");
  });

  test("start2_a_double_click_is_one_promise_and_one_frame", async () => {
    const client = make();
    const one = client.startChat(OPTIONS);
    const two = client.startChat({ ...OPTIONS });
    expect(two).toBe(one);
    await settled(one);
    expect(browser.server.framesOf("startChat")).toHaveLength(1);
    await settled(client.startChat(OPTIONS));
    expect(browser.server.framesOf("startChat")).toHaveLength(2);
  });

  test("start2_a_start_that_failed_at_once_is_not_shared_with_the_next", async () => {
    const client = make();
    client.close();
    const one = client.startChat(OPTIONS);
    const two = client.startChat(OPTIONS);
    expect(two).not.toBe(one);
    expect([await caught(one), await caught(two)]).toMatchObject([{ code: "closed" }, { code: "closed" }]);
  });

  test("start2_react_s_strict_mode_is_one_conversation", async () => {
    const first = make();
    first.close();
    const session = await settled(make().startChat(OPTIONS));
    const again = await settled(make().startChat(OPTIONS));
    expect(again.conversationId).toBe(session.conversationId);
    expect(again.resumed).toBe(true);
  });

  test("start9_what_the_page_changes_after_the_call_changes_nothing", async () => {
    const options = { customData: { crmCustomerId: "CRM-1" } };
    const start = make().startChat(options);
    options.customData.crmCustomerId = "CRM-2";
    expect((await settled(start)).customData).toEqual({ crmCustomerId: "CRM-1" });
  });

  test("start4_a_value_that_was_stored_differently_is_an_error", async () => {
    const { server } = browser;
    const receive = server.receive.bind(server);
    server.receive = (connection, frame) => {
      const send = connection.send;
      connection.send = (answer) => send(JSON.parse(JSON.stringify(answer).replace('"customData":{"crmCustomerId":"CRM-1"}', '"customData":{"crmCustomerId":"CRM-l"}')) as object);
      receive(connection, frame);
      connection.send = send;
    };
    const error = caught(make().startChat(OPTIONS));
    await pass(100);
    expect(await error).toMatchObject({ code: "context_mismatch", message: "what was stored differs from what was sent: crmCustomerId: the stored value is another one" });
  });

  test("ctx1_a_refusal_names_every_fault_and_carries_the_receipt", async () => {
    const receipt = { revision: 0, policyVersion: 1, bytes: 9, maxBytes: 1024, entries: [], missing: [] };
    const details = [
      { errorCode: "not_scalar", fieldName: "order", message: "is an object", remedy: "send a string" },
      { errorCode: "key_name", fieldName: "crm-id", message: "has a hyphen", remedy: "use crmId" },
    ];
    browser.server.failures.push({ action: "startChat", error: fault(400, "context_refused", { message: "the context was refused: `order` not_scalar (send a string); `crm-id` key_name (use `crmId`)", details, receipt }) });
    const error = caught(make().startChat(OPTIONS));
    await pass(100);
    expect(await error).toMatchObject({
      status: 400,
      code: "context_refused",
      message: "the context was refused: `order` not_scalar (send a string); `crm-id` key_name (use `crmId`)",
      details,
      receipt,
    });
  });

  test("start9_the_identity_token_may_be_a_promise_and_the_order_of_calls_stays", async () => {
    const client = make({ identityToken: () => new Promise((resolve) => setTimeout(() => resolve("vouched"), 50)) });
    const start = client.startChat(OPTIONS);
    const sent = client.sendMessage("after");
    await settled(Promise.all([start, sent]), 200);
    expect(browser.server.received.map(({ action }) => action)).toEqual(["configureSession", "startChat", "onMessage"]);
    expect(browser.server.framesOf("startChat")[0]?.identityToken).toBe("vouched");
  });

  test("start9_an_identity_token_that_can_t_be_had_rejects_the_start", async () => {
    const client = make({ identityToken: () => Promise.reject(new Error("login first")) });
    const error = caught(client.startChat(OPTIONS));
    await pass(100);
    expect(await error).toMatchObject({ code: "identity_token_failed", message: "identityToken() failed: login first" });
  });

  test("sig8_a_function_that_gives_no_token_starts_nothing_unsigned", async () => {
    const client = make({ identityToken: () => Promise.resolve("") });
    const error = caught(client.startChat(OPTIONS));
    await pass(100);
    expect(await error).toMatchObject({ code: "identity_token_failed", message: "identityToken() failed: it gave no token" });
    expect(browser.server.framesOf("startChat")).toEqual([]);
  });

  test("sig8_a_retry_sends_the_token_that_was_got_for_its_start", async () => {
    let calls = 0;
    const client = make({ identityToken: () => `vouched-${(calls += 1)}` });
    browser.server.failures.push({ action: "startChat", error: fault(503, "service_unavailable", { retryAfter: 1 }) });
    await settled(client.startChat(OPTIONS), 5_000);
    const [first, second] = browser.server.framesOf("startChat");
    expect(second).toMatchObject({ startToken: first?.startToken, identityToken: "vouched-1" });
    expect(calls).toBe(1);
  });

  test("sig8_a_token_that_is_not_believed_fails_its_call_alone", async () => {
    const client = make({ connect: "lazy" });
    browser.server.failures.push({ action: "startChat", error: fault(401, "identity_token_expired") });
    const error = caught(client.startChat({ ...OPTIONS, identityToken: "old" }));
    await pass(200);
    expect(await error).toMatchObject({ status: 401, code: "identity_token_expired" });
    await settled(client.startChat({ ...OPTIONS, identityToken: "new" }), 500);
    expect(browser.server.framesOf("startChat").map(({ identityToken }) => identityToken)).toEqual(["old", "new"]);
  });

  test("sig8_set_context_carries_a_token_into_an_open_conversation_only", async () => {
    const client = make();
    const error = caught(client.setContext({ customData: { plan: "gold" }, identityToken: "vouched" }));
    await pass(100);
    expect(await error).toMatchObject({ code: "conversation_not_found" });
    await settled(client.startChat(OPTIONS), 500);
    await settled(client.setContext({ customData: { plan: "gold" }, identityToken: "vouched" }), 500);
    expect(browser.server.framesOf("setContext")[0]).toMatchObject({ options: { customData: { plan: "gold" } }, identityToken: "vouched" });
  });

  test("start3_the_tutorial_s_retry_loop_makes_one_conversation", async () => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    const webMessagingClient = make({ retry: false });
    const limited = fault(429, "too_many_requests");
    browser.server.failures.push({ action: "startChat", error: limited }, { action: "startChat", error: limited });
    const startChatWithRetry = async (startOptions: StartOptions, retries = 3) => {
      for (let i = 0; i < retries; i++) {
        try {
          return await webMessagingClient.startChat(startOptions);
        } catch (error) {
          if ((error as WaybillError).status === 429 && i < retries - 1) {
            await new Promise((resolve) => setTimeout(resolve, Math.pow(2, i) * 1000));
          } else {
            throw error;
          }
        }
      }
      return undefined;
    };
    const session = await settled(startChatWithRetry(OPTIONS), 5_000);
    expect(session).toMatchObject({ conversationId: "conversation-1" });
    expect(new Set(browser.server.framesOf("startChat").map(({ startToken }) => startToken)).size).toBe(1);
    expect(printed).not.toHaveBeenCalled();
  });
});

describe("what nobody awaits", () => {
  const refuse = () => browser.server.failures.push({ action: "startChat", error: fault(400, "context_refused", { message: "the context was refused: `crm-id` key_name" }) });
  const LINE = "[waybill] context_refused (400): the context was refused: `crm-id` key_name";

  test("p1_a_rejection_that_nobody_awaits_is_an_error_event_and_one_line_without_values", async () => {
    const client = make();
    const events = record(client);
    refuse();
    void client.startChat(OPTIONS);
    await pass(100);
    expect(events.filter(({ event }) => event === "error")).toMatchObject([{ data: { status: 400, code: "context_refused" } }]);
    expect(printed.mock.calls).toEqual([[LINE]]);
    expect(JSON.stringify(printed.mock.calls)).not.toContain("CRM-1");
  });

  test("p1_a_promise_derived_by_then_is_watched_too", async () => {
    const client = make();
    refuse();
    void client.startChat(OPTIONS).then((session) => session.sessionId);
    await pass(100);
    expect(printed.mock.calls).toEqual([[LINE]]);
  });

  test("p1_a_rejection_that_somebody_awaits_is_his", async () => {
    const client = make();
    const events = record(client);
    refuse();
    const error = caught(client.startChat(OPTIONS));
    await pass(100);
    expect(await error).toMatchObject({ status: 400 });
    expect(events.map(({ event }) => event)).toEqual(["connected"]);
    expect(printed).not.toHaveBeenCalled();
  });

  test("p1_an_error_that_is_thrown_on_to_where_nobody_awaits_is_told_once", async () => {
    const client = make();
    const events = record(client);
    refuse();
    const error = caught(client.startChat(OPTIONS));
    await pass(100);
    const event = Object.assign(new Event("unhandledrejection", { cancelable: true }), { reason: await error });
    browser.window.dispatchEvent(event);
    browser.window.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason: await error }));
    expect(event.defaultPrevented).toBe(true);
    expect(events.filter((one) => one.event === "error")).toHaveLength(1);
    expect(printed).toHaveBeenCalledTimes(1);
  });

  test("p1_an_error_event_that_nobody_listens_to_stands_in_the_console", async () => {
    make({ orgId: "nobody" });
    await pass(100);
    expect(printed.mock.calls).toEqual([["[waybill] wrong_organization (401): wrong organization"]]);
  });

  test("start9_a_value_that_json_can_t_carry_is_a_rejection_too", async () => {
    const client = make();
    expect(await caught(client.startChat({ customData: { when: undefined as unknown as string } }))).toMatchObject({
      status: 400,
      code: "not_json",
      message: expect.stringContaining("startChat.customData.when is undefined") as string,
    });
    void client.setContext({ customData: { size: Number.NaN } });
    await pass(10);
    expect(printed.mock.calls[0]?.[0]).toContain("setContext.customData.size is NaN");
  });
});

describe("memory", () => {
  const stored = () => JSON.parse([...browser.localStorage.items.values()][0] ?? "{}") as { token?: string };

  test("start7_a_reload_goes_on_with_the_session_and_gets_what_came_meanwhile", async () => {
    const before = make();
    await settled(before.startChat(OPTIONS));
    browser.server.say(browser.server.only().token, "seen");
    await pass(10);
    before.close();
    browser.server.say(browser.server.only().token, "while loading");
    browser.load();
    const after = make();
    const events = record(after);
    expect(after.conversationId).toBe("conversation-1");
    await pass(100);
    expect(events.flatMap(({ event, data }) => (event === "message" ? [(data as { text: string }).text] : []))).toEqual(["while loading"]);
  });

  test("start7_a_tab_that_reloads_gets_what_only_another_tab_has_shown", async () => {
    const before = make();
    await settled(before.startChat(OPTIONS));
    before.close();
    browser.server.say(browser.server.only().token, "shown in the other tab");
    const key = [...browser.localStorage.items.keys()][0] ?? "";
    browser.localStorage.setItem(key, JSON.stringify({ ...stored(), mark: Date.parse("2030-01-01") }));
    browser.load();
    const events = record(make());
    await pass(100);
    expect(events.map(({ event }) => event)).toEqual(["connected", "message"]);
  });

  test("start2_a_tab_that_is_logged_out_takes_the_session_that_the_other_tab_drew", async () => {
    await settled(make().startChat(OPTIONS));
    const key = [...browser.localStorage.items.keys()][0] ?? "";
    browser.localStorage.setItem(key, JSON.stringify({ token: "of-the-other-tab", conversationId: null, mark: 0 }));
    browser.socket.onmessage?.({ data: '{"type":"message","class":"ConnectionClosedEvent","code":200,"body":{"reason":"loggedOut"}}' });
    await pass(10);
    expect(browser.server.framesOf("configureSession").at(-1)?.token).toBe("of-the-other-tab");
  });

  test("start7_a_new_tab_begins_where_the_newest_one_is", async () => {
    const client = make();
    await settled(client.startChat(OPTIONS));
    browser.server.say(browser.server.only().token, "seen in the first tab");
    await pass(10);
    browser.sessionStorage = new FakeBrowser().sessionStorage;
    browser.load();
    const events = record(make());
    await pass(100);
    expect(events.map(({ event }) => event)).toEqual(["connected"]);
  });

  test.each([
    ["local", true, true],
    ["session", false, true],
    ["none", false, false],
  ] as const)("start7_storage_%s", async (storage, local, session) => {
    make({ storage });
    await pass(10);
    expect([browser.localStorage.items.size > 0, browser.sessionStorage.items.size > 0]).toEqual([local, session]);
  });

  test("start7_sessions_of_different_servers_and_deployments_are_kept_apart", async () => {
    make();
    make({ endpoint: "https://other.test" });
    make({ deploymentId: "deployment-2" });
    expect(browser.localStorage.items.size).toBe(3);
    await pass(10);
  });

  test("start7_a_browser_that_forbids_storage_still_chats", async () => {
    Object.defineProperty(browser.window, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
    vi.spyOn(browser.sessionStorage, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    expect(await settled(make().startChat(OPTIONS))).toMatchObject({ status: "connected" });
  });

  test("start2_two_tabs_that_open_at_the_same_time_agree_on_one_session", async () => {
    const client = make();
    await pass(10);
    const key = [...browser.localStorage.items.keys()][0] ?? "";
    browser.localStorage.setItem(key, JSON.stringify({ token: "of-the-other-tab", conversationId: null, mark: 0 }));
    browser.window.dispatchEvent(Object.assign(new Event("storage"), { storageArea: browser.localStorage, key, newValue: "older" }));
    await pass(10);
    await settled(client.startChat(OPTIONS));
    expect(browser.server.framesOf("startChat")[0]?.token).toBe("of-the-other-tab");
  });

  test("start2_after_logout_nothing_of_the_session_is_left", async () => {
    const client = make();
    await settled(client.startChat(OPTIONS));
    const { token } = stored();
    await settled(client.logout());
    expect(stored().token).not.toBe(token);
    expect([...browser.localStorage.items.values(), ...browser.sessionStorage.items.values()].join()).not.toContain(token);
    expect(client.conversationId).toBeNull();
  });
});

describe("connection", () => {
  test("start7_offline_and_online_connects_anew_and_loses_nothing", async () => {
    const client = make();
    const events = record(client);
    await settled(client.startChat(OPTIONS));
    browser.isUp = false;
    browser.window.dispatchEvent(new Event("offline"));
    browser.server.say(browser.server.only().token, "missed");
    await pass(3_000);
    browser.isUp = true;
    browser.window.dispatchEvent(new Event("online"));
    await pass(100);
    expect(events.map(({ event }) => event)).toEqual(["connected", "sent", "disconnected", "reconnected", "message"]);
  });

  test("start6_the_history_is_read_with_a_token_of_its_own_in_a_header", async () => {
    await settled(make().startChat(OPTIONS));
    browser.cut();
    await pass(3_000);
    expect(browser.requests).toMatchObject([{ url: "https://shop.test/api/v2/webmessaging/messages?pageNumber=1&pageSize=100", authorization: /^Bearer / }]);
  });

  test("start7_the_whole_history_is_both_sides_oldest_first", async () => {
    const client = make();
    await settled(client.startChat(OPTIONS));
    const { token } = browser.server.only();
    browser.server.say(token, "one");
    await settled(client.sendMessage("two"));
    browser.server.say(token, "three");
    const read = await settled(client.history());
    expect(read.map(({ text, direction }) => `${direction} ${text}`)).toEqual(["Inbound Hello", "Outbound one", "Inbound two", "Outbound three"]);
  });

  test("start7_a_history_that_can_t_be_read_is_a_rejection", async () => {
    const client = make();
    await settled(client.startChat(OPTIONS));
    browser.server.historyStatus.push(403);
    expect(await settled(caught(client.history()))).toMatchObject({ status: 403, code: "history_unavailable" });
  });

  test("start8_a_message_under_an_id_of_the_page_is_stored_once", async () => {
    const client = make();
    await settled(client.startChat(OPTIONS));
    const given = { text: "Yes", id: "0b8f1c1e-8a39-4d7c-9c39-5a3f1f0e0001", content: [{ contentType: "ButtonResponse", buttonResponse: { type: "QuickReply", text: "Yes", payload: "y" } }] };
    const one = await settled(client.sendMessage(given));
    const two = await settled(client.sendMessage(given));
    expect(two.id).toBe(one.id);
    const frames = browser.server.framesOf("onMessage").map(({ message }) => message);
    expect(frames).toMatchObject([1, 2].map(() => ({ type: "Structured", text: "Yes", content: given.content, metadata: { id: given.id } })));
    expect(browser.server.only().session.messages.filter(({ text }) => text === "Yes")).toHaveLength(1);
  });

  test("a_frame_of_another_version_is_handed_through_by_its_class", async () => {
    const client = make();
    const notices: unknown[] = [];
    client.on("notice", (notice) => notices.push(notice));
    await settled(client.startChat(OPTIONS));
    const frame = { type: "message", class: "QueuePositionEvent", code: 200, body: { position: 2 } };
    for (const connection of browser.server.connections) connection.send(frame);
    await pass(10);
    expect(notices).toEqual([{ class: "QueuePositionEvent", body: { position: 2 } }]);
  });

  test("edge1_a_wrong_origin_is_told_from_a_lost_network", async () => {
    browser.server.domains = { allowAllDomains: false, allowedDomains: ["shop.example"] };
    const events = record(make());
    browser.socket.drop(1006);
    await pass(60_000);
    expect(events).toMatchObject([{ event: "error", data: { status: 403, code: "origin_denied" } }]);
    expect(browser.urls).toHaveLength(1);
  });

  test("edge1_a_server_that_is_not_there_is_named_once_and_tried_again", async () => {
    browser.isUp = false;
    const events = record(make({ endpoint: "https://nowhere.test" }));
    await pass(120_000);
    expect(events).toMatchObject([{ event: "error", data: { status: 0, code: "unreachable", message: expect.stringContaining("https://nowhere.test") as string } }]);
    browser.isUp = true;
    await pass(31_000);
    expect(events.map(({ event }) => event)).toEqual(["error", "connected"]);
  });

  test("edge1_a_socket_that_the_page_s_policy_forbids_is_an_error_event", async () => {
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor() {
          throw new DOMException("insecure", "SecurityError");
        }
      },
    );
    const events = record(make({ endpoint: "http://chat.test" }));
    await pass(20_000);
    expect(events).toMatchObject([{ event: "error", data: { code: "unreachable" } }]);
  });

  test("edge8_a_frame_that_is_not_understood_is_told_and_the_next_one_is_read", async () => {
    const client = make();
    const events = record(client);
    await pass(10);
    browser.socket.onmessage?.({ data: "no json" });
    browser.socket.onmessage?.({ data: '{"type":"message","class":"StructuredMessage","code":200,"body":null}' });
    browser.socket.onmessage?.({ data: '{"type":"message","class":"OfTomorrow","code":200,"body":{}}' });
    expect(events.map(({ event }) => event)).toEqual(["connected", "error", "error"]);
    expect(await settled(client.startChat(OPTIONS))).toMatchObject({ status: "connected" });
  });

  test("start8_off_and_the_function_that_on_returns_remove_a_listener", async () => {
    const client = make();
    const heard: string[] = [];
    const one = () => heard.push("one");
    client.on("connected", one);
    client.off("connected", one);
    const undo = client.on("connected", () => heard.push("two"));
    undo();
    client.on("connected", () => heard.push("three"));
    await pass(10);
    expect(heard).toEqual(["three"]);
  });

  test("start8_a_listener_may_call_the_client", async () => {
    const client = make();
    const texts: unknown[] = [];
    client.on("connected", () => void client.startChat(OPTIONS).then(() => client.sendMessage("from a listener")).then(({ text }) => texts.push(text)));
    await pass(100);
    expect(texts).toEqual(["from a listener"]);
  });

  test("start9_a_closed_client_leaves_no_timer_and_no_listener", async () => {
    const removed = vi.spyOn(browser.window, "removeEventListener");
    const client = make();
    await settled(client.startChat(OPTIONS));
    client.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(removed.mock.calls.map(([name]) => name).sort()).toEqual(["offline", "online", "storage", "unhandledrejection"]);
  });
});
