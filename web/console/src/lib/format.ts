/** Times, durations and values as people read them. Pure: the moment is an argument. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0:42`, `12:05`, `3 h`, `2 d`: how long something lasts, as short as a row needs it. */
export function shortDuration(ms: number): string {
  const time = Math.max(0, ms);
  if (time < HOUR) return `${Math.floor(time / MINUTE)}:${String(Math.floor((time % MINUTE) / SECOND)).padStart(2, "0")}`;
  return time < 2 * DAY ? `${Math.floor(time / HOUR)} h` : `${Math.floor(time / DAY)} d`;
}

/** `42 seconds`, `3 minutes`: the same for ears. */
export function spokenDuration(ms: number): string {
  const time = Math.max(0, ms);
  const [count, unit] = time < MINUTE ? [Math.floor(time / SECOND), "second"] : time < HOUR ? [Math.floor(time / MINUTE), "minute"] : time < 2 * DAY ? [Math.floor(time / HOUR), "hour"] : [Math.floor(time / DAY), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** `just now`, `3 min ago`, `2 h ago`, then the date. */
export function relativeTime(at: number, now: number, locale?: string): string {
  const ago = now - at;
  if (ago < 45 * SECOND) return ago < -MINUTE ? `in ${shortDuration(-ago)}` : "just now";
  if (ago < HOUR) return `${Math.max(1, Math.round(ago / MINUTE))} min ago`;
  if (ago < DAY) return `${Math.round(ago / HOUR)} h ago`;
  if (ago < 7 * DAY) return `${Math.round(ago / DAY)} d ago`;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(at);
}

export function exactTime(at: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

export function clockTime(at: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at);
}

export function dayName(at: number, now: number, locale?: string): string {
  const day = (time: number) => new Date(time).toDateString();
  if (day(at) === day(now)) return "Today";
  if (day(at) === day(now - DAY)) return "Yesterday";
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

export function count(number: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(number);
}

/** `1 conversation`, `3 conversations`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A JSON value as text: strings as they are, the rest as JSON writes it. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

export function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}
