/** What the messenger shows, step by step; groups and days; what the server says beside messages. */

import { describe, expect, test } from "vitest";
import { changeOf } from "../src/core/notice.js";
import { rowsOf } from "../src/core/rows.js";
import { entryOf, initialState, newestOf, reduce, unreadOf, type Action, type State } from "../src/core/state.js";
import { end, message } from "./support.js";

const after = (...actions: Action[]): State => actions.reduce(reduce, initialState({ hasConsent: true }));
const shown = ({ entries }: State) => entries.map(({ side, text, delivery }) => `${side === "visitor" ? ">" : "<"} ${text}${delivery ? ` (${delivery})` : ""}`);
const OPEN: Action = { type: "started", id: "c1" };
const wrote = (key: string, text: string): Action => ({ type: "wrote", key, text, at: 1 });

describe("messages", () => {
  test("what is written stands there at once, and once it is stored", () => {
    const written = after(OPEN, wrote("k1", "Hello"));
    expect(shown(written)).toEqual(["> Hello (sending)"]);
    const stored = reduce(written, { type: "sent", message: message("m1", "Hello", { by: "guest", metadataId: "k1", conversationId: "c1" }) });
    expect(shown(stored)).toEqual(["> Hello (sent)"]);
    expect(stored.entries[0]).toMatchObject({ key: "k1", id: "m1" });
  });

  test("the first message, which travels in the start, is recognised by its text", () => {
    const state = after({ type: "set", change: { conversation: { name: "starting" } } }, wrote("k1", "Hello"), {
      type: "sent",
      message: message("m1", "Hello", { by: "guest", conversationId: "c1" }),
    });
    expect(shown(state)).toEqual(["> Hello (sent)"]);
    expect(state.conversation).toEqual({ name: "open", id: "c1" });
  });

  test("the same text twice is two messages, each with its own fate", () => {
    const state = after(OPEN, wrote("k1", "Hi"), wrote("k2", "Hi"), { type: "sent", message: message("m2", "Hi", { by: "guest", metadataId: "k2" }) });
    expect(state.entries.map(({ key, delivery }) => [key, delivery])).toEqual([["k1", "sending"], ["k2", "sent"]]);
  });

  test("a message that failed can be sent again and stays one", () => {
    const failed = after(OPEN, wrote("k1", "Hi"), { type: "delivery", key: "k1", delivery: "failed" });
    expect(shown(failed)).toEqual(["> Hi (failed)"]);
    expect(shown(reduce(failed, wrote("k1", "Hi")))).toEqual(["> Hi (sending)"]);
  });

  test("what is stored does not fail any more", () => {
    const state = after(OPEN, wrote("k1", "Hi"), { type: "sent", message: message("m1", "Hi", { by: "guest", metadataId: "k1" }) }, { type: "delivery", key: "k1", delivery: "failed" });
    expect(shown(state)).toEqual(["> Hi (sent)"]);
  });

  test("each message of the business once, and typing ends with it", () => {
    const said: Action = { type: "message", message: message("m1", "Hello", { conversationId: "c1" }) };
    const state = after(OPEN, { type: "set", change: { isTyping: true, queue: { position: 2, waitMs: null } } }, said, said);
    expect(shown(state)).toEqual(["< Hello"]);
    expect([state.isTyping, state.queue]).toEqual([false, null]);
  });

  test("another tab's message appears, and opens the conversation here", () => {
    const state = after({ type: "sent", message: message("m1", "From the other tab", { by: "guest", conversationId: "c9" }) });
    expect([shown(state), state.conversation]).toEqual([["> From the other tab (sent)"], { name: "open", id: "c9" }]);
  });

  test("another conversation takes the place of the one before", () => {
    const state = after(OPEN, wrote("k1", "Old"), { type: "message", message: message("m2", "New", { conversationId: "c2" }) });
    expect([shown(state), state.conversation]).toEqual([["< New"], { name: "open", id: "c2" }]);
  });

  test("the history shows the open conversation alone, and keeps what is on its way", () => {
    const history = [
      message("m1", "Before", { by: "guest", at: "2026-11-20T09:00:00.000Z" }),
      end("e1", "2026-11-20T09:30:00.000Z"),
      message("m2", "Now", { by: "guest", at: "2026-11-20T10:00:00.000Z" }),
      message("m3", "Yes?", { at: "2026-11-20T10:01:00.000Z" }),
    ];
    const state = after(OPEN, { type: "message", message: message("m3", "Yes?") }, wrote("k1", "Wait"), { type: "history", messages: history });
    expect(shown(state)).toEqual(["> Now (sent)", "< Yes?", "> Wait (sending)"]);
  });

  test("unread is what came after the mark", () => {
    const state = after(OPEN, { type: "message", message: message("m1", "a", { at: "2026-11-20T10:00:00.000Z" }) }, { type: "message", message: message("m2", "b", { at: "2026-11-20T10:00:01.000Z" }) });
    expect(unreadOf(state)).toBe(2);
    expect(unreadOf({ ...state, readMark: newestOf(state) - 1 })).toBe(1);
    expect(unreadOf({ ...state, readMark: newestOf(state) })).toBe(0);
  });
});

describe("the conversation", () => {
  test("a refused start leaves the message and says why", () => {
    const refusal = { status: 401, code: "wrong_organization" };
    const state = after({ type: "set", change: { conversation: { name: "starting" } } }, wrote("k1", "Hello"), { type: "refused", refusal });
    expect([shown(state), state.conversation, state.refusal]).toEqual([["> Hello (failed)"], { name: "none" }, refusal]);
    expect(reduce(state, wrote("k1", "Hello")).refusal).toBeNull();
  });

  test("an end closes what belongs to it, and a restart begins anew", () => {
    const state = after(OPEN, wrote("k1", "Hi"), { type: "set", change: { queue: { position: 1, waitMs: null }, popup: "menu" } }, { type: "ended", by: "business" });
    expect(state).toMatchObject({ conversation: { name: "ended", by: "business" }, queue: null, popup: null });
    expect(reduce(state, { type: "restart" })).toMatchObject({ conversation: { name: "none" }, entries: [] });
  });

  test("a mended answer has no fault any more", () => {
    const state = after({ type: "set", change: { faults: { email: "email", name: "required" } } }, { type: "answer", name: "email", value: "a@b.example" });
    expect([state.answers, state.faults]).toEqual([{ email: "a@b.example" }, { name: "required" }]);
  });
});

describe("rows", () => {
  const at = (time: string, by: "guest" | "business" = "business", name = "Ana") => entryOf(message(time + by + name, "x", { by, name, at: `2026-11-20T${time}.000Z` }));
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  const groups = (...entries: ReturnType<typeof at>[]) => rowsOf(entries, day).map((row) => (row.type === "day" ? "day" : `${row.side} ${row.name} ${row.entries.length}`));

  test("one side within a minute is one group", () =>
    expect(groups(at("10:00:01"), at("10:00:59"), at("10:01:00"), at("10:01:30", "guest"))).toEqual(["day", "business Ana 2", "business Ana 1", "visitor  1"]));
  test("two people are two groups", () => expect(groups(at("10:00:01"), at("10:00:02", "business", "Ben"))).toEqual(["day", "business Ana 1", "business Ben 1"]));
  test("a new day is said", () => {
    const entries = [entryOf(message("1", "a", { at: "2026-11-20T23:59:59.000Z" })), entryOf(message("2", "b", { at: "2026-11-21T00:00:01.000Z" }))];
    expect(rowsOf(entries, day).map(({ type }) => type)).toEqual(["day", "group", "day", "group"]);
  });
});

describe("notices", () => {
  const state = after(
    OPEN,
    { type: "sent", message: message("m1", "a", { by: "guest" }) },
    { type: "sent", message: message("m2", "b", { by: "guest", at: "2026-11-20T10:00:01.000Z" }) },
    wrote("k3", "c"),
  );
  const deliveries = (change: Partial<State>) => (change.entries ?? []).map(({ delivery }) => delivery);

  test("a place in the line", () => expect(changeOf(state, "QueuePositionEvent", { position: 3, estimatedWaitMs: 90_000 })).toEqual({ queue: { position: 3, waitMs: 90_000 } }));
  test("a place without a time", () => expect(changeOf(state, "QueuePositionEvent", { position: 1 })).toEqual({ queue: { position: 1, waitMs: null } }));
  test.each([null, 1, "x", {}, { position: "1" }, { position: 0 }, { position: NaN }])("%j is no place", (body) => expect(changeOf(state, "QueuePositionEvent", body)).toEqual({ queue: null }));
  test("what was read is read up to there", () => expect(deliveries(changeOf(state, "ReceiptEvent", { readUpTo: "2026-11-20T10:00:00.500Z" }))).toEqual(["read", "sent", "sending"]));
  test.each([{}, { readUpTo: null }, { readUpTo: "soon" }])("%j is no receipt", (body) => expect(deliveries(changeOf(state, "ReceiptEvent", body))).toEqual(["sent", "sent", "sending"]));
  test("a frame of another version changes nothing", () => expect(changeOf(state, "OfAnotherVersion", { position: 1 })).toEqual({}));
  test("a question at the end", () => expect(changeOf(state, "SurveyEvent", { question: "Well?" })).toEqual({ survey: { question: "Well?", score: null, isSent: false } }));
});
