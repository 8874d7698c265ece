/** What each hop of a key saw. A trace has no values; the history of the context does, by revision. Pure. */

import type { components } from "../../generated/api";
import { valueText } from "../../lib/format";

type Schemas = components["schemas"];
export type Hop = Schemas["Hop"];
export type Trace = Schemas["Trace"];
export type History = Schemas["ContextHistory"];
export type Conversation = Schemas["Conversation"];

export type Tone = "good" | "plain" | "warning" | "danger";

/** A key as it stood from a revision on; without a value it was not there. */
export interface Version {
  revision: number;
  at: number;
  value: string | undefined;
}

export type Sight = { type: "same"; value: string } | { type: "other"; value: string } | { type: "absent" } | { type: "unknown" };

export function versionsOf({ entries }: History, key: string): Version[] {
  return entries.flatMap(({ changes, revision, at }) => {
    const change = changes.findLast((one) => one.key === key);
    if (!change) return [];
    const gone = change.action === "deleted" || change.action === "erased";
    return [{ revision, at: Date.parse(at), value: gone ? undefined : valueText(change.new) }];
  });
}

/** Hops of flows say the revision that the conversation has now: what they saw is told by their time. */
const BY_TIME = new Set(["read by flow step", "answered to flow step", "sent in API request", "flow ended"]);
/** Hops that hand nothing of the key on. */
const NO_SIGHT = new Set(["erased", "routed", "flow ended"]);

/** What a hop saw of the key, against what stands there now. */
export function sightOf(hop: Hop, versions: readonly Version[]): Sight {
  if (NO_SIGHT.has(hop.stage)) return { type: "unknown" };
  if (hop.outcome === "not sent" || hop.outcome === "refused" || hop.outcome === "quarantined" || / absent: /.test(hop.outcome)) return { type: "absent" };
  const at = Date.parse(hop.at);
  const seen = versions.findLast((one) => (BY_TIME.has(hop.stage) ? one.at <= at : one.revision <= hop.revision));
  // What came and was kept apart is in no revision.
  if (seen?.value === undefined) return { type: hop.stage === "received" ? "unknown" : "absent" };
  return { type: seen.value === versions.at(-1)?.value ? "same" : "other", value: seen.value };
}

const TITLES: Readonly<Record<string, string>> = {
  received: "Received",
  admitted: "Admitted",
  stored: "Stored",
  answered: "Answered",
  "read by flow step": "Read by a flow",
  "answered to flow step": "Back in the flow",
  "sent in API request": "Sent in an API request",
  "flow ended": "Flow ended",
  webhook: "Webhook",
  read: "Read",
  streamed: "Streamed",
  routed: "Routed",
  erased: "Erased",
};

export function titleOf({ stage, outcome }: Hop): string {
  if (stage === "admitted" && outcome === "quarantined") return "Quarantined";
  if (stage === "admitted" && outcome === "refused") return "Refused";
  return TITLES[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}

export function toneOf({ stage, outcome }: Hop): Tone {
  if (outcome === "refused" || outcome === "failed" || stage === "erased") return "danger";
  if (outcome === "not sent" || outcome === "quarantined" || / absent: /.test(outcome)) return "warning";
  if (stage === "webhook" || stage === "sent in API request" || stage === "read") {
    const status = /^\d{3}$/.test(outcome) ? Number(outcome) : undefined;
    if (status !== undefined) return status < 400 ? "good" : "danger";
    return stage === "read" ? "plain" : "danger";
  }
  return ["stored", "success", "checksum ok", "sent"].includes(outcome) || /^(stored as|read) /.test(outcome) ? "good" : "plain";
}

/** `0 ms`, `41 ms`, `1.2 s`, `3:05`, `2 h`: since the start. */
export function sinceStart(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, "0")} min`;
  return ms < 172_800_000 ? `${Math.floor(ms / 3_600_000)} h` : `${Math.floor(ms / 86_400_000)} d`;
}

/** Where a hop's subject has a page of its own; flows are known by their name to the conversation. */
export function placeOf(hop: Hop, { id, deploymentId, participants }: Pick<Conversation, "id" | "deploymentId" | "participants">): { path: string; name: string } | undefined {
  const [kind, subject] = hop.who.split(" ");
  if (kind === "webhook" && subject) return { path: `/admin/webhooks/${encodeURIComponent(subject)}`, name: "Webhook" };
  if (kind === "queue" && subject) return { path: `/admin/queues/${encodeURIComponent(subject)}`, name: "Queue" };
  if (kind === "flow" && subject && !hop.who.includes("›")) return { path: `/admin/flows/${encodeURIComponent(subject)}`, name: "Flow" };
  if (hop.stage === "admitted") return { path: `/admin/deployments/${encodeURIComponent(deploymentId)}`, name: "Deployment" };
  if (hop.stage === "read by flow step" || hop.stage === "answered to flow step" || hop.stage === "flow ended") {
    const flowName = hop.who.replace(/ v\d+( › .*)?$/, "");
    const runs = participants.filter(({ flowId }) => flowId);
    const flow = runs.find(({ name }) => name === flowName) ?? (new Set(runs.map(({ flowId }) => flowId)).size === 1 ? runs[0] : undefined);
    return flow?.flowId ? { path: `/admin/flows/${encodeURIComponent(flow.flowId)}`, name: "Flow" } : undefined;
  }
  if (hop.stage === "answered" || (kind === "user" && subject)) return { path: `/desk/${encodeURIComponent(id)}`, name: "Desk" };
  return undefined;
}

/** Who it was in words; ids stay in the title. */
export function whoText(who: string, self: string | undefined): string {
  if (who === "page" || who === "guest") return "the visitor's page";
  if (who === "policy") return "the context policy";
  if (who === "log") return "the log";
  if (who === "server") return "the server";
  if (self !== undefined && who === `user ${self}`) return "you";
  const id = /^(user|client|webhook|queue|flow) ([0-9a-f]{8})[0-9a-f-]{28}$/.exec(who);
  if (!id) return who;
  const names: Readonly<Record<string, string>> = { user: "a person", client: "an API client", webhook: "a webhook", queue: "a queue", flow: "a flow" };
  return `${names[id[1] ?? ""] ?? ""} · ${id[2]}…`;
}

/** For a ticket: every hop in a line, without values, which are the customer's. */
export function asText({ conversationId, key, revision, hops, absence }: Trace, address: string): string {
  const width = (pick: (hop: Hop) => string) => Math.max(0, ...hops.map((hop) => pick(hop).length));
  const [times, stages, whos, outcomes] = [width((hop) => sinceStart(hop.afterMs)), width((hop) => hop.stage), width((hop) => hop.who), width((hop) => hop.outcome)];
  const lines = hops.map((hop) => [sinceStart(hop.afterMs).padStart(times), hop.stage.padEnd(stages), hop.who.padEnd(whos), hop.outcome.padEnd(outcomes), hop.detail].join("  ").trimEnd());
  return [
    `Trace of ${key ?? "the whole context"} · conversation ${conversationId} · revision ${revision}`,
    address,
    "",
    ...lines,
    ...(absence ? ["", `${absence.key}: ${absence.why}. ${absence.reason} ${absence.remedy}`] : []),
    "",
  ].join("\n");
}
