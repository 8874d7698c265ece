/** Holds the built package to what the README promises: small, and harmless on a server. Run after `npm run build`. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LAUNCHER_BYTES = 6_000;
/** Launcher, body and SDK: all that is loaded for a conversation in English. */
const ALL_BYTES = 25_000;

const sizeOf = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
const launcher = sizeOf("messenger.js");
const body = sizeOf("messenger-body.js");
console.log(`gzip: launcher ${launcher} of ${LAUNCHER_BYTES}; with body and SDK ${launcher + body} of ${ALL_BYTES}`);
console.log(["more", "de", "ar", "transcript", "debug"].map((name) => `${name} ${sizeOf(`messenger-${name}.js`)}`).join(", "));
if (launcher > LAUNCHER_BYTES) fail("the launcher is over its budget");
if (launcher + body > ALL_BYTES) fail("launcher and body are over their budget");

// There is no window in Node: a touch while importing would throw here.
for (const name of ["window", "document", "location", "localStorage", "sessionStorage", "customElements"]) {
  Object.defineProperty(globalThis, name, { get: () => fail(`the module touches ${name} on a server`), configurable: true });
}
const { WaybillMessenger } = await import("../dist/messenger.esm.js");
if (!WaybillMessenger) fail("an export is missing");

function fail(message) {
  console.error(message);
  process.exit(1);
}
