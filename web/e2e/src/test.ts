/** What every test gets: a running server, an API client, a site with a page on it. */

import { test as base, expect, type Page } from "@playwright/test";
import type { ClientOptions, WaybillError, WebMessagingClient } from "@waybill/web-messaging-sdk";
import { Demo } from "./demo.js";
import { Integrator } from "./integrator.js";
import { Site } from "./site.js";

export type PlainError = Pick<WaybillError, "name" | "status" | "code" | "message" | "receipt" | "retryAfter" | "details">;
export type Settled<T> = { value: T; error: null } | { value: null; error: PlainError };

interface Harness {
  client: WebMessagingClient;
  events: Record<"connected" | "reconnected" | "disconnected" | "message" | "sent" | "typing" | "ended", unknown[]> & { error: PlainError[] };
  make(options: ClientOptions, form?: new (options: ClientOptions) => WebMessagingClient): WebMessagingClient;
  settled<T>(promise: Promise<T>): Promise<Settled<T>>;
  history(server: string, deploymentId: string, token: string): Promise<string[]>;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

interface TestFixtures {
  /** Opens the blank page of the site, with the SDK from the server's address. */
  open(page: Page, server?: Demo): Promise<Page>;
  /** A server of one's own: settings, limits and restarts that would disturb others. */
  startDemo(environment?: Record<string, string>): Promise<Demo>;
}

interface WorkerFixtures {
  demo: Demo;
  integrator: Integrator;
  site: Site;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  demo: [
    async ({}, use) => {
      const demo = await Demo.start();
      await use(demo);
      await demo.stop();
    },
    { scope: "worker" },
  ],
  integrator: [async ({ demo }, use) => use(await Integrator.login(demo.file)), { scope: "worker" }],
  site: [
    async ({}, use) => {
      const site = await Site.open();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  open: async ({ demo, site }, use) => {
    await use(async (page, server = demo) => {
      await page.goto(site.add("/", blank(server.file.baseUrl)));
      return page;
    });
  },
  startDemo: async ({}, use) => {
    const started: Demo[] = [];
    await use(async (environment) => {
      const demo = await Demo.start(environment);
      started.push(demo);
      return demo;
    });
    for (const demo of started) await demo.stop();
  },
});

export { expect };

const blank = (server: string): string =>
  `<!doctype html><title>Blank</title><script src="${server}/sdk/waybill.js"></script><script src="/harness.js"></script>`;

/** The options that connect to a server's open deployment. */
export function clientOptions({ file: { orgId, region, deployments } }: Demo, changes: ClientOptions = {}): ClientOptions {
  return { orgId, region, deploymentId: deployments.open, ...changes };
}

/** Makes the page's client and waits until it is connected. */
export async function connect(page: Page, options: ClientOptions): Promise<void> {
  await page.evaluate((given) => void window.harness.make(given), options);
  await expect.poll(() => page.evaluate(() => window.harness.events.connected.length)).toBe(1);
}

type Methods = Pick<WebMessagingClient, "startChat" | "setContext" | "sendMessage" | "end" | "logout">;

/** Calls the page's client and says how the promise settled. */
export function call<Name extends keyof Methods>(
  page: Page,
  name: Name,
  ...args: Parameters<Methods[Name]>
): Promise<Settled<Awaited<ReturnType<Methods[Name]>>>> {
  return page.evaluate(
    ([method, given]) => {
      const { harness } = window;
      return harness.settled((harness.client[method] as (...all: unknown[]) => Promise<unknown>).apply(harness.client, given));
    },
    [name, args] as [Name, unknown[]],
  ) as Promise<Settled<Awaited<ReturnType<Methods[Name]>>>>;
}

/** The value of a call that has to succeed. */
export async function value<T>(settled: Promise<Settled<T>>): Promise<T> {
  const { value: found, error } = await settled;
  expect(error).toBeNull();
  return found as T;
}

/** The error of a call that has to fail. */
export async function refusal(settled: Promise<Settled<unknown>>): Promise<PlainError> {
  const { error, value: found } = await settled;
  expect(found).toBeNull();
  return error as PlainError;
}

/** What the page's client emitted under a name. */
export const emitted = <Name extends keyof Harness["events"]>(page: Page, name: Name): Promise<Harness["events"][Name]> =>
  page.evaluate((event) => window.harness.events[event], name as keyof Harness["events"]) as Promise<Harness["events"][Name]>;

/** The guest's secret, as the browser keeps it. */
export function tokenOf(page: Page, storage: "localStorage" | "sessionStorage" = "localStorage"): Promise<string | undefined> {
  return page.evaluate((name) => {
    const [key] = Object.keys(window[name]).filter((one) => one.startsWith("waybill:") && !one.endsWith(":mark"));
    return key === undefined ? undefined : (JSON.parse(window[name].getItem(key) ?? "{}") as { token: string }).token;
  }, storage);
}

/** All that a token can read over the guest socket, oldest first. */
export function readableWith(page: Page, { file }: Demo, token: string | undefined): Promise<string[]> {
  const given = [file.baseUrl, file.deployments.open, token ?? ""] as const;
  return page.evaluate(([server, deployment, secret]) => window.harness.history(server, deployment, secret), given);
}
