/** What JSON can't carry is refused by name; all else arrives as it was given. */

import { describe, expect, test } from "vitest";
import { carried, merge } from "../src/core/json.js";

class Model {
  id = "CRM-1";
}

const cycle: { self?: object } = {};
cycle.self = cycle;

describe("start9_json", () => {
  test.each<[string, unknown, string]>([
    ["undefined", undefined, "customData.key is undefined"],
    ["a function", () => 1, "customData.key is a function"],
    ["a symbol", Symbol("s"), "customData.key is a symbol"],
    ["a BigInt", 2n ** 60n, "customData.key is a BigInt"],
    ["NaN", Number.NaN, "customData.key is NaN"],
    ["infinity", -Infinity, "customData.key is -Infinity"],
    ["an invalid date", new Date(Number.NaN), "customData.key is an invalid Date"],
    ["a map", new Map([["a", 1]]), "customData.key is a Map"],
    ["a set", new Set([1]), "customData.key is a Set"],
    ["a boxed string", new String("x"), "customData.key is a String"],
    ["form data", new FormData(), "customData.key is a FormData"],
    ["an object of a class", new Model(), "customData.key is a Model"],
    ["a cycle", cycle, "customData.key.self is a cycle"],
    ["a hole in an array", [1, , 2], "customData.key[1] is undefined"], // eslint-disable-line no-sparse-arrays
    ["half a character", "\ud83d", "customData.key is text with half a character"],
    ["a symbol as key", { [Symbol("s")]: 1 }, "customData.key is keyed by a symbol"],
    ["half a character in a key", { "\ude00": 1 }, "a key of customData.key is text with half a character"],
  ])("start9_%s_is_refused_by_name", (_, value, message) => {
    expect(() => carried({ key: value }, "customData")).toThrowError(
      expect.objectContaining({ status: 400, code: "not_json", message: expect.stringContaining(message) as string }),
    );
  });

  test.each<[string, unknown]>([
    ["an empty string", ""],
    ["zero", 0],
    ["false", false],
    ["null", null],
    ["0.1", 0.1],
    ["leading zeros", "007"],
    ["a whole emoji", "👋🏽"],
    ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 })],
    ["nesting", { a: { b: [1, { c: null }] } }],
    ["the same object twice", (() => { const one = { a: 1 }; return { x: one, y: one }; })()],
  ])("start9_%s_arrives_as_it_was_given", (_, value) => {
    expect(carried({ key: value }, "customData")).toEqual({ key: value });
  });

  test("start9_a_date_arrives_as_json_writes_it", () => {
    expect(carried({ at: new Date(0) }, "customData")).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });

  test("start9_reserved_names_arrive_so_that_the_server_can_judge_them", () => {
    const options = JSON.parse('{"customData":{"__proto__":"x","constructor":"y","":"z"}}') as object;
    const text = JSON.stringify(carried(options, "startChat"));
    expect(text).toBe('{"customData":{"__proto__":"x","constructor":"y","":"z"}}');
    expect(JSON.stringify(merge({ customData: { a: 1 } }, options))).toBe('{"customData":{"a":1,"__proto__":"x","constructor":"y","":"z"}}');
  });
});

test("l14_merging_keeps_what_the_later_one_does_not_name", () => {
  const merged = merge({ customData: { a: 1, b: 2 }, message: "x" }, { customData: { b: null, c: [3] }, attributes: { custom: { d: 4 } } });
  expect(merged).toEqual({ customData: { a: 1, b: null, c: [3] }, message: "x", attributes: { custom: { d: 4 } } });
});
