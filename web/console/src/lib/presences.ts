/** What people say to be doing. The only file of the console that knows the field's path of it. */

import { api } from "./session.svelte";

/** In the words of the field; `On Queue` takes conversations from queues. */
export const PRESENCES = ["On Queue", "Available", "Busy", "Away", "Meal", "Break", "Meeting", "Training", "Offline"] as const;

export async function presenceOf(userId: string): Promise<string> {
  const { presenceDefinition } = await api.get("/api/v2/users/{userId}/presences/purecloud", { path: { userId } });
  return presenceDefinition.systemPresence;
}

/** Another's takes the right `presence:userPresence:edit`. */
export async function putPresence(userId: string, systemPresence: string): Promise<void> {
  await api.patch("/api/v2/users/{userId}/presences/purecloud", { path: { userId }, body: { presenceDefinition: { systemPresence } } });
}
