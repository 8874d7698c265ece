/** Holds the built package to what the README promises: small, and harmless on a server. Run after `npm run build`. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MODULE_BYTES = 12_000;

const sizeOf = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
const moduleBytes = sizeOf("index.js");
console.log(`gzip: dist/index.js ${moduleBytes} bytes of ${MODULE_BYTES}, dist/waybill.js ${sizeOf("waybill.js")} bytes`);
if (moduleBytes > MODULE_BYTES) fail("dist/index.js is over its budget");

// There is no window in Node: a touch while importing or constructing would throw here.
for (const name of ["window", "document", "location", "localStorage", "sessionStorage"]) {
  Object.defineProperty(globalThis, name, { get: () => fail(`the module touches ${name} on a server`), configurable: true });
}
const { cxoneChat, GenesysCloudWebMessaging, WaybillError, WebMessagingClient } = await import("../dist/index.js");
for (const part of [cxoneChat, GenesysCloudWebMessaging, WaybillError, WebMessagingClient]) if (!part) fail("an export is missing");

function fail(message) {
  console.error(message);
  process.exit(1);
}
