/** The shapes that these pages share, as the API document has them. */

import type { components } from "../../../generated/api";

export type Deployment = components["schemas"]["Deployment"];
export type Policy = components["schemas"]["ContextPolicy"];
export type DeclaredKey = Policy["attributes"][number];
export type Receipt = components["schemas"]["Receipt"];
export type Effect = components["schemas"]["PolicyEffect"];
