/** Where the actions of a flow stand in its picture: from the top to the bottom, as dagre lays them out. Pure; every size is known before anything is drawn. */

import dagre from "@dagrejs/dagre";
import type { FlowAction, FlowDocument } from "./document";

export const START = "\u0000start";

export const NODE_WIDTH = 208;
export const HEAD_HEIGHT = 52;
export const PORTS_HEIGHT = 24;
const LETTER = 6.4;
const PORT_SPACE = 18;
const WIDEST = 420;
const LONGEST_LABEL = 16;
/** So many actions are laid out in a simpler way, which takes less time. */
const MANY = 60;

export interface PlacedPort {
  id: string;
  label: string;
  to: string | undefined;
  /** From the left edge of its node to its middle. */
  x: number;
  width: number;
}

export interface PlacedNode {
  id: string;
  action: FlowAction | undefined;
  x: number;
  y: number;
  width: number;
  height: number;
  ports: readonly PlacedPort[];
}

export interface Point {
  x: number;
  y: number;
}

export interface PlacedEdge {
  id: string;
  from: string;
  port: string;
  to: string;
  /** Where it passes between what stands in its way; empty where nothing does. */
  via: readonly Point[];
}

type Edge = Omit<PlacedEdge, "via">;

export interface Placed {
  nodes: readonly PlacedNode[];
  edges: readonly PlacedEdge[];
}

/** All that the places depend on, for whoever draws: typing a message moves nothing. */
export function structureOf({ start, actions }: FlowDocument): string {
  return JSON.stringify([start, actions.map(({ name, ports }) => [name, ports])]);
}

export function place(flow: FlowDocument): Placed {
  const names = new Set(flow.actions.map(({ name }) => name));
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 48, marginx: 8, marginy: 8, ...(flow.actions.length > MANY ? { ranker: "longest-path" } : {}) });
  graph.setDefaultEdgeLabel(() => ({}));
  const nodes = new Map<string, Omit<PlacedNode, "x" | "y">>();
  nodes.set(START, { id: START, action: undefined, width: 160, height: 32, ports: [{ id: "start", label: "", to: flow.start, x: 80, width: 0 }] });
  for (const action of flow.actions) {
    const ports = placePorts(action);
    const width = Math.max(NODE_WIDTH, ports.total);
    // Ports stand in the middle where the node is wider than they are.
    const shift = (width - ports.total) / 2;
    const placed = ports.ports.map((port) => ({ ...port, x: port.x + shift }));
    nodes.set(action.name, { id: action.name, action, width, height: HEAD_HEIGHT + (placed.length > 0 ? PORTS_HEIGHT : 0), ports: placed });
  }
  const edges: Edge[] = [];
  for (const { id, ports } of nodes.values()) {
    for (const port of ports) {
      if (port.to !== undefined && names.has(port.to)) edges.push({ id: edgeId(id, port.id), from: id, port: port.id, to: port.to });
    }
  }
  for (const { id, width, height } of nodes.values()) graph.setNode(id, { width, height });
  for (const { id, from, to } of edges) graph.setEdge(from, to, {}, id);
  dagre.layout(graph);
  const middle = (id: string): number => (graph.node(id) as { x?: number }).x ?? 0;
  const right = Math.max(...[...nodes.values()].map(({ id, width }) => middle(id) + width / 2));
  // dagre does not know where on a node an edge begins: seen in a mirror fewer of them may cross.
  const isMirrored = crossings(edges, (id) => -middle(id), nodes) < crossings(edges, middle, nodes);
  return {
    nodes: [...nodes.values()].map((node) => {
      const x = isMirrored ? right + 8 - middle(node.id) : middle(node.id);
      const { y = 0 } = graph.node(node.id) as { y?: number };
      return { ...node, x: Math.round(x - node.width / 2), y: Math.round(y - node.height / 2) };
    }),
    edges: edges.map((edge) => {
      const { points = [] } = graph.edge(edge.from, edge.to, edge.id) as { points?: Point[] };
      const isFar = points.length > 3;
      return { ...edge, via: isFar ? points.slice(1, -1).map(({ x, y }) => ({ x: isMirrored ? right + 8 - x : x, y })) : [] };
    }),
  };
}

/** A line from a port through these points to an action: straight down at each of them. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let from = first;
  let path = `M${from.x},${from.y}`;
  for (const to of rest) {
    const middle = (from.y + to.y) / 2;
    path += ` C${from.x},${middle} ${to.x},${middle} ${to.x},${to.y}`;
    from = to;
  }
  return path;
}

/** How often two ways out of one action lead to places that stand the other way round. */
function crossings(edges: readonly Edge[], middle: (id: string) => number, nodes: ReadonlyMap<string, Omit<PlacedNode, "x" | "y">>): number {
  let count = 0;
  for (const { id, ports } of nodes.values()) {
    const ways = edges.filter(({ from }) => from === id).sort((one, other) => ports.findIndex((port) => port.id === one.port) - ports.findIndex((port) => port.id === other.port));
    for (const [index, one] of ways.entries()) count += ways.slice(index + 1).filter((other) => middle(one.to) > middle(other.to)).length;
  }
  return count;
}

export const edgeId = (from: string, port: string): string => JSON.stringify([from, port]);

function placePorts({ ports }: FlowAction): { ports: PlacedPort[]; total: number } {
  const labels = ports.map(({ id, label }) => shortened(label === undefined ? id : label === "" ? id : label));
  const wanted = labels.map((label) => Math.ceil(label.length * LETTER + PORT_SPACE));
  const sum = wanted.reduce((total, width) => total + width, 0);
  const scale = sum > WIDEST ? WIDEST / sum : 1;
  let left = 0;
  const placed = ports.map(({ id, to }, index) => {
    const width = Math.floor((wanted[index] ?? 0) * scale);
    const x = left + width / 2;
    left += width;
    return { id, to, label: labels[index] ?? id, x, width };
  });
  return { ports: placed, total: left };
}

const shortened = (label: string): string => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);

/** The actions as one reads them: what the start leads to first, then what follows; what nothing leads to at the end. */
export function inOrder(flow: FlowDocument): { action: FlowAction; reached: boolean }[] {
  const all = new Map(flow.actions.map((action) => [action.name, action]));
  const order: FlowAction[] = [];
  const seen = new Set<string>();
  const walk = (name: string | undefined): void => {
    const action = name === undefined ? undefined : all.get(name);
    if (!action || seen.has(action.name)) return;
    seen.add(action.name);
    order.push(action);
    for (const { to } of action.ports) walk(to);
  };
  walk(flow.start);
  return [...order.map((action) => ({ action, reached: true })), ...flow.actions.filter(({ name }) => !seen.has(name)).map((action) => ({ action, reached: false }))];
}
