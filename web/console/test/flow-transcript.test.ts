import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { counted, diffRows } from "../src/areas/admin/flows/diff";
import { readFlow } from "../src/areas/admin/flows/document";
import { keysOf, scriptText } from "../src/areas/admin/flows/script";
import { litBy, readTranscript, unquoted } from "../src/areas/admin/flows/transcript";

const DEMO = readFileSync(new URL("../../../crates/server/src/demo/greet-known-customer.yaml", import.meta.url), "utf8");
const read = readFlow(DEMO);
if (!read.ok) throw new Error(read.message);
const { flow } = read;

const TOLD = `> started
look-up: waits reads crmCustomerId (signed)
  request GET http://127.0.0.1:1/customers/CRM-1 up to 3 times
> reply 200
look-up: success sets firstName, tier
write-tier: next sets customData.tier
leave-note: waits reads crmCustomerId (signed)
  attributes tier = "gold"
  request POST http://127.0.0.1:1/customers/CRM-1/notes {"customerId":"CRM-1"} up to 3 times
> reply 200
leave-note: success
is-vouched-for: then reads crmCustomerId (signed)
greet: next
to-queue: ends
  say "Hello Zoë \\"x\\"\\nline"
  queue "gold" priority 10
= transferred
`;

describe("a transcript", () => {
  it("is taken apart, and each effect goes to its step", () => {
    const told = readTranscript(TOLD, flow);
    expect(told.end).toBe("transferred");
    expect(told.turns.map(({ cue, steps, effects }) => [cue, steps.map((step) => `${step.action}/${step.outcome}/${step.effects.length}`).join(" "), effects.length])).toEqual([
      ["started", "look-up/waits/1", 0],
      ["reply 200", "look-up/success/0 write-tier/next/1 leave-note/waits/1", 0],
      ["reply 200", "leave-note/success/0 is-vouched-for/then/0 greet/next/1 to-queue/ends/1", 0],
    ]);
    expect(told.turns[0]?.steps[0]?.reads).toEqual([{ key: "crmCustomerId", state: "signed" }]);
    expect(told.turns[1]?.steps[0]?.sets).toEqual(["firstName", "tier"]);
    expect(told.turns[2]?.steps[2]?.effects).toEqual([{ kind: "say", text: 'Hello Zoë "x"\nline', content: undefined }]);
    expect([...litBy(told).ways]).toContain('["is-vouched-for","then"]');
  });
  it("tells faults, replies to tap and what nobody waits for", () => {
    const told = readTranscript('> started\nlook-up: missing reads crmCustomerId (never_sent) – `customData.crmCustomerId` is absent (never_sent): Nobody handed it over.\nask-id: waits\n  say "Your number?" [{"a":1}]\n> agentLeft (nobody waits for it)\n= waits for an answer\n', flow);
    expect(told.waitsFor).toBe("an answer");
    expect(told.end).toBeUndefined();
    expect(told.turns[0]?.steps[0]).toMatchObject({ outcome: "missing", reads: [{ key: "crmCustomerId", state: "never_sent" }], fault: "`customData.crmCustomerId` is absent (never_sent): Nobody handed it over." });
    expect(told.turns[0]?.steps[1]?.effects).toEqual([{ kind: "say", text: "Your number?", content: '[{"a":1}]' }]);
    expect(told.turns[1]).toMatchObject({ cue: "agentLeft", ignored: true });
  });
  it("unquotes what the server's language quotes", () => {
    expect(unquoted('"a\\"b\\\\c\\n\\u{202e}\\t\\\'"')).toBe("a\"b\\c\n\u202e\t'");
  });
});

it("a script is written as the server reads it", () => {
  const context = [
    { key: "crmCustomerId", value: "CRM-1", trust: "signed" as const },
    { key: "vip", value: "true", trust: "page" as const },
    { key: " ", value: "x", trust: "page" as const },
  ];
  const cues = [{ kind: "say" as const, text: "Hi: # you" }, { kind: "reply" as const, status: 200, body: '{"tier":"gold"}' }, { kind: "replyTimeout" as const }, { kind: "agentLeft" as const }, { kind: "pass" as const, time: "5m" }];
  expect(scriptText({ context, customerName: "Zoë", cues })).toBe(`context:
  crmCustomerId:
    value: CRM-1
    trust: signed
  vip: true
customer:
  name: Zoë
script:
  - say: "Hi: # you"
  - reply:
      status: 200
      body:
        tier: gold
  - reply: timeout
  - agentLeft
  - pass: 5m
`);
  expect(scriptText({ context: [], customerName: "", cues: [] })).toBe("{}\n");
});

it.each([
  ['{"crmCustomerId":"CRM-1","vip":true}', [["crmCustomerId", "CRM-1"], ["vip", "true"]]],
  ['{"customData":{"plan":"gold"},"name":"Zoë"}', [["plan", "gold"]]],
  ["crmCustomerId", undefined],
  ["[1]", undefined],
])("a pasted context %s", (text, keys) => {
  expect(keysOf(text)?.map(({ key, value }) => [key, value])).toEqual(keys);
});

it("a difference shows what changed and a little around it", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
  const rows = diffRows(before, before.replace("line 10", "line ten"));
  expect(counted(rows)).toEqual({ added: 1, removed: 1 });
  expect(rows.at(0)).toEqual({ kind: "gap", lines: 7 });
  expect(rows.filter(({ kind }) => kind === "removed")).toEqual([{ kind: "removed", before: 11, after: undefined, text: "line 10" }]);
  expect(rows).toHaveLength(10);
});
