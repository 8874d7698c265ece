/** Pages of every kind: too early, careless, strictly guarded, opened from a disk. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expectEverywhere } from "../src/everywhere.js";
import { call, clientOptions, connect, emitted, expect, test, value } from "../src/test.js";

test("l2_start9_a_start_before_the_connection_stands_waits_for_it", async ({ page, demo, integrator, open }) => {
  await open(page);
  const { before, settled } = await page.evaluate(async (options) => {
    const client = window.harness.make(options);
    const start = client.startChat({ customData: { crmCustomerId: "CRM-B1" } });
    const early = window.harness.events.connected.length;
    return { before: early, settled: await window.harness.settled(start) };
  }, clientOptions(demo));
  expect(before).toBe(0);
  expect(settled.error).toBeNull();
  await expectEverywhere(integrator, settled.value?.conversationId ?? "", "crmCustomerId", "CRM-B1");
});

test("l1_l2_context_that_was_set_before_the_start_is_in_the_start_event", async ({ page, demo, integrator, open }) => {
  await open(page);
  const session = await page.evaluate((options) => {
    const client = window.harness.make(options);
    void client.setContext({ customData: { crmCustomerId: "CRM-B2", plan: "silver" } });
    return client.startChat({ customData: { plan: "gold" } });
  }, clientOptions(demo));
  expect(session.customData).toEqual({ crmCustomerId: "CRM-B2", plan: "gold" });
  await expectEverywhere(integrator, session.conversationId, "crmCustomerId", "CRM-B2");
  await expectEverywhere(integrator, session.conversationId, "plan", "gold");
});

test("p1_a_rejection_that_nobody_awaits_is_one_event_and_one_line_without_values", async ({ page, demo, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const lines: string[] = [];
  const thrown: string[] = [];
  page.on("console", (message) => message.type() === "error" && lines.push(message.text()));
  page.on("pageerror", (error) => thrown.push(error.message));
  await page.evaluate(() => void window.harness.client.startChat({ customData: { note: "SECRET ".repeat(200), crm: { id: "SECRET" } } as never }));
  await expect.poll(() => emitted(page, "error")).toHaveLength(1);
  const [error] = await emitted(page, "error");
  expect([error?.status, error?.code]).toEqual([400, "context_refused"]);
  // A call that is answered after it: whatever was to be printed has been.
  await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-U1" } }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("context_refused (400)");
  expect(lines[0]).toContain("note");
  expect(JSON.stringify([lines, error])).not.toContain("SECRET");
  expect(thrown).toEqual([]);
});

test("edge5_a_strict_security_policy_needs_nothing_but_the_servers_origin_and_a_nonce", async ({ page, demo, site, integrator }) => {
  const { baseUrl } = demo.file;
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-r4nd0m' 'strict-dynamic'",
    `connect-src ${baseUrl} ${baseUrl.replace("http", "ws")}`,
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
  ].join("; ");
  const html = `<!doctype html><title>Strict</title><script nonce="r4nd0m" src="${baseUrl}/sdk/waybill.js"></script><script nonce="r4nd0m" src="/harness.js"></script>`;
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && !message.text().includes("favicon") && complaints.push(message.text()));
  await page.goto(site.add("/strict", html, { "Content-Security-Policy": policy }));
  await connect(page, clientOptions(demo));
  const { conversationId } = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-CSP" }, message: "Hello" }));
  await integrator.say(conversationId, "Welcome");
  await expect.poll(() => emitted(page, "message")).toEqual(["Welcome"]);
  expect(complaints).toEqual([]);
});

test("edge5_the_module_is_imported_from_another_origin", async ({ page, demo, site, integrator }) => {
  await page.goto(site.add("/module", "<!doctype html><title>Module</title>"));
  const session = await page.evaluate(
    async ({ url, options }) => {
      const { WebMessagingClient } = (await import(url)) as typeof import("@waybill/web-messaging-sdk");
      return new WebMessagingClient(options).startChat({ customData: { crmCustomerId: "CRM-ESM" } });
    },
    { url: `${demo.file.baseUrl}/sdk/index.js`, options: clientOptions(demo, { endpoint: demo.file.baseUrl }) },
  );
  await expectEverywhere(integrator, session.conversationId, "crmCustomerId", "CRM-ESM");
});

test("edge7_a_meta_tag_says_where_the_server_is", async ({ page, demo, site }) => {
  const { baseUrl } = demo.file;
  const head = `<meta name="waybill-endpoint" content="${baseUrl}">`;
  await page.goto(site.add("/meta", `<!doctype html><title>Meta</title>${head}`));
  const session = await page.evaluate(
    async ({ url, options }) => {
      const { WebMessagingClient } = (await import(url)) as typeof import("@waybill/web-messaging-sdk");
      return new WebMessagingClient(options).startChat();
    },
    { url: `${baseUrl}/sdk/index.js`, options: clientOptions(demo) },
  );
  expect(session.status).toBe("connected");
});

test("edge3_a_missing_option_is_named_by_the_constructor", async ({ page, open }) => {
  await open(page);
  const messages = await page.evaluate(() =>
    [{}, { orgId: "o" }, { deploymentId: "d" }].map((options) => {
      try {
        return window.harness.make(options) && "made";
      } catch (error) {
        return (error as Error).message;
      }
    }),
  );
  expect(messages).toEqual([expect.stringContaining("orgId"), expect.stringContaining("deploymentId"), expect.stringContaining("orgId")]);
});

test("edge4_a_page_without_an_origin_may_start_a_chat_in_the_demo", async ({ page, demo, integrator }) => {
  const { baseUrl } = demo.file;
  await page.setContent(`<!doctype html><title>Nowhere</title><script src="${baseUrl}/sdk/waybill.js"></script>`);
  expect(await page.evaluate(() => window.origin)).toBe("null");
  const session = await page.evaluate(
    (options) => new window.PureCloudWebChatSDK.WebMessagingClient(options).startChat({ customData: { crmCustomerId: "CRM-NULL" } }),
    clientOptions(demo),
  );
  await expectEverywhere(integrator, session.conversationId, "crmCustomerId", "CRM-NULL");
});

test("edge4_a_page_opened_from_disk_may_start_a_chat_in_the_demo", async ({ page, demo, integrator }, testInfo) => {
  const { baseUrl } = demo.file;
  const file = join(testInfo.outputDir, "page.html");
  writeFileSync(testInfo.outputPath("page.html"), `<!doctype html><title>Disk</title><script src="${baseUrl}/sdk/waybill.js"></script>`);
  await page.goto(pathToFileURL(file).href);
  const session = await page.evaluate(
    (options) => new window.PureCloudWebChatSDK.WebMessagingClient(options).startChat({ customData: { crmCustomerId: "CRM-DISK" }, message: "Hello" }),
    clientOptions(demo),
  );
  await expectEverywhere(integrator, session.conversationId, "crmCustomerId", "CRM-DISK");
});
