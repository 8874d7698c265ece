/** Stretches of time to look at, as they stand in the address. Pure: the moment is an argument. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const PRESETS = [
  { value: "today", label: "Today" },
  { value: "yesterday", label: "Yesterday" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "90d", label: "Last 90 days" },
  { value: "custom", label: "From … to …" },
] as const;

export const GRANULARITIES = [
  { value: "PT30M", label: "30 minutes", ms: HOUR / 2 },
  { value: "PT1H", label: "Hour", ms: HOUR },
  { value: "P1D", label: "Day", ms: DAY },
  { value: "P1W", label: "Week", ms: 7 * DAY },
  { value: "P1M", label: "Month", ms: 30 * DAY },
] as const;

/** More stretches than this are no picture. */
const MOST = 400;

export interface Span {
  from: number;
  to: number;
}

function dayStart(at: number, days = 0): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** Whole days of the browser's time zone; a custom one includes its last day. */
export function spanOf(range: string, from: string | null, to: string | null, now: number): Span {
  const tomorrow = dayStart(now, 1);
  if (range === "yesterday") return { from: dayStart(now, -1), to: dayStart(now) };
  if (range === "custom") {
    const [first, last] = [dateOf(from), dateOf(to)];
    if (first !== undefined && last !== undefined && first <= last) return { from: first, to: dayStart(last, 1) };
  }
  const days = /^(\d+)d$/.exec(range)?.[1];
  if (days !== undefined) return { from: dayStart(now, 1 - Math.min(400, Number(days))), to: tomorrow };
  return range === "today" ? { from: dayStart(now), to: tomorrow } : { from: dayStart(now, -6), to: tomorrow };
}

/** As many days, just before. */
export function spanBefore({ from, to }: Span): Span {
  return { from: dayStart(from, -Math.round((to - from) / DAY)), to: from };
}

/** `2026-11-20` as the beginning of that day. */
export function dateOf(text: string | null): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "") ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(day));
  return at.getDate() === Number(day) ? at.getTime() : undefined;
}

export function dateText(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

export const intervalText = ({ from, to }: Span): string => `${new Date(from).toISOString()}/${new Date(to).toISOString()}`;

/** What was chosen, or the one that fits: never so fine that nobody can read it. */
export function granularityFor({ from, to }: Span, chosen: string): string {
  const fits = GRANULARITIES.find(({ value, ms }) => value === chosen && (to - from) / ms <= MOST);
  if (fits) return fits.value;
  return to - from <= 2 * DAY ? "PT1H" : to - from <= 92 * DAY ? "P1D" : "P1W";
}

/** Beginnings of the stretches up to now, on the zone's own days and hours; weeks and months are the server's. */
export function startsOf({ from, to }: Span, granularity: string, now: number): number[] {
  const end = Math.min(to, now + 1);
  const starts: number[] = [];
  if (granularity === "P1D") for (let at = from; at < end; at = dayStart(at, 1)) starts.push(at);
  if (granularity.startsWith("PT")) {
    const step = granularity === "PT30M" ? HOUR / 2 : HOUR;
    for (let at = from; at < end; at += step) starts.push(at);
  }
  return starts;
}

export function stretchText(at: number, granularity: string, locale?: string): string {
  const options: Intl.DateTimeFormatOptions = granularity.startsWith("PT") ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } : granularity === "P1M" ? { month: "long", year: "numeric" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, options).format(at);
}
