/** Writes the wire types from the server's OpenAPI document: `npm run gen [--check]`. */

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const SOURCE = new URL("../../../docs/reference/openapi.json", import.meta.url);
const TARGET = new URL("../src/generated/wire.ts", import.meta.url);

const types = astToString(await openapiTS(SOURCE, { alphabetize: true }));
const text = `/** Generated from docs/reference/openapi.json by \`npm run gen\`; do not edit. */\n\n${types.trim()}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(TARGET, text);
} else if (readFileSync(TARGET, "utf8") !== text) {
  console.error("src/generated/wire.ts is not what docs/reference/openapi.json says: run `npm run gen`");
  process.exit(1);
}
