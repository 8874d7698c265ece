/**
 * The field's own npm client, unmodified, against the running demo: the whole way of the id, from the start of a chat
 * to the reports. It is aimed at this server by its public gateway setting.
 */

import { expect, test } from "../src/test.js";
import platformClient from "purecloud-platform-client-v2";
import WebSocket from "ws";
import type { Demo } from "../src/demo.js";

interface Frame {
  topicName: string;
  eventBody: { conversationId?: string; attributes?: Record<string, string>; message?: string };
}

function aim(demo: Demo): typeof platformClient.ApiClient.instance {
  const { hostname, port } = new URL(demo.file.baseUrl);
  const client = platformClient.ApiClient.instance;
  client.setGateway({ host: hostname, protocol: "http", port: Number(port), path_params_login: "", path_params_api: "" } as never);
  return client;
}

/** Reads frames until one fits. */
class Channel {
  readonly #frames: Frame[] = [];
  readonly #waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => {
      this.#frames.push(JSON.parse(String(data)) as Frame);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(uri: string): Promise<Channel> {
    const socket = new WebSocket(uri);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Channel(socket);
  }

  async find(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.#frames.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

function interval(): string {
  const hour = 3_600_000;
  return `${new Date(Date.now() - hour).toISOString()}/${new Date(Date.now() + hour).toISOString()}`;
}

test("rest1_the_unmodified_npm_client_finds_the_customer_everywhere", async ({ demo, open, page }) => {
  const client = aim(demo);
  const { id, secret } = demo.file.oauthClient;
  await client.loginClientCredentialsGrant(id, secret);
  const conversations = new platformClient.ConversationsApi();
  const notifications = new platformClient.NotificationsApi();
  const analytics = new platformClient.AnalyticsApi();

  // A channel that sees every start, opened before the chat.
  const created = await notifications.postNotificationsChannels();
  const topic = "v2.detail.events.conversation.*.customer.start";
  const subscribed = await notifications.postNotificationsChannelSubscriptions(created.id!, [{ id: topic }]);
  expect(subscribed.entities?.map((entity) => entity.id)).toEqual([topic]);
  const channel = await Channel.open(created.connectUri!);
  channel.socket.send(JSON.stringify({ message: "ping" }));
  await channel.find((frame) => frame.topicName === "channel.metadata" && frame.eventBody.message === "pong");

  // A visitor starts a chat in a real browser.
  const crmCustomerId = `CRM-${Date.now()}`;
  await open(page);
  const conversationId = await page.evaluate(
    async ({ options, custom }) => {
      const chat = await window.harness.make(options).startChat({ customData: custom, message: "Where is my parcel?" });
      return chat.conversationId;
    },
    {
      options: { endpoint: demo.file.baseUrl, orgId: demo.file.orgId, deploymentId: demo.file.deployments.open },
      custom: { crmCustomerId, plan: "gold" },
    },
  );

  const started = await channel.find((frame) => frame.eventBody.conversationId === conversationId);
  expect(started.topicName).toBe(`v2.detail.events.conversation.${conversationId}.customer.start`);
  expect(started.eventBody.attributes).toMatchObject({ crmCustomerId, plan: "gold" });

  const newest = (await conversations.getConversations()).entities?.[0];
  expect(newest?.id).toBe(conversationId);
  const conversation = await conversations.getConversation(conversationId);
  const customer = conversation.participants.find((participant) => participant.purpose === "customer")!;
  expect(customer.attributes).toEqual({ crmCustomerId, plan: "gold" });

  await conversations.patchConversationParticipantAttributes(conversationId, customer.id!, {
    attributes: { plan: "platinum", note: "called back" },
  });
  const readBack = await conversations.getConversation(conversationId);
  expect(readBack.participants[0]?.attributes).toEqual({ crmCustomerId, plan: "platinum", note: "called back" });

  for (const [field, value] of [["conversationId", conversationId], ["crmCustomerId", crmCustomerId], ["participantData.crm_customer_id", crmCustomerId]] as const) {
    const found = await conversations.postConversationsParticipantsAttributesSearch({
      query: [{ type: "EXACT", fields: [field], value }],
    } as never);
    expect((found.results as { conversationId?: string }[]).map((row) => row.conversationId), field).toEqual([conversationId]);
  }

  const details = await analytics.postAnalyticsConversationsDetailsQuery({ interval: interval(), paging: { pageSize: 100, pageNumber: 1 } });
  const row = details.conversations?.find((one) => one.conversationId === conversationId);
  const attributes = (participant: unknown) => (participant as { attributes?: Record<string, string> } | undefined)?.attributes;
  expect(attributes(row?.participants?.[0])).toMatchObject({ crmCustomerId });
  const aggregates = await analytics.postAnalyticsConversationsAggregatesQuery({
    interval: interval(),
    groupBy: ["mediaType"],
    metrics: ["nConversations"],
  } as never);
  expect(aggregates.results?.length).toBeGreaterThan(0);

  // The visitor's page sees what the agent says through the client.
  const leg = customer.messages?.[0]?.id;
  const said = await conversations.postConversationsMessageCommunicationMessages(conversationId, leg!, { textBody: "It is on its way." });
  expect(said.id).toBeTruthy();
  await expect
    .poll(() => page.evaluate(() => JSON.stringify(window.harness.events.message)))
    .toContain("It is on its way.");

  const ended = new Promise((resolve) => channel.socket.once("close", resolve));
  channel.socket.close();
  await ended;
});
