/** Builds the module, the classic script, the declarations, and the package of all that as a tarball. */

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { build } from "esbuild";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const shared = { bundle: true, minify: true, sourcemap: true, sourcesContent: true, target: "es2020", legalComments: "none", logLevel: "warning" };

rmSync("dist", { recursive: true, force: true });
await build({ ...shared, entryPoints: ["src/index.ts"], outfile: "dist/index.js", format: "esm" });
await build({ ...shared, entryPoints: ["src/browser.ts"], outfile: "dist/waybill.js", format: "iife" });
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });

execFileSync("npm", ["pack", "--silent", "--pack-destination", "dist"], { stdio: ["ignore", "ignore", "inherit"] });
const [tarball] = readdirSync("dist").filter((name) => name.endsWith(".tgz"));
renameSync(`dist/${tarball}`, "dist/web-messaging-sdk.tgz");
