/** What an agent does with a conversation. Each tells a failure in a toast, and answers whether it worked. */

import { attempt } from "../../lib/attempt";
import { router } from "../../lib/router.svelte";
import { api } from "../../lib/session.svelte";
import { toasts } from "../../lib/toasts.svelte";
import { desk } from "./desk.svelte";
import type { Chat, Party } from "./model";

const participant = (chat: Chat, part: Party) => ({ path: { conversationId: chat.id, participantId: part.id } });

export const deskPath = (id: string | undefined): string => `/desk${id === undefined ? "" : `/${id}`}${location.search}`;

export async function accept(chat: Chat, part: Party): Promise<boolean> {
  const done = await attempt("The conversation could not be accepted", async () => {
    await api.patch("/api/v2/conversations/messages/{conversationId}/participants/{participantId}", { ...participant(chat, part), body: { state: "connected" } });
  });
  await desk.reread(chat.id);
  if (done) router.go(deskPath(chat.id));
  return done;
}

export async function decline(chat: Chat, part: Party): Promise<boolean> {
  const done = await attempt("The conversation could not be declined", async () => {
    await api.patch("/api/v2/conversations/messages/{conversationId}/participants/{participantId}", { ...participant(chat, part), body: { state: "disconnected" } });
  });
  await desk.reread(chat.id);
  return done;
}

/** Takes a conversation that nobody offered. */
export async function take(chat: Chat): Promise<boolean> {
  const done = await attempt("The conversation could not be taken", async () => {
    await api.post("/api/v2/conversations/{conversationId}/assign", { path: { conversationId: chat.id }, body: { id: desk.userId } });
  });
  await desk.reread(chat.id);
  return done;
}

export type Target = { type: "agent" | "queue" | "flow"; id: string; name: string };

export async function transfer(chat: Chat, part: Party, target: Target): Promise<boolean> {
  const { path } = participant(chat, part);
  const done = await attempt("The conversation was not passed on", async () => {
    switch (target.type) {
      case "agent":
        await api.post("/api/v2/conversations/{conversationId}/participants/{participantId}/replace/agent", { path, body: { userId: target.id } });
        return;
      case "queue":
        await api.post("/api/v2/conversations/{conversationId}/participants/{participantId}/replace/queue", { path, body: { queueId: target.id } });
        return;
      case "flow":
        await api.post("/api/v2/conversations/{conversationId}/participants/{participantId}/replace/flow", { path, body: { flowId: target.id } });
        return;
      default:
        target.type satisfies never;
    }
  });
  await desk.reread(chat.id);
  if (done) toasts.say(`Passed on to ${target.name}`);
  return done;
}

export interface Ending {
  /** `leave` leaves the customer to others; `end` ends the conversation for him; `done` was over already. */
  how: "leave" | "end" | "done";
  code: string | undefined;
  notes: string;
  /** Nothing is said about the work. */
  skip: boolean;
}

export async function wrapUp(chat: Chat, part: Party, { how, code, notes, skip }: Ending): Promise<boolean> {
  const patch = (body: { state?: "disconnected"; wrapup?: { code: string; notes?: string }; wrapupSkipped?: true }) =>
    api.patch("/api/v2/conversations/messages/{conversationId}/participants/{participantId}", { ...participant(chat, part), body });
  const done = await attempt("The conversation was not wrapped up", async () => {
    if (how === "end" && chat.endedAt === undefined) await api.post("/api/v2/conversations/{conversationId}/disconnect", { path: { conversationId: chat.id } });
    if (how === "leave" && part.endedAt === undefined) await patch({ state: "disconnected" });
    if (code !== undefined) await patch({ wrapup: { code, ...(notes === "" ? {} : { notes }) } });
    else if (skip) await patch({ wrapupSkipped: true });
  });
  await desk.reread(chat.id);
  await desk.readPresence();
  if (done) toasts.say("Wrapped up");
  return done;
}

const TRANSCRIPTS = { text: { type: "text/plain", ending: "txt" }, page: { type: "text/html", ending: "html" } } as const;

/** What was said, as a file. The browser shows none of it: it only keeps it. */
export async function downloadTranscript(id: string, as: keyof typeof TRANSCRIPTS): Promise<boolean> {
  const { type, ending } = TRANSCRIPTS[as];
  return attempt("The transcript was not downloaded", async () => {
    const answer = await api.raw("GET", "/api/v2/conversations/{conversationId}/transcript", { path: { conversationId: id }, headers: { Accept: type } });
    const url = URL.createObjectURL(new Blob([await answer.text()], { type: `${type};charset=utf-8` }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `conversation-${id}.${ending}` });
    link.click();
    // The browser has begun to read it once this task is over.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}
