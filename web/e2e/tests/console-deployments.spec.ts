/** Deployments in the administration: a policy is changed, tried and felt by the next start of a real page. */

import { Person, expectAccessible, picture, signIn } from "../src/console.js";
import { complaintsOf } from "../src/example-page.js";
import type { JsonObject } from "../src/integrator.js";
import { call, clientOptions, connect, expect, refusal, test, value } from "../src/test.js";

const HOSTILE = ["<img src=x onerror=alert(1)>", "{{7*7}}", "\u202Etxet esrever", "javascript:alert(1)"];

test("ctx1_l12_a_key_that_is_declared_in_strict_mode_refuses_the_pages_next_start_with_the_reason", async ({ startDemo, page, open, context }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  await signIn(page, demo, "admin", "/console/admin/deployments");
  await expect(page.getByRole("cell", { name: "strict" }).first()).toBeVisible();
  await expectAccessible(page, "deployments");
  await picture(page, "admin-deployments");
  await page.goto(`${demo.file.baseUrl}/console/admin/deployments/${demo.file.deployments.open}`);

  // What a call would become is seen before anything is saved.
  const receipt = page.getByRole("list", { name: "Receipt" });
  await expect(page.getByText("The chat would start.")).toBeVisible();
  await expect(receipt).toContainText("crmCustomerId");
  await page.getByLabel("Mode").selectOption("strict");
  await expect(page.getByText("The start would be refused, and the page told why.")).toBeVisible();
  await expect(receipt).toContainText("undeclared");

  // By keyboard alone: another key, and its fields.
  await page.getByRole("button", { name: "Declare a key" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("A declared key has no name.")).toBeVisible();
  await page.getByLabel("Key (required)").focus();
  await page.keyboard.type("plan");
  await page.getByLabel("Allowed values").fill("gold\nsilver");
  await expect(page.getByText("The chat would start.")).toBeVisible();
  await picture(page, "admin-policy");
  await expectAccessible(page, "the context policy");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Version 2 holds for the next start")).toBeVisible();
  await expect(page.getByText("On · Strict")).toBeVisible();
  const admin = await Person.logIn(demo, "admin");
  const stored = await admin.send("GET", `/api/v2/webdeployments/deployments/${demo.file.deployments.open}/contextpolicy`);
  expect(stored).toMatchObject({ version: 2, mode: "strict", attributes: [{ key: "crmCustomerId" }, { key: "plan", enum: ["gold", "silver"] }] });

  // The page's next start: refused with the reason, then stored.
  const site = await open(await context.newPage(), demo);
  await connect(site, clientOptions(demo));
  const { status, message, receipt: refused } = await refusal(call(site, "startChat", { customData: { crmCustomerId: "CRM-1", plan: "lead" } }));
  expect([status, refused?.entries.find(({ key }) => key === "plan")?.rule]).toEqual([400, "not_in_enum"]);
  expect(message).toContain("plan");
  await value(call(site, "startChat", { customData: { crmCustomerId: "CRM-1", plan: "gold" } }));

  await page.getByRole("tab", { name: "Refusals" }).click();
  await expect(page.getByRole("table", { name: "Refusals, newest first" })).toContainText("not_in_enum");
  await expectAccessible(page, "refusals");
  await picture(page, "admin-refusals");

  // Back to what was: the versions say what differs.
  await page.getByRole("tab", { name: "Context policy" }).click();
  await expect(page.getByText("Of the last 1 start, 0 would be refused")).toBeVisible();
  await page.getByRole("button", { name: "Versions" }).click();
  await expect(page.locator("dialog ins").filter({ hasText: "strict" })).toBeVisible();
  await picture(page, "admin-policy-versions");
  await page.getByRole("button", { name: "Edit from version 1" }).click();
  await expect(page.getByLabel("Mode")).toHaveValue("open");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("tab", { name: "Snippet" }).click();
  await expect(page.getByText(`data-deployment-id="${demo.file.deployments.open}"`)).toBeVisible();
  expect(complaints).toEqual([]);
});

test("ctx4_a_quarantined_key_is_promoted_and_declared_and_the_next_start_stores_it", async ({ startDemo, page, open, context }) => {
  const demo = await startDemo();
  const id = demo.file.deployments.quarantine;
  const site = await open(await context.newPage(), demo);
  await connect(site, clientOptions(demo, { deploymentId: id }));
  const started = await value(call(site, "startChat", { customData: { crmCustomerId: "CRM-2", loyalty: "7" } }));
  const admin = await Person.logIn(demo, "admin");
  const of = (key: string) => admin.send<JsonObject>("GET", `/api/v2/conversations/${started.conversationId}/context/${key}`);
  expect(await of("loyalty")).toMatchObject({ status: "quarantined" });

  await signIn(page, demo, "admin", `/console/admin/deployments/${id}?tab=quarantine`);
  const row = page.getByRole("row").filter({ hasText: "loyalty" });
  await expect(row).toContainText("undeclared");
  await expectAccessible(page, "quarantine");
  await picture(page, "admin-quarantine");
  await row.getByRole("button", { name: "Declare" }).click();
  await expect(page.getByLabel("Key (required)")).toHaveValue("loyalty");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("holds for the next start")).toBeVisible();
  await page.getByRole("tab", { name: "Quarantine" }).click();
  await row.getByRole("button", { name: "Promote…" }).click();
  await expect(page.getByText("It fits the present policy in 1")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Promote", exact: true }).click();
  await expect(page.getByText("loyalty was promoted in 1 conversation")).toBeVisible();
  expect(await of("loyalty")).toMatchObject({ status: "stored", value: "7" });

  const second = await value(call(site, "startChat", { customData: { crmCustomerId: "CRM-3", loyalty: "9" }, startNew: true }));
  expect(second.customData).toMatchObject({ loyalty: "9" });
});

test("a_copied_snippet_starts_a_chat_a_key_signs_once_and_hostile_names_are_text", async ({ startDemo, page, context, site }) => {
  const demo = await startDemo();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const complaints = complaintsOf(page);
  await signIn(page, demo, "admin", `/console/admin/deployments/${demo.file.deployments.open}?tab=snippet&form=client`);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  const snippet = await page.evaluate(() => navigator.clipboard.readText());
  await expectAccessible(page, "the snippet");
  await picture(page, "admin-snippet");
  const visitor = await context.newPage();
  const said = visitor.waitForEvent("console", (line) => line.text().startsWith("Stored"));
  await visitor.goto(site.add("/snippet", `<!doctype html><title>Shop</title>${snippet}`));
  expect((await said).text()).toContain("Stored");

  await page.getByRole("tab", { name: "Signing keys" }).click();
  await page.getByRole("button", { name: "New signing key" }).first().click();
  await page.getByLabel("Name").fill(HOSTILE[0] ?? "");
  await page.getByRole("button", { name: "Make the key" }).click();
  const secret = page.getByRole("dialog", { name: "Keep this secret" }).locator("code");
  await expect(secret).toHaveText(/^\S{32,}$/);
  const shown = await secret.innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("cell", { name: HOSTILE[0] ?? "" })).toBeVisible();
  expect(await page.content()).not.toContain(shown);
  await expectAccessible(page, "signing keys");
  await picture(page, "admin-keys");

  const admin = await Person.logIn(demo, "admin");
  for (const name of HOSTILE) await admin.send("POST", "/api/v2/webdeployments/deployments", { name, allowAllDomains: true });
  await page.goto(`${demo.file.baseUrl}/console/admin/deployments?new=1`);
  await page.getByLabel("Name").fill("Made here");
  await page.getByLabel("Allowed domains").fill("shop.example");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Made here" })).toBeVisible();
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Description").fill("The shop's chat");
  await picture(page, "admin-settings");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The settings were saved")).toBeVisible();
  await expectAccessible(page, "settings");
  await page.goto(`${demo.file.baseUrl}/console/admin/deployments`);
  for (const name of HOSTILE) await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("dep6_an_import_says_what_it_leaves_before_it_makes_the_deployment_that_the_other_server_had", async ({ demo, page }) => {
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const id = "7d3b1c52-6a1e-4a6f-9c3e-0c0ffee0c0de";
  await signIn(page, demo, "admin", "/console/admin/deployments");
  await page.getByRole("button", { name: "Import…" }).click();
  await page.getByLabel("config.json").fill("{ id: ");
  await expect(page.getByRole("button", { name: "Look first" })).toBeDisabled();
  await page.getByLabel("config.json").fill(JSON.stringify({ id, version: "4", status: "Active", messenger: { enabled: true, styles: { primaryColor: "#336699" }, fileUpload: { modes: [{ fileTypes: ["image/png"] }] } }, journeyEvents: { enabled: true } }));
  await page.getByLabel("domains.json").fill(JSON.stringify({ allowAllDomains: false, allowedDomains: ["moved.example"] }));
  await page.getByRole("textbox", { name: "Name" }).fill("Moved here");
  await page.getByRole("button", { name: "Look first" }).click();
  await expect(page.getByRole("list", { name: "Not taken:" })).toContainText("journeyEvents");
  await expectAccessible(page, "an import");
  await picture(page, "admin-import");
  const named = async () => (await admin.send<{ entities: { name: string }[] }>("GET", "/api/v2/webdeployments/deployments?pageSize=200")).entities.filter(({ name }) => name === "Moved here");
  expect(await named()).toEqual([]);
  await page.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Moved here" })).toBeVisible();
  expect(await named()).toMatchObject([{ id, allowedDomains: ["moved.example"], allowAllDomains: false }]);
  expect(complaints).toEqual([]);
});
