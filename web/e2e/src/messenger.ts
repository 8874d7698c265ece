/** Pages with the messenger on them, and what a visitor does there. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page } from "@playwright/test";
import type { WaybillMessenger } from "@waybill/web-messaging-sdk-ui";
import { Demo } from "./demo.js";
import { Integrator } from "./integrator.js";
import type { Site } from "./site.js";
import { test as base } from "./test.js";

const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/messenger/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** As in the other tests, but nobody speaks in the deployment `open` except whom a test lets speak: no flow is bound to it. */
export const test = base.extend<object, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const demo = await Demo.start();
      const { file } = demo;
      const admin = await Integrator.login({ ...file, oauthClient: file.adminClient });
      file.deployments.open = await admin.createDeployment("shop");
      await use(demo);
      await demo.stop();
    },
    { scope: "worker" },
  ],
});

export interface PageOptions {
  /** Attributes of the script tag, without `data-`. */
  attributes?: Record<string, string>;
  /** Of the root element. */
  html?: string;
  /** Script of the page, before the messenger's. */
  script?: string;
  path?: string;
  headers?: Record<string, string>;
  nonce?: string;
}

let pages = 0;

/** A page of the site with the one-line loader; says where it is. */
export function messengerPage(site: Site, { file }: Demo, options: PageOptions = {}): string {
  const { attributes = {}, html = 'lang="en"', script = "", path = `/shop-${++pages}`, headers = {}, nonce } = options;
  const given = { "deployment-id": file.deployments.open, "org-id": file.orgId, region: file.region, locale: "en", ...attributes };
  const data = Object.entries(given).map(([name, value]) => `data-${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`);
  const once = nonce ? ` nonce="${nonce}"` : "";
  return site.add(
    path,
    `<!doctype html><html ${html}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A shop</title></head>
    <body><main><h1>A shop</h1><p>Things to buy.</p><a href="#top">A link</a></main>
    <script${once}>window.heard = []; window.ran = [];
    window.waybillMessenger = [(messenger) => {
      for (const name of ["ready", "open", "close", "started", "message", "sent", "ended", "unread", "error", "consent", "rated"])
        messenger.addEventListener("waybill-" + name, ({ detail }) => window.heard.push([name, detail]));
    }];${script}</script>
    <script async${once} src="${file.baseUrl}/sdk/messenger.js" ${data.join(" ")}></script></body></html>`,
    headers,
  );
}

declare global {
  interface Window {
    /** Events of the messenger, by the end of their name. */
    heard: [string, unknown][];
    /** What hostile text managed to run. */
    ran: string[];
  }
}

export class Visitor {
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly field: Locator;
  readonly log: Locator;

  constructor(readonly page: Page) {
    this.launcher = page.locator("waybill-messenger button.launcher");
    this.panel = page.locator("waybill-messenger .panel");
    this.field = this.panel.locator(".composer textarea");
    this.log = this.panel.locator(".log");
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.launcher.click();
    await expect(this.panel).toBeVisible();
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press("Enter");
    await expect(this.bubble(text)).toBeVisible();
  }

  bubble(text: string): Locator {
    return this.log.locator(".bubble", { hasText: text }).last();
  }

  /** The delivery state under the latest own message. */
  get delivery(): Locator {
    return this.log.locator(".delivery");
  }

  async heard(name: string): Promise<unknown[]> {
    const events = await this.page.evaluate(() => JSON.parse(JSON.stringify(window.heard)) as [string, unknown][]);
    return events.filter(([one]) => one === name).map(([, detail]) => detail);
  }

  /** The conversation that was started on this page. */
  async conversation(): Promise<string> {
    await expect.poll(() => this.heard("started")).not.toHaveLength(0);
    const [session] = (await this.heard("started")) as { conversationId: string }[];
    return session?.conversationId ?? "";
  }

  /** The element itself, for what a page does with it. */
  get element(): { evaluate<T>(use: (messenger: WaybillMessenger) => T): Promise<Awaited<T>> } & Locator {
    return this.page.locator("waybill-messenger") as never;
  }

  /** The state at both widths, in the theme that it has, for people to look at. */
  async picture(name: string): Promise<void> {
    mkdirSync(ARTEFACTS, { recursive: true });
    const before = this.page.viewportSize() ?? { width: 1280, height: 720 };
    for (const [width, height] of [[1280, 720], [390, 844]] as const) {
      await this.page.setViewportSize({ width, height });
      await this.page.screenshot({ path: `${ARTEFACTS}${name}-${width}.png`, animations: "disabled" });
    }
    await this.page.setViewportSize(before);
  }

  /** What axe finds that is serious or critical, as `rule: target`. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { target: unknown; failureSummary: string }[] }[] }> } };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`));
    });
  }
}
