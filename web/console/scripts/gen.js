/** Writes the types of every operation from the server's API document. Stable: the same document gives the same bytes. */

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const SOURCE = new URL("../../../docs/reference/openapi.json", import.meta.url);
const TARGET = new URL("../src/generated/api.ts", import.meta.url);

// Examples and prose say nothing about types; the document has them. A member that is called so has a schema.
const isSchema = (value) => typeof value === "object" && value !== null && ["type", "$ref", "oneOf", "allOf"].some((word) => word in value);
const bare = (key, value) => {
  if (key === "example" || (key === "examples" && !isSchema(value))) return undefined;
  return (key === "description" || key === "summary") && typeof value === "string" ? undefined : value;
};
const { openapi, info, paths, components } = JSON.parse(readFileSync(process.argv[2] ?? SOURCE, "utf8"), bare);
for (const operations of Object.values(paths)) {
  for (const operation of Object.values(operations)) {
    // Every failure has the same body, and no header of an answer is typed.
    const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2"));
    operation.responses = Object.fromEntries(answers.map(([status, { content }]) => [status, { description: "", content }]));
    delete operation.operationId;
  }
}
const schemas = components.schemas;
const ast = await openapiTS({ openapi, info, paths, components: { schemas } }, { alphabetize: true });
const text = astToString(ast)
  .replaceAll(/^\s*(?:headers: \{\s*\[name: string\]: unknown;\s*\}|(?:get|put|post|delete|options|head|patch|trace|query|header|path|cookie|requestBody)\?: (?:never|undefined));\n/gm, "")
  .replaceAll(/^\s*parameters: \{\s*\};\n/gm, "");
writeFileSync(TARGET, `/** Generated from docs/reference/openapi.json by \`npm run gen\`; do not edit. */\n\n${text.trim()}\n`);
