/** One customer, from the button on the page to the stars at the end, and the id with every step. */

import { Person, expectAccessible, makeQueue, picture, signIn } from "../src/console.js";
import { conversationOf, log, status } from "../src/example-page.js";
import { expectEverywhere } from "../src/everywhere.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

const CRM_ID = "CRM-USER-123456789";

test("a_visitor_is_greeted_answered_passed_on_wrapped_up_and_rates_it", async ({ startDemo, page, context }) => {
  const demo = await startDemo();
  const { baseUrl, deployments } = demo.file;
  const { flowId } = demo.file as unknown as { flowId: string };
  const integrator = await Integrator.login(demo.file);
  const [admin, agent] = [await Person.logIn(demo, "admin"), await Person.logIn(demo, "agent")];
  // The demo's flow speaks first again, and customers are asked how it was.
  const configurations = "/api/v2/webdeployments/configurations";
  const conversations = { satisfaction: { enabled: true, question: "How did we do?" } };
  const { id: configuration } = await admin.send<{ id: string }>("POST", configurations, { name: "asks", languages: ["en-us"], defaultLanguage: "en-us", messenger: { enabled: true, apps: { conversations } } });
  await admin.send("POST", `${configurations}/${configuration}/versions/draft/publish`);
  const address = `/api/v2/webdeployments/deployments/${deployments.open}`;
  const { name, description, status: state, allowAllDomains, allowedDomains, allowNative } = await admin.send("GET", address);
  await admin.send("PUT", address, { name, description, status: state, allowAllDomains, allowedDomains, allowNative, flow: { id: flowId }, configuration: { id: configuration } } as JsonObject);
  const second = await makeQueue(admin, "Second line", [agent.id]);

  await signIn(page, demo, "agent", "/console/desk");
  await page.getByRole("button", { name: "Presence" }).click();
  await page.getByRole("menuitemradio", { name: "On queue" }).click();
  await expect(page.getByRole("button", { name: "Presence: On queue" })).toBeVisible();

  // The tutorial's page; the flow has read the id before anybody else speaks.
  const visitor = await context.newPage();
  await visitor.goto(`${baseUrl}/examples/tutorial.html`);
  await expect(status(visitor)).toHaveText("Connected. Ready to chat.");
  await visitor.getByRole("button", { name: "Start Chat with CRM ID" }).click();
  const id = await conversationOf(visitor);
  await expect(log(visitor).getByText(/^Received: /).first()).toBeVisible();

  const alert = page.getByRole("group", { name: "New conversation from Zoë Test" });
  await expect(alert).toContainText(CRM_ID);
  await alert.getByRole("button", { name: "Accept" }).click();
  const customer = page.getByRole("complementary", { name: "Customer" });
  await expect(customer.getByText(CRM_ID, { exact: true }).first()).toBeVisible();
  const field = page.getByRole("textbox", { name: "Reply to Zoë Test" });
  await field.fill("Hello Zoë, I pass you on to those who know.");
  await page.keyboard.press("Enter");
  await expect(log(visitor)).toContainText("Received: Hello Zoë, I pass you on to those who know.");

  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  const dialog = page.getByRole("dialog", { name: "Pass on Zoë Test" });
  await dialog.getByRole("searchbox", { name: "Search by name" }).fill("Second line");
  await dialog.getByRole("button", { name: "Pass on to Second line" }).click();
  await expect(page.getByText("Passed on to Second line")).toBeVisible();
  await expect(alert).toContainText("Second line");
  await expect(alert).toContainText(CRM_ID);
  await alert.getByRole("button", { name: "Accept" }).click();
  await field.fill("Your parcel left yesterday.");
  await page.keyboard.press("Enter");
  await expect(log(visitor)).toContainText("Received: Your parcel left yesterday.");
  await expectEverywhere(integrator, id, "crmCustomerId", CRM_ID);

  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  const wrapUp = page.getByRole("dialog", { name: "Wrap up Zoë Test" });
  await wrapUp.getByRole("radio", { name: "Second line: solved" }).check();
  await wrapUp.getByRole("textbox", { name: "Notes" }).fill("Parcel found");
  await wrapUp.getByRole("button", { name: "End the conversation" }).click();
  await expect(page.getByText("This conversation has ended.")).toBeVisible();

  // The stars come to the desk by themselves.
  await expect.poll(async () => (await agent.send<{ state: string }>("GET", `/api/v2/conversations/${id}/satisfaction`)).state).toBe("open");
  await visitor.evaluate("webMessagingClient.rate({ score: 4, comment: 'Quick and friendly' })");
  const messages = page.getByRole("log", { name: "Messages" });
  await expect(messages).toContainText("Zoë Test rated the conversation ★★★★☆ 4 of 5");
  await expect(messages).toContainText("Quick and friendly");
  await expectAccessible(page, "rated");
  await picture(page, "rated");
  const { participants } = await agent.send<{ participants: { wrapup?: { code: string; notes?: string } }[] }>("GET", `/api/v2/conversations/${id}`);
  expect(participants.map(({ wrapup }) => wrapup)).toContainEqual(expect.objectContaining({ code: second.code, notes: "Parcel found" }));
});
