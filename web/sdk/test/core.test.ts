/** The rules of a start, its retries, the connection and the messages, on the pure core. */

import { describe, expect, test } from "vitest";
import type { ChatSession } from "../src/core/state.js";
import type { ErrorBody } from "../src/protocol.js";
import { fault } from "./fake-server.js";
import { Sim } from "./sim.js";

const OPTIONS = { customData: { crmCustomerId: "CRM-1" }, message: "Hello" };

function connected(config = {}): Sim {
  const sim = new Sim(config);
  sim.put({ type: "connect" });
  sim.run(100);
  expect(sim.names()).toEqual(["connected"]);
  return sim;
}

function live(config = {}): Sim {
  const sim = connected(config);
  sim.start(OPTIONS);
  sim.run(100);
  return sim;
}

const failing = (sim: Sim, action: string, ...errors: ErrorBody[]) =>
  sim.server.failures.push(...errors.map((error) => ({ action, error })));

describe("start", () => {
  test("start6_a_start_resolves_with_what_the_server_stored", () => {
    const sim = connected();
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.value(id)).toMatchObject({
      sessionId: "session-1",
      conversationId: "conversation-1",
      participantId: "participant-1",
      customData: { crmCustomerId: "CRM-1" },
      status: "connected",
      resumed: false,
      receipt: { entries: [{ key: "crmCustomerId", verdict: "stored" }] },
    });
  });

  test("start9_the_frame_carries_what_the_page_gave_untouched", () => {
    const sim = connected();
    sim.call({
      kind: "startChat",
      api: "cxoneChat",
      options: { customerId: "CRM-1", cusomData: { a: 1 } },
      startToken: "s-1",
      page: { path: "/cart" },
      locale: "en-GB",
      identityToken: "vouched",
      complete: false,
    });
    sim.run(100);
    expect(sim.server.framesOf("startChat")[0]).toEqual({
      action: "startChat",
      deploymentId: "deployment-1",
      token: sim.token,
      tracingId: "call-1",
      startToken: "s-1",
      api: "cxoneChat",
      options: { customerId: "CRM-1", cusomData: { a: 1 } },
      page: { path: "/cart" },
      sdk: "2.0.0",
      locale: "en-GB",
      identityToken: "vouched",
    });
  });

  test("start9_a_lazy_client_opens_nothing_before_the_call_and_starts_with_one_frame", () => {
    const sim = new Sim({ lazy: true });
    sim.run(60_000);
    expect(sim.effects).toEqual([]);
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.server.received.map(({ action }) => action)).toEqual(["startChat"]);
    expect(sim.value(id)).toBeDefined();
    expect(sim.names()).toContain("connected");
  });

  test("l1_calls_made_before_the_connection_stands_wait_for_it_in_their_order", () => {
    const sim = new Sim();
    sim.put({ type: "connect" });
    const kept = sim.setContext({ customData: { plan: "gold" } });
    const start = sim.start(OPTIONS);
    const sent = sim.send("first");
    const after = sim.setContext({ customData: { step: 2 } });
    expect(sim.value(kept), "needs no connection").toEqual({ status: "kept" });
    sim.run(200);
    expect(sim.server.received.map(({ action }) => action)).toEqual(["configureSession", "startChat", "onMessage", "setContext"]);
    expect((sim.value(start) as ChatSession).customData).toEqual({ plan: "gold", crmCustomerId: "CRM-1" });
    expect(sim.value(sent)).toMatchObject({ text: "first" });
    expect(sim.value(after)).toMatchObject({ status: "stored", customData: { step: 2 } });
  });

  test("l1_context_that_was_kept_travels_once_and_the_later_value_of_a_key_wins", () => {
    const sim = connected();
    sim.setContext({ customData: { plan: "silver", crmCustomerId: "old" } });
    sim.setContext({ customData: { plan: "gold" } });
    sim.start(OPTIONS);
    sim.run(100);
    const end = sim.call({ kind: "end" });
    sim.run(100);
    expect(sim.settled.has(end)).toBe(true);
    sim.start({ message: "again" });
    sim.run(100);
    expect(sim.server.framesOf("startChat").map(({ options }) => options)).toEqual([
      { customData: { plan: "gold", crmCustomerId: "CRM-1" }, message: "Hello" },
      { message: "again" },
    ]);
  });

  test("l1_context_that_is_set_after_the_conversation_ended_unnoticed_is_kept", () => {
    const sim = live();
    sim.server.only().session.conversationId = null;
    const id = sim.setContext({ customData: { plan: "gold" } });
    sim.run(100);
    expect(sim.value(id)).toEqual({ status: "kept" });
    sim.start(OPTIONS);
    sim.run(100);
    expect(sim.server.only().session.customData).toEqual({ plan: "gold", crmCustomerId: "CRM-1" });
  });

  test("start2_different_starts_run_one_after_another_and_the_second_resumes", () => {
    const sim = connected();
    const one = sim.start({ customData: { timestamp: "1" } });
    const two = sim.start({ customData: { timestamp: "2" } });
    sim.run(200);
    expect([sim.value(one), sim.value(two)]).toMatchObject([{ resumed: false }, { resumed: true }]);
    expect(sim.server.conversations).toBe(1);
  });
});

describe("retries", () => {
  test.each([
    ["429", fault(429, "too_many_requests")],
    ["429 with Retry-After", fault(429, "too_many_requests", { retryAfter: 2 })],
    ["503", fault(503, "service_unavailable")],
  ])("start3_a_start_survives_%s_with_the_same_start_token", (_, error) => {
    const sim = connected();
    failing(sim, "startChat", error, error, error);
    const id = sim.start(OPTIONS);
    sim.run(15_000);
    expect(sim.value(id)).toBeDefined();
    expect(sim.server.framesOf("startChat").map(({ startToken }) => startToken)).toEqual(["start-0", "start-0", "start-0", "start-0"]);
  });

  test("start3_the_fourth_failure_is_the_last", () => {
    const sim = connected();
    failing(sim, "startChat", ...Array.from({ length: 9 }, () => fault(503, "service_unavailable")));
    const id = sim.start(OPTIONS);
    sim.run(15_000);
    expect(sim.error(id)).toMatchObject({ status: 503, code: "service_unavailable" });
    expect(sim.server.framesOf("startChat")).toHaveLength(4);
  });

  test("start3_retry_after_is_waited_for", () => {
    const sim = connected();
    failing(sim, "startChat", fault(429, "too_many_requests", { retryAfter: 9 }));
    const id = sim.start(OPTIONS);
    sim.run(8_900);
    expect(sim.server.framesOf("startChat")).toHaveLength(1);
    sim.run(1_000);
    expect(sim.value(id)).toBeDefined();
  });

  test("start3_a_retry_after_beyond_the_window_rejects_at_once", () => {
    const sim = connected();
    failing(sim, "startChat", fault(429, "too_many_requests", { retryAfter: 16 }));
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.error(id)).toMatchObject({ status: 429, retryAfter: 16 });
  });

  test("start3_retry_false_fails_at_the_first_error", () => {
    const sim = connected({ attempts: 0 });
    failing(sim, "startChat", fault(429, "too_many_requests"));
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.error(id)).toMatchObject({ status: 429 });
  });

  test("start3_the_page_s_own_retry_is_the_same_start", () => {
    const sim = connected({ attempts: 0 });
    sim.server.ignored.add("startChat");
    const first = sim.start(OPTIONS);
    sim.run(50);
    sim.cut();
    expect(sim.error(first)).toMatchObject({ status: 0, code: "unreachable" });
    sim.server.ignored.clear();
    const second = sim.start(OPTIONS);
    sim.run(5_000);
    const [one, two] = sim.server.framesOf("startChat");
    expect(two?.startToken).toBe(one?.startToken);
    expect(sim.value(second)).toMatchObject({ resumed: false });
    sim.start(OPTIONS);
    sim.run(100);
    expect(sim.server.framesOf("startChat")[2]?.startToken, "what has settled is not repeated").not.toBe(one?.startToken);
  });

  test("start3_a_start_whose_answer_was_lost_is_one_conversation", () => {
    const sim = connected();
    const id = sim.start(OPTIONS);
    sim.run(7);
    expect(sim.server.conversations, "it is stored").toBe(1);
    sim.cut();
    sim.run(5_000);
    expect(sim.value(id)).toMatchObject({ conversationId: "conversation-1", resumed: false });
    expect(sim.server.conversations).toBe(1);
  });

  test("start3_a_refusal_is_not_retried", () => {
    const sim = connected();
    failing(sim, "startChat", fault(400, "context_refused"));
    const id = sim.start(OPTIONS);
    sim.run(15_000);
    expect(sim.error(id)).toMatchObject({ status: 400 });
    expect(sim.server.framesOf("startChat")).toHaveLength(1);
  });

  test("start3_without_a_network_every_call_settles_within_15_seconds", () => {
    const sim = new Sim();
    sim.isUp = false;
    sim.put({ type: "connect" });
    const ids = [sim.start(OPTIONS), sim.send("one"), sim.send("two")];
    sim.run(14_000);
    expect(ids.filter((id) => sim.settled.has(id))).toEqual([]);
    sim.run(1_000);
    expect(ids.map((id) => sim.error(id)?.code)).toEqual(["unreachable", "conversation_not_found", "conversation_not_found"]);
    expect(sim.events).toMatchObject([{ event: "error", data: { status: 0, code: "unreachable" } }]);
  });

  test("start3_send_message_is_retried_and_stored_once", () => {
    const sim = live();
    failing(sim, "onMessage", fault(429, "too_many_requests", { retryAfter: 1 }));
    const id = sim.send("one");
    sim.run(1_255);
    sim.cut();
    sim.run(5_000);
    expect(sim.value(id)).toMatchObject({ text: "one" });
    expect(sim.server.only().session.messages.filter(({ text }) => text === "one")).toHaveLength(1);
    const ids = sim.server.framesOf("onMessage").map(({ message }) => message.metadata?.id);
    expect(new Set(ids).size).toBe(1);
  });

  test("start3_a_call_in_line_is_given_its_time_while_those_before_it_succeed", () => {
    const sim = live();
    sim.latency = () => 2_000;
    const ids = ["one", "two", "three", "four", "five"].map((text) => sim.send(text));
    sim.run(25_000);
    expect(ids.map((id) => sim.error(id))).toEqual(ids.map(() => undefined));
  });

  test("start3_messages_keep_their_order_when_the_first_must_wait", () => {
    const sim = live();
    failing(sim, "onMessage", fault(429, "too_many_requests", { retryAfter: 3 }));
    sim.send("one");
    sim.send("two");
    sim.run(5_000);
    expect(sim.server.only().session.messages.map(({ text }) => text)).toEqual(["Hello", "one", "two"]);
  });
});

describe("door", () => {
  test.each([
    [{ deploymentId: "nobody" }, 401, "unknown_deployment"],
    [{ organizationId: "nobody" }, 401, "wrong_organization"],
    [{ region: "eu-west-1" }, 400, "region_mismatch"],
  ])("edge1_%o_is_an_error_event_and_no_reconnect", (config, status, code) => {
    const sim = new Sim(config);
    sim.put({ type: "connect" });
    sim.run(120_000);
    expect(sim.events).toMatchObject([{ event: "error", data: { status, code } }]);
    expect(sim.server.received).toHaveLength(1);
  });

  test("edge1_a_start_that_waited_is_rejected_and_the_next_one_asks_again", () => {
    const sim = new Sim({ deploymentId: "nobody" });
    sim.put({ type: "connect" });
    const first = sim.start(OPTIONS);
    sim.run(100);
    const second = sim.start(OPTIONS);
    sim.run(100);
    expect([sim.error(first), sim.error(second)]).toMatchObject([{ status: 401 }, { status: 401 }]);
    expect(sim.server.received).toHaveLength(2);
  });

  test("edge1_a_lazy_start_is_refused_with_its_own_code", () => {
    const sim = new Sim({ lazy: true });
    failing(sim, "startChat", fault(401, "wrong_organization"));
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.error(id)).toMatchObject({ status: 401 });
    expect(sim.events).toMatchObject([{ event: "error", data: { status: 401 } }]);
  });

  test("edge1_429_at_the_door_is_waited_for", () => {
    const sim = new Sim();
    failing(sim, "configureSession", fault(429, "too_many_requests", { retryAfter: 4 }));
    sim.put({ type: "connect" });
    const id = sim.start(OPTIONS);
    sim.run(3_900);
    expect(sim.server.received).toHaveLength(1);
    sim.run(1_000);
    expect(sim.value(id)).toBeDefined();
    expect(sim.names()).toEqual(["connected", "sent"]);
  });

  test("edge1_a_long_429_at_the_door_rejects_the_calls_and_the_connection_comes_later", () => {
    const sim = new Sim();
    failing(sim, "configureSession", fault(429, "too_many_requests", { retryAfter: 30 }));
    sim.put({ type: "connect" });
    const id = sim.start(OPTIONS);
    sim.run(100);
    expect(sim.error(id)).toMatchObject({ status: 429, retryAfter: 30 });
    sim.run(31_000);
    expect(sim.names()).toContain("connected");
  });

  test.each([
    ["the origin is not allowed", (sim: Sim) => (sim.server.domains = { allowAllDomains: false, allowedDomains: ["shop.example"] }), 403, "origin_denied"],
    ["the deployment is inactive", (sim: Sim) => (sim.server.status = "Inactive"), 401, "inactive_deployment"],
    ["the organization is another one", (sim: Sim) => (sim.server.organizationId = "org-2"), 401, "wrong_organization"],
  ])("edge1_a_failed_upgrade_is_explained_by_the_public_files_when_%s", (_, arrange, status, code) => {
    const sim = new Sim();
    arrange(sim);
    sim.refusesUpgrades = true;
    sim.put({ type: "connect" });
    sim.run(60_000);
    expect(sim.events).toMatchObject([{ event: "error", data: { status, code } }]);
  });

  test("edge4_a_subdomain_of_an_allowed_domain_is_allowed", () => {
    const sim = new Sim();
    sim.server.domains = { allowAllDomains: false, allowedDomains: ["test"] };
    sim.refusesUpgrades = true;
    sim.put({ type: "connect" });
    sim.run(10);
    sim.refusesUpgrades = false;
    sim.run(10_000);
    expect(sim.names()).toEqual(["connected"]);
  });
});

describe("connection", () => {
  test("start7_a_silent_socket_is_found_by_the_deadline_of_a_call", () => {
    const sim = live();
    sim.freeze();
    const id = sim.send("anybody?");
    sim.run(9_000);
    expect(sim.settled.has(id)).toBe(false);
    sim.run(4_000);
    expect(sim.value(id)).toMatchObject({ text: "anybody?" });
    expect(sim.names()).toContain("reconnected");
  });

  test("start7_a_silent_socket_is_found_by_the_health_check_within_35_seconds", () => {
    const sim = live();
    sim.freeze();
    sim.run(37_000);
    expect(sim.names().slice(-2)).toEqual(["disconnected", "reconnected"]);
  });

  test("start7_a_healthy_socket_is_asked_every_25_seconds_and_kept", () => {
    const sim = live();
    sim.run(130_000);
    expect(sim.server.framesOf("echo")).toHaveLength(5);
    expect(sim.names()).toEqual(["connected", "sent"]);
  });

  test("start7_offline_and_online_means_the_socket_is_dead", () => {
    const sim = live();
    sim.freeze();
    sim.put({ type: "offline" });
    sim.put({ type: "awake" });
    sim.run(100);
    expect(sim.names().slice(-2)).toEqual(["disconnected", "reconnected"]);
  });

  test("start7_a_page_that_slept_connects_anew_when_it_is_visible", () => {
    const sim = live();
    sim.freeze();
    sim.now += 3_600_000;
    sim.put({ type: "awake" });
    sim.run(100);
    expect(sim.names().slice(-2)).toEqual(["disconnected", "reconnected"]);
  });

  test("start7_what_was_missed_is_fetched_before_the_messages_go_on", () => {
    const sim = live();
    sim.server.say(sim.token, "one");
    sim.run(100);
    sim.cut();
    for (const text of ["two", "three", "four", "five"]) sim.server.say(sim.token, text);
    sim.run(2_000);
    sim.server.say(sim.token, "six");
    sim.run(100);
    expect(sim.texts()).toEqual(["one", "two", "three", "four", "five", "six"]);
  });

  test("start7_history_is_read_only_as_far_back_as_needed", () => {
    const sim = live();
    for (let count = 0; count < 20; count += 1) sim.server.say(sim.token, `old ${count}`);
    sim.run(100);
    sim.cut();
    sim.server.say(sim.token, "new");
    sim.run(2_000);
    expect(sim.effects.filter(({ type }) => type === "fetchHistory")).toHaveLength(1);
    expect(sim.texts()).toHaveLength(21);
  });

  test("start7_when_the_history_can_t_be_read_the_page_is_told_and_it_comes_later", () => {
    const sim = live();
    sim.cut();
    sim.server.say(sim.token, "missed");
    sim.server.historyStatus.push(500, 500, 500);
    sim.run(10_000);
    expect(sim.events.filter(({ event }) => event === "error")).toMatchObject([{ data: { code: "history_unavailable", status: 500 } }]);
    sim.server.say(sim.token, "live");
    sim.run(100);
    expect(sim.texts()).toEqual(["live"]);
    sim.run(30_000);
    expect(sim.texts()).toEqual(["live", "missed"]);
  });

  test("start7_an_end_that_was_missed_is_told_after_the_reconnect", () => {
    const sim = live();
    sim.cut();
    sim.server.hangUp(sim.token);
    sim.run(2_000);
    expect(sim.events.at(-1)).toEqual({ event: "ended", data: { by: "business", readOnly: false } });
    const id = sim.send("too late");
    expect(sim.error(id)).toMatchObject({ status: 404, code: "conversation_not_found" });
  });

  test("start7_a_reload_goes_on_with_the_conversation_and_gets_what_came_meanwhile", () => {
    const sim = live();
    sim.server.say(sim.token, "seen");
    sim.run(100);
    sim.cut();
    sim.server.say(sim.token, "while loading");
    sim.reload();
    sim.run(1_000);
    expect(sim.texts()).toEqual(["seen", "while loading"]);
    const id = sim.send("still here");
    sim.run(100);
    expect(sim.value(id)).toMatchObject({ text: "still here" });
  });

  test("start7_reconnects_spread_over_a_window_that_doubles", () => {
    const sim = new Sim({}, () => 1);
    sim.isUp = false;
    sim.put({ type: "connect" });
    sim.run(200_000);
    const waits = sim.effects.flatMap((effect) => (effect.type === "timer" && effect.name === "reconnect" ? [effect.ms] : []));
    expect(waits.slice(0, 6)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("start3_a_call_does_not_wait_for_a_far_attempt_to_connect", () => {
    const sim = new Sim({}, () => 0.99);
    sim.isUp = false;
    sim.put({ type: "connect" });
    sim.run(90_000);
    sim.isUp = true;
    const id = sim.start(OPTIONS);
    sim.run(1_100);
    expect(sim.value(id)).toBeDefined();
  });

  test("start3_while_a_call_waits_the_server_is_looked_for_every_few_seconds", () => {
    const sim = new Sim({}, () => 0.99);
    sim.isUp = false;
    sim.put({ type: "connect" });
    const id = sim.start(OPTIONS);
    sim.run(9_000);
    sim.isUp = true;
    sim.run(4_000);
    expect(sim.value(id)).toBeDefined();
  });

  test("start7_a_connection_that_stood_is_tried_again_soon_however_often_it_breaks", () => {
    const sim = new Sim({}, () => 0.99);
    sim.put({ type: "connect" });
    for (let count = 0; count < 8; count += 1) {
      sim.run(4_100);
      expect(sim.state.link.name).toBe("ready");
      sim.cut();
    }
  });

  test("edge1_a_wait_that_the_server_asked_for_is_not_shortened", () => {
    const sim = new Sim();
    failing(sim, "configureSession", fault(429, "too_many_requests", { retryAfter: 30 }));
    sim.put({ type: "connect" });
    sim.run(100);
    const id = sim.start(OPTIONS);
    expect(sim.error(id)).toMatchObject({ status: 429, retryAfter: 30 });
    sim.put({ type: "awake" });
    sim.run(20_000);
    expect(sim.server.received).toHaveLength(1);
    const soon = sim.start(OPTIONS);
    sim.run(11_000);
    expect(sim.value(soon)).toBeDefined();
  });

  test("start7_a_server_that_stops_says_when_to_come_back", () => {
    const sim = live();
    sim.put({ type: "frame", frame: { type: "message", class: "ReconnectHint", code: 200, body: { afterMs: 4_321 } } });
    sim.cut(1012);
    const wait = sim.effects.filter((effect) => effect.type === "timer" && effect.name === "reconnect").pop();
    expect(wait).toMatchObject({ ms: 4_321 });
  });

  test("start6_a_tab_that_was_displaced_does_not_fight_and_returns_when_it_is_used", () => {
    const sim = live();
    sim.put({ type: "frame", frame: { type: "message", class: "ConnectionClosedEvent", code: 200, body: {} } });
    sim.run(60_000);
    expect(sim.events.at(-1)).toEqual({ event: "disconnected", data: { reason: "session_limit" } });
    const id = sim.send("back");
    sim.run(100);
    expect(sim.value(id)).toMatchObject({ text: "back" });
  });

  test("start6_a_tab_that_was_displaced_returns_when_it_is_looked_at", () => {
    const sim = live();
    sim.put({ type: "frame", frame: { type: "message", class: "ConnectionClosedEvent", code: 200, body: {} } });
    sim.put({ type: "awake" });
    sim.run(100);
    expect(sim.names().at(-1)).toBe("reconnected");
  });

  test("start6_a_frame_that_is_too_large_is_refused_and_not_tried_again", () => {
    const sim = live();
    sim.server.ignored.add("setContext");
    const id = sim.setContext({ customData: { big: "…" } });
    sim.run(50);
    sim.cut(1009);
    expect(sim.error(id)).toMatchObject({ status: 400, code: "frame_too_large" });
  });

  test("start9_a_closed_client_says_so", () => {
    const sim = live();
    const open = sim.send("on its way");
    sim.put({ type: "close" });
    const late = sim.send("too late");
    sim.run(60_000);
    expect([sim.error(open)?.code, sim.error(late)?.code]).toEqual(["closed", "closed"]);
    expect(sim.server.connections.size).toBe(0);
  });
});

describe("messages", () => {
  test("start8_message_events_are_outbound_only_and_the_echo_settles_the_call", () => {
    const sim = live();
    const id = sim.send("mine");
    sim.server.say(sim.token, "theirs");
    sim.run(100);
    expect(sim.texts()).toEqual(["theirs"]);
    expect(sim.value(id)).toMatchObject({ text: "mine" });
    expect(sim.events.filter(({ event }) => event === "sent")).toHaveLength(2);
  });

  test("start8_a_message_has_id_text_sender_and_time", () => {
    const sim = live();
    sim.put({
      type: "frame",
      frame: {
        type: "message",
        class: "StructuredMessage",
        code: 200,
        body: {
          id: "m-1",
          type: "Text",
          text: "Hi",
          direction: "Outbound",
          channel: { time: "2026-11-20T18:08:56.002Z", from: { nickname: "Ada" } },
          originatingEntity: "Bot",
        },
      },
    });
    expect(sim.events.at(-1)?.data).toMatchObject({
      id: "m-1",
      text: "Hi",
      from: { name: "Ada", kind: "bot" },
      at: new Date("2026-11-20T18:08:56.002Z"),
      type: "Text",
    });
  });

  test("start8_a_tracing_id_that_comes_twice_removes_nothing", () => {
    const sim = live();
    for (const id of ["m-1", "m-2", "m-2"]) {
      const body = { id, type: "Text" as const, text: id, direction: "Outbound" as const, channel: { time: `2026-11-20T18:08:5${id.slice(2)}Z` } };
      sim.put({ type: "frame", frame: { type: "message", class: "StructuredMessage", code: 200, tracingId: "same", body } });
    }
    expect(sim.texts()).toEqual(["m-1", "m-2"]);
  });

  test("start8_typing_is_told_and_never_remembered", () => {
    const sim = live();
    const { seen } = sim.state;
    const body = { id: "t-1", type: "Event" as const, direction: "Outbound" as const, channel: { time: "2026-11-20T18:08:56Z" }, events: [{ eventType: "Typing" as const, typing: { type: "On" as const, duration: 3_000 } }] };
    sim.put({ type: "frame", frame: { type: "message", class: "StructuredMessage", code: 200, body } });
    expect(sim.events.at(-1)).toEqual({ event: "typing", data: { durationMs: 3_000 } });
    expect(sim.state.seen).toBe(seen);
  });

  test("wire15_a_place_in_the_queue_is_told", () => {
    const sim = live();
    const body = { position: 3, estimatedWaitMs: 90_000 };
    sim.put({ type: "frame", frame: { type: "message", class: "QueuePosition", code: 200, body } });
    expect(sim.events.at(-1)).toEqual({ event: "queue", data: body });
  });

  test("start8_own_typing_is_sent_at_most_every_five_seconds", () => {
    const sim = live();
    for (let count = 0; count < 12; count += 1) {
      sim.put({ type: "typing" });
      sim.run(1_000);
    }
    expect(sim.server.framesOf("onMessage")).toHaveLength(3);
  });
});

describe("another person", () => {
  test("start2_logout_fences_the_session_and_draws_a_new_token", () => {
    const sim = live();
    sim.setContext({ customData: { plan: "gold" } });
    sim.run(100);
    const token = sim.token;
    const id = sim.call({ kind: "logout" });
    sim.run(100);
    expect(sim.settled.get(id)).toEqual({ value: undefined });
    expect(sim.server.framesOf("closeSession")).toMatchObject([{ token, closeAllConnections: true, logout: true }]);
    expect(sim.token).not.toBe(token);
    const start = sim.start({ message: "somebody else" });
    sim.run(1_000);
    expect(sim.value(start)).toMatchObject({ conversationId: "conversation-2", resumed: false, customData: {} });
  });

  test("start2_context_that_was_kept_for_one_person_does_not_reach_the_next", () => {
    const sim = connected();
    sim.setContext({ customData: { crmCustomerId: "CRM-1" } });
    sim.server.ignored.add("startChat");
    sim.start({ message: "Hello" });
    sim.run(16_000);
    sim.server.ignored.clear();
    sim.call({ kind: "logout" });
    sim.run(1_000);
    const start = sim.start({ message: "Hello" });
    sim.run(1_000);
    expect(sim.value(start)).toMatchObject({ customData: {} });
    const tokens = sim.server.framesOf("startChat").map(({ startToken }) => startToken);
    expect(tokens.at(-1)).not.toBe(tokens[0]);
  });

  test("start2_the_end_of_an_earlier_conversation_does_not_end_the_one_that_is_open", () => {
    const sim = live();
    const end = (conversationId: string) => {
      const events = [{ eventType: "Presence" as const, presence: { type: "Disconnect" as const } }];
      const body = { id: `end of ${conversationId}`, type: "Event" as const, direction: "Outbound" as const, channel: { time: "2026-11-20T18:08:56Z" }, events, conversationId };
      sim.put({ type: "frame", frame: { type: "message", class: "StructuredMessage", code: 200, body } });
    };
    end("conversation-0");
    expect(sim.state.session.conversationId).toBe("conversation-1");
    end("conversation-1");
    expect(sim.state.session.conversationId).toBeNull();
    expect(sim.names().filter((name) => name === "ended")).toHaveLength(1);
  });

  test("start2_what_another_tab_says_tells_that_a_conversation_is_open", () => {
    const sim = connected();
    const body = { id: "m-1", type: "Text" as const, text: "from another tab", direction: "Inbound" as const, channel: { time: "2026-11-20T18:08:56Z" }, conversationId: "conversation-7" };
    sim.put({ type: "frame", frame: { type: "message", class: "StructuredMessage", code: 200, body } });
    expect(sim.state.session.conversationId).toBe("conversation-7");
  });

  test("start2_logout_in_another_tab_ends_this_one_s_session_too", () => {
    const sim = live();
    const token = sim.token;
    sim.put({ type: "frame", frame: { type: "message", class: "ConnectionClosedEvent", code: 200, body: { reason: "loggedOut" } } });
    sim.run(1_000);
    expect(sim.token).not.toBe(token);
    expect(sim.state.session.conversationId).toBeNull();
  });

  test("start2_a_logout_that_the_server_can_t_hear_is_rejected", () => {
    const sim = live();
    sim.isUp = false;
    sim.cut();
    const id = sim.call({ kind: "logout" });
    sim.run(16_000);
    expect(sim.error(id)).toMatchObject({ status: 0 });
  });

  test("start2_a_tab_that_has_not_started_follows_the_session_of_the_one_that_has", () => {
    const other = live();
    const one = new Sim({}, () => 0.4, other.server);
    one.put({ type: "connect" });
    one.run(100);
    expect(one.token).not.toBe(other.token);
    one.put({ type: "stored", session: other.state.session });
    one.run(100);
    expect(one.token).toBe(other.token);
    expect(one.server.framesOf("configureSession").at(-1)?.token).toBe(other.token);
  });

  test("start2_a_conversation_is_not_left_because_another_tab_drew_a_session", () => {
    const sim = live();
    const token = sim.token;
    sim.put({ type: "stored", session: { token: "other", conversationId: null, mark: 0 } });
    expect(sim.token).toBe(token);
  });

  test("l18_an_expired_session_is_replaced_and_a_start_goes_to_the_new_one", () => {
    const sim = live();
    const token = sim.token;
    failing(sim, "startChat", fault(404, "session_expired"));
    const id = sim.start(OPTIONS);
    sim.run(2_000);
    expect(sim.events.some(({ event, data }) => event === "ended" && (data as { by: string }).by === "expiry")).toBe(true);
    expect(sim.token).not.toBe(token);
    expect(sim.value(id)).toMatchObject({ resumed: false });
  });
});
