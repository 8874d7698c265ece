/** Holds the built package to what the README promises: small, and harmless on a server. Run after `npm run build`. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LAUNCHER_BYTES = 6_000;
/** What is loaded when the messenger is opened: interface, renderer and SDK. */
const BODY_BYTES = 25_000;
/** All that a conversation in plain text and in English loads. */
const ALL_BYTES = 29_000;
/** What comes when it is needed: forms, cards, Markdown, consent; each language. */
const MORE_BYTES = 9_000;

const sizeOf = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
const launcher = sizeOf("messenger.js");
const body = sizeOf("messenger-body.js");
console.log(`gzip: launcher ${launcher} of ${LAUNCHER_BYTES}; body with SDK ${body} of ${BODY_BYTES}; together ${launcher + body} of ${ALL_BYTES}`);
console.log(["more", "de", "ar", "transcript", "debug"].map((name) => `${name} ${sizeOf(`messenger-${name}.js`)}`).join(", "));
if (launcher > LAUNCHER_BYTES) fail("the launcher is over its budget");
if (body > BODY_BYTES) fail("the body is over its budget");
if (launcher + body > ALL_BYTES) fail("launcher and body are over their budget");
for (const name of ["more", "de", "ar", "transcript", "debug"]) if (sizeOf(`messenger-${name}.js`) > MORE_BYTES) fail(`${name} is over its budget`);

// There is no window in Node: a touch while importing would throw here.
for (const name of ["window", "document", "location", "localStorage", "sessionStorage"]) {
  Object.defineProperty(globalThis, name, { get: () => fail(`the module touches ${name} on a server`), configurable: true });
}
const { WaybillMessenger } = await import("../dist/messenger.esm.js");
if (!WaybillMessenger) fail("an export is missing");

function fail(message) {
  console.error(message);
  process.exit(1);
}
