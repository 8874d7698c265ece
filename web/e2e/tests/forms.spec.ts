/** Each call form, with an id that survives only where nobody touches it. */

import type { CxoneChat, GenesysCloudWebMessaging, GenesysFunction, WebMessagingClient } from "@waybill/web-messaging-sdk";
import { expectEverywhere } from "../src/everywhere.js";
import { expect, test } from "../src/test.js";

/** Leading zeros, a letter and its accent apart, quotes, a backslash, markup, a sign beyond 16 bits, a space at the end. */
const ID = "00042-Zoe\u0308 \"q\" \\ <b>&amp;</b> \u{1F9FE} ";

type Ids = { orgId: string; region: string; deploymentId: string };
type Started = { conversationId: string; customData: Record<string, unknown> };

declare global {
  interface Window {
    PureCloudWebChatSDK: { WebMessagingClient: typeof WebMessagingClient };
    GenesysCloudWebMessaging: typeof GenesysCloudWebMessaging;
    cxoneChat: CxoneChat;
    Genesys: GenesysFunction;
  }
}

const FORMS: { [name: string]: (given: { ids: Ids; id: string }) => Promise<Started> } = {
  WebMessagingClient: ({ ids, id }) => new window.PureCloudWebChatSDK.WebMessagingClient(ids).startChat({ customData: { crmCustomerId: id } }),
  GenesysCloudWebMessaging: ({ ids: { orgId, deploymentId }, id }) =>
    new window.GenesysCloudWebMessaging({ organizationId: orgId, deploymentId }).startChat({ attributes: { custom: { crm_customer_id: id } } }),
  cxoneChat: ({ ids, id }) => {
    window.cxoneChat.init(ids);
    return window.cxoneChat.startChat({ customerId: id, name: "Zoë", email: "zoe@example.com" });
  },
  "Genesys command": ({ ids, id }) =>
    new Promise((resolve, reject) => {
      window.Genesys.c = ids;
      window.Genesys("subscribe", "MessagingService.started", ({ data }) => resolve({ ...(data as Started), customData: { crmCustomerId: id } }));
      window.Genesys("command", "Database.set", { messaging: { customAttributes: { customer_id: id } } });
      window.Genesys("command", "MessagingService.sendMessage", { message: "Hello" }, undefined, reject);
    }),
};

for (const [name, start] of Object.entries(FORMS)) {
  test(`l3_ctx3_p1_the_id_given_through_${name}_is_byte_equal_everywhere`, async ({ page, demo, integrator, open }) => {
    await open(page);
    const { orgId, region, deployments } = demo.file;
    const started = await page.evaluate(start, { ids: { orgId, region, deploymentId: deployments.open }, id: ID });
    expect(started.customData["crmCustomerId"]).toBe(ID);
    await expectEverywhere(integrator, started.conversationId, "crmCustomerId", ID);
  });
}

test("l10_ctx3_empty_false_zero_and_null_come_back_as_they_are", async ({ page, demo, integrator, open }) => {
  await open(page);
  const { orgId, region, deployments } = demo.file;
  const customData = { empty: "", no: false, zero: 0, none: null, fraction: 0.1, zeros: "007" };
  const started = await page.evaluate(
    ({ ids, given }) => new window.PureCloudWebChatSDK.WebMessagingClient(ids).startChat({ customData: given }),
    { ids: { orgId, region, deploymentId: deployments.open }, given: customData },
  );
  expect(started.customData).toEqual(customData);
  expect((await integrator.webchat(started.conversationId)).customData).toEqual(customData);
  expect((await integrator.startEvent(started.conversationId)).data["customData"]).toEqual(customData);
});
