/** Roles, for whoever gives or shows them. */

import type { Answer } from "../../../lib/api";
import { listAll } from "../../../lib/list-all";
import { api, session } from "../../../lib/session.svelte";

export type Role = Answer<"/api/v2/authorization/roles", "get">["entities"][number];

export const listRoles = async (signal: AbortSignal): Promise<Role[]> =>
  session.may("authorization:role:view") ? listAll((pageNumber) => api.get("/api/v2/authorization/roles", { query: { pageNumber, pageSize: 200 }, signal })) : [];

export function roleNames(roles: readonly Role[] | undefined, held: readonly { roleId: string }[]): string {
  const ids = [...new Set(held.map(({ roleId }) => roleId))];
  return ids.map((id) => roles?.find((role) => role.id === id)?.name ?? id.slice(0, 8)).join(", ");
}
