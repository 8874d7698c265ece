/** Business hours as they are typed and shown. */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export const DAY_TITLES: Record<Day, string> = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
const SHORT: Record<Day, string> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };

export type Hours = Record<string, string[]>;

/** `09:00-12:00, 13:00-17:00` as ranges. */
export function rangesOf(text: string): string[] {
  return text
    .split(",")
    .map((range) => range.trim().replaceAll(/\s*[-–]\s*/g, "-"))
    .filter((range) => range !== "");
}

export function rangeFault(text: string): string | undefined {
  const wrong = rangesOf(text).find((range) => !/^([01]?\d|2[0-3]):[0-5]\d-(([01]?\d|2[0-3]):[0-5]\d|24:00)$/.test(range));
  return wrong === undefined ? undefined : `“${wrong}” is no range such as 09:00-17:30.`;
}

/** `Mon–Fri 09:00-17:00, Sat 10:00-12:00`: days with the same hours together. */
export function hoursText(hours: Hours): string {
  const groups: { first: Day; last: Day; ranges: string }[] = [];
  for (const [index, day] of DAYS.entries()) {
    const ranges = (hours[day] ?? []).join(" and ");
    const group = groups.at(-1);
    if (ranges === "") continue;
    if (group && group.ranges === ranges && group.last === DAYS[index - 1]) group.last = day;
    else groups.push({ first: day, last: day, ranges });
  }
  return groups.length === 0 ? "Always closed" : groups.map(({ first, last, ranges }) => `${first === last ? SHORT[first] : `${SHORT[first]}–${SHORT[last]}`} ${ranges}`).join(", ");
}
