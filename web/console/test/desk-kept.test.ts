import { describe, expect, it } from "vitest";
import { forgetWritten, keepDraft, keepOutbox, readDraft, readOutbox } from "../src/areas/desk/drafts";
import { keepLinks, linkFor, readLinks, templateFault } from "../src/areas/desk/links";

function storage(): Storage {
  const kept = new Map<string, string>();
  const store = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value), removeItem: (name: string) => void kept.delete(name) };
  // Names are listed as a browser's storage lists them.
  return new Proxy(store, { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }) as unknown as Storage;
}

describe("a link template", () => {
  const cases: [string, boolean][] = [
    ["https://crm.example/customers/{value}", true],
    ["https://crm.example/?id={value}&x={value}", true],
    ["http://localhost:8080/{value}", true],
    ["http://crm.example/{value}", false],
    ["javascript:alert('{value}')", false],
    ["data:text/html,{value}", false],
    ["https://{value}.example/", false],
    ["https://crm.example/", false],
    ["", false],
  ];
  it.each(cases)("%s", (template, good) => expect(templateFault(template) === undefined).toBe(good));
  it("keeps a value in its place", () => {
    const link = { key: "crmCustomerId", name: "CRM", template: "https://crm.example/c/{value}" };
    expect(linkFor(link, "CRM-1/../../x?y#z")).toBe("https://crm.example/c/CRM-1%2F..%2F..%2Fx%3Fy%23z");
    expect(linkFor(link, "$&")).toBe("https://crm.example/c/%24%26");
    expect(linkFor(link, "")).toBeUndefined();
  });
  it("is kept, and another's text is not believed", () => {
    const store = storage();
    const link = { key: "k", name: "CRM", template: "https://crm.example/{value}" };
    keepLinks(store, [link]);
    expect(readLinks(store)).toEqual([link]);
    for (const text of ["nonsense", "{}", '[{"key":"k","name":"x","template":"javascript:{value}"}]']) {
      store.setItem("waybill:crm-links", text);
      expect(readLinks(store)).toEqual([]);
    }
  });
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
