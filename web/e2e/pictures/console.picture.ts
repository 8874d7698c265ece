/** Makes the console's pictures of the guide from a demo in which some customers have chatted. */

import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { Person, signIn } from "../src/console.js";
import type { JsonObject } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

const FOLDER = fileURLToPath(new URL("../../../docs/guide/pictures/", import.meta.url));

test.use({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });

const taken = (page: Page, name: string) => page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled" });

test("the console's pictures", async ({ startDemo, browser, page }) => {
  test.setTimeout(180_000);
  const demo = await startDemo();
  const { baseUrl, deployments, flowId } = demo.file as typeof demo.file & { flowId: string };
  const [admin, agent] = [await Person.logIn(demo, "admin"), await Person.logIn(demo, "agent")];
  const start = (body: JsonObject) => admin.send<{ id: string }>("POST", "/api/v2/conversations/webchat", body);

  // Some who were there before; a few of them lost their id on the way.
  for (let number = 0; number < 24; number++) {
    const customData: JsonObject = { plan: ["gold", "silver", "basic"][number % 3] ?? "", ...(number % 5 !== 0 && { crmCustomerId: `CRM-${1000 + number}` }) };
    await start({ deploymentId: deployments.open, customer: { name: `Customer ${number}` }, customData });
  }
  const { identityToken } = (await (await fetch(`${baseUrl}/demo/identity-token?customer=zoe`)).json()) as { identityToken: string };
  const { id } = await start({ deploymentId: deployments.signed, identityToken, message: "My order has not come yet.", customData: { source: "website" } });
  await expect.poll(async () => (await admin.send("GET", `/api/v2/conversations/${id}/context/tier`))["status"]).toBe("stored");
  const { communicationId } = await agent.send<{ communicationId: string }>("POST", `/api/v2/conversations/${id}/assign`, { id: agent.id });
  await agent.send("POST", `/api/v2/conversations/messages/${id}/communications/${communicationId}/messages`, { textBody: "Hello Zoë, let me look where it is." });

  await signIn(page, demo, "agent", `/console/desk/${id}`);
  await expect(page.getByRole("log").getByText("let me look")).toBeVisible();
  await expect(page.getByText("CRM-882910").first()).toBeVisible();
  await taken(page, "desk");
  const office = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light" })).newPage();
  await signIn(office, demo, "admin", `/console/trace/${id}?key=crmCustomerId`);
  await expect(office.getByText("API request").or(office.getByText("checksum ok")).first()).toBeVisible();
  await taken(office, "trace");
  for (const [name, path, sign] of [
    ["live", "/analytics/live", "Gold"],
    ["history", "/analytics/history?group=attribute%3Aplan", "gold"],
    ["completeness", "/analytics/completeness", "crmCustomerId"],
    ["policy", `/admin/deployments/${deployments.open}`, "The chat would start."],
    ["flow", `/admin/flows/${flowId}`, "look-up"],
  ] as const) {
    await office.goto(`${baseUrl}/console${path}`);
    await expect(office.getByText(sign).filter({ visible: true }).first()).toBeVisible();
    await expect(office.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    await taken(office, name);
  }
});
