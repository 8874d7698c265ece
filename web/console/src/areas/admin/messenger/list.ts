/** All configurations of an organization. */

import { listOn } from "../../../lib/list-all";
import { api } from "../../../lib/session.svelte";
import type { Configuration } from "./configuration";

export const listConfigurations = (signal: AbortSignal): Promise<Configuration[]> =>
  listOn((after) => api.get("/api/v2/webdeployments/configurations", { query: { pageSize: 200, ...(after !== undefined && { after }) }, signal }));
