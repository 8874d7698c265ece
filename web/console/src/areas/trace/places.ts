/** Links to pages of other areas, where the console has them and the person may see their area. */

import { areas } from "..";
import { href, match } from "../../lib/router.svelte";
import { session } from "../../lib/session.svelte";

export function pathLink(path: string): string | undefined {
  const there = areas.some(({ routes, permissions }) => (permissions.length === 0 || permissions.some((one) => session.may(one))) && routes.some((route) => match(route.path, path)));
  return there ? href(path) : undefined;
}
