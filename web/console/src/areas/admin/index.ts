/** Administration: what an organization sets up once and changes seldom. */

import Settings from "@lucide/svelte/icons/settings-2";
import type { Area } from "../../lib/area";
import { sections } from "./sections";

export const area: Area = {
  id: "admin",
  title: "Admin",
  order: 90,
  icon: Settings,
  path: "/admin",
  permissions: [...new Set(sections.flatMap(({ permissions }) => permissions))],
  routes: [{ path: "/admin", load: () => import("./Home.svelte") }, ...sections.flatMap(({ routes }) => routes)],
  commands: sections.flatMap(({ id, title, path, commands = [] }) => [{ id: `admin:${id}`, title: `Admin: ${title}`, run: { path } }, ...commands]),
};
