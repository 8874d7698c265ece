/** A picture for each verb. */

import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleQuestion from "@lucide/svelte/icons/circle-question-mark";
import CircleStop from "@lucide/svelte/icons/circle-stop";
import ClipboardCheck from "@lucide/svelte/icons/clipboard-check";
import GitBranch from "@lucide/svelte/icons/git-branch";
import Globe from "@lucide/svelte/icons/globe";
import MessageSquare from "@lucide/svelte/icons/message-square";
import Plug from "@lucide/svelte/icons/plug";
import Split from "@lucide/svelte/icons/split";
import Timer from "@lucide/svelte/icons/timer";
import UserPen from "@lucide/svelte/icons/user-pen";
import Users from "@lucide/svelte/icons/users";
import Variable from "@lucide/svelte/icons/variable";
import Workflow from "@lucide/svelte/icons/workflow";
import type { Component } from "svelte";
import type { Verb } from "./verbs";

export const ICONS: Record<Verb, Component<{ size?: number | string }>> = {
  sendMessage: MessageSquare,
  ask: CircleQuestion,
  decision: GitBranch,
  switch: Split,
  setVariable: Variable,
  setAttributes: UserPen,
  apiRequest: Globe,
  dataAction: Plug,
  schedule: CalendarClock,
  wait: Timer,
  subFlow: Workflow,
  transferToQueue: Users,
  transferToFlow: ArrowRightLeft,
  wrapUp: ClipboardCheck,
  end: CircleStop,
};
