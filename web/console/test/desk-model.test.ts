import { describe, expect, it } from "vitest";
import {
  type Chat, type Line, type Party, applied, choicesOf, entries, fitsQuery, identityKeys, identityOf, inView, isLeftAlone, merged, ordered, pieces, readQuery, refreshed, standing, unansweredSince, waitingSince,
} from "../src/areas/desk/model";
import type { StreamEvent } from "../src/lib/frames";

const ME = "me";
const at = (seconds: number) => Date.parse("2026-11-20T12:00:00Z") + seconds * 1_000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

const party = (id: string, purpose: string, changes: Partial<Party> = {}): Party => ({
  id, communicationId: `leg-${id}`, purpose, name: undefined, userId: undefined, queueId: undefined, startedAt: at(0), connectedAt: at(0), endedAt: undefined, wrapupOwed: false, wrapupPrompt: undefined, wrapup: undefined, ...changes,
});
const chat = (changes: Partial<Chat> = {}): Chat => ({
  id: "c", startedAt: at(0), endedAt: undefined, revision: 1, seq: 3, parties: [party("customer", "customer", { name: "Zoë" })], data: { crmCustomerId: "CRM-1" }, offers: {}, lastCustomerAt: undefined, lastAnswerAt: undefined, deliveredUpTo: undefined, readUpTo: undefined, preview: undefined, ...changes,
});
const event = (type: string, data: unknown, seq = 4, revision = 1): StreamEvent => ({ id: `e-${seq}`, cursor: `e-${seq}`, type, at: iso(seq), conversationId: "c", conversationSeq: seq, organizationId: "o", revision, data: data as StreamEvent["data"] });
const agent = (changes: Partial<Party> = {}) => party("agent", "agent", { userId: ME, name: "Adam", ...changes });

describe("an event", () => {
  it("begins a conversation with its context", () => {
    const started = applied(undefined, event("conversation:start", { startTime: iso(0), customData: { crmCustomerId: "CRM-9" }, participants: [{ id: "p", communicationId: "l", purpose: "customer", name: "Ana", startTime: iso(0), attributes: {}, metadata: {} }] }, 1));
    expect(started).toMatchObject({ id: "c", data: { crmCustomerId: "CRM-9" }, seq: 1, parties: [{ id: "p", name: "Ana" }] });
  });
  it("of a conversation that is not here is nothing", () => expect(applied(undefined, event("conversation:end", { reason: "agent" }))).toBeUndefined());
  it("that is in already changes nothing", () => {
    const before = chat();
    expect(applied(before, event("conversation:end", { reason: "agent" }, 3))).toBe(before);
  });
  it("of a later kind moves on and changes nothing else", () => expect(applied(chat(), event("conversation:dance", {}))).toEqual(chat({ seq: 4 })));
  it("changes, adds and deletes keys", () => {
    const changes = [
      { action: "changed", key: "crmCustomerId", old: "CRM-1", new: "CRM-2" },
      { action: "added", key: "vip", new: false },
      { action: "deleted", key: "source", old: "x" },
    ];
    expect(applied(chat({ data: { crmCustomerId: "CRM-1", source: "x" } }), event("conversation:attributes", { changes }, 4, 2))).toMatchObject({ revision: 2, data: { crmCustomerId: "CRM-2", vip: false } });
  });
  it("remembers who spoke last", () => {
    const inbound = applied(chat(), event("conversation:message", { direction: "Inbound", type: "Text", text: "Hello?" }));
    expect([inbound?.preview, inbound?.lastCustomerAt, inbound && unansweredSince(inbound)]).toEqual(["Hello?", at(4), at(4)]);
    const answered = applied(inbound, event("conversation:message", { direction: "Outbound", type: "Text", text: "Hi" }, 5));
    expect(answered && unansweredSince(answered)).toBeUndefined();
  });
  it("goes from an offer to work", () => {
    const joined = applied(chat(), event("conversation:participant", { action: "joined", participantId: "agent", participant: { id: "agent", communicationId: "l", purpose: "agent", userId: ME, startTime: iso(4), state: "alerting" } }));
    const offered = applied(joined, event("conversation:routing", { action: "offered", participantId: "acd", agentParticipantId: "agent", queueId: "q", until: iso(34) }, 5));
    expect([offered && standing(offered, ME), offered?.offers]).toEqual(["alerting", { agent: at(34) }]);
    const connected = applied(offered, event("conversation:participant", { action: "connected", participantId: "agent" }, 6));
    expect(connected && standing(connected, ME)).toBe("working");
    const declined = applied(offered, event("conversation:routing", { action: "declined", participantId: "acd", agentParticipantId: "agent", queueId: "q", reason: "timeout" }, 6));
    expect([declined && standing(declined, ME), declined?.offers]).toEqual(["none", {}]);
  });
  it("ends for everybody", () => {
    const ended = applied(chat({ parties: [party("customer", "customer"), agent()] }), event("conversation:end", { reason: "agent" }));
    expect([ended?.endedAt, ended?.parties.map(({ endedAt }) => endedAt)]).toEqual([at(4), [at(4), at(4)]]);
  });
});

describe("where one stands", () => {
  const cases: [string, Party[], ReturnType<typeof standing>][] = [
    ["nobody", [], "none"],
    ["somebody else", [agent({ userId: "other" })], "none"],
    ["an alert", [agent({ connectedAt: undefined })], "alerting"],
    ["work", [agent()], "working"],
    ["work that is over", [agent({ endedAt: at(9) })], "none"],
    ["a wrap-up that is owed", [agent({ endedAt: at(9), wrapupOwed: true })], "wrapup"],
    ["back again", [agent({ endedAt: at(9) }), party("again", "agent", { userId: ME })], "working"],
  ];
  it.each(cases)("%s", (_, parties, expected) => {
    const one = chat({ parties });
    expect([standing(one, ME), inView(one, "mine", ME)]).toEqual([expected, expected !== "none"]);
  });
});

describe("who waits", () => {
  const cases: [string, Partial<Chat>, boolean, boolean][] = [
    ["in a queue", { parties: [party("customer", "customer"), party("q", "acd")] }, true, false],
    ["with nobody", {}, false, true],
    ["with a flow", { parties: [party("customer", "customer"), party("f", "workflow")] }, false, false],
    ["not any more", { endedAt: at(9), parties: [party("customer", "customer"), party("q", "acd")] }, false, false],
  ];
  it.each(cases)("%s", (_, changes, queued, alone) => expect([waitingSince(chat(changes)) !== undefined, isLeftAlone(chat(changes))]).toEqual([queued, alone]));
});

it("rows keep their places", () => {
  const one = chat({ id: "1", startedAt: at(10), parties: [party("q", "acd", { startedAt: at(50) })] });
  const two = chat({ id: "2", startedAt: at(20), parties: [party("q", "acd", { startedAt: at(40) })] });
  expect(ordered([one, two], "waiting", ME).map(({ id }) => id)).toEqual(["2", "1"]);
  expect(ordered([one, two], "all", ME).map(({ id }) => id)).toEqual(["2", "1"]);
  expect(ordered([two, one], "mine", ME).map(({ id }) => id)).toEqual(["1", "2"]);
});

it("a newer reading keeps what only events told", () => {
  const before = chat({ seq: 9, offers: { agent: at(30) }, lastCustomerAt: at(8), preview: "Hello" });
  expect(refreshed(before, chat({ seq: 0, lastCustomerAt: at(2) }))).toMatchObject({ seq: 9, offers: { agent: at(30) }, lastCustomerAt: at(8), preview: "Hello" });
});

describe("a search", () => {
  const cases: [string, unknown][] = [
    ["", { type: "none" }],
    ["  Zoë ", { type: "text", text: "Zoë" }],
    ["crmCustomerId: CRM-1", { type: "key", key: "crmCustomerId", value: "CRM-1" }],
    ["12:30", { type: "text", text: "12:30" }],
    ["key:", { type: "text", text: "key:" }],
  ];
  it.each(cases)("%s", (text, expected) => expect(readQuery(text)).toEqual(expected));
  it("finds by name, id and value", () => {
    for (const [text, found] of [["zo", true], ["crm-1", true], ["crmCustomerId:CRM-1", true], ["crmCustomerId:CRM", false], ["nobody", false]] as const) expect(fitsQuery(chat(), readQuery(text)), text).toBe(found);
  });
});

describe("who the customer is", () => {
  const cases: [Chat["data"], string | undefined][] = [
    [{ crmCustomerId: "CRM-1", source: "web" }, "CRM-1"],
    [{ source: "web" }, undefined],
    [{ crmCustomerId: "", email: "a@b.example" }, "a@b.example"],
    [{ userId: 7, orderId: "o" }, "7"],
    [{ crmCustomerId: null }, undefined],
  ];
  it.each(cases)("%j", (data, expected) => expect(identityOf(data)?.value).toBe(expected));
  it("sounds like an id before it is frequent", () => expect(identityKeys([chat({ data: { source: "a", crmCustomerId: "1" } }), chat({ data: { source: "b" } })])).toEqual(["crmCustomerId", "source"]));
});

describe("lines", () => {
  const line = (id: string, seconds: number, partyId = "customer"): Line => ({ id, at: at(seconds), partyId, direction: "Inbound", bot: false, text: id, choices: [], author: undefined });
  it("come once and in order", () => expect(merged([line("b", 2)], [line("a", 1), line("b", 2)]).map(({ id }) => id)).toEqual(["a", "b"]));
  it("of one author within a minute stand together", () => {
    const shown = entries([line("a", 1), line("b", 2), line("c", 90), line("d", 91, "agent")], chat(), () => undefined);
    expect(shown.map((entry) => (entry.type === "line" ? [entry.id, entry.first, entry.last] : entry.type))).toEqual(["day", ["a", true, false], ["b", false, true], ["c", true, true], ["d", true, true]]);
  });
  it("tell who came and went", () => {
    const shown = entries([], chat({ parties: [party("q", "acd", { queueId: "q" }), agent({ endedAt: at(5) })], endedAt: at(9) }), () => "Gold");
    expect(shown.filter((entry) => entry.type === "note").map(({ text }) => text)).toEqual(["Waits in the queue Gold", "Adam joined", "Adam left", "The conversation ended"]);
  });
});

describe("hostile text", () => {
  const cases: [string, string[]][] = [
    ["see https://shop.example/a?b=1.", ["see ", "<https://shop.example/a?b=1>", "."]],
    ["javascript:alert(1)", ["javascript:alert(1)"]],
    ["data:text/html,<script>alert(1)</script>", ["data:text/html,<script>alert(1)</script>"]],
    ["<img src=x onerror=alert(1)>", ["<img src=x onerror=alert(1)>"]],
    ["(https://a.example/x)", ["(", "<https://a.example/x>", ")"]],
    ["https://", ["https://"]],
    ["", []],
  ];
  it.each(cases)("%s", (text, expected) => expect(pieces(text).map((piece) => (piece.type === "link" ? `<${piece.address}>` : piece.text))).toEqual(expected));
  it("structured messages show their words, however deep and many", () => {
    expect(choicesOf([{ contentType: "QuickReply", quickReply: { text: "Yes", payload: "yes" } }, { contentType: "ButtonResponse", buttonResponse: { text: "No" } }])).toEqual(["Yes", "No"]);
    expect(choicesOf(Array.from({ length: 50 }, () => ({ text: "x" }))).length).toBe(12);
    expect(choicesOf(null)).toEqual([]);
  });
});
