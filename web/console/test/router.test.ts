import { describe, expect, it } from "vitest";
import { match } from "../src/lib/router.svelte";
import { safeBack } from "../src/lib/pkce";

describe("a path against a pattern", () => {
  const cases: [string, string, Record<string, string> | undefined][] = [
    ["/desk", "/desk", {}],
    ["/desk/:id?", "/desk", {}],
    ["/desk/:id?", "/desk/a%2Fb", { id: "a/b" }],
    ["/desk/:id", "/desk", undefined],
    ["/desk/:id?", "/desk/a/b", undefined],
    ["/admin/*", "/admin/queues/1", {}],
    ["/admin/*", "/desk", undefined],
    ["/desk/:id", "/desk/%zz", undefined],
  ];
  it.each(cases)("%s %s", (pattern, path, expected) => expect(match(pattern, path)?.parameters).toEqual(expected));
});

describe("where a log-in leads back to", () => {
  const cases: [string | undefined, string][] = [
    ["/console/desk/1?view=all", "/console/desk/1?view=all"],
    ["/console", "/console"],
    [undefined, "/console/"],
    ["https://evil.example/", "/console/"],
    ["//evil.example/console/", "/console/"],
    ["/console//evil.example", "/console/"],
    ["/console/\\evil.example", "/console/"],
    ["/consolex", "/console/"],
    ["/console/callback?code=1", "/console/"],
    ["javascript:alert(1)", "/console/"],
  ];
  it.each(cases)("%s", (given, expected) => expect(safeBack(given)).toBe(expected));
});
