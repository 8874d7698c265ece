/** The promise, asked of every surface: the id that the page gave is there, byte for byte. */

import { expect } from "@playwright/test";
import type { Integrator, Json } from "./integrator.js";

const bytes = (text: Json | undefined): string => (typeof text === "string" ? Buffer.from(text).toString("hex") : `not text: ${JSON.stringify(text)}`);

/** Compares as bytes, so that no normalisation of text can hide. */
export async function expectEverywhere(integrator: Integrator, id: string, key: string, value: string): Promise<void> {
  const [webchat, context, one, found, conversation, start] = await Promise.all([
    integrator.webchat(id),
    integrator.context(id),
    integrator.get<{ value: Json }>(`/api/v2/conversations/${id}/context/${encodeURIComponent(key)}`),
    integrator.findByAttribute(key, value),
    integrator.get<{ participants: { purpose: string; attributes?: Record<string, string> }[] }>(`/api/v2/conversations/${id}`),
    integrator.startEvent(id),
  ]);
  const customer = conversation.participants.find(({ purpose }) => purpose === "customer");
  const startContext = start.data["context"] as { values?: Record<string, { value: Json }> };
  const seen = {
    "webchat customData": webchat.customData[key],
    "webchat custom_attributes": webchat.custom_attributes[key],
    "webchat attributes.custom": webchat.attributes.custom[key],
    "webchat routing_data": webchat.routing_data[key],
    "conversation participant": customer?.attributes?.[key],
    context: context.find((entry) => entry.key === key)?.value,
    "context/{key}": one.value,
    [`${start.type} customData`]: (start.data["customData"] as Record<string, Json>)[key],
    [`${start.type} context`]: startContext.values?.[key]?.value,
  };
  const wanted = Object.fromEntries([...Object.keys(seen), "conversation:start customData"].map((place) => [place, bytes(value)]));
  expect(Object.fromEntries(Object.entries(seen).map(([place, text]) => [place, bytes(text)]))).toEqual(wanted);
  expect(found).toContain(id);
}
