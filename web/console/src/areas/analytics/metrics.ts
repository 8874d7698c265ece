/** What can be counted, and a table of it. Pure. */

import type { components } from "../../generated/api";
import { count, shortDuration } from "../../lib/format";

type Schemas = components["schemas"];
export type Stats = Schemas["Stats"];
export type Answered = Schemas["AggregatesResponse"];

export interface Metric {
  id: string;
  /** The server's name of what it is taken from. */
  metric: string;
  title: string;
  /** The number, in units of its own: pieces, milliseconds, a share, a score. */
  read: (stats: Stats) => number | undefined;
  unit: "count" | "ms" | "share" | "score";
}

const mean = ({ count: number, sum }: Stats) => (number > 0 && sum !== null && sum !== undefined ? sum / number : undefined);

export const METRICS: readonly Metric[] = [
  { id: "conversations", metric: "nConversations", title: "Conversations", read: (stats) => stats.count, unit: "count" },
  { id: "offered", metric: "nOffered", title: "Offered", read: (stats) => stats.count, unit: "count" },
  { id: "answered", metric: "tAnswered", title: "Answered", read: (stats) => stats.count, unit: "count" },
  { id: "abandoned", metric: "tAbandon", title: "Abandoned", read: (stats) => stats.count, unit: "count" },
  { id: "transfers", metric: "nTransferred", title: "Transfers", read: (stats) => stats.count, unit: "count" },
  { id: "wait", metric: "tWait", title: "Wait, mean", read: mean, unit: "ms" },
  { id: "wait90", metric: "tWait", title: "Wait, 90 % within", read: ({ p90 }) => p90 ?? undefined, unit: "ms" },
  { id: "handle", metric: "tHandle", title: "Handling, mean", read: mean, unit: "ms" },
  { id: "service", metric: "oServiceLevel", title: "Service level", read: ({ ratio }) => ratio ?? undefined, unit: "share" },
  { id: "satisfaction", metric: "oSurveyTotalScore", title: "Satisfaction, mean", read: mean, unit: "score" },
];

/** Metrics as they stand in an address, `conversations,wait`; each once, and at least one. */
export function metricsOf(ids: string | null): Metric[] {
  const found = [...new Set((ids ?? "").split(","))].flatMap((id) => METRICS.find((one) => one.id === id) ?? []);
  return found.length > 0 ? found : METRICS.slice(0, 1);
}

export function write(unit: Metric["unit"], value: number | undefined): string {
  if (value === undefined) return "–";
  switch (unit) {
    case "count":
      return count(value);
    case "ms":
      return value < 1_000 ? `${Math.round(value)} ms` : shortDuration(value);
    case "share":
      return `${Math.round(value * 1_000) / 10} %`;
    case "score":
      return value.toFixed(2);
    default:
      return unit satisfies never;
  }
}

/** Rows of time and columns of groups. */
export interface Matrix {
  /** Beginnings of the stretches. */
  stretches: number[];
  groups: string[];
  cells: (number | undefined)[][];
}

const NONE = "without a value";
export const OTHERS = "all others";

export function groupName(group: Readonly<Record<string, string>>, other: boolean, dimension: string | undefined, name: (dimension: string, value: string) => string): string {
  if (dimension === undefined) return "All";
  if (other) return OTHERS;
  const value = group[dimension];
  return value === undefined ? NONE : value === "" ? "(empty)" : name(dimension, value);
}

/** Stretches without data are there with nothing in them: a gap is no straight line. */
export function matrixOf({ results }: Answered, metric: Metric, starts: readonly number[], dimension: string | undefined, name: (dimension: string, value: string) => string): Matrix {
  const found = results.map((result) => {
    const byStart = new Map(
      result.data.flatMap(({ interval, metrics }) => {
        const stats = metrics.find((one) => one.metric === metric.metric)?.stats;
        const value = stats && metric.read(stats);
        return value === undefined ? [] : [[Date.parse(interval.split("/")[0] ?? ""), value] as const];
      }),
    );
    return { name: groupName(result.group, result.other ?? false, dimension, name), byStart };
  });
  const filled = found.filter(({ byStart }) => byStart.size > 0);
  const stretches = [...new Set([...starts, ...filled.flatMap(({ byStart }) => [...byStart.keys()])])].sort((one, other) => one - other);
  return { stretches, groups: filled.map(({ name: group }) => group), cells: stretches.map((start) => filled.map(({ byStart }) => byStart.get(start) ?? (metric.unit === "count" ? 0 : undefined))) };
}

/** This period and the one before it, stretch beside stretch: two columns instead of the one of an ungrouped metric. */
export function compared(now: Matrix, before: Matrix, unit: Metric["unit"]): Matrix {
  // Nothing counted is none; nothing measured is no number.
  const none = unit === "count" ? 0 : undefined;
  return { stretches: now.stretches, groups: ["This period", "The period before"], cells: now.stretches.map((_, index) => [now.cells[index]?.[0] ?? none, before.cells[index]?.[0] ?? none]) };
}

export interface MetricRow {
  id: string;
  /** What the row is sorted by in its first column. */
  order: number | string;
  label: string;
  values: readonly (number | undefined)[];
}

/** A row for each stretch, or for each group where there is one stretch. */
export function rowsOf({ stretches, groups, cells }: Matrix, whole: boolean, label: (stretch: number) => string): MetricRow[] {
  if (whole) return groups.map((group, index) => ({ id: String(index), order: group, label: group, values: [cells[0]?.[index]] }));
  return stretches.map((at, index) => ({ id: String(at), order: at, label: label(at), values: cells[index] ?? [] }));
}

/** Whether there is a number that is not nothing. */
export const isAnything = (rows: readonly MetricRow[]): boolean => rows.some(({ values }) => values.some((one) => one !== undefined && one !== 0));

/** Rows in the order of a column; nothing comes last. */
export function sortedRows<T>(rows: readonly T[], value: (row: T) => number | string | undefined, descending: boolean): T[] {
  return [...rows].sort((one, other) => {
    const [left, right] = [value(one), value(other)];
    if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1;
    const order = typeof left === "string" || typeof right === "string" ? String(left).localeCompare(String(right)) : left - right;
    return descending ? -order : order;
  });
}

/** A spreadsheet runs what begins like a formula: such text gets a mark in front. */
export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  const cell = (value: string | number | undefined) => {
    if (value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
