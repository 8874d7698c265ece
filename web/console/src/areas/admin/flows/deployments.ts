/** Deployments as far as flows have to do with them. */

import { session } from "../../../lib/session.svelte";
import type { Deployment } from "../deployments/types";

export type { Deployment };

export function boundTo(deployments: readonly Deployment[], flowId: string): Deployment[] {
  return deployments.filter(({ flow }) => flow?.id === flowId);
}

/** Lets conversations of a deployment begin with a flow, or with none. What else the deployment says stays. */
export async function bind(deploymentId: string, flowId: string | undefined): Promise<void> {
  const path = { deploymentId };
  const present = await session.api.get("/api/v2/webdeployments/deployments/{deploymentId}", { path });
  const { name, description, status, allowAllDomains, allowedDomains, allowNative, configuration, division } = present;
  const body = {
    name,
    description,
    status: status === "Inactive" ? ("Inactive" as const) : ("Active" as const),
    allowAllDomains,
    allowedDomains,
    allowNative,
    division: { id: division.id },
    ...(configuration ? { configuration } : {}),
    ...(flowId === undefined ? {} : { flow: { id: flowId } }),
  };
  await session.api.put("/api/v2/webdeployments/deployments/{deploymentId}", { path, body });
}
