/** The import line of existing code, built by three tools from the package that the server offers. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import type { Demo } from "../src/demo.js";
import { expectEverywhere } from "../src/everywhere.js";
import { Site } from "../src/site.js";
import { expect, test } from "../src/test.js";

const run = promisify(execFile);
const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));

// One after another: two installs at once only wait for each other on two cores.
test.describe.configure({ mode: "default", timeout: 240_000 });

/** A copy of an example, installed as its README says. */
async function install(name: string, { file: { baseUrl } }: Demo): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `waybill-${name}-`));
  cpSync(join(EXAMPLES, name), folder, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  const sdk = `@genesyscloud/web-messaging-sdk@${baseUrl}/sdk/web-messaging-sdk.tgz`;
  await run("npm", ["install", sdk, "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
  const { name: installed, version } = JSON.parse(
    readFileSync(join(folder, "node_modules/@genesyscloud/web-messaging-sdk/package.json"), "utf8"),
  ) as { name: string; version: string };
  expect([installed, Number(version.split(".")[0]) >= 2]).toEqual(["@waybill/web-messaging-sdk", true]);
  return folder;
}

/** Presses the page's button and gives the session that the page shows. */
async function startIn(page: Page, folder: string): Promise<{ conversationId: string; customData: object }> {
  const site = await Site.ofFolder(folder);
  await page.goto(`${site.origin}/`);
  await page.getByRole("button", { name: "Start chat" }).click();
  await expect(page.locator("pre")).toContainText("conversationId");
  const session = JSON.parse((await page.locator("pre").textContent()) ?? "") as { conversationId: string; customData: object };
  await site.close();
  return session;
}

const viteSettings = ({ file: { baseUrl, orgId, deployments } }: Demo) => ({
  VITE_WAYBILL: baseUrl,
  VITE_ORG_ID: orgId,
  VITE_DEPLOYMENT_ID: deployments.open,
});

test("l3_the_import_line_builds_with_vite_and_starts_a_chat", async ({ page, demo, integrator }) => {
  const folder = await install("vite", demo);
  await run("npm", ["run", "build"], { cwd: folder, env: { ...process.env, ...viteSettings(demo) } });
  const { conversationId } = await startIn(page, join(folder, "dist"));
  await expectEverywhere(integrator, conversationId, "crmCustomerId", "CRM-882910");
  rmSync(folder, { recursive: true });
});

test("l3_the_import_line_builds_with_webpack_and_starts_a_chat", async ({ page, demo, integrator }) => {
  const folder = await install("webpack", demo);
  const { baseUrl, orgId, deployments } = demo.file;
  const settings = { WAYBILL: baseUrl, ORG_ID: orgId, DEPLOYMENT_ID: deployments.open };
  await run("npm", ["run", "build"], { cwd: folder, env: { ...process.env, ...settings } });
  const { conversationId } = await startIn(page, folder);
  await expectEverywhere(integrator, conversationId, "crmCustomerId", "CRM-882910");
  rmSync(folder, { recursive: true });
});

test("start2_l3_react_mounts_twice_and_makes_one_conversation_and_renders_on_a_server", async ({ page, demo, integrator }) => {
  const folder = await install("react", demo);
  const env = { ...process.env, ...viteSettings(demo) };

  // Development build: that is where StrictMode mounts twice. The sockets tell how often.
  await run("npm", ["run", "build", "--", "--mode", "development"], { cwd: folder, env: { ...env, NODE_ENV: "development" } });
  const sockets: { closed: boolean }[] = [];
  page.on("websocket", (socket) => {
    const one = { closed: false };
    sockets.push(one);
    socket.on("close", () => (one.closed = true));
  });
  const known = new Set((await integrator.list()).map(({ id }) => id));
  const { conversationId } = await startIn(page, join(folder, "dist"));
  expect(sockets.length).toBe(2);
  expect(sockets[0]?.closed).toBe(true);
  const added = (await integrator.findByAttribute("crmCustomerId", "CRM-882910")).filter((id) => !known.has(id));
  expect(added).toContain(conversationId);
  await expectEverywhere(integrator, conversationId, "crmCustomerId", "CRM-882910");

  await run("npm", ["run", "build:server"], { cwd: folder, env });
  const { stdout } = await run(process.execPath, ["dist/server/server.js"], { cwd: folder });
  expect(stdout).toContain("<button>Start chat</button>");
  rmSync(folder, { recursive: true });
});
