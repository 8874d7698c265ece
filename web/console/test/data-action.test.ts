import { describe, expect, it } from "vitest";
import { at, inputFields, inputOf, objectOf, withAt } from "../src/areas/admin/actions/action";

const SCHEMA = { type: "object", required: ["id"], properties: { id: { type: "string", description: "The id" }, count: { type: "integer" }, vip: { type: "boolean" }, plan: { enum: ["gold", "basic"] }, tags: { type: "array" } } };

describe("the input of a data action", () => {
  it("is a form made of its schema", () => {
    expect(inputFields(SCHEMA).map(({ name, kind, required }) => [name, kind, required])).toEqual([["id", "text", true], ["count", "number", false], ["vip", "flag", false], ["plan", "choice", false], ["tags", "json", false]]);
    expect(inputFields(undefined)).toEqual([]);
    expect(inputFields({ properties: "odd" })).toEqual([]);
  });
  it("is read with the types that it asks for", () => {
    const fields = inputFields(SCHEMA);
    expect(inputOf(fields, { id: "7", count: "3", vip: "true", plan: "gold", tags: "[1]" })).toEqual({ value: { id: "7", count: 3, vip: true, plan: "gold", tags: [1] } });
    expect(inputOf(fields, { id: "" })).toEqual({ value: {} });
    expect(inputOf(fields, { count: "three" })).toEqual({ field: "count", fault: "Write a number." });
    expect(inputOf(fields, { tags: "[" })).toEqual({ field: "tags", fault: "Write JSON." });
  });
});

it("what is changed leaves the rest, and its order", () => {
  const config = { timeoutSeconds: 5, request: { requestType: "GET", odd: 1 }, other: true };
  expect(JSON.stringify(withAt(config, ["request", "requestType"], "POST"))).toBe('{"timeoutSeconds":5,"request":{"requestType":"POST","odd":1},"other":true}');
  expect(withAt(config, ["response", "translationMap"], {})).toEqual({ ...config, response: { translationMap: {} } });
  expect(withAt(config, ["timeoutSeconds"], undefined)).toEqual({ request: config.request, other: true });
  expect(at(config, ["request", "odd"])).toBe(1);
  expect(at(config, ["nothing", "odd"])).toBeUndefined();
});

it("an object is JSON, or there is a fault", () => {
  expect(objectOf('{"a":1}')).toEqual({ value: { a: 1 } });
  expect(objectOf(" ")).toEqual({ value: undefined });
  expect(objectOf("[1]")).toHaveProperty("fault");
  expect(objectOf("{")).toHaveProperty("fault");
});
