import { describe, expect, it } from "vitest";
import { forgetWritten, keepDraft, keepOutbox, readDraft, readOutbox } from "../src/areas/desk/drafts";
import { crmAddress } from "../src/lib/crm";

function storage(): Storage {
  const kept = new Map<string, string>();
  const store = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value), removeItem: (name: string) => void kept.delete(name) };
  // Names are listed as a browser's storage lists them.
  return new Proxy(store, { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }) as unknown as Storage;
}

describe("a link into the CRM", () => {
  const cases: [string, boolean][] = [
    ["https://crm.example/customers/CRM-1", true],
    ["http://localhost:8080/CRM-1", true],
    ["http://crm.example/CRM-1", false],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["//crm.example/", false],
  ];
  it.each(cases)("%s", (link, good) => expect(crmAddress({ link }) !== undefined).toBe(good));
  it("is not there for who may not see the value", () => expect(crmAddress({ link: "https://crm.example/", masked: true })).toBeUndefined());
});

describe("what was written", () => {
  const outgoing = { key: "1", conversationId: "c", communicationId: "l", text: "Hello", at: 1 };
  it("is kept by conversation", () => {
    const store = storage();
    keepDraft(store, "c", "Let me");
    keepDraft(store, "d", "");
    expect([readDraft(store, "c"), readDraft(store, "d")]).toEqual(["Let me", ""]);
  });
  it("waits for the connection", () => {
    const store = storage();
    keepOutbox(store, [outgoing]);
    expect(readOutbox(store)).toEqual([outgoing]);
    store.setItem("waybill:outbox", '[{"text":1}, null]');
    expect(readOutbox(store)).toEqual([]);
  });
  it("is forgotten at the sign-out, and nothing else is", () => {
    const store = storage();
    keepDraft(store, "c", "Let me");
    keepOutbox(store, [outgoing]);
    store.setItem("waybill:theme", "dark");
    forgetWritten(store);
    expect(Object.keys(store)).toEqual(["waybill:theme"]);
  });
});
