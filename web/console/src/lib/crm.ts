/** Where a stored key leads: the address that the deployment's policy fills in, if it is one that may be opened. */

/** The server checks templates (CTX13); what is opened is checked here all the same. */
export function crmAddress({ link, masked }: { link?: string | null; masked?: boolean }): string | undefined {
  if (!link || masked || !URL.canParse(link)) return undefined;
  const { protocol, hostname } = new URL(link);
  const isHere = protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1");
  return protocol === "https:" || isHere ? link : undefined;
}
