/** A picture of every example page, wide and narrow, light and dark, into the git-ignored folder `artefacts/`. */

import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { status } from "../src/example-page.js";
import { expect, test } from "../src/test.js";

const FOLDER = fileURLToPath(new URL("../../../artefacts/examples/", import.meta.url));

/** What makes a page show something. */
const PAGES: { [name: string]: (page: Page, token: string) => Promise<void> } = {
  index: async () => undefined,
  tutorial: (page) => start(page, "Start Chat with CRM ID"),
  "cxone-chat": (page) => start(page, "Start chat"),
  "attributes-custom": async (page) => {
    await page.getByRole("button", { name: "Use an unmapped namespace" }).click();
    await expect(page.locator("#receipt")).toContainText("refused");
  },
  command: (page) => start(page, "Set attributes and say hello"),
  "put-metadata": async (page, token) => {
    await page.getByLabel("Bearer token").fill(token);
    await start(page, "Start without an id");
    await page.getByRole("button", { name: "PUT the metadata" }).click();
    await expect(page.locator("#receipt")).toContainText("crmCustomerId");
  },
  refusals: async (page) => {
    await page.getByRole("button", { name: "Misspelt container" }).click();
    await expect(page.locator("#receipt")).toContainText("refused");
  },
};

async function start(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await expect(status(page)).toHaveText(/^Chat active/);
}

for (const [name, act] of Object.entries(PAGES)) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      test(`${name}, ${colorScheme}, ${width}`, async ({ browser, demo, integrator }) => {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
        await page.goto(`${demo.file.baseUrl}/examples/${name}.html`);
        await act(page, integrator.token);
        await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true });
      });
    }
  }
}
