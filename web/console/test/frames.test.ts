import { describe, expect, it } from "vitest";
import { backoffMs, readFrame } from "../src/lib/frames";

describe("a frame of the channel", () => {
  const event = { id: "e-2", type: "conversation:end" };
  const cases: [unknown, unknown][] = [
    [{ topicName: "v2.conversations.1", eventBody: event, metadata: { cursor: "e-2" } }, { type: "event", event, cursor: "e-2" }],
    [{ topicName: "channel.metadata", eventBody: { message: "WebSocket Heartbeat" }, metadata: { cursor: "e-1" } }, { type: "alive", cursor: "e-1" }],
    [{ topicName: "channel.metadata", eventBody: { code: "cursor_gone", begin: "beginning" } }, { type: "gone" }],
    [{ result: "404" }, { type: "over" }],
    [{ topicName: "v2.users.1.presence", eventBody: { id: "1" }, metadata: { cursor: "e-2" } }, { type: "topic", topic: "v2.users.1.presence", body: { id: "1" }, cursor: "e-2" }],
    [{ topicName: "something.new" }, { type: "alive", cursor: undefined }],
  ];
  it.each(cases)("%j", (frame, expected) => expect(readFrame(JSON.stringify(frame))).toEqual(expected));
  it("comes back later after every failure, and never together", () => {
    expect(backoffMs(0, () => 1)).toBe(600);
    expect(backoffMs(20, () => 1)).toBe(15_100);
    expect(backoffMs(3, () => 0)).toBe(100);
  });
});
