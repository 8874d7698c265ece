/** Which addresses a message may link to: what somebody wrote is hostile until it is on this list. */

const SCHEMES = /^(?:https?:\/\/|mailto:|tel:)/i;
/** Characters that browsers drop or that hide what follows. */
const HIDDEN = /[\s\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\]/;

/** The address as it may stand in `href`, or `null`. */
export function safeHref(address: unknown): string | null {
  if (typeof address !== "string" || address.length > 2_048) return null;
  const text = address.trim();
  if (!SCHEMES.test(text) || HIDDEN.test(text)) return null;
  try {
    const { href, username, password } = new URL(text);
    // `https://bank.example@evil.example` shows one host and opens another.
    return SCHEMES.test(href) && !username && !password ? href : null;
  } catch {
    return null;
  }
}

/** A picture's address: of the web, encrypted, or from the server itself. */
export function safeImage(address: unknown, endpoint: string): string | null {
  const href = safeHref(address);
  return href && (href.startsWith("https://") || href.startsWith(`${endpoint}/`)) ? href : null;
}

/** A name in one line, without characters that turn the text around it. */
export const plainName = (name: string): string =>
  name.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim().slice(0, 80);
