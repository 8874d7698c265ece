/** Getting into the console and out of it, and what the browser is told about the page. */

import { Person, expectAccessible, picture, signIn } from "../src/console.js";
import { complaintsOf } from "../src/example-page.js";
import { expect, test } from "../src/test.js";

test("acc5_a_person_signs_in_comes_back_to_the_page_he_wanted_and_stays_signed_in", async ({ demo, page, context }) => {
  const complaints = complaintsOf(page);
  await signIn(page, demo, "supervisor", "/console/desk?view=all");
  await expect(page).toHaveURL(`${demo.file.baseUrl}/console/desk?view=all`);
  await expect(page.getByRole("tab", { name: "All" })).toHaveAttribute("aria-selected", "true");
  await page.reload();
  await expect(page.getByRole("tab", { name: "All" })).toHaveAttribute("aria-selected", "true");
  // A tab that is opened from nowhere takes part in the log-in.
  const other = await context.newPage();
  await other.goto(`${demo.file.baseUrl}/console/desk?view=waiting`);
  await expect(other.getByRole("tab", { name: "Waiting" })).toHaveAttribute("aria-selected", "true");
  // And after both were loaded anew both still have a log-in: no token was spent twice.
  await page.reload();
  await other.reload();
  await expect(page.getByRole("tab", { name: "All" })).toBeVisible();
  await expect(other.getByRole("tab", { name: "Waiting" })).toBeVisible();
  expect(complaints).toEqual([]);

  await page.getByRole("button", { name: "Susan Supervisor: settings" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expect(other.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expectAccessible(page, "signed out");
  await picture(page, "signed-out");
  expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => name.includes("refresh")))).toEqual([]);
});

test("acc5_a_session_that_ended_elsewhere_leads_back_to_where_one_was", async ({ demo, page }) => {
  await signIn(page, demo, "supervisor", "/console/desk?view=all");
  await expect(page.getByRole("tab", { name: "All" })).toHaveAttribute("aria-selected", "true");
  // Everything of the log-in ends: the refresh token that this tab keeps is revoked.
  const refresh = await page.evaluate(() => sessionStorage.getItem("waybill:refresh") ?? "");
  const revoked = await fetch(`${demo.file.baseUrl}/oauth/revoke`, { method: "POST", body: new URLSearchParams({ client_id: "00000000-0000-8000-8000-00000000c001", token: refresh }) });
  expect(revoked.ok).toBe(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your session has ended" })).toBeVisible();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(demo.file.users.supervisor.email);
  await page.getByLabel("Password").fill(demo.file.users.supervisor.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${demo.file.baseUrl}/console/desk?view=all`);
});

test("acc5_the_consoles_client_takes_no_other_redirect_and_no_secret", async ({ demo }) => {
  const { baseUrl } = demo.file;
  const query = { response_type: "code", client_id: "00000000-0000-8000-8000-00000000c001", redirect_uri: "https://evil.example/console/callback", code_challenge: "x".repeat(43), code_challenge_method: "S256" };
  expect((await fetch(`${baseUrl}/oauth/authorize?${new URLSearchParams(query)}`, { redirect: "manual" })).status).toBe(400);
  const credentials = new URLSearchParams({ grant_type: "client_credentials", client_id: query.client_id });
  expect((await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: credentials })).status).toBe(400);
  // Wrong tries count against nobody: people can still get in.
  for (let tries = 0; tries < 12; tries++) {
    const wrong = new URLSearchParams({ grant_type: "client_credentials", client_id: query.client_id, client_secret: "guess" });
    expect((await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: wrong })).status).toBe(401);
  }
  expect((await Person.logIn(demo, "agent")).id).toMatch(/^[\w-]{36}$/);
});

test("the_console_is_served_under_a_strict_policy_and_its_files_for_ever", async ({ demo, page }) => {
  const answer = await page.request.get(`${demo.file.baseUrl}/console/some/page`);
  expect(answer.status()).toBe(200);
  const policy = answer.headers()["content-security-policy"] ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"]) expect(policy).toContain(part);
  expect(policy).not.toContain("unsafe");
  expect(answer.headers()).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-cache" });
  const script = /src="(\/console\/assets\/[^"]+)"/.exec(await answer.text())?.[1] ?? "";
  const file = await page.request.get(demo.file.baseUrl + script);
  expect(file.headers()).toMatchObject({ "cache-control": "public, max-age=31536000, immutable", "content-encoding": "gzip" });
  const again = await page.request.get(demo.file.baseUrl + script, { headers: { "If-None-Match": file.headers()["etag"] ?? "" } });
  expect(again.status()).toBe(304);
  expect((await page.request.get(`${demo.file.baseUrl}/console/assets/gone-12345678.js`)).status()).toBe(404);
});
