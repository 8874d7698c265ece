/** Every way of putting the messenger on a page, and what happens when a part of it does not come. */

import { messengerPage, test, Visitor } from "../src/messenger.js";
import { expect } from "../src/test.js";

const element = (demo: { file: { baseUrl: string; orgId: string; deployments: { open: string } } }) =>
  `<waybill-messenger endpoint="${demo.file.baseUrl}" deployment-id="${demo.file.deployments.open}" org-id="${demo.file.orgId}" locale="en"></waybill-messenger>`;

const pageOf = (html: string) => `<!doctype html><html lang="en"><title>Own page</title><body><script>window.heard = []; window.ran = [];
  addEventListener("waybill-started", ({ detail }) => window.heard.push(["started", detail]));</script>${html}</body></html>`;

test("edge5_the_module_and_an_element_of_the_page_do_the_same", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  const script = `<script type="module" src="${demo.file.baseUrl}/sdk/messenger.esm.js"></script>`;
  await visitor.open(site.add("/module", pageOf(`${script}${element(demo)}`)));
  await visitor.say("By the module");
  expect(await integrator.messages(await visitor.conversation())).toEqual(["> By the module"]);
});

test("edge5_files_can_be_pinned_by_their_hashes", async ({ page, demo, site, integrator }) => {
  const base = `${demo.file.baseUrl}/sdk/`;
  const hashes = (await (await fetch(`${base}messenger.integrity.json`)).json()) as Record<string, string>;
  const pinned = (change: (name: string, hash: string) => string) => {
    const integrity = Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [`${base}${name}`, change(name, hash)]));
    return pageOf(`<script type="importmap">${JSON.stringify({ integrity })}</script>
      <script async crossorigin src="${base}messenger.js" integrity="${hashes["messenger.js"] ?? ""}"></script>${element(demo)}`);
  };
  const visitor = new Visitor(page);
  await visitor.open(site.add("/pinned", pinned((_name, hash) => hash)));
  await visitor.say("Pinned");
  expect(await integrator.messages(await visitor.conversation())).toEqual(["> Pinned"]);

  // Another file than the one that was pinned does not run, and the visitor is told.
  const other = await page.context().browser()?.newContext();
  const stranger = new Visitor((await other?.newPage()) ?? page);
  await stranger.page.goto(site.add("/changed", pinned((name, hash) => (name.startsWith("messenger-body") ? `sha384-${"A".repeat(64)}` : hash))));
  await stranger.launcher.click();
  await expect(stranger.page.getByRole("alert")).toHaveText("The chat could not be loaded. Please try again.");
  await expect(stranger.launcher).toHaveAttribute("aria-expanded", "false");
  await other?.close();
});

test("edge1_an_inactive_deployment_shows_no_launcher", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  const config = page.waitForResponse(/config\.json/);
  await page.goto(messengerPage(site, demo, { attributes: { "deployment-id": demo.file.deployments.inactive } }));
  expect((await config).status()).toBe(200);
  await expect.poll(() => visitor.heard("ready")).toHaveLength(1);
  await expect(visitor.launcher).toHaveClass(/\boff\b/);
  await expect(visitor.launcher).toBeHidden();
});

test("a_page_of_one_s_own_design_opens_closes_and_removes_it", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  await page.goto(messengerPage(site, demo, { attributes: { launcher: "none", theme: "dark" } }));
  await expect.poll(() => visitor.heard("ready")).toHaveLength(1);
  await expect(visitor.launcher).toBeHidden();
  await visitor.element.evaluate((messenger) => messenger.toggle());
  await expect(visitor.panel).toBeVisible();
  await visitor.element.evaluate((messenger) => messenger.close());
  await expect(visitor.panel).toBeHidden();
  expect([await visitor.heard("open"), await visitor.heard("close")]).toEqual([[null], [null]]);
  await visitor.element.evaluate((messenger) => messenger.destroy());
  await expect(visitor.element).toHaveCount(0);
});

test("l3_the_example_page_asks_for_what_it_does_not_know", async ({ page, demo, integrator }) => {
  const visitor = new Visitor(page);
  await page.goto(`${demo.file.baseUrl}/examples/messenger.html`);
  await page.getByRole("button", { name: "Open the messenger" }).click();
  await expect(visitor.panel.getByLabel("Customer number")).toBeVisible();
  await page.getByRole("button", { name: "Tell it the CRM id" }).click();
  await expect(visitor.panel.getByLabel("Customer number")).toHaveCount(0);
  await visitor.panel.getByLabel("Your name").fill("Zoë Doe");
  await visitor.panel.getByLabel("What is it about?").selectOption("A return");
  await visitor.panel.getByLabel("What is it about?").press("Tab");
  await visitor.panel.locator("form .primary").click();
  await visitor.say("Hello");
  const line = page.getByText("Conversation ID: ");
  const id = ((await line.textContent()) ?? "").replace("Conversation ID: ", "");
  const chat = await integrator.webchat(id);
  expect(chat.customData).toMatchObject({ crmCustomerId: "CRM-USER-123456789", topic: "A return" });
  expect(chat.customer).toMatchObject({ name: "Zoë Doe" });
});
