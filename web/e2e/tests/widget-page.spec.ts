/** The messenger on pages of every kind: strict policies, other directions, small screens, keyboards alone, hostile text. */

import type { Page } from "@playwright/test";
import { HOSTILE } from "../../widget/test/hostile.js";
import { complaintsOf } from "../src/example-page.js";
import { messengerPage, test, Visitor } from "../src/messenger.js";
import { expect } from "../src/test.js";

test("edge5_a_strict_policy_with_a_nonce_and_trusted_types_is_enough", async ({ page, demo, site, integrator }) => {
  const complaints = complaintsOf(page);
  const server = demo.file.baseUrl;
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-abc123'",
    `connect-src ${server} ${server.replace("http", "ws")}`,
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; ");
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { nonce: "abc123", headers: { "Content-Security-Policy": policy }, attributes: { markdown: "on" } }));
  await visitor.say("Hello");
  await expect(visitor.delivery).toHaveText("Sent");
  await integrator.say(await visitor.conversation(), "**Strict** and safe");
  await expect(visitor.log.locator("strong")).toHaveText("Strict");
  expect(await visitor.panel.evaluate((panel) => getComputedStyle(panel).width)).toBe("380px");
  expect(complaints.filter((one) => !one.includes("favicon"))).toEqual([]);
});

test("the_launcher_moves_nothing_and_the_body_comes_when_it_is_wanted", async ({ page, demo, site }) => {
  const loaded: string[] = [];
  page.on("request", (request) => request.url().includes("/sdk/") && loaded.push(new URL(request.url()).pathname.replace("/sdk/", "")));
  const visitor = new Visitor(page);
  await page.addInitScript(() => {
    const shifts: number[] = [];
    (window as unknown as { shifts: number[] }).shifts = shifts;
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => (entry as unknown as { value: number }).value))).observe({ type: "layout-shift", buffered: true });
  });
  const url = messengerPage(site, demo);
  await page.goto(url);
  await expect(visitor.launcher).toBeVisible();
  expect(loaded).toEqual(["messenger.js"]);
  await visitor.launcher.click();
  await expect(visitor.panel).toBeVisible();
  expect(loaded).toEqual(["messenger.js", "messenger-body.js"]);
  expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
});

test("on_a_page_from_the_right_everything_is_mirrored_and_in_the_visitor_s_language", async ({ page, demo, site }) => {
  const visitor = new Visitor(page);
  await visitor.open(messengerPage(site, demo, { html: 'lang="ar" dir="rtl"', attributes: { locale: "ar" } }));
  await expect(visitor.launcher).toHaveAccessibleName("إغلاق المحادثة");
  await expect(visitor.field).toHaveAttribute("placeholder", "اكتب رسالة…");
  const width = page.viewportSize()?.width ?? 0;
  expect((await visitor.launcher.boundingBox())?.x).toBeLessThan(width / 2);
  await visitor.say("مرحبا");
  await expect(visitor.delivery).toHaveText("أُرسلت");
  const [own, panel] = [await visitor.bubble("مرحبا").boundingBox(), await visitor.panel.boundingBox()];
  expect((own?.x ?? 0) - (panel?.x ?? 0)).toBeLessThan((panel?.width ?? 0) / 3);
  expect(await visitor.barriers()).toEqual([]);
  await visitor.picture("right-to-left");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the_panel_fills_the_screen_holds_the_focus_and_the_page_behind_stands_still", async ({ page, demo, site }) => {
    const visitor = new Visitor(page);
    await visitor.open(messengerPage(site, demo));
    // It slides in.
    await expect.poll(() => visitor.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    await expect(visitor.launcher).toBeHidden();
    await expect(visitor.panel).toHaveAttribute("aria-modal", "true");
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflow)).toBe("hidden");
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("WAYBILL-MESSENGER");
    }
    expect(await visitor.barriers()).toEqual([]);
    // A keyboard takes half of the screen.
    await page.setViewportSize({ width: 390, height: 420 });
    await expect.poll(async () => (await visitor.panel.boundingBox())?.height).toBe(420);
    await expect(visitor.field).toBeInViewport();
    await visitor.panel.getByRole("button", { name: "Close chat" }).click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflow)).not.toBe("hidden");
    await expect(visitor.launcher).toBeFocused();
  });
});

/** Presses Tab until something with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let press = 0; press < 25; press++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const inside = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
      return inside?.getAttribute("aria-label") ?? inside?.textContent?.trim() ?? "";
    });
    if (name.test(found)) return;
    seen.push(found.slice(0, 30));
  }
  throw new Error(`Tab never came to ${String(name)}: ${seen.join(", ")}`);
}

test("everything_can_be_done_with_the_keyboard_alone", async ({ page, demo, site, integrator }) => {
  const visitor = new Visitor(page);
  await page.goto(messengerPage(site, demo, { attributes: { form: JSON.stringify([{ key: "topic", label: "Topic", required: true }]) } }));
  await expect(visitor.launcher).toBeVisible();
  await tabTo(page, /^Open chat$/);
  await page.keyboard.press("Enter");
  await expect(visitor.panel.getByLabel("Topic")).toBeFocused();
  await page.keyboard.type("An order");
  await page.keyboard.press("Enter");
  await expect(visitor.field).toBeFocused();
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await expect(visitor.delivery).toHaveText("Sent");
  const id = await visitor.conversation();
  expect((await integrator.webchat(id)).customData).toEqual({ topic: "An order" });

  await page.keyboard.press("Escape");
  await expect(visitor.panel).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(visitor.field).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await tabTo(page, /^More$/).catch(async () => tabTo(page, /^More$/));
  await page.keyboard.press("Enter");
  await expect(visitor.panel.getByRole("button", { name: "Download transcript" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(visitor.panel.getByRole("button", { name: "More" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, /^End conversation$/);
  await page.keyboard.press("Enter");
  await expect(visitor.panel.getByRole("button", { name: "Keep it open" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(visitor.panel.getByRole("button", { name: "Start a new conversation" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(visitor.field).toBeFocused();
});

for (const theme of ["light", "dark"] as const) {
  test(`no_state_has_a_barrier_in_the_${theme}_theme`, async ({ page, demo, site, integrator }) => {
    const visitor = new Visitor(page);
    const form = JSON.stringify([
      { key: "name", in: "customer", label: "Your name", required: true },
      { key: "topic", label: "Topic", type: "select", options: ["An order", "A return"] },
      { key: "terms", label: "I agree to the terms", type: "checkbox", required: true },
    ]);
    await visitor.open(messengerPage(site, demo, { attributes: { theme, form, consent: "required", markdown: "on", "privacy-url": "https://example.com/privacy" } }));
    const { panel } = visitor;
    await expect(panel.getByText("Before we connect you")).toBeVisible();
    expect(await visitor.barriers(), "consent").toEqual([]);
    await visitor.picture(`consent-${theme}`);
    await panel.getByRole("button", { name: "Agree and continue" }).click();
    await panel.getByRole("button", { name: "Start chat" }).click();
    await expect(panel.getByText("Please fill this in.")).toHaveCount(2);
    expect(await visitor.barriers(), "form").toEqual([]);
    await visitor.picture(`form-${theme}`);
    await panel.getByLabel("Your name").fill("Zoë");
    await panel.getByLabel("I agree to the terms").check();
    await panel.getByRole("button", { name: "Start chat" }).click();
    await expect(panel.getByText("Hello! How can we help you?")).toBeVisible();
    expect(await visitor.barriers(), "welcome").toEqual([]);
    await visitor.picture(`welcome-${theme}`);
    await visitor.say("Hello");
    await expect(visitor.delivery).toHaveText("Sent");
    await integrator.say(await visitor.conversation(), "**Hello**, see https://example.com/ and\n- one\n- `two`");
    await expect(visitor.log.locator("li")).toHaveCount(2);
    expect(await visitor.barriers(), "conversation").toEqual([]);
    await visitor.picture(`conversation-${theme}`);
    await panel.getByRole("button", { name: "More" }).click();
    await expect(panel.getByRole("button", { name: "End conversation" })).toBeVisible();
    expect(await visitor.barriers(), "menu").toEqual([]);
    await visitor.picture(`menu-${theme}`);
    await panel.getByRole("button", { name: "End conversation" }).click();
    expect(await visitor.barriers(), "question").toEqual([]);
    await visitor.picture(`question-${theme}`);
    await panel.getByRole("button", { name: "End it" }).click();
    await expect(panel.getByRole("button", { name: "Start a new conversation" })).toBeVisible();
    expect(await visitor.barriers(), "end").toEqual([]);
    await visitor.picture(`end-${theme}`);
  });
}

test("hostile_texts_stay_texts_and_ask_for_nothing", async ({ page, demo, site, integrator }) => {
  test.slow();
  const strays: string[] = [];
  page.on("request", (request) => !request.url().startsWith(demo.file.baseUrl) && !request.url().startsWith(site.origin) && strays.push(request.url()));
  page.on("dialog", (dialog) => strays.push(dialog.message()));
  const visitor = new Visitor(page);
  const hostileAttributes = { markdown: "on", heading: HOSTILE[1] ?? "", "status-text": HOSTILE[0] ?? "", welcome: HOSTILE[10] ?? "", "contact-url": "javascript:window.ran.push('contact')" };
  await visitor.open(messengerPage(site, demo, { attributes: hostileAttributes }));
  await visitor.say("Hello");
  const id = await visitor.conversation();
  // A NUL can't be in a message's text everywhere; the unit tests have it.
  const texts = HOSTILE.filter((text) => !text.includes("\u0000"));
  for (const text of texts) await integrator.say(id, text);
  await expect(visitor.log.locator(".business .bubble")).toHaveCount(texts.length);
  await visitor.say(HOSTILE[1] ?? "");
  expect(await page.evaluate(() => window.ran)).toEqual([]);
  expect(strays).toEqual([]);
  const found = await visitor.log.evaluate((log) => ({
    elements: [...new Set([...log.querySelectorAll("*")].map((one) => one.localName))].filter(
      (name) => !["a", "bdi", "br", "button", "code", "div", "em", "li", "ol", "p", "pre", "span", "strong", "time", "ul"].includes(name),
    ),
    handlers: [...log.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))),
    schemes: [...new Set([...log.querySelectorAll("a")].map((link) => link.protocol))].filter((scheme) => !["https:", "http:", "mailto:", "tel:"].includes(scheme)),
    rels: [...new Set([...log.querySelectorAll("a")].map((link) => link.rel))],
  }));
  expect(found).toEqual({ elements: [], handlers: [], schemes: [], rels: ["noopener noreferrer nofollow"] });
});
