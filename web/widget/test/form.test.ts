/** The form before a chat, business hours, refusals, colours: what is asked, and what is told. */

import { describe, expect, test } from "vitest";
import { coloursOf } from "../src/config.js";
import { contextOf, faultsOf, formFields, keysOf, nameOf, openFields, type FormField } from "../src/core/form.js";
import { isWithinHours } from "../src/core/hours.js";
import { kindOf } from "../src/core/refusal.js";

const FIELDS: FormField[] = [
  { key: "name", in: "customer", required: true },
  { key: "crmCustomerId", required: true },
  { key: "email", in: "customer", type: "email" },
  { key: "topic", type: "select", options: ["order", "return"] },
  { key: "orderNumber", type: "number", when: { key: "topic", is: "order" } },
];
const asked = (given: Parameters<typeof keysOf>[0], answers = {}) => openFields(FIELDS, new Set(keysOf(given)), answers).map(nameOf);

describe("form", () => {
  test("l3_what_the_page_has_said_is_not_asked", () => {
    expect(asked({})).toEqual(["customer.name", "crmCustomerId", "customer.email", "topic"]);
    expect(asked({ customData: { crmCustomerId: "CRM-1" }, customer: { name: "Zoë" } })).toEqual(["customer.email", "topic"]);
    expect(asked({ attributes: { custom: { crmCustomerId: "CRM-1" }, other: { topic: "order" } } })).toEqual(["customer.name", "customer.email"]);
  });

  test("l3_an_empty_text_was_said_and_null_was_not", () => {
    expect(asked({ customData: { crmCustomerId: "", topic: null } })).toEqual(["customer.name", "customer.email", "topic"]);
  });

  test("l3_another_name_of_a_key_counts", () => {
    const schema = { properties: { crmCustomerId: { type: "string" } }, allOf: [{ anyOf: [{ required: ["crmCustomerId"] }, { required: ["crm-id"] }] }] };
    const fields = formFields([], schema);
    expect(fields).toEqual([{ key: "crmCustomerId", type: "text", required: true, aliases: ["crmCustomerId", "crm-id"] }]);
    expect(openFields(fields, new Set(["crm-id"]))).toEqual([]);
  });

  test("a field may depend on another", () => expect(asked({}, { topic: "order" })).toContain("orderNumber"));

  test("the schema makes fields required and gives their limits", () => {
    const schema = { properties: { plan: { type: "string", enum: ["basic", "gold"] }, vip: { type: "boolean" }, id: { type: "string", maxLength: 4, pattern: "^A" } }, required: ["plan", "vip", "id"] };
    expect(formFields([{ key: "id", label: "Number" }], schema)).toEqual([
      { key: "id", type: "text", maxLength: 4, pattern: "^A", label: "Number", required: true, aliases: ["id"] },
      { key: "plan", type: "select", options: ["basic", "gold"], required: true, aliases: ["plan"] },
      { key: "vip", type: "checkbox", required: true, aliases: ["vip"] },
    ]);
  });

  test.each<[FormField, string | boolean | undefined, string | undefined]>([
    [{ key: "a", required: true }, undefined, "required"],
    [{ key: "a", required: true }, "  ", "required"],
    [{ key: "a", required: true, type: "checkbox" }, false, "required"],
    [{ key: "a", required: true, type: "checkbox" }, true, undefined],
    [{ key: "a" }, "", undefined],
    [{ key: "a", type: "email" }, "nobody", "email"],
    [{ key: "a", type: "email" }, "a@example.com", undefined],
    [{ key: "a", type: "number" }, "twelve", "invalid"],
    [{ key: "a", maxLength: 2 }, "ééé", "invalid"],
    [{ key: "a", maxLength: 3 }, "👩👩👩", undefined],
    [{ key: "a", pattern: "[0-9]+" }, "12a", "invalid"],
    [{ key: "a", pattern: "[0-9]+" }, "12", undefined],
    [{ key: "a", pattern: "(" }, "12", undefined],
  ])("%j with %j", (field, answer, fault) => expect(faultsOf([field], answer === undefined ? {} : { a: answer })["a"]).toBe(fault));

  test("answers become context of their kind, and nothing is no answer", () => {
    const answers = { "customer.name": " Zoë ", crmCustomerId: "CRM-1", "customer.email": "", orderNumber: "12", extra: "x", terms: true };
    expect(contextOf([...FIELDS, { key: "terms", type: "checkbox" }], answers)).toEqual({ customData: { crmCustomerId: "CRM-1", orderNumber: 12, terms: true }, customer: { name: "Zoë" } });
    expect(contextOf(FIELDS, {})).toEqual({});
  });
});

describe("business hours", () => {
  const HOURS = "Mon-Fri 09:00-17:00; Sat 10:00-14:00";
  test.each([
    ["2026-11-20T09:00:00Z", "UTC", true], // A Friday.
    ["2026-11-20T16:59:00Z", "UTC", true],
    ["2026-11-20T17:00:00Z", "UTC", false],
    ["2026-11-21T11:00:00Z", "UTC", true],
    ["2026-11-22T11:00:00Z", "UTC", false],
    ["2026-11-20T16:30:00Z", "Europe/Berlin", false],
    ["2026-11-20T08:30:00Z", "Europe/Berlin", true],
  ])("%s in %s", (now, zone, isOpen) => expect(isWithinHours(HOURS, zone, new Date(now))).toBe(isOpen));
  test("a week that turns", () => expect(isWithinHours("Sat-Mon 00:00-24:00", "UTC", new Date("2026-11-22T11:00:00Z"))).toBe(true));
  test.each([null, "", "always", "Mon 9-17"])("hours that can't be read close nothing: %j", (hours) => expect(isWithinHours(hours, "UTC", new Date("2026-11-22T03:00:00Z"))).toBe(true));
  test("an unknown zone is the visitor's", () => expect(typeof isWithinHours(HOURS, "Nowhere/Land", new Date())).toBe("boolean"));
});

describe("refusals", () => {
  const detail = (fieldName: string) => ({ errorCode: "CTX2", fieldName });
  test.each([
    [{ status: 401, code: "wrong_organization" }, "setup"],
    [{ status: 403, code: "origin_denied" }, "setup"],
    [{ status: 400, code: "region_mismatch" }, "setup"],
    [{ status: 400, code: "message_too_long" }, "tooLong"],
    [{ status: 429, code: "too_many_requests" }, "busy"],
    [{ status: 503, code: "service_unavailable" }, "unreachable"],
    [{ status: 0, code: "unreachable" }, "unreachable"],
    [{ status: 401, code: "identity_token_expired" }, "context"],
    [{ status: 500, code: "context_mismatch" }, "unknown"],
    [{ status: 400, code: "context_refused", details: [detail("plan")] }, "context"],
  ])("%j is %s", (error, kind) => expect(kindOf(error, ["crmCustomerId"])).toEqual({ kind, names: [] }));
  test("a fault in an answer of the visitor is the visitor's to mend", () =>
    expect(kindOf({ status: 400, code: "context_refused", details: [detail("customData.crmCustomerId"), detail("plan")] }, ["crmCustomerId", "topic"])).toEqual({ kind: "form", names: ["crmCustomerId"] }));
});

describe("colours", () => {
  test.each([
    ["#0165A7", "#fff"],
    ["#ff0", "#000"],
    ["#000000", "#fff"],
    ["#ffffff", "#000"],
  ])("on %s one reads %s", (colour, on) => expect(coloursOf(colour)?.on).toBe(on));
  test.each([undefined, "red", "#12345", "#000;}*{color:red", "url(x)"])("%j is no colour", (colour) => expect(coloursOf(colour)).toBeNull());
});
