/** What the server says beside messages: a place in the line, what became of a message, a question at the end. */

import type { Delivery, Entry, State } from "./state.js";

const RANK: Record<Delivery, number> = { failed: 0, sending: 1, sent: 2, delivered: 3, read: 4 };

/** Frames that the SDK hands through by their class; what has another shape changes nothing. */
export function changeOf(state: State, name: string, body: unknown): Partial<State> {
  const { position, estimatedWaitMs, messageId, status, question } = (typeof body === "object" && body ? body : {}) as Record<string, unknown>;
  switch (name) {
    case "QueuePositionEvent": {
      if (typeof position !== "number" || !(position >= 1)) return { queue: null };
      const waitMs = typeof estimatedWaitMs === "number" && estimatedWaitMs >= 0 ? estimatedWaitMs : null;
      return { queue: { position: Math.floor(position), waitMs } };
    }
    case "MessageStatusEvent": {
      const delivery = status === "Read" ? "read" : status === "Delivered" ? "delivered" : null;
      const last = state.entries.findIndex(({ id }) => id !== null && id === messageId);
      if (!delivery || last < 0) return {};
      // Who has read the last one has read those before it.
      const entries = state.entries.map((entry, at): Entry =>
        at <= last && entry.id && entry.delivery && RANK[entry.delivery] < RANK[delivery] ? { ...entry, delivery } : entry,
      );
      return { entries };
    }
    case "SurveyEvent":
      return { survey: { question: typeof question === "string" ? question : "", score: null, isSent: false } };
    default:
      return {};
  }
}
