/** Every page of examples/, and the id that it gave on every surface. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { complaintsOf, conversationOf, log, receiptRows, status } from "../src/example-page.js";
import { expectEverywhere } from "../src/everywhere.js";
import { expect, test } from "../src/test.js";

test("l3_the_tutorials_page_starts_a_chat_and_hears_the_answer", async ({ page, demo, integrator }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.file.baseUrl}/examples/tutorial.html`);
  await expect(status(page)).toHaveText("Connected. Ready to chat.");
  await page.getByRole("button", { name: "Start Chat with CRM ID" }).click();
  await expect(status(page)).toHaveText(/^Chat active\. Session: [\w-]{36}$/);
  const id = await conversationOf(page);
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-USER-123456789");

  const stored = (await log(page).getByText("Stored custom data: ").textContent())?.replace("Stored custom data: ", "") ?? "";
  const { customData, customer } = await integrator.webchat(id);
  expect(JSON.parse(stored)).toEqual(customData);
  expect(customer).toEqual({ name: "Zoë Test", email: "zoe@example.com" });

  await integrator.say(id, "Grüezi, how can I help?");
  await expect(log(page)).toContainText("Received: Grüezi, how can I help?");
  expect(await integrator.messages(id)).toEqual(["> Hello, this chat carries my CRM id.", "< Grüezi, how can I help?"]);
  expect(complaints).toEqual([]);
});

test("l3_ctx5_ctx8_the_flat_forms_page_renames_the_id_and_says_so", async ({ page, demo, integrator }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.file.baseUrl}/examples/cxone-chat.html`);
  await expect(status(page)).toHaveText("Connected. Ready to chat.");
  await page.getByRole("button", { name: "Start chat" }).click();
  await expect(status(page)).toHaveText(/^Chat active/);
  const id = await conversationOf(page);
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-882910");
  expect(await receiptRows(page)).toContainEqual({ Key: "customerId", Verdict: "stored", "Stored as": "crmCustomerId" });
  const { custom_attributes, customer } = await integrator.webchat(id);
  expect(custom_attributes["customerId"]).toBe("CRM-882910");
  expect(customer).toEqual({ name: "Zoë Doe", email: "zoe@example.com" });
  expect(complaints).toEqual([]);
});

test("l3_l12_the_nested_forms_page_stores_custom_and_refuses_a_namespace_without_a_mapping", async ({ page, demo, integrator }) => {
  await page.goto(`${demo.file.baseUrl}/examples/attributes-custom.html`);
  await expect(status(page)).toHaveText("Connected. Ready to chat.");
  await page.getByRole("button", { name: "Use an unmapped namespace" }).click();
  await expect(log(page)).toContainText("Refused (400, ");
  const [refused] = await receiptRows(page);
  expect(refused).toMatchObject({ Verdict: "refused", Rule: "unknown_option", "What to do": expect.stringContaining("custom") });

  await page.getByRole("button", { name: "Start chat" }).click();
  await expect(status(page)).toHaveText(/^Chat active/);
  await expectEverywhere(integrator, await conversationOf(page), "crmCustomerId", "CRM-987654");
});

test("l3_l1_the_commands_page_carries_attributes_that_were_set_before_the_chat", async ({ page, demo, integrator }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.file.baseUrl}/examples/command.html`);
  await page.getByRole("button", { name: "Set attributes and say hello" }).click();
  await expect(status(page)).toHaveText(/^Chat active/);
  const id = await conversationOf(page);
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-551020");
  await expectEverywhere(integrator, id, "plan", "silver");
  await page.getByRole("button", { name: "Update the plan" }).click();
  await expect(log(page)).toContainText("The plan was updated.");
  expect((await integrator.webchat(id)).customData).toEqual({ crmCustomerId: "CRM-551020", plan: "gold" });
  expect(await integrator.messages(id)).toEqual(["> Hello"]);
  expect(complaints).toEqual([]);
});

test("l14_l3_the_page_that_starts_first_merges_what_is_put_and_set_later", async ({ page, demo, integrator }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.file.baseUrl}/examples/put-metadata.html`);
  await expect(status(page)).toHaveText("Connected. Ready to chat.");
  await page.getByLabel("Bearer token").fill(integrator.token);
  await page.getByRole("button", { name: "Start without an id" }).click();
  await expect(status(page)).toHaveText(/^Chat active/);
  const id = await conversationOf(page);
  expect((await integrator.startEvent(id)).data["customData"]).toEqual({ source: "website" });

  await page.getByRole("button", { name: "PUT the metadata" }).click();
  await expect(log(page)).toContainText("PUT answered 200.");
  expect(await receiptRows(page)).toEqual([{ Key: "crmId", Verdict: "stored", "Stored as": "crmCustomerId" }]);
  await page.getByRole("button", { name: "setContext from the page" }).click();
  await expect(log(page)).toContainText('"plan":"gold"');
  expect((await integrator.webchat(id)).customData).toEqual({ source: "website", crmCustomerId: "CRM-987654", plan: "gold" });
  expect(await integrator.findByAttribute("crmId", "CRM-987654")).toContain(id);
  expect(complaints).toEqual([]);
});

test("rest1_the_walk_through_with_curl_runs_as_it_is_written", async ({ demo }) => {
  const script = fileURLToPath(new URL("../../../examples/curl/walkthrough.sh", import.meta.url));
  const { stdout } = await promisify(execFile)("sh", [script, demo.path]);
  // The id is in the answer to the start, in the list, in the context, in its history and in the start event.
  expect(stdout.split("CRM-882910").length - 1).toBeGreaterThanOrEqual(5);
  for (const words of ['"why":"never_sent"', '"stage":"stored"', "event: conversation:start", "event: conversation:attributes"]) expect(stdout).toContain(words);
});

test("p1_p2_the_walk_starts_a_chat_hears_flow_and_agent_and_breaks_it_on_purpose", async ({ page, demo, integrator }) => {
  const complaints = complaintsOf(page);
  await page.goto(demo.file.baseUrl);
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Start the chat" }).click();
  await expect(status(page)).toHaveText(/^Stored\. Conversation /);
  const id = (await status(page).innerText()).replace("Stored. Conversation ", "");
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-882910");
  // The flow greets by name, because the id is signed.
  await expect(log(page)).toContainText("Hello Zoë, thank you for being a silver customer.");
  await integrator.say(id, "I am looking");
  await expect(log(page)).toContainText("I am looking");
  await page.getByLabel("Your next message").fill("Thank you");
  await page.getByRole("button", { name: "Send" }).click();
  await expect.poll(() => integrator.messages(id)).toContain("> Thank you");
  await expect(page.getByRole("link", { name: "Trace" })).toHaveAttribute("href", `/console/trace/${id}?key=crmCustomerId`);
  for (const name of ["A misspelt key, strict", "Custom data switched off", "Too large", "Nested"]) {
    await page.getByRole("button", { name }).click();
    await expect(page.locator("#broken")).toHaveText(/^Refused \(40[01]/);
  }
  await expect(page.locator(".walk > .done")).toHaveCount(4);
  expect(complaints).toEqual([]);
});

test("every_link_of_the_index_leads_somewhere", async ({ page, demo }) => {
  await page.goto(demo.file.baseUrl);
  expect(page.url()).toBe(`${demo.file.baseUrl}/examples/`);
  const links = await page.locator("a").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThan(8);
  for (const link of links) expect((await page.request.get(link)).status(), link).toBe(200);
});

for (const name of ["", "tutorial.html", "cxone-chat.html", "attributes-custom.html", "command.html", "put-metadata.html", "refusals.html"]) {
  test(`the example /${name} fits a telephone and has no id left to fill in`, async ({ page, demo }) => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${demo.file.baseUrl}/examples/${name}`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider).toBe(0);
    expect(await page.content()).not.toMatch(/YOUR_|DEPLOYMENT_[A-Z]|EXAMPLE_CRM|_EMAIL/);
  });
}
