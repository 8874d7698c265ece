import { describe, expect, it } from "vitest";
import { Api, address } from "../src/lib/api";
import { Failure, kindOf } from "../src/lib/failure";

describe("an address", () => {
  it("encodes what is put into it", () => expect(address("/a/{id}/b", { id: "x/../y?z" }, { q: "a&b", none: undefined, all: [1, 2] })).toBe("/a/x%2F..%2Fy%3Fz/b?q=a%26b&all=1&all=2"));
});

describe("a failure's kind", () => {
  const cases: [number, string][] = [[400, "refused"], [401, "signed-out"], [403, "forbidden"], [404, "not-found"], [409, "conflict"], [412, "conflict"], [429, "throttled"], [500, "server"], [503, "server"]];
  it.each(cases)("%i", (status, kind) => expect(kindOf(status)).toBe(kind));
});

describe("a request", () => {
  const answer = (status: number, body?: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status });
  function check(answers: Response[]) {
    const sent: string[] = [];
    const renewed: string[] = [];
    const tokens = {
      access: () => Promise.resolve("one"),
      renew: (refused: string) => {
        renewed.push(refused);
        return Promise.resolve("two");
      },
    };
    const api = new Api(tokens, (_, { headers }) => {
      sent.push((headers as Record<string, string>)["Authorization"] ?? "");
      const next = answers.shift();
      return next ? Promise.resolve(next) : Promise.reject(new TypeError("network"));
    });
    return { api, sent, renewed };
  }

  it("is sent again once with a new token", async () => {
    const { api, sent, renewed } = check([answer(401), answer(200, { id: "me" })]);
    expect(await api.get("/api/v2/users/me")).toEqual({ id: "me" });
    expect([sent, renewed]).toEqual([["Bearer one", "Bearer two"], ["one"]]);
  });
  it("ends signed out when the new token does not hold either", async () => {
    const { api } = check([answer(401), answer(401)]);
    await expect(api.get("/api/v2/users/me")).rejects.toMatchObject({ kind: "signed-out" });
  });
  it("tells the server's message as a sentence", async () => {
    const { api } = check([answer(400, { code: "invalid", message: "`name` is empty", status: 400, contextId: "c" })]);
    const failure = await api.get("/api/v2/users/me").catch(Failure.of);
    expect(failure).toMatchObject({ kind: "refused", message: "`name` is empty.", contextId: "c" });
  });
  it("that nobody answers is offline", async () => {
    const { api } = check([]);
    await expect(api.get("/api/v2/users/me")).rejects.toMatchObject({ kind: "offline" });
  });
  it("with no body answers nothing", async () => {
    const { api } = check([answer(204)]);
    expect(await api.delete("/api/v2/tokens/me")).toBeUndefined();
  });
});
