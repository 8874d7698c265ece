import { describe, expect, it } from "vitest";
import { type History, type Hop, asText, placeOf, sightOf, sinceStart, titleOf, toneOf, versionsOf, whoText } from "../src/areas/trace/model";
import { type Refusal, isAbout, mergedRefusals, wanted } from "../src/areas/trace/search";

const ID = "01a23198-175d-741f-a37e-2e8bbe7e7f13";
const iso = (ms: number) => new Date(Date.parse("2026-11-20T12:00:00Z") + ms).toISOString();
const hop = (stage: string, changes: Partial<Hop> = {}): Hop => ({ stage, at: iso(0), afterMs: 0, who: "page", outcome: "", detail: "", revision: 1, ...changes });
const entry = (revision: number, ms: number, changes: object[]) => ({ revision, at: iso(ms), by: "guest", changes, late: false, participantId: "p", quarantined: [], receipt: {} }) as unknown as History["entries"][number];

describe("what was typed", () => {
  it("is an id, also within an address", () => {
    expect(wanted(` ${ID.toUpperCase()} `)).toEqual({ type: "conversation", id: ID });
    expect(wanted(`https://chat.example/console/desk/${ID}?view=all`)).toEqual({ type: "conversation", id: ID });
  });
  it("is a key with its value", () => {
    expect(wanted("crmId=CRM 1")).toEqual({ type: "value", key: "crmId", value: "CRM 1" });
    expect(wanted("crmId: \"x=y\"")).toEqual({ type: "value", key: "crmId", value: "x=y" });
  });
  it("is a value", () => {
    expect(wanted("CRM-1")).toEqual({ type: "value", key: undefined, value: "CRM-1" });
    expect(wanted("https://x.example")).toEqual({ type: "value", key: undefined, value: "https://x.example" });
    expect(wanted("  ")).toEqual({ type: "nothing" });
  });
});

describe("what a hop saw", () => {
  const history = { conversationId: ID, revision: 3, entries: [entry(1, 0, [{ action: "added", key: "id", new: "A" }]), entry(2, 50, [{ action: "changed", key: "id", old: "A", new: "B" }]), entry(3, 90, [{ action: "added", key: "other", new: true }])] };
  const versions = versionsOf(history, "id");
  it("is told by its revision", () => {
    expect(sightOf(hop("webhook", { revision: 1 }), versions)).toEqual({ type: "other", value: "A" });
    expect(sightOf(hop("webhook", { revision: 3 }), versions)).toEqual({ type: "same", value: "B" });
  });
  it("is told by the time where the revision is of now", () => expect(sightOf(hop("read by flow step", { revision: 3, at: iso(40), outcome: "read id (page)" }), versions)).toEqual({ type: "other", value: "A" }));
  it("is nothing where it was kept away, deleted, or not sent", () => {
    expect(sightOf(hop("admitted", { outcome: "quarantined" }), versions)).toEqual({ type: "absent" });
    expect(sightOf(hop("read by flow step", { outcome: "id absent: never_sent" }), versions)).toEqual({ type: "absent" });
    expect(sightOf(hop("read", { revision: 2 }), versionsOf({ ...history, entries: [...history.entries.slice(0, 1), entry(2, 9, [{ action: "deleted", key: "id", old: "A" }])] }, "id"))).toEqual({ type: "absent" });
  });
  it("has a title and a tone", () => {
    expect([titleOf(hop("admitted", { outcome: "refused" })), toneOf(hop("admitted", { outcome: "refused" }))]).toEqual(["Refused", "danger"]);
    expect(["204", "500", "timeout"].map((outcome) => toneOf(hop("webhook", { outcome })))).toEqual(["good", "danger", "danger"]);
    expect([toneOf(hop("received", { outcome: "not sent" })), titleOf(hop("teleported"))]).toEqual(["warning", "Teleported"]);
  });
});

describe("a hop", () => {
  const conversation = { id: ID, deploymentId: "d", participants: [{ flowId: "f", name: "greet", purpose: "workflow" }] } as unknown as Parameters<typeof placeOf>[1];
  it("leads to what it is of", () => {
    expect(placeOf(hop("webhook", { who: "webhook w" }), conversation)?.path).toBe("/admin/webhooks/w");
    expect(placeOf(hop("read by flow step", { who: "greet v3 › look-up" }), conversation)?.path).toBe("/admin/flows/f");
    expect(placeOf(hop("admitted"), conversation)?.path).toBe("/admin/deployments/d");
    expect(placeOf(hop("stored", { who: "log" }), conversation)).toBeUndefined();
  });
  it("says who", () => expect([whoText("page", undefined), whoText(`user ${ID}`, ID), whoText(`client ${ID}`, ID)]).toEqual(["the visitor's page", "you", "an API client · 01a23198…"]));
  it("says when", () => expect([0, 999, 1_200, 185_000, 7_200_000].map(sinceStart)).toEqual(["0 ms", "999 ms", "1.2 s", "3:05 min", "2 h"]));
  it("is a line of the ticket, without values", () =>
    expect(asText({ conversationId: ID, key: "id", revision: 1, hops: [hop("received", { outcome: "sent", detail: "rest" })] }, "https://x/")).toBe(`Trace of id · conversation ${ID} · revision 1\nhttps://x/\n\n0 ms  received  page  sent  rest\n`));
});

describe("a refusal", () => {
  const refusal: Refusal = { at: iso(0), deploymentId: "d", count: 1, page: "/cart", faults: [{ key: "cusomData", form: "customData", rule: "unknown_option" }] };
  it("is found by key, rule, meaning and page", () => {
    for (const text of ["cusom", "unknown_option", "nobody reads", "/cart cusomData", "shop"]) expect(isAbout(refusal, text, "Shop"), text).toBe(true);
    expect(isAbout(refusal, "CRM-1", "Shop")).toBe(false);
  });
  it("is there once", () => expect(mergedRefusals([[refusal], [{ ...refusal }, { ...refusal, at: iso(5) }]]).map(({ at }) => at)).toEqual([iso(5), iso(0)]));
});
