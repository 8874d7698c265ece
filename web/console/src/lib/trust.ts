/** Who vouches for a value, in a mark and in words. */

import BadgeCheck from "@lucide/svelte/icons/badge-check";
import Ban from "@lucide/svelte/icons/ban";
import Brackets from "@lucide/svelte/icons/brackets";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import Globe from "@lucide/svelte/icons/globe";
import Server from "@lucide/svelte/icons/server";
import User from "@lucide/svelte/icons/user";
import Zap from "@lucide/svelte/icons/zap";
import type { Component } from "svelte";

export interface Mark {
  icon: Component<{ size?: number | string }>;
  label: string;
  explains: string;
  tone: "good" | "plain" | "warning" | "danger";
}

const MARKS: Record<string, Mark> = {
  signed: { icon: BadgeCheck, label: "signed", explains: "Signed by your site's server. It can be trusted.", tone: "good" },
  server: { icon: Server, label: "server", explains: "Sent by one of your servers.", tone: "good" },
  agent: { icon: User, label: "agent", explains: "Written by an agent.", tone: "plain" },
  flow: { icon: Zap, label: "flow", explains: "Written by a flow.", tone: "plain" },
  page: { icon: Globe, label: "page", explains: "Said by the page that the visitor is on. Anybody can make a page say anything.", tone: "plain" },
  guest: { icon: Globe, label: "page", explains: "Said by the page that the visitor is on. Anybody can make a page say anything.", tone: "plain" },
  quarantined: { icon: Brackets, label: "quarantined", explains: "Handed over, but not declared in the context policy: kept aside.", tone: "warning" },
  refused: { icon: Ban, label: "refused", explains: "Handed over, but against the context policy: not stored.", tone: "danger" },
  missing: { icon: CircleDashed, label: "missing", explains: "The context policy expects it; nobody handed it over.", tone: "warning" },
};

export function markOf(trust: string): Mark {
  return MARKS[trust] ?? { icon: CircleDashed, label: trust, explains: "", tone: "plain" };
}
