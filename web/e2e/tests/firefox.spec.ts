/** The tutorial's page in Debian's Firefox ESR, driven over WebDriver BiDi. */

import { launch, type Browser, type Page } from "puppeteer-core";
import { expectEverywhere } from "../src/everywhere.js";
import { Integrator } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

// One browser for all of them.
test.describe.configure({ mode: "default" });

let firefox: Browser;

test.beforeAll(async () => {
  firefox = await launch({ browser: "firefox", executablePath: process.env["WAYBILL_FIREFOX"] ?? "/usr/bin/firefox-esr" });
});

test.afterAll(async () => {
  await firefox.close();
});

const textOf = (page: Page, selector: string): Promise<string> => page.$eval(selector, (element) => element.textContent ?? "");

async function startTutorial(page: Page, baseUrl: string): Promise<string> {
  await page.goto(`${baseUrl}/examples/tutorial.html`);
  await expect.poll(() => textOf(page, "#status")).toBe("Connected. Ready to chat.");
  await page.click("#startChatBtn");
  await expect.poll(() => textOf(page, "#status")).toMatch(/^Chat active\. Session: [\w-]{36}$/);
  return /Conversation ID: ([\w-]{36})/.exec(await textOf(page, "#log"))?.[1] ?? "";
}

test("l3_the_tutorials_page_works_in_firefox", async ({ demo, integrator }) => {
  const page = await firefox.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  const id = await startTutorial(page, demo.file.baseUrl);
  await expectEverywhere(integrator, id, "crmCustomerId", "CRM-USER-123456789");
  await integrator.say(id, "Grüezi from the other side");
  await expect.poll(() => textOf(page, "#log")).toContain("Received: Grüezi from the other side");

  // START2: the same page again is the same conversation.
  expect(await startTutorial(page, demo.file.baseUrl)).toBe(id);
  expect(complaints).toEqual([]);
  await page.close();
});

test("start3_start7_firefox_survives_a_server_that_is_killed", async ({ startDemo }) => {
  const demo = await startDemo();
  const integrator = await Integrator.login(demo.file);
  const page = await firefox.newPage();
  const id = await startTutorial(page, demo.file.baseUrl);
  await demo.kill();
  await demo.restart();
  await integrator.say(id, "Still here");
  await expect.poll(() => textOf(page, "#log")).toContain("Received: Still here");
  await page.close();
});
