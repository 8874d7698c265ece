import { describe, expect, it, vi } from "vitest";

vi.mock("../src/lib/session.svelte", () => ({ api: {} }));
const { readEvents } = await import("../src/areas/desk/typing");

describe("a piece of an event stream", () => {
  const cases: [string, { type: string; data: string }[], string][] = [
    [": connected\nid: e-1\nretry: 2000\n\n", [], ""],
    ["event: conversation:typing\ndata: {}\n\nevent: x", [{ type: "conversation:typing", data: "{}" }], "event: x"],
    ["data: a\ndata: b\r\n\r\n", [{ type: "message", data: "a\nb" }], ""],
    ["data: half", [], "data: half"],
  ];
  it.each(cases)("%j", (text, events, rest) => expect(readEvents(text)).toEqual({ events, rest }));
});
