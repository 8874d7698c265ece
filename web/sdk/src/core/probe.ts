/** Why an upgrade failed: what the deployment's public files say (EDGE1). */

import { WaybillError } from "./errors.js";
import type { Config, Probe } from "./state.js";

/** The refusal that explains it, or `undefined` when it was the network. */
export function explain(config: Config, { config: file, domains, host }: Probe): WaybillError | undefined {
  if (file?.status === 404) return new WaybillError(401, "unknown_deployment", "the deployment is unknown; check deploymentId");
  if (file?.status === 200) {
    const { status, waybill } = file.body;
    if (status && status !== "Active") return new WaybillError(401, "inactive_deployment", "the deployment is inactive");
    if (differs(config.organizationId, waybill?.organizationId)) {
      return new WaybillError(401, "wrong_organization", "the organization does not fit the deployment; check orgId");
    }
    if (differs(config.region, waybill?.region)) {
      return new WaybillError(400, "region_mismatch", "the server is in another region; check the option region");
    }
  }
  if (domains?.status === 200 && !isAllowed(domains.body, host)) {
    return new WaybillError(403, "origin_denied", `the deployment does not allow pages of ${host || "this origin"}; add the domain`);
  }
  return undefined;
}

const differs = (given: string | undefined, actual: string | undefined): boolean =>
  given !== undefined && actual !== undefined && given !== actual;

function isAllowed({ allowAllDomains, allowedDomains = [] }: NonNullable<Probe["domains"]>["body"], host: string): boolean {
  return allowAllDomains === true || allowedDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
