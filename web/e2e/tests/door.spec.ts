/** What is refused, and how a page hears of it. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StartOptions } from "@waybill/web-messaging-sdk";
import { BINARY, type Demo } from "../src/demo.js";
import { Integrator } from "../src/integrator.js";
import { call, clientOptions, connect, emitted, expect, refusal, test, value } from "../src/test.js";

const NOWHERE = "00000000-0000-4000-8000-000000000000";
const GOOD: StartOptions = { customData: { crmCustomerId: "CRM-882910" } };

const DOOR = {
  edge1_edge2_a_wrong_organization_is_401: { changes: { orgId: NOWHERE }, status: 401, code: /organization/ },
  edge1_edge2_a_wrong_deployment_is_401: { changes: { deploymentId: NOWHERE }, status: 401, code: /unknown_deployment/ },
  edge1_edge2_an_inactive_deployment_is_401: { deployment: "inactive", status: 401, code: /inactive/ },
  edge1_a_wrong_region_is_400: { changes: { region: "eu-west-1" }, status: 400, code: /region_mismatch/ },
} as const;

for (const [title, { status, code, ...how }] of Object.entries(DOOR)) {
  test(`${title}_as_an_event_and_for_the_call`, async ({ page, demo, open }) => {
    await open(page);
    const changes = "changes" in how ? how.changes : { deploymentId: demo.file.deployments[how.deployment] };
    await page.evaluate((options) => void window.harness.make(options), clientOptions(demo, changes));
    await expect.poll(async () => (await emitted(page, "error")).map((error) => error.status)).toEqual([status]);
    expect((await emitted(page, "error"))[0]?.code).toMatch(code);
    const error = await refusal(call(page, "startChat", GOOD));
    expect([error.name, error.status]).toEqual(["WaybillError", status]);
    expect(error.code).toMatch(code);
  });
}

interface Refused {
  deployment?: keyof Demo["file"]["deployments"];
  options: object;
  code: string;
  /** Key and rule of each fault. */
  faults: [key: string, rule: RegExp][];
}

const CONTEXT: { [title: string]: Refused } = {
  ctx1_custom_data_switched_off_is_400: { deployment: "disabled", options: GOOD, code: "custom_data_disabled", faults: [] },
  ctx1_ctx2_one_byte_over_is_400: {
    options: { customData: { note: "x".repeat(1021) } },
    code: "context_refused",
    faults: [["note", /max_bytes/]],
  },
  ctx1_nested_is_400: {
    options: { customData: { crm: { customerId: "CRM-DOOR-1" }, list: [1] } },
    code: "context_refused",
    faults: [
      ["crm", /not_scalar/],
      ["list", /not_scalar/],
    ],
  },
  l12_ctx1_a_misspelt_container_is_400: {
    options: { cusomData: { crmCustomerId: "CRM-DOOR-1" } },
    code: "context_refused",
    faults: [["cusomData", /unknown_option/]],
  },
  l7_a_container_that_is_a_text_is_400: { options: { customData: "CRM-DOOR-1" }, code: "context_refused", faults: [["customData", /./]] },
  l25_ctx6_an_alias_against_its_key_is_400: {
    options: { customData: { crmCustomerId: "CRM-DOOR-1", crmId: "CRM-DOOR-2" } },
    code: "context_refused",
    faults: [
      ["crmCustomerId", /conflict/],
      ["crmId", /conflict/],
    ],
  },
  ctx1_strict_names_every_fault_at_once: {
    deployment: "strict",
    options: { customData: { "crm-customer-id": "CRM-DOOR-1", unheardOf: 1, plan: "platinum" } },
    code: "context_refused",
    faults: [
      ["crm-customer-id", /./],
      ["unheardOf", /undeclared/],
      ["plan", /./],
    ],
  },
};

for (const [title, { deployment = "open", options, code, faults }] of Object.entries(CONTEXT)) {
  test(`${title}_and_nothing_starts`, async ({ page, demo, open }) => {
    await open(page);
    await connect(page, clientOptions(demo, { deploymentId: demo.file.deployments[deployment] }));
    const error = await refusal(call(page, "startChat", options as StartOptions));
    expect([error.status, error.code]).toEqual([400, code]);
    const details = error.details ?? [];
    for (const [key, rule] of faults) {
      const found = details.find(({ fieldName }) => fieldName === key);
      expect(found, `a fault about ${key} in ${JSON.stringify(details)}`).toBeDefined();
      expect(found?.errorCode).toMatch(rule);
      expect(found?.remedy ?? "").not.toBe("");
    }
    expect(await page.evaluate(() => window.harness.client.conversationId)).toBeNull();
    expect(JSON.stringify(error)).not.toMatch(/CRM-DOOR|platinum|xxxx/);
  });
}

test("ctx2_exactly_as_many_bytes_as_allowed_start", async ({ page, demo, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const { receipt } = await value(call(page, "startChat", { customData: { note: "x".repeat(1020) } }));
  expect([receipt.bytes, receipt.maxBytes]).toEqual([1024, 1024]);
});

test("start4_ctx1_quarantine_keeps_a_lost_container_apart_and_the_chat_starts", async ({ page, demo, integrator, open }) => {
  await open(page);
  await connect(page, clientOptions(demo, { deploymentId: demo.file.deployments.quarantine }));
  const options = { customData: { crmCustomerId: "CRM-Q1", unheardOf: 1 }, cusomData: { a: 1, b: 2 } };
  const { conversationId, customData, receipt } = await value(call(page, "startChat", options as StartOptions));
  expect(customData).toEqual({ crmCustomerId: "CRM-Q1" });
  const verdicts = receipt.entries.map(({ key, verdict }) => `${verdict} ${key}`).sort();
  expect(verdicts).toEqual(["quarantined cusomData", "quarantined unheardOf", "stored crmCustomerId"]);
  const context = await integrator.context(conversationId);
  expect(context.filter(({ status }) => status === "quarantined").map(({ key }) => key).sort()).toEqual(["cusomData", "unheardOf"]);
});

test("start9_what_json_cannot_carry_is_refused_by_name", async ({ page, demo, open }) => {
  await open(page);
  await connect(page, clientOptions(demo));
  const errors = await page.evaluate(async () => {
    const loop: { [key: string]: unknown } = {};
    loop["self"] = loop;
    const odd: { [key: string]: unknown } = { call: () => 1, nothing: undefined, nan: NaN, big: 10n, loop };
    const all = Object.entries(odd).map(([key, one]) => window.harness.client.startChat({ customData: { [key]: one } as never }));
    return (await Promise.all(all.map((start) => window.harness.settled(start)))).map(({ error }) => error);
  });
  expect(errors.map((error) => error?.status)).toEqual([400, 400, 400, 400, 400]);
  for (const [at, key] of ["call", "nothing", "nan", "big", "loop"].entries()) expect(errors[at]?.message).toContain(`customData.${key}`);
});

test("edge6_start3_429_says_how_long_to_wait_when_the_page_wants_no_retry", async ({ page, startDemo, open }) => {
  const demo = await startDemo();
  await open(page, demo);
  await connect(page, clientOptions(demo, { deploymentId: demo.file.deployments.limited, retry: false, storage: "none" }));
  await value(call(page, "startChat", GOOD));
  const error = await refusal(call(page, "startChat", { ...GOOD, startNew: true }));
  expect([error.status, error.code]).toEqual([429, "too_many_requests"]);
  expect(error.retryAfter).toBeGreaterThan(0);
  expect(error.retryAfter).toBeLessThanOrEqual(10);
});

test("start3_edge6_the_sdk_retries_429_by_itself_and_starts_once", async ({ page, startDemo, open }) => {
  const demo = await startDemo({ WAYBILL__LIMITS__ADDRESS_STARTS__PER_SECOND: "1", WAYBILL__LIMITS__ADDRESS_STARTS__BURST: "1" });
  const integrator = await Integrator.login(demo.file);
  await open(page, demo);
  await connect(page, clientOptions(demo, { storage: "none" }));
  await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-LIMIT-1" } }));
  const second = await value(call(page, "startChat", { customData: { crmCustomerId: "CRM-LIMIT-2" }, startNew: true }));
  expect(await integrator.findByAttribute("crmCustomerId", "CRM-LIMIT-2")).toEqual([second.conversationId]);
});

test("edge4_edge1_a_page_of_another_domain_is_told_to_add_it", async ({ page, startDemo, open }) => {
  const demo = await startDemo();
  await demo.kill();
  const { stdout } = await promisify(execFile)(BINARY, ["init", "--another", "--json", "--domain", "shop.example"], {
    env: { ...process.env, WAYBILL__DATA: demo.folder },
  });
  await demo.restart();
  const made = JSON.parse(stdout) as { orgId: string; deploymentId: string };
  await open(page, demo);
  await page.evaluate((options) => void window.harness.make(options), { orgId: made.orgId, deploymentId: made.deploymentId });
  await expect.poll(async () => (await emitted(page, "error")).map(({ status, code }) => [status, code])).toEqual([[403, "origin_denied"]]);
});
