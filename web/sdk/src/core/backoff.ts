/** How long to wait before trying again. */

/** Full jitter: anything between nothing and a bound that doubles with every attempt. */
export function backoffMs(attempt: number, random: () => number, capMs = 30_000): number {
  return random() * Math.min(capMs, 1_000 * 2 ** attempt);
}
