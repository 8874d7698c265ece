/** What an organization sets up once: queues, people, webhooks, API clients, erasure; and the log of it. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Person, expectAccessible, picture, signIn } from "../src/console.js";
import { complaintsOf } from "../src/example-page.js";
import type { JsonObject } from "../src/integrator.js";
import { Visitor, messengerPage } from "../src/messenger.js";
import { expect, test } from "../src/test.js";

const HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}";
interface Page {
  entities: JsonObject[];
}

test("rout1_acc1_a_queue_with_its_people_and_codes_and_a_person_who_then_signs_in", async ({ startDemo, page, browser }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  await signIn(page, demo, "admin", "/console/admin/queues");

  // By keyboard alone.
  await page.getByRole("button", { name: "New queue" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Name").focus();
  await page.keyboard.type(HOSTILE);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: HOSTILE })).toBeVisible();
  await page.getByRole("checkbox", { name: "Adam Agent" }).focus();
  await page.keyboard.press("Space");
  const { entities } = await admin.send<Page>("GET", "/api/v2/routing/queues?pageSize=100");
  const queue = String(entities.find(({ name }) => name === HOSTILE)?.["id"]);
  const names = async (path: string) => (await admin.send<Page>("GET", path)).entities.map(({ name }) => name);
  await expect.poll(() => names(`/api/v2/routing/queues/${queue}/members`)).toEqual(["Adam Agent"]);
  await expectAccessible(page, "the people of a queue");

  await page.getByRole("tab", { name: "Wrap-up codes" }).click();
  await page.getByLabel("A new code").fill("Sent again");
  await page.getByRole("button", { name: "Add the code" }).click();
  await expect(page.getByRole("checkbox", { name: "Sent again" })).toBeChecked();
  expect(await names(`/api/v2/routing/queues/${queue}/wrapupcodes`)).toEqual(["Sent again"]);

  await page.getByRole("tab", { name: "Rules" }).click();
  await page.getByLabel("An alert lasts, in seconds").fill("45");
  await page.getByLabel("Priority by context").fill('10 customData.plan == "gold"');
  await expectAccessible(page, "the rules of a queue");
  await picture(page, "admin-queue");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The queue was saved")).toBeVisible();
  expect(await admin.send("GET", `/api/v2/routing/queues/${queue}`)).toMatchObject({ rules: { alertingSeconds: 45, contextRules: [{ when: 'customData.plan == "gold"', priority: 10 }] } });
  await page.goto(`${demo.file.baseUrl}/console/admin/queues`);
  await expect(page.getByRole("link", { name: HOSTILE })).toBeVisible();
  await expectAccessible(page, "queues");
  await picture(page, "admin-queues");

  await page.goto(`${demo.file.baseUrl}/console/admin/people`);
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name").fill("Nina New");
  await page.getByLabel("E-mail address").fill("nina@demo.example");
  await page.getByLabel("First password").fill("a-long-enough-word-for-nina");
  await page.getByRole("checkbox", { name: /agent/i }).check();
  await page.getByRole("button", { name: "Add the person" }).click();
  await expect(page.getByRole("row").filter({ hasText: "nina@demo.example" })).toBeVisible();
  await expectAccessible(page, "people");
  await picture(page, "admin-people");
  expect(complaints).toEqual([]);

  // The person signs in, sees the desk, and no administration of people.
  const other = await (await browser.newContext()).newPage();
  await other.goto(`${demo.file.baseUrl}/console/admin/people`);
  await other.getByLabel("E-mail address").fill("nina@demo.example");
  await other.getByLabel("Password").fill("a-long-enough-word-for-nina");
  await other.keyboard.press("Enter");
  await expect(other.getByRole("heading", { name: "You may not see this" }).or(other.getByRole("table", { name: "People" }))).toBeVisible();
  await expect(other.getByRole("button", { name: "Add a person" })).toHaveCount(0);
});

test("wh1_priv1_acc6_a_webhook_delivers_again_a_secret_is_replaced_a_customer_is_erased_and_the_log_tells", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const heard: string[] = [];
  const receiver = await listening(heard);
  await signIn(page, demo, "admin", "/console/admin/webhooks");
  await expect(page.getByRole("table", { name: "Webhooks" })).toBeVisible();
  await page.getByRole("button", { name: "New webhook" }).click();
  await page.getByLabel("Name").fill(HOSTILE);
  await page.getByLabel("Address").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
  await page.getByRole("button", { name: "Make the webhook" }).click();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: HOSTILE })).toBeVisible();
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText(/^It answered 204 in/)).toBeVisible();
  const { id } = await admin.send<{ id: string }>("POST", "/api/v2/conversations/webchat", { deploymentId: demo.file.deployments.bare, customData: { crmCustomerId: "CRM-GONE" } });
  await expect.poll(() => heard).toContain("conversation:start");
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "conversation:start" });
  await expect(row).toContainText("204");
  await expectAccessible(page, "deliveries");
  await picture(page, "admin-webhook");
  const before = heard.filter((name) => name === "conversation:start").length;
  await row.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => heard.filter((name) => name === "conversation:start").length).toBe(before + 1);
  receiver.close();

  await page.goto(`${demo.file.baseUrl}/console/admin/clients`);
  await page.getByRole("button", { name: "New client" }).click();
  await page.getByLabel("Name").fill("The shop's server");
  await page.getByRole("button", { name: "Make the client" }).click();
  const secretOf = () => page.getByRole("dialog", { name: "Keep this secret" }).locator("code").innerText();
  const first = await secretOf();
  await page.getByRole("button", { name: "I have kept it" }).click();
  const client = (await admin.send<Page>("GET", "/api/v2/oauth/clients?pageSize=100")).entities.find(({ name }) => name === "The shop's server");
  const granted = async (secret: string) => (await fetch(`${demo.file.baseUrl}/oauth/token`, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: String(client?.["id"]), client_secret: secret }) })).ok;
  expect(await granted(first)).toBe(true);
  await page.getByRole("row").filter({ hasText: "The shop's server" }).getByRole("button", { name: "New secret…" }).click();
  await page.getByRole("button", { name: "Draw a new secret" }).click();
  const second = await secretOf();
  expect([await granted(first), await granted(second)]).toEqual([false, true]);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expectAccessible(page, "clients");
  await picture(page, "admin-clients");

  await page.goto(`${demo.file.baseUrl}/console/admin/erasure`);
  await page.getByRole("button", { name: "Erase a customer…" }).first().click();
  await page.getByLabel("Value (required)", { exact: true }).fill("CRM-GONE");
  await expect(page.getByRole("button", { name: "Erase for ever" })).toBeDisabled();
  await page.getByLabel("The value once more").fill("CRM-GONE");
  await page.getByRole("button", { name: "Erase for ever" }).click();
  await expect(page.getByText("completed")).toBeVisible({ timeout: 30_000 });
  expect(await admin.send("GET", `/api/v2/conversations/${id}/context/crmCustomerId`)).toMatchObject({ status: "absent", why: "erased" });
  await page.getByRole("button", { name: "Certificate" }).click();
  await expect(page.getByRole("dialog", { name: "Certificate" })).toContainText(id);
  await expectAccessible(page, "a certificate");
  await picture(page, "admin-erasure");

  await page.goto(`${demo.file.baseUrl}/console/admin/audit?search=webhook`);
  await expect(page.getByRole("table", { name: "Audit log" })).toContainText("webhook");
  await expectAccessible(page, "the audit log");
  await picture(page, "admin-audit");
  expect(complaints).toEqual([]);
});

/** An endpoint that takes everything and notes what it was told. */
async function listening(heard: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    heard.push(String(request.headers["waybill-event"]));
    request.resume().on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("dep2_a_messenger_is_painted_published_and_given_to_a_deployment_and_the_shops_page_shows_it", async ({ startDemo, page, browser, site }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const API = "/api/v2/webdeployments/configurations";
  await signIn(page, demo, "admin", "/console/admin/messenger?new=1");
  await page.getByLabel("Name").fill("Shop");
  await page.getByRole("button", { name: "Make the configuration" }).click();
  await expect(page.getByText("None yet: the draft shows nowhere until it is published.")).toBeVisible();
  await page.getByLabel("Colour", { exact: true }).fill("#0165A");
  await expect(page.getByText("A colour is # and six digits, such as #0165A7.")).toBeVisible();
  await page.getByLabel("Colour", { exact: true }).fill("#0165A7");
  await page.getByLabel("Side", { exact: true }).selectOption("Left");
  await page.getByLabel("Ask for a rating at the end").check();
  await page.getByLabel("The question").fill("How did we do?");
  await page.getByLabel("Ask before the chat").check();
  await page.getByLabel("Question 1", { exact: true }).fill("Your number with us");
  await page.getByLabel("Required").check();
  await page.getByRole("button", { name: "Add a question" }).click();
  await expect(page.getByText("Each question needs to know where its answer goes.").or(page.getByText("Not saved yet"))).toBeVisible();
  await page.getByLabel("Question 2", { exact: true }).fill("What is it about?");
  await page.getByLabel("Answer 2 goes to").fill("topic");
  await page.getByLabel("Kind of answer 2").selectOption("Choice");
  await page.getByLabel("Choices of question 2").fill("Orders\n\nSomething else");
  await expectAccessible(page, "a configuration");
  await picture(page, "admin-messenger");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The draft was saved")).toBeVisible();
  // What this page does not know of stays in the document.
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const draft = `${API}/${id}/versions/draft`;
  await admin.send("PUT", draft, { ...(await admin.send<JsonObject>("GET", draft)), messenger: { ...((await admin.send("GET", draft))["messenger"] as JsonObject), homeScreen: { enabled: true } } });
  await page.reload();
  await page.getByLabel("Answers are Markdown").check();
  await page.getByRole("button", { name: "Publish…" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Version 1 shows from now on")).toBeVisible();
  expect(await admin.send("GET", `${API}/${id}/versions/1`)).toMatchObject({
    position: { alignment: "Left" },
    messenger: { styles: { primaryColor: "#0165A7" }, homeScreen: { enabled: true }, apps: { conversations: { markdown: { enabled: true }, satisfaction: { enabled: true, question: "How did we do?" } } } },
  });
  const { messenger } = await admin.send<{ messenger: { apps: { conversations: JsonObject } } }>("GET", `${API}/${id}/versions/1`);
  expect(messenger.apps.conversations["form"]).toEqual({
    enabled: true,
    fields: [
      { key: "crmCustomerId", label: "Your number with us", required: true },
      { key: "topic", label: "What is it about?", required: true, type: "select", options: ["Orders", "Something else"] },
    ],
  });

  await page.goto(`${demo.file.baseUrl}/console/admin/deployments/${demo.file.deployments.open}?tab=settings`);
  await page.getByLabel("Messenger configuration").selectOption("Shop");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Not saved yet")).toHaveCount(0);
  await page.goto(`${demo.file.baseUrl}/console/admin/messenger/${id}`);
  await expect(page.getByRole("region", { name: "Shown by" }).getByRole("link", { name: "open" })).toBeVisible();
  await page.getByRole("link", { name: "Messenger" }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "#0165A7" })).toContainText("published");
  await expectAccessible(page, "configurations");
  expect(complaints).toEqual([]);

  const shop = await (await browser.newContext()).newPage();
  await shop.goto(messengerPage(site, demo));
  const launcher = shop.locator("waybill-messenger").getByRole("button").first();
  await expect(launcher).toHaveCSS("background-color", "rgb(1, 101, 167)");
  expect((await launcher.boundingBox())?.x).toBeLessThan(100);
  // The deployment's questions are asked, and their answers stored with the start (L3).
  const visitor = new Visitor(shop);
  await visitor.launcher.click();
  await shop.getByLabel("Your number with us").fill("CRM-ASKED-1");
  await shop.getByLabel("What is it about?").selectOption("Orders");
  await shop.keyboard.press("Enter");
  await visitor.field.fill("Hello");
  await visitor.field.press("Enter");
  await expect(visitor.delivery).toHaveText(/Sent|Delivered|Read/);
  const asked = await admin.send(`GET`, `/api/v2/conversations/${await visitor.conversation()}`);
  expect(asked["customData"]).toMatchObject({ crmCustomerId: "CRM-ASKED-1", topic: "Orders" });
  // A page that has said it is not asked again.
  const known = await (await browser.newContext()).newPage();
  await known.goto(messengerPage(site, demo, { script: 'window.waybillMessenger.push((m) => m.setContext({ customData: { crmId: "CRM-ASKED-2" } }));' }));
  await new Visitor(known).launcher.click();
  await expect(known.getByLabel("What is it about?")).toBeVisible();
  await expect(known.getByLabel("Your number with us")).toHaveCount(0);
});
