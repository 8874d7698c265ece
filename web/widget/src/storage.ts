/** What the messenger keeps in the browser. Nothing is written before consent; where storage is forbidden nothing is kept. */

export type Place = "localStorage" | "sessionStorage";

/** The SDK's own key: its value says whether a conversation is open. */
export const sessionKey = (endpoint: string, deploymentId: string): string => `waybill:${endpoint}:${deploymentId}`;

export const widgetKey = (endpoint: string, deploymentId: string, what: string): string =>
  `waybill-ui:${endpoint}:${deploymentId}:${what}`;

export function load<T>(place: Place, key: string): T | null {
  try {
    return JSON.parse(window[place].getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function keep(place: Place, key: string, value: unknown): void {
  try {
    if (value === null) window[place].removeItem(key);
    else window[place].setItem(key, JSON.stringify(value));
  } catch {
    return; // Full or forbidden: it lives as long as the page.
  }
}
