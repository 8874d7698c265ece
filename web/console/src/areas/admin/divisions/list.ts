/** All divisions of an organization: there are few. */

import type { Answer } from "../../../lib/api";
import { listAll } from "../../../lib/list-all";
import { api, session } from "../../../lib/session.svelte";

export type Division = Answer<"/api/v2/authorization/divisions", "get">["entities"][number];

/** Everywhere, also in divisions to come. */
export const EVERYWHERE = "*";

export const listDivisions = async (signal: AbortSignal): Promise<Division[]> =>
  session.may("authorization:role:view") ? listAll((pageNumber) => api.get("/api/v2/authorization/divisions", { query: { pageNumber, pageSize: 200 }, signal })) : [];
