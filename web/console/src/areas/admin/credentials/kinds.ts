/** Kinds of credentials in words. */

export const KINDS = ["secret", "bearer", "basic", "oauthClientCredentials"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_TITLES: Record<string, string> = {
  secret: "Secret in a header or body",
  bearer: "Bearer token",
  basic: "User name and password",
  oauthClientCredentials: "OAuth client",
} satisfies Record<Kind, string>;

export const SECRET_TITLES: Record<Kind, string> = { secret: "Secret", bearer: "Token", basic: "Password", oauthClientCredentials: "Client secret" };
