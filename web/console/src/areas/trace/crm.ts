/** Where a stored key leads: the address that the policy fills in, if it is one that may be opened. */

import { templateFault } from "../desk/links";

export function crmAddress({ link, masked }: { link?: string | null; masked?: boolean }): string | undefined {
  if (!link || masked) return undefined;
  // The address is filled already; the same rules hold for its beginning.
  return templateFault(`${link}#{value}`) === undefined ? link : undefined;
}
