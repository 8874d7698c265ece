/** Writes the wire types that the SDK uses from the server's OpenAPI document. Stable: the same document gives the same bytes. */

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const SOURCE = new URL("../../../docs/reference/openapi.json", import.meta.url);
const TARGET = new URL("../src/generated/wire.ts", import.meta.url);

/** What the SDK reads and sends; what these refer to comes along. */
const ROOTS = [
  "CloseSessionFrame",
  "ConfigStatus",
  "ConfigureSessionFrame",
  "ConnectionClosed",
  "DeploymentDomains",
  "EchoFrame",
  "ErrorBody",
  "GetJwtFrame",
  "JwtAnswer",
  "MessagePage",
  "OnMessageFrame",
  "QueuePlace",
  "ReconnectHint",
  "SessionAnswer",
  "SetContextAnswer",
  "SetContextFrame",
  "StartChatAnswer",
  "StartChatFrame",
  "TooManyRequests",
  "Waybill",
];

// Examples say nothing about types.
const withoutExamples = (key, value) => (key === "example" || key === "examples" ? undefined : value);
const { openapi, info, components } = JSON.parse(readFileSync(process.argv[2] ?? SOURCE, "utf8"), withoutExamples);
const schemas = Object.fromEntries(reachable(ROOTS, components.schemas).map((name) => [name, components.schemas[name]]));
const ast = await openapiTS(
  { openapi, info, paths: {}, components: { schemas } },
  { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true },
);
writeFileSync(TARGET, `/** Generated from docs/reference/openapi.json by \`npm run gen\`; do not edit. */\n\n${astToString(ast).trim()}\n`);

function reachable(names, all) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    if (!all[name]) throw new Error(`the OpenAPI document has no schema ${name}`);
    found.add(name);
    for (const [, inner] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) visit(inner);
  };
  names.forEach(visit);
  return [...found].sort();
}
