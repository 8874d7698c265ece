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

/** The rows of the receipt: texts by column. */
export async function receiptRows(page: Page): Promise<Record<string, string>[]> {
  const rows = page.locator("#receipt tbody tr");
  await expect(rows.first()).toBeVisible();
  return rows.evaluateAll((all) =>
    all.map((row) => Object.fromEntries(Array.from(row.querySelectorAll("td"), (cell) => [cell.dataset["column"] ?? "", cell.textContent ?? ""]))),
  );
}
