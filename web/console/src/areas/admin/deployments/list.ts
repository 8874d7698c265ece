/** All deployments, page by page. */

import { api } from "../../../lib/session.svelte";
import type { Deployment } from "./types";

export async function listDeployments(signal: AbortSignal): Promise<Deployment[]> {
  const all: Deployment[] = [];
  let after: string | undefined;
  do {
    const page = await api.get("/api/v2/webdeployments/deployments", { query: { pageSize: "100", ...(after !== undefined && { after }) } as never, signal });
    all.push(...page.entities);
    after = page.nextUri ? (new URL(page.nextUri, location.origin).searchParams.get("after") ?? undefined) : undefined;
  } while (after !== undefined);
  return all;
}
