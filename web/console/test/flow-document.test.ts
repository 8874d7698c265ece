import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { addAction, addCase, connect, deleteAction, fieldOf, fragmentOf, nameFault, readFlow, renameAction, replaceAction, scalarOf, setField, setInFlow } from "../src/areas/admin/flows/document";
import { inOrder, pathThrough, place, START } from "../src/areas/admin/flows/graph";
import { History } from "../src/areas/admin/flows/history";
import { TEMPLATES } from "../src/areas/admin/flows/templates";
import { FIELDS, VERBS } from "../src/areas/admin/flows/verbs";

const DEMO = readFileSync(new URL("../../../crates/server/src/demo/greet-known-customer.yaml", import.meta.url), "utf8");
const SHORT = `# greets
flow: greet
kind: inboundMessage
start: hello
actions:
  # says it
  hello:
    sendMessage: "Hello"   # a short one
    next: to-queue

  to-queue:
    transferToQueue: {queue: Support}
`;

function flowOf(text: string) {
  const read = readFlow(text);
  if (!read.ok) throw new Error(read.message);
  return read.flow;
}
function actionOf(text: string, name: string) {
  const found = flowOf(text).actions.find((one) => one.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}
/** The lines in which two texts differ. */
const changed = (before: string, after: string) => after.split("\n").filter((line) => !before.split("\n").includes(line));

describe("a document is read", () => {
  it("with its actions, ways out and summaries", () => {
    const flow = flowOf(DEMO);
    expect(flow.name).toBe("greet-known-customer");
    expect(flow.start).toBe("look-up");
    expect(flow.uses).toEqual(["crmCustomerId?"]);
    expect(flow.actions.map(({ name, verb, ports }) => [name, verb, ports.map(({ id, to }) => `${id} ${to}`).join(", ")])).toEqual([
      ["look-up", "apiRequest", "success write-tier, failure say-unknown, missing ask-id"],
      ["write-tier", "setAttributes", "next leave-note"],
      ["leave-note", "apiRequest", "success is-vouched-for, failure is-vouched-for, missing undefined"],
      ["is-vouched-for", "decision", "then greet, else say-welcome"],
      ["greet", "sendMessage", "next to-queue"],
      ["say-welcome", "sendMessage", "next to-queue"],
      ["say-unknown", "sendMessage", "next to-support"],
      ["ask-id", "ask", "next to-support, noAnswer to-support, invalid to-support"],
      ["to-queue", "transferToQueue", ""],
      ["to-support", "transferToQueue", ""],
    ]);
    expect(actionOf(DEMO, "look-up").summary).toBe("GET {{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}");
    expect(DEMO.split("\n")[actionOf(DEMO, "ask-id").line - 1]).toBe("  ask-id:");
  });
  it("or says where it can't be", () => {
    expect(readFlow("flow: x\nflow: y")).toMatchObject({ ok: false, line: 2 });
    expect(readFlow("- a list")).toMatchObject({ ok: false });
    expect(readFlow("")).toMatchObject({ ok: false });
    // Whatever stands where an action should be is one without a verb.
    expect(flowOf("flow: x\nactions:\n  a: 3\n  b: { ask: x, wait: 5s }\n").actions.map(({ verb }) => verb)).toEqual([undefined, undefined]);
  });
});

describe("a change leaves everything else as it was written", () => {
  const cases: [string, (text: string) => string, string[]][] = [
    ["a text", (text) => setField(text, actionOf(text, "hello"), ["sendMessage", "text"], "Good day"), ['    sendMessage: "Good day" # a short one']],
    ["another way out", (text) => connect(text, "hello", "next", undefined), []],
    ["a name", (text) => renameAction(text, "to-queue", "to-support"), ["    next: to-support", "  to-support:"]],
    ["the start", (text) => setInFlow(text, ["start"], "to-queue"), ["start: to-queue"]],
    ["a priority", (text) => setField(text, actionOf(text, "to-queue"), ["transferToQueue", "priority"], 10), ["    transferToQueue: { queue: Support, priority: 10 }"]],
    ["nothing", (text) => setInFlow(text, ["start"], "hello"), []],
  ];
  it.each(cases)("%s", (_, work, lines) => {
    const after = work(SHORT);
    expect(changed(SHORT, after)).toEqual(lines);
    for (const comment of ["# greets", "# says it", "# a short one"]) expect(after).toContain(comment);
  });
  it("also in the demo's flow", () => {
    const after = setField(DEMO, actionOf(DEMO, "greet"), ["sendMessage", "text"], "Hi {{ firstName }}");
    expect(changed(DEMO, after)).toEqual(['    sendMessage: "Hi {{ firstName }}"']);
    expect(after.split("\n")).toHaveLength(DEMO.split("\n").length);
  });
  it("within maps and lists", () => {
    const text = "flow: x\nstart: a\nactions:\n  a:\n    setVariable:\n      # how often\n      tries: 1\n      plan: 'gold' # the best\n    next: b\n  b:\n    ask: Which?\n    oneOf: [gold, 'silver']\n";
    const maps = setField(text, actionOf(text, "a"), ["setVariable"], { tries: 2, plan: "basic", more: true });
    expect(changed(text, maps)).toEqual(["      tries: 2", "      plan: 'basic' # the best", "      more: true"]);
    expect(maps).toContain("# how often");
    const renamed = setField(text, actionOf(text, "a"), ["setVariable"], { turns: 1, plan: "gold" });
    expect(Object.keys(parse(renamed).actions.a.setVariable)).toEqual(["turns", "plan"]);
    expect(renamed).toContain("plan: 'gold' # the best");
    expect(parse(setField(text, actionOf(text, "b"), ["oneOf"], ["gold"])).actions.b.oneOf).toEqual(["gold"]);
    expect(changed(text, setField(text, actionOf(text, "b"), ["oneOf"], ["gold", "silver", "basic"]))).toEqual(["    oneOf: [ gold, 'silver', basic ]"]);
  });
  it("and where somebody indents in another way, its meaning", () => {
    const wide = "flow: x\nkind: inboundMessage\nstart: a\nactions:\n    a:\n        sendMessage: Hi\n        next: b\n    b:\n        end: {}\n";
    const after = setField(wide, actionOf(wide, "a"), ["sendMessage", "text"], "Hello: you");
    expect(parse(after)).toEqual({ ...parse(wide), actions: { a: { sendMessage: "Hello: you", next: "b" }, b: { end: {} } } });
  });
});

describe("a verb that is written short", () => {
  it("stays short, and grows when it has to", () => {
    const action = actionOf(SHORT, "hello");
    expect(fieldOf(action, ["sendMessage", "text"])).toBe("Hello");
    expect(fieldOf(action, ["sendMessage", "quickReplies"])).toBeUndefined();
    const grown = setField(SHORT, action, ["sendMessage", "quickReplies"], [{ text: "Yes" }]);
    expect(parse(grown).actions.hello).toEqual({ sendMessage: { text: "Hello", quickReplies: [{ text: "Yes" }] }, next: "to-queue" });
    expect(fieldOf(actionOf(grown, "hello"), ["sendMessage", "text"])).toBe("Hello");
    expect(parse(setField(SHORT, action, ["sendMessage", "text"], undefined)).actions.hello.sendMessage).toBe("");
  });
});

describe("actions come and go", () => {
  it("one is added between two", () => {
    const { text, name } = addAction(SHORT, "sendMessage", { action: "hello", port: "next" });
    expect(name).toBe("send-message");
    expect(parse(text).actions).toMatchObject({ hello: { next: "send-message" }, "send-message": { next: "to-queue" } });
    expect(Object.keys(parse(text).actions)).toEqual(["hello", "send-message", "to-queue"]);
    expect(addAction(text, "sendMessage").name).toBe("send-message-2");
  });
  it("the first one is the start", () => {
    const { text } = addAction("flow: x\nkind: inboundMessage\n", "sendMessage");
    expect(parse(text)).toMatchObject({ start: "send-message", actions: { "send-message": { sendMessage: "Hello" } } });
  });
  it.each(VERBS)("%s can be added, and its form knows it", (verb) => {
    const { text, name } = addAction(SHORT, verb);
    const action = actionOf(text, name);
    expect(action.verb).toBe(verb);
    for (const { path } of FIELDS[verb]) expect(() => fieldOf(action, path)).not.toThrow();
  });
  it("one that goes is passed over", () => {
    const three = addAction(SHORT, "wait", { action: "hello", port: "next" });
    expect(parse(deleteAction(three.text, three.name)).actions).toEqual(parse(SHORT).actions);
    expect(parse(deleteAction(SHORT, "hello"))).toMatchObject({ start: "to-queue", actions: { "to-queue": {} } });
    expect(parse(deleteAction(SHORT, "to-queue")).actions).toEqual({ hello: { sendMessage: "Hello" } });
  });
  it("a name is free or it is not", () => {
    expect(nameFault(flowOf(SHORT), "hello", "to-queue")).toBe("Another action has this name.");
    expect(nameFault(flowOf(SHORT), " ", "hello")).toBe("Give it a name.");
    expect(nameFault(flowOf(SHORT), "two words", "hello")).toMatch(/letters/);
    expect(nameFault(flowOf(SHORT), "hello", "hello")).toBeUndefined();
  });
  it("cases of a switch are ways out", () => {
    const made = addAction(SHORT, "switch", { action: "hello", port: "next" });
    const two = connect(addCase(made.text, made.name), made.name, "case 2", "hello");
    expect(actionOf(two, made.name).ports).toEqual([
      { id: "case 1", to: undefined, label: "true" },
      { id: "case 2", to: "hello", label: "true" },
      { id: "else", to: "to-queue" },
    ]);
    expect(actionOf(renameAction(two, "hello", "hi"), made.name).ports[1]).toMatchObject({ to: "hi" });
  });
});

describe("a fragment", () => {
  it("is the action with its comments, and replaces it", () => {
    expect(fragmentOf(SHORT, "hello")).toBe('sendMessage: "Hello" # a short one\nnext: to-queue\n');
    const replaced = replaceAction(SHORT, "hello", "ask: Who?\nset: who\nnext: to-queue\n");
    expect("text" in replaced && parse(replaced.text).actions.hello).toEqual({ ask: "Who?", set: "who", next: "to-queue" });
    expect(replaceAction(SHORT, "hello", "ask: [")).toHaveProperty("fault");
    expect(replaceAction(SHORT, "hello", "only text")).toHaveProperty("fault");
  });
});

describe("hostile text stays text", () => {
  it.each(["<img src=x onerror=alert(1)>", "a: b", "- x", "{{ x }}", "# no comment", "&a *a !!js/function", '"', "line\nline", "\u202e", "__proto__"])("%j", (text) => {
    const after = setField(SHORT, actionOf(SHORT, "hello"), ["sendMessage", "text"], text);
    expect(parse(after).actions.hello.sendMessage).toBe(text);
    expect(actionOf(renameAction(SHORT, "hello", text), text).verb).toBe("sendMessage");
  });
  it("and a document that unfolds without end is none", () => {
    const bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]\n";
    expect(readFlow(bomb)).toMatchObject({ ok: false });
  });
});

describe("the picture", () => {
  it("has every action once, nothing on top of another, ways in order", () => {
    const { nodes, edges } = place(flowOf(DEMO));
    expect(nodes.map(({ id }) => id)).toEqual([START, ...flowOf(DEMO).actions.map(({ name }) => name)]);
    expect(edges).toHaveLength(15);
    for (const one of nodes) {
      for (const other of nodes) {
        const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(one === other || apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
    const x = (id: string) => nodes.find((node) => node.id === id)?.x ?? 0;
    expect(x("write-tier")).toBeLessThan(x("ask-id"));
  });
  it("leads ways around what stands between", () => {
    const text = "flow: x\nstart: a\nactions:\n  a: { decision: t, then: b, else: d }\n  b: { wait: 1s, next: c }\n  c: { wait: 1s, next: d }\n  d: { end: {} }\n";
    const { nodes, edges } = place(flowOf(text));
    const via = edges.find(({ from, port }) => from === "a" && port === "else")?.via ?? [];
    expect(via.length).toBeGreaterThan(0);
    for (const { x, y } of via) expect(nodes.some((node) => x > node.x && x < node.x + node.width && y > node.y && y < node.y + node.height)).toBe(false);
    expect(pathThrough([{ x: 0, y: 0 }, { x: 10, y: 20 }])).toBe("M0,0 C0,10 10,10 10,20");
  });
  it("stands with a circle, with nothing, and with ways that lead nowhere", () => {
    expect(place(flowOf("flow: x\nstart: a\nactions:\n  a: { wait: 1s, next: b }\n  b: { wait: 1s, next: a }\n")).edges).toHaveLength(3);
    expect(place(flowOf("flow: x\n")).nodes).toHaveLength(1);
    expect(place(flowOf("flow: x\nstart: gone\nactions:\n  a: { wait: 1s, next: gone, error: a }\n")).edges.map(({ to }) => to)).toEqual(["a"]);
  });
  it("is drawn at once, also with a hundred actions", () => {
    const many = Array.from({ length: 100 }, (_, index) => `  a${index}: { decision: t, then: a${index + 1}, else: a${(index * 7) % 100} }\n`).join("");
    const flow = flowOf(`flow: x\nstart: a0\nactions:\n${many}`);
    const start = performance.now();
    place(flow);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
  it("lists what nothing leads to at the end", () => {
    const { text } = addAction(SHORT, "end");
    expect(inOrder(flowOf(text)).map(({ action, reached }) => [action.name, reached])).toEqual([["hello", true], ["to-queue", true], ["end", false]]);
  });
});

describe("what was done is taken back", () => {
  it("typing in pieces, the rest one by one", () => {
    const history = new History();
    history.keep("", "yaml", 0);
    history.keep("a", "yaml", 100);
    history.keep("ab", "yaml", 5_000);
    history.keep("abc", "", 5_100);
    expect(history.undo("abcd")).toBe("abc");
    expect(history.undo("abc")).toBe("ab");
    expect(history.undo("ab")).toBe("");
    expect(history.undo("")).toBeUndefined();
    expect(history.redo("")).toBe("ab");
    history.keep("ab", "", 6_000);
    expect(history.redo("x")).toBeUndefined();
    expect(history.undo("x")).toBe("ab");
    expect(history.undo("ab")).toBe("");
  });
});

it("what is typed is a number where it reads as one", () => {
  expect(["10", "1.5", "true", "{{ 1 }}", "x", "0x10", ""].map(scalarOf)).toEqual([10, 1.5, true, "{{ 1 }}", "x", 16, ""]);
});

it.each(TEMPLATES)("the template $id can be read with any name", ({ document }) => {
  expect(flowOf(document('a "b": c')).name).toBe('a "b": c');
});
