/** Who is typing in one conversation: told on its own event stream, because it is never stored. */

import { api } from "../../lib/session.svelte";

const AGAIN_MS = 4_000;

/** The data of each complete event in a piece of the stream, and the rest that is not complete yet. */
export function readEvents(buffer: string): { events: { type: string; data: string }[]; rest: string } {
  const blocks = buffer.split(/\r?\n\r?\n/);
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const field = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
    const data = field("data").join("\n");
    return data === "" ? [] : [{ type: field("event")[0] ?? "message", data }];
  });
  return { events, rest };
}

/** Calls `typed` whenever the customer types, until the returned function is called. */
export function followTyping(conversationId: string, typed: () => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;

  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const answer = await api.raw("GET", "/api/v2/conversations/{conversationId}/events", { path: { conversationId }, signal });
        await read(answer, signal, typed);
      } catch {
        // Typing is a courtesy: the notification channel says when the connection is gone.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
  void follow();
  return () => controller.abort();
}

async function read(answer: Response, signal: AbortSignal, typed: () => void): Promise<void> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let buffer = "";
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest } = readEvents(buffer + value);
    buffer = rest;
    for (const { type, data } of events) {
      if (type === "conversation:typing" && (JSON.parse(data) as { purpose?: string }).purpose === "customer") typed();
    }
  }
}
