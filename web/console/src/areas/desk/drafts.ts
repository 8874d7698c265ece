/** What was written and not yet sent, by conversation. It survives switching, a reload and a lost network; signing out forgets it. */

const DRAFT = "waybill:draft:";
const OUTBOX = "waybill:outbox";

/** A message on its way. The key makes it one message, however often it is sent. */
export interface Outgoing {
  key: string;
  conversationId: string;
  communicationId: string;
  text: string;
  at: number;
}

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function readDraft(storage: Kept, conversationId: string): string {
  return storage.getItem(DRAFT + conversationId) ?? "";
}

export function keepDraft(storage: Kept, conversationId: string, text: string): void {
  if (text === "") storage.removeItem(DRAFT + conversationId);
  else storage.setItem(DRAFT + conversationId, text);
}

export function readOutbox(storage: Kept): Outgoing[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(OUTBOX) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isOutgoing) : [];
  } catch {
    return [];
  }
}

export function keepOutbox(storage: Kept, outbox: readonly Outgoing[]): void {
  if (outbox.length === 0) storage.removeItem(OUTBOX);
  else storage.setItem(OUTBOX, JSON.stringify(outbox));
}

/** Everything that somebody wrote here. */
export function forgetWritten(storage: Storage): void {
  for (const name of Object.keys(storage)) if (name.startsWith(DRAFT) || name === OUTBOX) storage.removeItem(name);
}

function isOutgoing(value: unknown): value is Outgoing {
  const { key, conversationId, communicationId, text, at } = (value ?? {}) as Record<string, unknown>;
  return [key, conversationId, communicationId, text].every((one) => typeof one === "string") && typeof at === "number";
}
