/** An example page as a visitor sees it: a status line, a log, a table. */

import { expect, type Page } from "@playwright/test";

/** What a page complained about in the console; errors that nobody caught are among it. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return complaints;
}

export const status = (page: Page) => page.locator("#status");

export const log = (page: Page) => page.locator("#log");

/** The conversation's id, as the page's log shows it. */
export async function conversationOf(page: Page): Promise<string> {
  const line = log(page).getByText("Conversation ID: ");
  await expect(line).toBeVisible();
  return ((await line.last().textContent()) ?? "").replace("Conversation ID: ", "");
}

/** The rows of the receipt: key, verdict, stored as, rule, remedy. */
export async function receiptRows(page: Page): Promise<string[][]> {
  await expect(page.locator("#receipt tbody tr").first()).toBeVisible();
  const rows = await page.locator("#receipt tbody tr").all();
  return Promise.all(rows.map((row) => row.locator("td").allTextContents()));
}
