/** Pasted calls and policy drafts. */

import { describe, expect, it } from "vitest";
import { readPasted } from "../src/areas/admin/deployments/forms/pasted";
import { bodyOf, draftFault, draftOf, isSame, keyDraft } from "../src/areas/admin/deployments/policy";
import { placeOf, snippetsOf } from "../src/areas/admin/deployments/forms/snippets";

const read = (text: string) => {
  const found = readPasted(text);
  return "ok" in found ? found.ok : found.fault;
};

describe("pasted calls", () => {
  it("reads the documented forms", () => {
    expect(read(`client.startChat({\n  customData: { crmCustomerId: 'CRM-1', seats: 3, vip: true, }, // the customer\n  message: "Hi: there",\n})`)).toEqual({ api: "webMessagingClient", options: { customData: { crmCustomerId: "CRM-1", seats: 3, vip: true }, message: "Hi: there" } });
    expect(read(`cxoneChat.startChat({customerId:'1',name:'Zoë {x}'})`)).toEqual({ api: "cxoneChat", options: { customerId: "1", name: "Zoë {x}" } });
    expect(read(`Genesys('command', 'Database.set', { messaging: { customAttributes: { a: \`b\` } } });`)).toEqual({ api: "genesysCommand", options: { messaging: { customAttributes: { a: "b" } } } });
    expect(read(`{"customData": {"url": "https://a.example/x"}}`)).toEqual({ api: "webMessagingClient", options: { customData: { url: "https://a.example/x" } } });
  });
  it("runs nothing and says what it can't read", () => {
    expect(read("alert(1)")).toContain("no object");
    expect(read("{ a: [1, }")).toContain("could not be read");
    expect(read(`{ ${"x".repeat(70_000)} }`)).toContain("longer");
    expect(read(`{"__proto__": {"polluted": 1}}`)).toBeTypeOf("object");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("policy drafts", () => {
  const policy = { version: 3, enabled: true, mode: "open", maxBytes: 1024, attributes: [{ key: "plan", type: "string", required: true, personal: false, aliases: ["tier"], trustFloor: "page" as const, enum: ["gold"], link: "https://crm.example/{value}" }], containers: { custom: "" }, selfUri: "/x" };
  it("give back what came", () => {
    const draft = draftOf(policy);
    const { version: _, selfUri: __, ...rest } = policy;
    expect(bodyOf(draft)).toEqual(rest);
    expect(draftFault(draft)).toBeUndefined();
    expect(isSame(draft, draftOf(policy))).toBe(true);
  });
  it("say what keeps them from being sent", () => {
    const draft = draftOf(policy);
    draft.keys.push(keyDraft(9, undefined, "tier"));
    expect(draftFault(draft)).toBe("The name tier is declared twice.");
    draft.keys[1] = keyDraft(9);
    expect(draftFault(draft)).toBe("A declared key has no name.");
  });
});

it("snippets say where the server is, as the server says it", () => {
  const place = placeOf("d-1", '<script src="https://chat.example/sdk/waybill.js" data-org-id="o-1" data-region="eu"></script>');
  expect(place).toEqual({ server: "https://chat.example", orgId: "o-1", region: "eu", deploymentId: "d-1" });
  for (const { text } of snippetsOf(place)) expect(text).toContain("d-1");
});
