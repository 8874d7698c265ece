/** The HTTP requests of the SDK. */

import type { Probe } from "../core/state.js";
import type { DeploymentConfig, DeploymentDomains, MessagePage, StructuredMessage } from "../protocol.js";

const TIMEOUT_MS = 8_000;
const PAGE_SIZE = 100;

/** What the deployment's public files say; `null` for one that can't be read. */
export async function probe(endpoint: string, deploymentId: string): Promise<Probe> {
  const folder = `${endpoint}/webdeployments/v1/deployments/${encodeURIComponent(deploymentId)}`;
  const [config, domains] = await Promise.all([
    getJson<DeploymentConfig>(`${folder}/config.json`).catch(() => null),
    getJson<DeploymentDomains>(`${folder}/domains.json`).catch(() => null),
  ]);
  return { config, domains, host: location.hostname };
}

/** One page of the session's messages, newest first. Rejects with the status, or 0. */
export async function fetchHistory(endpoint: string, jwt: string, page: number): Promise<MessagePage> {
  const url = `${endpoint}/api/v2/webmessaging/messages?pageNumber=${page}&pageSize=${PAGE_SIZE}`;
  const { status, body } = await getJson<MessagePage>(url, { Authorization: `Bearer ${jwt}` });
  if (status !== 200) throw new HttpError(status);
  return body;
}

/** All of them, oldest first. */
export async function readHistory(endpoint: string, jwt: string): Promise<StructuredMessage[]> {
  const found: StructuredMessage[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { entities, pageCount } = await fetchHistory(endpoint, jwt, page);
    found.push(...entities);
    pages = pageCount;
  }
  return found.reverse();
}

export class HttpError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { headers, signal: abort.signal, credentials: "omit", cache: "no-store" });
    return { status: response.status, body: (await response.json()) as T };
  } finally {
    clearTimeout(timer);
  }
}
