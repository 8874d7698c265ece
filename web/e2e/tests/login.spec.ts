/** A person logs in on the server's page, as a browser does it: cookie, origin, keyboard, and the way back to the client. */

import { createHash } from "node:crypto";
import { expect, test } from "../src/test.js";

const VERIFIER = "a-verifier-that-nobody-guesses-because-nobody-listens";
/** Nobody listens there: what counts is that the browser is sent there, with a code. */
const REDIRECT_URI = "http://127.0.0.1:9/callback";

function authorizePath(clientId: string): string {
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const query = { response_type: "code", client_id: clientId, redirect_uri: REDIRECT_URI, code_challenge: challenge, code_challenge_method: "S256", state: "x" };
  return `/oauth/authorize?${new URLSearchParams(query)}`;
}

test("acc5_a_person_logs_in_by_keyboard_and_comes_back_with_a_code", async ({ demo, page }) => {
  const { baseUrl, loginClient, users } = demo.file;
  await page.goto(baseUrl + authorizePath(loginClient.id));
  // The first field has the focus; everything is reached by Tab and sent by Enter.
  await page.keyboard.type(users.admin.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type("a wrong password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("wrong");

  await page.getByLabel("E-mail address").fill(users.admin.email);
  await page.getByLabel("Password").fill(users.admin.password);
  const back = page.waitForRequest((request) => request.url().startsWith(`${REDIRECT_URI}?`));
  await page.keyboard.press("Enter");
  const sent = new URL((await back).url()).searchParams;
  expect(sent.get("state")).toBe("x");

  const form = { grant_type: "authorization_code", client_id: loginClient.id, code: sent.get("code")!, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
  const exchanged = await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
  const { access_token: token } = (await exchanged.json()) as { access_token: string };
  const me = await fetch(`${baseUrl}/api/v2/users/me`, { headers: { Authorization: `Bearer ${token}` } });
  expect(((await me.json()) as { email: string }).email).toBe(users.admin.email);
});

test("acc5_a_form_of_another_site_is_refused", async ({ demo, page, site }) => {
  const { baseUrl, loginClient } = demo.file;
  await page.goto(baseUrl + authorizePath(loginClient.id));
  await page.goto(site.add("/elsewhere", "<!doctype html><title>Elsewhere</title>"));
  const answer = page.waitForResponse((response) => response.url() === `${baseUrl}/login`);
  await page.evaluate((action) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    document.body.append(form);
    form.submit();
  }, `${baseUrl}/login`);
  expect((await answer).status()).toBeGreaterThanOrEqual(400);
});
