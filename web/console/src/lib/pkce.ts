/** The request for a person's log-in: authorization code with PKCE (RFC 7636). */

/** Known to every server. */
export const CLIENT_ID = "00000000-0000-8000-8000-00000000c001";
export const CALLBACK = "/console/callback";

/** What has to be remembered while the person is on the log-in page. */
export interface Pending {
  verifier: string;
  state: string;
  /** Where the person wanted to go. */
  back: string;
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function randomText(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string {
  return base64url(random(new Uint8Array(32)));
}

export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

export function authorizeAddress(origin: string, pending: Pending, challenge: string): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: `${origin}${CALLBACK}`,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: pending.state,
  });
  return `/oauth/authorize?${query}`;
}

/** Only pages of the console: a forged return address leads nowhere else. */
export function safeBack(back: string | undefined): string {
  return back !== undefined && /^\/console(\/(?![/\\])[^\\]*)?([?#].*)?$/.test(back) && !back.startsWith(CALLBACK) ? back : "/console/";
}
