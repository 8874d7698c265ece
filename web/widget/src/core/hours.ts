/** Business hours: `Mon-Fri 09:00-17:00; Sat 10:00-14:00`, in a time zone. */

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const PART = /^([a-z]{3})(?:-([a-z]{3}))?\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;

/** Whether somebody is there. Without hours always; hours that can't be read close nothing. */
export function isWithinHours(hours: string | null, timeZone: string | null, now: Date): boolean {
  const parts = (hours ?? "").toLowerCase().split(/[;,]/).map((part) => PART.exec(part.trim())).filter((part) => part !== null);
  if (!parts.length) return true;
  const { day, minute } = clock(timeZone, now);
  return parts.some(([, from = "", to = from, h1, m1, h2, m2]) => {
    const [first, last] = [DAYS.indexOf(from), DAYS.indexOf(to)];
    const isDay = first <= last ? day >= first && day <= last : day >= first || day <= last;
    return isDay && minute >= Number(h1) * 60 + Number(m1) && minute < Number(h2) * 60 + Number(m2);
  });
}

function clock(timeZone: string | null, now: Date): { day: number; minute: number } {
  try {
    const options = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(timeZone && { timeZone }) } as const;
    const parts = new Map(new Intl.DateTimeFormat("en-US", options).formatToParts(now).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf((parts.get("weekday") ?? "").toLowerCase());
    return { day, minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
  } catch {
    return { day: now.getDay(), minute: now.getHours() * 60 + now.getMinutes() };
  }
}
