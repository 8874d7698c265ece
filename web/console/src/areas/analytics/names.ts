/** Names of what numbers are told apart by. Who may not see a list sees ids. */

import { Failure } from "../../lib/failure";
import { api, session } from "../../lib/session.svelte";

export interface Name {
  value: string;
  label: string;
}

export interface Names {
  queues: Name[];
  deployments: Name[];
  users: Name[];
  /** Declared keys of all deployments, then those that came without a declaration. */
  keys: string[];
}

async function orNothing<T>(permission: string, read: () => Promise<T[]>): Promise<T[]> {
  if (!session.may(permission)) return [];
  try {
    return await read();
  } catch (error) {
    if (Failure.of(error).kind === "forbidden") return [];
    throw error;
  }
}

export async function readNames(signal: AbortSignal): Promise<Names> {
  const [queues, deployments, users, completeness] = await Promise.all([
    orNothing("routing:queue:view", async () => (await api.get("/api/v2/routing/queues", { query: { pageSize: 500 }, signal })).entities),
    orNothing("webDeployments:deployment:view", async () => (await api.get("/api/v2/webdeployments/deployments", { query: { pageSize: 200 }, signal })).entities),
    orNothing("directory:user:view", async () => (await api.get("/api/v2/users", { query: { pageSize: 500 }, signal })).entities),
    orNothing("analytics:conversationAggregate:view", async () => (await api.get("/api/v2/analytics/context/completeness", { query: { groupBy: "key" }, signal })).entities),
  ]);
  const declared = deployments.flatMap(({ customData }) => customData.attributes.map(({ key }) => key));
  const seen = completeness.flatMap(({ keys }) => keys.filter(({ present }) => present > 0).map(({ key }) => key)).sort();
  const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
  return { queues: queues.map(named), deployments: deployments.map(named), users: users.map(named), keys: [...new Set([...declared, ...seen])] };
}
