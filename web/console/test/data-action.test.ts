import { describe, expect, it } from "vitest";
import { inputFields, inputOf } from "../src/areas/admin/actions/action";
import { at, objectOf, withAt } from "../src/lib/json";
import { hoursText, rangeFault, rangesOf } from "../src/areas/admin/schedules/hours";

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

describe("business hours", () => {
  it("are shown with the same days together", () => {
    const day = ["09:00-12:00", "13:00-17:00"];
    expect(hoursText({ mon: day, tue: day, wed: day, fri: day, sun: ["22:00-02:00"] })).toBe("Mon–Wed 09:00-12:00 and 13:00-17:00, Fri 09:00-12:00 and 13:00-17:00, Sun 22:00-02:00");
    expect(hoursText({})).toBe("Always closed");
  });
  it.each([["9:00 – 12:00,13:00-24:00", ["9:00-12:00", "13:00-24:00"], true], ["", [], true], ["9-5", ["9-5"], false], ["25:00-26:00", ["25:00-26:00"], false]])("%j", (text, ranges, isRight) => {
    expect(rangesOf(text)).toEqual(ranges);
    expect(rangeFault(text) === undefined).toBe(isRight);
  });
});
