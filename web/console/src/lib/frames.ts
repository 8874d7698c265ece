/** What the frames of a notification channel mean, and when to come back after a break. Pure. */

import type { components } from "../generated/api";

export type StreamEvent = components["schemas"]["StreamEvent"];

interface Frame {
  topicName?: string;
  eventBody?: unknown;
  metadata?: { cursor?: string };
  result?: string;
}

/** What a frame means. Everything that is not ours to know is a heartbeat. */
export type Read =
  | { type: "event"; event: StreamEvent; cursor: string | undefined }
  | { type: "topic"; topic: string; body: unknown; cursor: string | undefined }
  | { type: "alive"; cursor: string | undefined }
  | { type: "gone" }
  | { type: "over" };

const CAP_MS = 15_000;

export function readFrame(text: string): Read {
  const frame = JSON.parse(text) as Frame;
  if (frame.result === "404") return { type: "over" };
  const cursor = frame.metadata?.cursor;
  const body = frame.eventBody as { code?: string; type?: string } | undefined;
  if (frame.topicName === "channel.metadata") return body?.code === "cursor_gone" ? { type: "gone" } : { type: "alive", cursor };
  if (frame.topicName?.startsWith("v2.conversations.")) return { type: "event", event: body as StreamEvent, cursor };
  // Topics with people and queues: only whoever asked for one knows its body.
  if (frame.topicName?.startsWith("v2.")) return { type: "topic", topic: frame.topicName, body: frame.eventBody, cursor };
  return { type: "alive", cursor };
}

/** Full jitter: after an outage not everybody comes back at once. */
export function backoffMs(attempt: number, random: () => number, capMs = CAP_MS): number {
  return random() * Math.min(capMs, 500 * 2 ** attempt) + 100;
}
