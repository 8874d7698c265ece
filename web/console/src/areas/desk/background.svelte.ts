/** What the desk does while another page is shown: it listens, rings, says it in the title, and helps the palette. */

import { identityOf, customerOf, identityKeys, readQuery, standing } from "./model";
import { desk } from "./desk.svelte";
import { forgetWritten } from "./drafts";
import { palette } from "../../lib/palette.svelte";
import { router } from "../../lib/router.svelte";
import { session } from "../../lib/session.svelte";
import { ring } from "./sound";

const TITLE = "Waybill";

/** Begins when somebody is signed in; the returned function ends it. */
export function start(): () => void {
  desk.start();
  const known = new Set<string>();
  const stop = $effect.root(() => {
    const alerts = $derived([...desk.chats.values()].filter((chat) => standing(chat, desk.userId) === "alerting"));
    const unread = $derived(desk.unread.size);
    $effect(() => {
      const fresh = alerts.filter(({ id }) => !known.has(id));
      known.clear();
      for (const { id } of alerts) known.add(id);
      if (fresh.length > 0) ring();
      const [first] = alerts;
      document.title = first ? `New conversation: ${customerOf(first)?.name ?? "Visitor"} – ${TITLE}` : unread > 0 ? `(${unread}) ${TITLE}` : TITLE;
      announce(fresh.map((chat) => `New conversation from ${customerOf(chat)?.name ?? "a visitor"}. Press a to accept.`).join(" "));
    });
  });
  const forget = palette.addFinder(async (text, signal) => {
    const keys = identityKeys([...desk.chats.values()]).slice(0, 4);
    const query = readQuery(text);
    const ids = await desk.find(query, keys, signal);
    const lower = text.toLowerCase();
    const here = [...desk.chats.values()].filter((chat) => [customerOf(chat)?.name ?? "", ...Object.values(chat.data).map(String), chat.id].some((one) => one.toLowerCase().includes(lower)));
    return [...new Set([...here.map(({ id }) => id), ...ids])].slice(0, 12).flatMap((id) => {
      const chat = desk.chats.get(id);
      if (!chat) return [];
      const identity = identityOf(chat.data);
      return [{ id: `conversation:${id}`, title: customerOf(chat)?.name ?? "Visitor", detail: [identity?.value, chat.endedAt === undefined ? "open" : "ended"].filter(Boolean).join(" · "), group: "Conversations", run: () => router.go(`/desk/${id}`) }];
    });
  });
  return () => {
    stop();
    forget();
    desk.stop();
    document.title = TITLE;
    // Whoever comes next on this machine reads nothing of what was written.
    if (session.state.name === "signed-out" && session.state.why === "left") forgetWritten(localStorage);
  };
}

let region: HTMLElement | undefined;
/** Says something to screen readers without moving anything. */
function announce(text: string): void {
  region ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "sr-only", role: "status" }));
  region.setAttribute("aria-live", "assertive");
  region.textContent = text;
}
