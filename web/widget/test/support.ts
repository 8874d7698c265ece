/** Messages as the server sends them. */

import type { StructuredMessage } from "../src/sdk.js";

interface Given {
  by?: "guest" | "business";
  name?: string;
  at?: string;
  isBot?: boolean;
  metadataId?: string;
  conversationId?: string;
  content?: object[];
}

export function message(id: string, text: string, given: Given = {}): StructuredMessage {
  const { by = "business", name = "Ana", at = "2026-11-20T10:00:00.000Z", isBot = false, metadataId, conversationId, content } = given;
  return {
    id,
    type: content ? "Structured" : "Text",
    text,
    direction: by === "guest" ? "Inbound" : "Outbound",
    channel: { time: at, from: by === "guest" ? {} : { nickname: name }, to: {} },
    originatingEntity: isBot ? "Bot" : "Human",
    metadata: metadataId === undefined ? {} : { id: metadataId },
    ...(content && { content: content as Record<string, never>[] }),
    ...(conversationId !== undefined && { conversationId }),
  };
}

export const end = (id: string, at: string): StructuredMessage => ({
  id,
  type: "Event",
  direction: "Inbound",
  channel: { time: at, from: {}, to: {} },
  events: [{ eventType: "Presence", presence: { type: "Disconnect" } }],
  metadata: {},
});
