/** Debian's Chromium against the real server. No browser is ever downloaded. */

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    launchOptions: {
      executablePath: process.env["WAYBILL_CHROMIUM"] ?? "/usr/bin/chromium",
      // Where tests run as root, and in many containers, Chromium's own sandbox cannot be had. The pages are ours.
      chromiumSandbox: false,
    },
    screenshot: "only-on-failure",
  },
});
