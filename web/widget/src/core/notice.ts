/** What the server says beside messages: a place in the line, what became of a message, a question at the end. */

import type { Entry, State } from "./state.js";

/** Frames that the SDK hands through by their class; what has another shape changes nothing. */
export function changeOf(state: State, name: string, body: unknown): Partial<State> {
  const { position, estimatedWaitMs, readUpTo, question } = (typeof body === "object" && body ? body : {}) as Record<string, unknown>;
  switch (name) {
    case "QueuePositionEvent": {
      if (typeof position !== "number" || !(position >= 1)) return { queue: null };
      const waitMs = typeof estimatedWaitMs === "number" && estimatedWaitMs >= 0 ? estimatedWaitMs : null;
      return { queue: { position: Math.floor(position), waitMs } };
    }
    case "ReceiptEvent": {
      const upTo = typeof readUpTo === "string" ? Date.parse(readUpTo) : NaN;
      const entries = state.entries.map((entry): Entry => (entry.id && entry.delivery && entry.at <= upTo ? { ...entry, delivery: "read" } : entry));
      return { entries };
    }
    case "SurveyEvent":
      return { survey: { question: typeof question === "string" ? question : "", score: null, isSent: false } };
    default:
      return {};
  }
}
