/** Makes `docs/guide/pictures/start-chat-frame.png`: one Chromium shows the network panel of another. */

import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { conversationOf } from "../src/example-page.js";
import { expect, test } from "../src/test.js";

const PICTURE = fileURLToPath(new URL("../../../docs/guide/pictures/start-chat-frame.png", import.meta.url));

test("the startChat frame in the browser's network panel", async ({ playwright, browser, demo }) => {
  const port = await freePort();
  const watched = await playwright.chromium.launch({ args: [`--remote-debugging-port=${port}`, "--remote-allow-origins=*"] });
  const page = await watched.newPage();
  await page.goto(`${demo.file.baseUrl}/examples/cxone-chat.html`);
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { id: string; url: string }[];
  const target = targets.find(({ url }) => url === page.url());

  const panel = await browser.newPage({ viewport: { width: 1180, height: 520 }, deviceScaleFactor: 2, colorScheme: "light" });
  await panel.addInitScript(() => {
    localStorage.setItem("panel-selected-tab", '"network"');
    localStorage.setItem("network-log-show-overview", "false");
    localStorage.setItem("network-log.show-overview", "false");
  });
  await panel.goto(`http://127.0.0.1:${port}/devtools/devtools_app.html?ws=127.0.0.1:${port}/devtools/page/${target?.id}&panel=network`);
  await expect(panel.getByText("Perform a request or reload the page")).toBeVisible();
  await page.reload();
  await panel.getByText(/^v1\?deploymentId=/).first().click();
  await panel.getByRole("tab", { name: "Messages" }).click();
  await page.getByRole("button", { name: "Start chat" }).click();
  await conversationOf(page);
  await panel.getByText(/"action":"startChat"/).first().click();
  await expect(panel.getByText('"startChat"').first()).toBeVisible();
  await panel.screenshot({ path: PICTURE });
  await watched.close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
