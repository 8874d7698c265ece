/** What a node of the picture is drawn from. */

import type { PlacedNode } from "./graph";

export interface NodeData extends Record<string, unknown> {
  node: PlacedNode;
  errors: number;
  warnings: number;
  /** The simulation came through here. */
  lit: boolean;
  /** Ways out that it took. */
  taken: readonly string[];
}
