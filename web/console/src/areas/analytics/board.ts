/** Rows of the live board, out of what three operations answer. Pure. */

import type { components } from "../../generated/api";

type Schemas = components["schemas"];

export interface QueueRow {
  id: string;
  name: string;
  waiting: number;
  /** When the one that waits longest began to. */
  waitsSince: number | undefined;
  alerting: number;
  chats: number;
  wrapping: number;
  idle: number;
  busy: number;
  away: number;
  members: number;
  serviceLevel: number | undefined;
  target: number | undefined;
  answered: number;
  abandoned: number;
}

/** The whole organization in four numbers. */
export interface Totals {
  waiting: number;
  waitsSince: number | undefined;
  chats: number;
  abandoned: number;
}

export function queueRows(queues: readonly { id: string; name: string; target: number | undefined }[], observed: Schemas["ObservationsResponse"], today: Schemas["AggregatesResponse"], now: number): QueueRow[] {
  const seen = new Map<string, Schemas["ObservationData"][]>();
  for (const { group, data } of observed.results) {
    const queue = group["queueId"];
    if (queue !== undefined) seen.set(queue, [...(seen.get(queue) ?? []), ...data]);
  }
  const counted = new Map(today.results.map(({ group, data }) => [group["queueId"], data[0]?.metrics ?? []] as const));
  return queues.map(({ id, name, target }) => {
    const data = seen.get(id) ?? [];
    const number = (metric: string, qualifier?: string) => data.filter((one) => one.metric === metric && (qualifier === undefined || one.qualifier === qualifier)).reduce((sum, { stats }) => sum + stats.count, 0);
    const stats = (metric: string) => counted.get(id)?.find((one) => one.metric === metric)?.stats;
    const longest = data.find(({ metric }) => metric === "oLongestWaiting")?.stats.max ?? undefined;
    return {
      id,
      name,
      waiting: number("oWaiting"),
      waitsSince: longest === undefined ? undefined : now - longest,
      alerting: number("oAlerting"),
      chats: number("oInteracting"),
      wrapping: number("oWrappingUp"),
      idle: number("oOnQueueUsers", "IDLE"),
      busy: number("oOnQueueUsers", "INTERACTING"),
      away: number("oOffQueueUsers") + number("oOnQueueUsers", "NOT_RESPONDING"),
      members: number("oMemberUsers"),
      serviceLevel: stats("oServiceLevel")?.ratio ?? undefined,
      target,
      answered: stats("tAnswered")?.count ?? 0,
      abandoned: stats("tAbandon")?.count ?? 0,
    };
  });
}

export function totalsOf(rows: readonly QueueRow[]): Totals {
  const since = rows.flatMap(({ waitsSince }) => (waitsSince === undefined ? [] : [waitsSince]));
  const sum = (read: (row: QueueRow) => number) => rows.reduce((all, row) => all + read(row), 0);
  return { waiting: sum(({ waiting }) => waiting), waitsSince: since.length > 0 ? Math.min(...since) : undefined, chats: sum(({ chats }) => chats), abandoned: sum(({ abandoned }) => abandoned) };
}

export interface AgentRow {
  id: string;
  name: string;
  presence: string;
  routing: string;
  since: number | undefined;
  queues: string[];
  chats: Chat[];
  capacity: number | undefined;
}

/** A conversation that somebody is at work on. */
export interface Chat {
  id: string;
  customer: string;
}

/** What topics told after the members were read. */
export interface Told {
  presences: ReadonlyMap<string, string>;
  routings: ReadonlyMap<string, { status: string; since: number }>;
}

/** A person is a member of several queues, and is in the list once. */
export function agentRows(members: readonly { queue: string; member: Schemas["QueueMember"] }[], conversations: readonly Pick<Schemas["Conversation"], "id" | "endTime" | "participants">[], told: Told = { presences: new Map(), routings: new Map() }): AgentRow[] {
  const chats = new Map<string, Chat[]>();
  for (const { id, endTime, participants } of conversations) {
    if (endTime) continue;
    const at = new Set(participants.filter(({ purpose, userId, endTime: left, connectedTime }) => purpose === "agent" && userId && !left && connectedTime).map(({ userId }) => userId ?? ""));
    const customer = participants.find(({ purpose }) => purpose === "customer")?.name ?? "Visitor";
    for (const user of at) chats.set(user, [...(chats.get(user) ?? []), { id, customer }]);
  }
  const rows = new Map<string, AgentRow>();
  for (const { queue, member } of members) {
    const row = rows.get(member.id);
    if (row) {
      row.queues.push(queue);
      continue;
    }
    const read = member.routingStatus;
    const routing = told.routings.get(member.id) ?? { status: read?.status ?? "OFF_QUEUE", since: read?.startTime ? Date.parse(read.startTime) : undefined };
    rows.set(member.id, {
      id: member.id, name: member.name, presence: told.presences.get(member.id) ?? member.presence?.presenceDefinition.systemPresence ?? "Offline",
      routing: routing.status, since: routing.since, queues: [queue], chats: chats.get(member.id) ?? [], capacity: member.utilization?.utilization.message.maximumCapacity,
    });
  }
  // Who can take a chat first, who is away last.
  const rank: Readonly<Record<string, number>> = { IDLE: 0, INTERACTING: 1, COMMUNICATING: 1, NOT_RESPONDING: 2, OFF_QUEUE: 3 };
  return [...rows.values()].sort((one, other) => (rank[one.routing] ?? 3) - (rank[other.routing] ?? 3) || one.name.localeCompare(other.name));
}

/** A frame of `v2.users.{id}.presence` or `….routingStatus`, as far as it is one. */
export function toldOf(body: unknown): { id: string; presence: string } | { id: string; status: string; since: number } | undefined {
  const { id, presenceDefinition, routingStatus } = (body ?? {}) as Partial<Schemas["UserPresence"]> & { routingStatus?: Partial<Schemas["RoutingStatus"]> };
  if (typeof id === "string" && typeof presenceDefinition?.systemPresence === "string") return { id, presence: presenceDefinition.systemPresence };
  const { status, startTime } = routingStatus ?? {};
  if (typeof id === "string" && typeof status === "string") return { id, status, since: startTime ? Date.parse(startTime) : Date.now() };
  return undefined;
}

/** `ON_QUEUE` and `On Queue` as words. */
export const words = (state: string): string => {
  const text = state.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
};
