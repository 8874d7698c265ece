/** All deployments, and what several sections do with them. */

import { listOn } from "../../../lib/list-all";
import { api } from "../../../lib/session.svelte";
import type { Deployment } from "./types";

export const listDeployments = (signal?: AbortSignal): Promise<Deployment[]> =>
  listOn((after) => api.get("/api/v2/webdeployments/deployments", { query: { pageSize: 200, ...(after !== undefined && { after }) }, ...(signal && { signal }) }));
