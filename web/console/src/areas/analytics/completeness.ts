/** Where a key was there and where it was not. Pure. */

import type { components } from "../../generated/api";

type Schemas = components["schemas"];
export type Listing = Schemas["CompletenessListing"];
export type Alarm = Schemas["ContextAlarm"];

/** One key of one deployment, all pages together. */
export interface KeyRow {
  id: string;
  deploymentId: string;
  deployment: string;
  key: string;
  declared: boolean;
  required: boolean;
  starts: number;
  present: number;
  rate: number | undefined;
  refused: number;
  quarantined: number;
  /** Starts that have the key neither stored nor kept apart nor refused. */
  absent: number;
}

export const rowId = (deploymentId: string, key: string): string => `${deploymentId} ${key}`;

/** What somebody counts on and does not always get: a key that was never sent is no loss unless it is required. */
export const goesMissing = ({ declared, required, present, refused, quarantined, rate }: KeyRow): boolean => declared && rate !== undefined && rate < 0.95 && (required || present + refused + quarantined > 0);

/** Declared and optional, and no page ever tried to send it. */
export const neverSent = ({ declared, required, present, refused, quarantined }: KeyRow): boolean => declared && !required && present + refused + quarantined === 0;

/** Declared keys before others, and among them those that go missing, the worst first; what was never sent comes last. */
export function keyRows({ entities }: Listing): KeyRow[] {
  return entities
    .flatMap(({ deploymentId, deploymentName, starts, keys }) =>
      keys.map(({ key, declared, required, present, refused, quarantined }) => ({
        id: rowId(deploymentId, key), deploymentId, deployment: deploymentName ?? deploymentId, key, declared, required, starts, present, rate: starts > 0 ? present / starts : undefined, refused, quarantined, absent: Math.max(0, starts - present - refused - quarantined),
      })),
    )
    .sort((one, other) => Number(other.declared) - Number(one.declared) || Number(other.starts > 0) - Number(one.starts > 0) || Number(goesMissing(other)) - Number(goesMissing(one)) || Number(neverSent(one)) - Number(neverSent(other)) || (one.rate ?? 1) - (other.rate ?? 1) || other.starts - one.starts || one.key.localeCompare(other.key));
}

/** A stretch of time and what was read of it, by page path. */
export interface Slice {
  from: number;
  to: number;
  listing: Listing;
}

export interface PageRow {
  id: string;
  at: number;
  page: string;
  starts: number;
  present: number;
  rate: number | undefined;
  refused: number;
  quarantined: number;
  absent: number;
}

export const NO_PAGE = "no page";

/** One key of one deployment: a row for each stretch and page that had starts. */
export function pageRows(slices: readonly Slice[], deploymentId: string, key: string): PageRow[] {
  return slices.flatMap(({ from, listing }) =>
    listing.entities
      .filter((one) => one.deploymentId === deploymentId && one.starts > 0)
      .map(({ pagePath, other, starts, keys }) => {
        const found = keys.find((one) => one.key === key);
        const { present = 0, refused = 0, quarantined = 0 } = found ?? {};
        const page = other ? "all other pages" : (pagePath ?? NO_PAGE);
        return { id: `${from} ${page}`, at: from, page, starts, present, rate: present / starts, refused, quarantined, absent: Math.max(0, starts - present - refused - quarantined) };
      }),
  );
}

/** The pages with most starts, as lines of presence. */
export function linesOf(slices: readonly Slice[], rows: readonly PageRow[], most: number): { page: string; values: (number | undefined)[] }[] {
  const starts = new Map<string, number>();
  for (const row of rows) starts.set(row.page, (starts.get(row.page) ?? 0) + row.starts);
  const pages = [...starts].sort(([, one], [, other]) => other - one).slice(0, most).map(([page]) => page);
  return pages.map((page) => ({ page, values: slices.map(({ from }) => rows.find((row) => row.at === from && row.page === page)?.rate) }));
}

export function sumsOf(slices: readonly Slice[], rows: readonly PageRow[], read: (row: PageRow) => number): number[] {
  return slices.map(({ from }) => rows.filter((row) => row.at === from).reduce((sum, row) => sum + read(row), 0));
}

/** The stretches that an alarm touches: it lasts until now unless it ended. */
export function bandOf(alarm: Alarm, slices: readonly Slice[], now: number): { from: number; to: number } | undefined {
  const [began, ended] = [Date.parse(alarm.beganAt), alarm.endedAt ? Date.parse(alarm.endedAt) : now];
  const from = slices.findIndex(({ to }) => to > began);
  const to = slices.findLastIndex((slice) => slice.from <= ended);
  return from === -1 || to < from ? undefined : { from, to };
}

/** Something that happened to the deployment or to its pages, and may be why a key comes or goes. */
export interface Change {
  at: number;
  text: string;
}

/** Policies that were published within the slices. The first one is how the deployment was made. */
export function policyChanges(versions: readonly { version: number; datePublished?: string | null; mode: string }[]): Change[] {
  return versions.filter(({ version }) => version > 1).flatMap(({ version, datePublished, mode }) => (datePublished ? [{ at: Date.parse(datePublished), text: `Context policy version ${version} was published (${mode})` }] : []));
}

/** SDK versions that were first seen after others were: a page was deployed. */
export function sdkChanges({ results }: Schemas["AggregatesResponse"]): Change[] {
  const first = results
    .flatMap(({ group, data }) => {
      const version = group["sdkVersion"];
      const starts = data.filter(({ metrics }) => metrics.some(({ stats }) => stats.count > 0)).map(({ interval }) => Date.parse(interval.split("/")[0] ?? ""));
      return version === undefined || starts.length === 0 ? [] : [{ at: Math.min(...starts), version }];
    })
    .sort((one, other) => one.at - other.at);
  const begun = first[0]?.at;
  return first.filter(({ at }) => begun !== undefined && at > begun).map(({ at, version }) => ({ at, text: `SDK ${version} was seen for the first time` }));
}

/** Changes with a number each and the stretch that they fall into, oldest first; what is outside of all stretches is left out. */
export function marksOf(changes: readonly Change[], slices: readonly { from: number; to: number }[]): (Change & { number: number; slice: number })[] {
  return [...changes]
    .sort((one, other) => one.at - other.at)
    .map((change) => ({ ...change, slice: slices.findIndex(({ from, to }) => change.at >= from && change.at < to) }))
    .filter(({ slice }) => slice >= 0)
    .map((change, index) => ({ ...change, number: index + 1 }));
}

export const RANGES = [
  { value: "24h", label: "Last 24 hours", count: 12, ms: 2 * 3_600_000 },
  { value: "7d", label: "Last 7 days", count: 7, ms: 86_400_000 },
  { value: "14d", label: "Last 14 days", count: 14, ms: 86_400_000 },
  { value: "30d", label: "Last 30 days", count: 15, ms: 2 * 86_400_000 },
] as const;

/** Stretches up to now, oldest first. */
export function stretchesOf(range: string, now: number): { from: number; to: number }[] {
  const { count, ms } = RANGES.find(({ value }) => value === range) ?? RANGES[1];
  return Array.from({ length: count }, (_, index) => ({ from: now - (count - index) * ms, to: now - (count - index - 1) * ms }));
}
