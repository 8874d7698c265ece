/** START4: what was sent against what was stored, through the receipt. */

import { expect, test } from "vitest";
import { compare } from "../src/core/receipt.js";
import type { Customer, ReceiptEntry, Scalars } from "../src/protocol.js";

const entry = (key: string, more: Partial<ReceiptEntry> = {}): ReceiptEntry => ({ key, form: "customData", verdict: "stored", declared: false, trust: "page", ...more });

function check(sent: object, entries: ReceiptEntry[], customData: Scalars, customer: Customer = {}): string | undefined {
  const receipt = { revision: 1, policyVersion: 1, bytes: 1, maxBytes: 1024, entries, missing: [] };
  return compare(sent, { customData, customer, receipt })?.message.replace("what was stored differs from what was sent: ", "");
}

test.each<[string, string | undefined, ...Parameters<typeof check>]>([
  ["equal", undefined, { customData: { id: "A", vip: false, n: 0, e: "" } }, ["id", "vip", "n", "e"].map((key) => entry(key)), { id: "A", vip: false, n: 0, e: "" }],
  ["renamed", undefined, { customerId: "A" }, [entry("customerId", { form: "cxoneChat", storedAs: "crmCustomerId" })], { crmCustomerId: "A" }],
  ["coerced", undefined, { customData: { age: "42", vip: "true" } }, [entry("age", { coerced: "number" }), entry("vip", { coerced: "boolean" })], { age: 42, vip: true }],
  ["coerced to something else", "age: the stored value is another one", { customData: { age: "42" } }, [entry("age", { coerced: "number" })], { age: 43 }],
  ["quarantined", undefined, { customData: { "crm-id": "A" } }, [entry("crm-id", { verdict: "quarantined" })], {}],
  ["refused for lower trust", undefined, { customData: { id: "A" } }, [entry("id", { verdict: "refused", rule: "lower_trust" })], { id: "B" }],
  ["another word of a signed token", undefined, { customData: { id: "A" } }, [entry("id", { form: "token", trust: "signed" }), entry("id", { verdict: "refused", rule: "lower_trust" })], { id: "B" }],
  ["lost beside a signed token", "id: the receipt says nothing about it", { customData: { id: "A" } }, [entry("id", { form: "token", trust: "signed" })], { id: "A" }],
  ["changed", "id: the stored value is another one", { customData: { id: "A" } }, [entry("id")], { id: "B" }],
  ["a changed type", "id: the stored value is another one", { customData: { id: 7 } }, [entry("id")], { id: "7" }],
  ["not stored though the receipt says so", "id: stored, says the receipt, but not among what is stored", { customData: { id: "A" } }, [entry("id")], {}],
  ["not in the receipt", "id: the receipt says nothing about it", { customData: { id: "A" } }, [], { id: "A" }],
  ["two names of one attribute", undefined, { customData: { crmId: "A", crmCustomerId: "A" } }, [entry("crmCustomerId")], { crmCustomerId: "A" }],
  ["null is stored", undefined, { customData: { id: null } }, [entry("id")], { id: null }],
  ["null deleted", undefined, { customData: { id: null } }, [entry("id")], {}],
  ["null did not delete", "id: still there after null", { customData: { id: null } }, [entry("id")], { id: "A" }],
  ["attributes.custom", undefined, { attributes: { custom: { crm_customer_id: "A" } } }, [entry("crm_customer_id", { form: "attributes.custom", storedAs: "crmCustomerId" })], { crmCustomerId: "A" }],
  ["the customer", undefined, { customer: { id: "7", name: "Zoë" } }, [entry("id", { form: "customer" }), entry("name", { form: "customer" })], {}, { id: "7", name: "Zoë" }],
  ["the customer with paths", undefined, { customer: { name: "Zoë" } }, [entry("customer.name", { form: "customer" })], {}, { name: "Zoë" }],
  ["another customer", "name: the stored value is another one", { customer: { name: "Zoë" } }, [entry("name", { form: "customer" })], {}, { name: "Zoe" }],
  ["a flat name is the customer's", undefined, { name: "Zoë" }, [entry("name", { form: "customer" })], {}, { name: "Zoë" }],
  ["an attribute called name beside the customer's", undefined, { customData: { name: "shop" }, customer: { name: "Zoë" } }, [entry("name"), entry("name", { form: "customer" })], { name: "shop" }, { name: "Zoë" }],
  ["the message and startNew are no context", undefined, { message: "Hi", startNew: true }, [], {}],
  ["no customer", undefined, { customer: null, message: null }, [], {}],
  ["a container without a place", undefined, { cusomData: { id: "A" } }, [entry("cusomData", { verdict: "quarantined" })], {}],
  ["a namespace without a place", undefined, { attributes: { loyalty: { tier: "A" } } }, [entry("attributes.loyalty", { form: "attributes.custom", verdict: "quarantined" })], {}],
  ["a namespace with a prefix", undefined, { attributes: { loyalty: { tier: "A" } } }, [entry("tier", { form: "attributes.custom", storedAs: "loyalty_tier" })], { loyalty_tier: "A" }],
  ["the messenger's attributes", undefined, { messaging: { customAttributes: { id: "A" } } }, [entry("id", { form: "guest.customAttributes" })], { id: "A" }],
  ["a key with a dot", "a.b: the receipt says nothing about it", { customData: { "a.b": "A" } }, [entry("a")], { a: "A" }],
  ["a reserved name", "constructor: stored, says the receipt, but not among what is stored", { customData: { constructor: "x" } }, [entry("constructor")], {}],
])("start4_%s", (_, fault, ...given) => {
  expect(check(...given)).toBe(fault);
});

test("start4_the_error_names_every_key_and_no_value", () => {
  expect(check({ customData: { one: "secret", two: "secret too" } }, [entry("one"), entry("two")], { one: "x" })).toBe(
    "one: the stored value is another one; two: stored, says the receipt, but not among what is stored",
  );
});
