import { describe, expect, it } from "vitest";
import { dayName, plural, relativeTime, shortDuration, spokenDuration, typeName, valueText } from "../src/lib/format";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("durations", () => {
  const cases: [number, string, string][] = [
    [-5, "0:00", "0 seconds"],
    [1_000, "0:01", "1 second"],
    [42_000, "0:42", "42 seconds"],
    [61_000, "1:01", "1 minute"],
    [59 * MINUTE + 59_000, "59:59", "59 minutes"],
    [HOUR, "1 h", "1 hour"],
    [47 * HOUR, "47 h", "47 hours"],
    [48 * HOUR, "2 d", "2 days"],
  ];
  it.each(cases)("%i ms", (ms, short, spoken) => expect([shortDuration(ms), spokenDuration(ms)]).toEqual([short, spoken]));
});

describe("how long ago", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  const cases: [number, string][] = [[0, "just now"], [46_000, "1 min ago"], [5 * MINUTE, "5 min ago"], [3 * HOUR, "3 h ago"], [50 * HOUR, "2 d ago"], [240 * HOUR, "Nov 10, 2026"]];
  it.each(cases)("%i ms", (ago, expected) => expect(relativeTime(now - ago, now, "en-US")).toBe(expected));
  it("names days", () => {
    expect(dayName(now, now)).toBe("Today");
    expect(dayName(now - 24 * HOUR, now)).toBe("Yesterday");
  });
});

describe("values", () => {
  const cases: [unknown, string, string][] = [["", "", "string"], ["CRM-1", "CRM-1", "string"], [null, "null", "null"], [0, "0", "number"], [false, "false", "boolean"], [["a"], '["a"]', "list"]];
  it.each(cases)("%j", (value, text, type) => expect([valueText(value), typeName(value)]).toEqual([text, type]));
  it("counts in words", () => expect([plural(1, "chat"), plural(1234, "chat")]).toEqual(["1 chat", "1,234 chats"]));
});
