/** Builds the classic loader, the module, what both load when it is needed, the declarations, and the package as a tarball. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build, transform } from "esbuild";
import { minify } from "terser";

const DARK = `
  --_ground: #17191e;
  --_raised: #262a32;
  --_line: #343944;
  --_edge: #7d8594;
  --_text: #e8eaee;
  --_muted: #a3abb9;
  --_link: #8fbcff;
  --_bad: #ff9d94;
  --_warn: #3d3210;
  --_warn-text: #f6dfa6;
  --_star: #f0b860;
  --_accent-text: color-mix(in srgb, var(--_accent) 45%, #fff);
`;
const LIGHT = "--_star: #9a6100; --_accent-text: color-mix(in srgb, var(--_accent) 55%, #000);";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const digest = (file, algorithm, encoding) => createHash(algorithm).update(readFileSync(`dist/${file}`)).digest(encoding);

/** Style sheets as texts, without what nobody reads. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = readFileSync(path, "utf8").replaceAll("DARK", DARK).replace("--_radius:", `${LIGHT} --_radius:`);
      const { code } = await transform(text, { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** White space between tags says nothing in these templates; within texts one space is as good as many. */
const templates = {
  name: "templates",
  setup({ onLoad }) {
    onLoad({ filter: /view\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/\n\s+/g, "\n").replace(/>\n</g, "><").replace(/>\n\$\{/g, ">${").replace(/\}\n<\//g, "}</").replace(/\}\n\$\{/g, "}${"),
      loader: "ts",
    }));
  },
};

/** What is imported when it is needed stays a file of its own; its address changes with its bytes. */
const later = {
  name: "later",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path: addressOf(`messenger-${basename(path, ".js")}.js`), external: true } : undefined,
    );
  },
};
const addressOf = (file) => `./${file}?v=${digest(file, "sha256", "hex").slice(0, 12)}`;

const shared = { bundle: true, minify: true, sourcemap: true, sourcesContent: true, target: "es2022", legalComments: "none", logLevel: "warning" };
/** esbuild bundles; terser then finds what it leaves: every byte is paid by somebody's visitors. */
async function make(entry, outfile, format = "esm", define = {}) {
  await build({ ...shared, define, entryPoints: [`src/${entry}`], outfile: `dist/${outfile}`, format, plugins: [styles, templates, later] });
  const map = `dist/${outfile}.map`;
  const options = { ecma: 2020, passes: 3, pure_getters: true, unsafe_arrows: true, unsafe_methods: true };
  const smaller = await minify(readFileSync(`dist/${outfile}`, "utf8"), {
    compress: options,
    mangle: true,
    module: format === "esm",
    toplevel: true,
    sourceMap: { content: readFileSync(map, "utf8"), filename: outfile, url: `${outfile}.map` },
  });
  writeFileSync(`dist/${outfile}`, smaller.code);
  writeFileSync(map, smaller.map);
}

rmSync("dist", { recursive: true, force: true });
for (const entry of ["i18n/de", "i18n/ar", "transcript", "debug", "more", "body"]) await make(`${entry}.ts`, `messenger-${basename(entry)}.js`);
await make("loader.ts", "messenger.js", "iife", { BODY: JSON.stringify(addressOf("messenger-body.js")) });
await make("index.ts", "messenger.esm.js");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });

/** What pages name; the rest is loaded by these. */
const ENTRIES = ["messenger.js", "messenger.esm.js"];
const scripts = readdirSync("dist").filter((name) => name.endsWith(".js"));
const integrity = Object.fromEntries(scripts.map((name) => [ENTRIES.includes(name) ? name : addressOf(name).slice(2), `sha384-${digest(name, "sha384", "base64")}`]));
writeFileSync("dist/messenger.integrity.json", `${JSON.stringify(integrity, null, 2)}\n`);

execFileSync("npm", ["pack", "--silent", "--pack-destination", "dist"], { stdio: ["ignore", "ignore", "inherit"] });
const [tarball] = readdirSync("dist").filter((name) => name.endsWith(".tgz"));
renameSync(`dist/${tarball}`, "dist/web-messaging-sdk-ui.tgz");
