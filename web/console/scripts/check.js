/** Holds the built console to its promises: a small first load, and nothing inline. Run by `npm run build`. */

import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_BYTES = 150_000;

const dist = new URL("../dist/", import.meta.url);
const sizeOf = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const html = readFileSync(new URL("index.html", dist), "utf8");
if (/<script(?![^>]*\ssrc=)/.test(html) || /<style|\sstyle=|\son\w+=/.test(html)) fail("dist/index.html has something inline; the content policy would stop it");

// What the page names, what that imports at once, and the largest chunk of an area with its styles.
const named = [...html.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+)"/g)].map(([, file]) => file);
const eager = withImports(named);
const total = [...eager].reduce((sum, file) => sum + sizeOf(file), sizeOf("index.html"));
console.log(`gzip: first load ${total} bytes of ${FIRST_LOAD_BYTES} in ${eager.size} files`);
const rest = readdirSync(new URL("assets/", dist)).filter((name) => !eager.has(`assets/${name}`));
for (const name of rest) console.log(`gzip: on demand ${name} ${sizeOf(`assets/${name}`)} bytes`);
// The desk is where most people begin.
const desk = [...withImports(rest.filter((name) => /^(Desk|background)[-.]/.test(name)).map((name) => `assets/${name}`))].filter((file) => !eager.has(file)).reduce((sum, file) => sum + sizeOf(file), 0);
console.log(`gzip: and the desk ${desk} bytes`);
if (total + desk > FIRST_LOAD_BYTES) fail("the first load is over its budget");

// A style attribute in a compiled template is inline style: the browser would drop it.
for (const name of readdirSync(new URL("assets/", dist))) {
  if (name.endsWith(".js") && /<[a-z]+[^<>`]*\sstyle="/.test(readFileSync(new URL(`assets/${name}`, dist), "utf8"))) fail(`${name} has a style attribute in a template; use a class or a style: directive`);
}

function withImports(files) {
  const found = new Set(files);
  for (const file of found) {
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(new URL(file, dist), "utf8");
    for (const [, name] of text.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) found.add(`assets/${name}`);
  }
  return found;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
