import { describe, expect, it } from "vitest";
import { agentRows, queueRows, toldOf, totalsOf, words } from "../src/areas/analytics/board";
import { type Alarm, type Listing, bandOf, goesMissing, keyRows, linesOf, marksOf, neverSent, pageRows, policyChanges, sdkChanges, stretchesOf, sumsOf } from "../src/areas/analytics/completeness";
import { dateOf, dateText, granularityFor, spanBefore, spanOf, startsOf } from "../src/areas/analytics/intervals";
import { type Answered, METRICS, OTHERS, compared, csv, isAnything, matrixOf, metricsOf, rowsOf, sortedRows, write } from "../src/areas/analytics/metrics";

const DAY = 86_400_000;
const NOW = new Date(2026, 10, 20, 15, 30).getTime();
const day = (date: number) => new Date(2026, 10, date).getTime();

describe("an interval", () => {
  it("is of whole days, and includes its last", () => {
    expect(spanOf("today", null, null, NOW)).toEqual({ from: day(20), to: day(21) });
    expect(spanOf("yesterday", null, null, NOW)).toEqual({ from: day(19), to: day(20) });
    expect(spanOf("7d", null, null, NOW)).toEqual({ from: day(14), to: day(21) });
    expect(spanOf("custom", "2026-11-02", "2026-11-03", NOW)).toEqual({ from: day(2), to: day(4) });
  });
  it("that makes no sense is the last 7 days", () => {
    for (const [from, to] of [["2026-11-03", "2026-11-02"], ["2026-02-31", "2026-11-02"], [null, "x"]] as const) expect(spanOf("custom", from, to, NOW)).toEqual({ from: day(14), to: day(21) });
  });
  it("has as many days before it", () => {
    expect(spanBefore({ from: day(14), to: day(21) })).toEqual({ from: day(7), to: day(14) });
    const matrix = (cells: number[]) => ({ stretches: cells.map((_, index) => index), groups: ["All"], cells: cells.map((cell) => [cell]) });
    expect(compared(matrix([3, 4]), matrix([1, 2, 5]), "ms")).toEqual({ stretches: [0, 1], groups: ["This period", "The period before"], cells: [[3, 1], [4, 2]] });
    expect(compared(matrix([3]), { stretches: [], groups: [], cells: [] }, "ms").cells).toEqual([[3, undefined]]);
    expect(compared(matrix([3]), { stretches: [], groups: [], cells: [] }, "count").cells).toEqual([[3, 0]]);
  });
  it("is a date there and back", () => expect(dateText(dateOf("2026-03-01") ?? 0)).toBe("2026-03-01"));
  it("is never cut finer than one can see", () => {
    const quarter = { from: 0, to: 90 * DAY };
    expect([granularityFor(quarter, "PT30M"), granularityFor(quarter, "P1W"), granularityFor({ from: 0, to: DAY }, "")]).toEqual(["P1D", "P1W", "PT1H"]);
  });
  it("begins its stretches on days, up to now", () => expect(startsOf({ from: day(18), to: day(21) }, "P1D", NOW)).toEqual([day(18), day(19), day(20)]));
});

describe("numbers", () => {
  const metricOf = (id: string) => metricsOf(id)[0] ?? METRICS[0]!;
  it("are of several metrics, as the address says; each once, and never none", () => {
    expect(metricsOf("wait,conversations,wait,nonsense").map(({ id }) => id)).toEqual(["wait", "conversations"]);
    expect([metricsOf(null), metricsOf("x")].map(([first]) => first?.id)).toEqual(["conversations", "conversations"]);
  });
  it("are rows of time, or of groups where there is one stretch", () => {
    const matrix = { stretches: [1, 2], groups: ["a", "b"], cells: [[0, 3], [undefined, 0]] };
    expect(rowsOf(matrix, false, String)).toEqual([{ id: "1", order: 1, label: "1", values: [0, 3] }, { id: "2", order: 2, label: "2", values: [undefined, 0] }]);
    expect(rowsOf(matrix, true, String).map(({ label, values }) => [label, values])).toEqual([["a", [0]], ["b", [3]]]);
    expect([isAnything(rowsOf(matrix, true, String)), isAnything([{ id: "", order: 0, label: "", values: [0, undefined] }])]).toEqual([true, false]);
  });
  const name = (_: string, value: string) => value;
  const interval = (date: number) => `${new Date(day(date)).toISOString()}/${new Date(day(date + 1)).toISOString()}`;
  const counted = (date: number, count: number) => ({ interval: interval(date), metrics: [{ metric: "nConversations", stats: { count } }] });
  const details = { conversationFilters: [], uri: "" };
  const answer: Answered = { results: [{ group: { "attribute:plan": "gold" }, data: [counted(18, 2), counted(20, 3)], details }, { group: {}, data: [counted(20, 1)], details }, { group: {}, other: true, data: [counted(18, 9)], details }] };
  it("are a table of time and groups", () =>
    expect(matrixOf(answer, metricOf("conversations"), [day(18), day(19), day(20)], "attribute:plan", name)).toEqual({ stretches: [day(18), day(19), day(20)], groups: ["gold", "without a value", OTHERS], cells: [[2, 0, 9], [0, 0, 0], [3, 1, 0]] }));
  it("that nobody measured are no zero", () => expect(matrixOf({ results: [{ group: {}, details, data: [{ interval: interval(18), metrics: [{ metric: "tWait", stats: { count: 2, sum: 3_000 } }] }] }] }, metricOf("wait"), [day(18), day(19)], undefined, name).cells).toEqual([[1_500], [undefined]]));
  it("are written in their unit", () => expect([write("share", 0.8254), write("ms", 95_000), write("ms", 40), write("score", 4.5), write("count", undefined)]).toEqual(["82.5 %", "1:35", "40 ms", "4.50", "–"]));
  it("have a name each", () => expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length));
  it("are sorted with nothing last", () => expect([true, false].map((descending) => sortedRows([1, undefined, 3], (one) => one, descending))).toEqual([[3, 1, undefined], [1, 3, undefined]]));
  it("are a file that runs nothing", () => expect(csv([["a,b", 'say "x"', undefined], ["=1+1", -5, "@x"]])).toBe('"a,b","say ""x""",\r\n\'=1+1,-5,\'@x\r\n'));
});

describe("the board", () => {
  const observed: Parameters<typeof queueRows>[1] = { results: [{ group: { mediaType: "message", queueId: "q" }, data: [{ metric: "oWaiting", stats: { count: 2 } }, { metric: "oLongestWaiting", stats: { count: 1, max: 31_000 } }, { metric: "oInteracting", stats: { count: 5 } }] }, { group: { queueId: "q" }, data: [{ metric: "oOnQueueUsers", qualifier: "IDLE", stats: { count: 1 } }, { metric: "oOnQueueUsers", qualifier: "INTERACTING", stats: { count: 3 } }, { metric: "oOffQueueUsers", qualifier: "OFF_QUEUE", stats: { count: 4 } }] }] };
  const today = { results: [{ group: { queueId: "q" }, details: { conversationFilters: [], uri: "" }, data: [{ interval: "", metrics: [{ metric: "tAbandon", stats: { count: 1 } }, { metric: "oServiceLevel", stats: { count: 4, ratio: 0.75 } }] }] }] };
  const rows = queueRows([{ id: "q", name: "Gold", target: 0.8 }, { id: "r", name: "Rest", target: undefined }], observed, today, NOW);
  it("has a row for every queue, also without numbers", () => {
    expect(rows[0]).toMatchObject({ waiting: 2, waitsSince: NOW - 31_000, chats: 5, idle: 1, busy: 3, away: 4, abandoned: 1, serviceLevel: 0.75 });
    expect(rows[1]).toMatchObject({ waiting: 0, waitsSince: undefined, serviceLevel: undefined });
    expect(totalsOf(rows)).toEqual({ waiting: 2, waitsSince: NOW - 31_000, chats: 5, abandoned: 1 });
  });
  it("has a person once, who is idle first", () => {
    const member = (id: string, status: string) => ({ id, name: id, routingStatus: { status, startTime: "2026-11-20T12:00:00Z", userId: id }, presence: { presenceDefinition: { systemPresence: "On Queue" } }, ...(id === "b" ? { utilization: { taken: 1, utilization: { message: { maximumCapacity: 3 } } } } : {}) }) as unknown as Parameters<typeof agentRows>[0][number]["member"];
    const chat = { id: "c", participants: [{ purpose: "customer", name: "Zoë" }, { purpose: "agent", userId: "b", connectedTime: "x" }] } as unknown as Parameters<typeof agentRows>[1][number];
    const agents = agentRows([{ queue: "A", member: member("a", "OFF_QUEUE") }, { queue: "A", member: member("b", "IDLE") }, { queue: "B", member: member("b", "IDLE") }], [chat, { ...chat, endTime: "x" }]);
    expect(agents.map(({ id, queues, chats, capacity }) => [id, queues.join(), chats, capacity])).toEqual([["b", "A,B", [{ id: "c", customer: "Zoë" }], 3], ["a", "A", [], undefined]]);
    const told = { presences: new Map([["a", "Meal"]]), routings: new Map([["a", { status: "IDLE", since: 5 }]]) };
    expect(agentRows([{ queue: "A", member: member("a", "OFF_QUEUE") }], [], told)[0]).toMatchObject({ presence: "Meal", routing: "IDLE", since: 5 });
  });
  it("hears what a topic tells of a person, and nothing else", () => {
    expect(toldOf({ id: "a", presenceDefinition: { id: "x", systemPresence: "Busy" } })).toEqual({ id: "a", presence: "Busy" });
    expect(toldOf({ id: "a", routingStatus: { userId: "a", status: "IDLE", startTime: "2026-11-20T12:00:00Z" } })).toEqual({ id: "a", status: "IDLE", since: Date.parse("2026-11-20T12:00:00Z") });
    expect([toldOf(null), toldOf({ id: "a" }), toldOf("x")]).toEqual([undefined, undefined, undefined]);
  });
  it("says states in words", () => expect([words("NOT_RESPONDING"), words("On Queue")]).toEqual(["Not responding", "On queue"]));
});

describe("completeness", () => {
  const key = (name: string, present: number, changes = {}) => ({ key: name, declared: true, required: false, present, presenceRate: 0, refused: 0, quarantined: 0, coerced: 0, late: 0, missing: 0, ...changes });
  const listing = (entities: Listing["entities"]): Listing => ({ from: "", to: "", entities });
  const row = (starts: number, keys: ReturnType<typeof key>[], pagePath?: string) => ({ deploymentId: "d", deploymentName: "Shop", starts, conversations: starts, refusedStarts: 0, keys, ...(pagePath ? { pagePath } : {}) });
  it("counts what is neither stored, kept apart nor refused as not there, worst key first", () => {
    const rows = keyRows(listing([row(10, [key("whole", 10), key("loose", 1, { declared: false }), key("crmId", 6, { refused: 1, quarantined: 1 })])]));
    expect(rows.map(({ key: name, rate, absent }) => [name, rate, absent])).toEqual([["crmId", 0.6, 2], ["whole", 1, 0], ["loose", 0.1, 9]]);
  });
  it("does not call a loss what nobody ever sent, and puts it last", () => {
    const rows = keyRows(listing([row(9, [key("never", 0), key("whole", 9), key("needed", 0, { required: true })])]));
    expect(rows.map((one) => [one.key, goesMissing(one), neverSent(one)])).toEqual([["needed", true, false], ["whole", false, false], ["never", false, true]]);
  });
  it("is a line for each page, with gaps where nobody started", () => {
    const slices = [{ from: 0, to: 1, listing: listing([row(2, [key("id", 1)], "/cart")]) }, { from: 1, to: 2, listing: listing([row(4, [key("id", 4)], "/cart"), row(9, [], "/help")]) }];
    const rows = pageRows(slices, "d", "id");
    expect(linesOf(slices, rows, 5)).toEqual([{ page: "/help", values: [undefined, 0] }, { page: "/cart", values: [0.5, 1] }]);
    expect(sumsOf(slices, rows, ({ absent }) => absent)).toEqual([1, 9]);
  });
  it("draws an alarm where it lasted", () => {
    const slices = [0, 10, 20].map((from) => ({ from, to: from + 10, listing: listing([]) }));
    const alarm = (began: number, ended?: number) => ({ beganAt: new Date(began).toISOString(), ...(ended === undefined ? {} : { endedAt: new Date(ended).toISOString() }) }) as Alarm;
    expect([bandOf(alarm(12), slices, 29), bandOf(alarm(2, 5), slices, 29), bandOf(alarm(-9, -5), slices, 29), bandOf(alarm(40), slices, 50)]).toEqual([{ from: 1, to: 2 }, { from: 0, to: 0 }, undefined, undefined]);
  });
  it("marks what changed meanwhile, in the order in which it did", () => {
    const at = (moment: number) => new Date(moment).toISOString();
    const policies = policyChanges([{ version: 3, datePublished: at(25), mode: "strict" }, { version: 2, mode: "open" }, { version: 1, datePublished: at(12), mode: "open" }]);
    expect(policies).toEqual([{ at: 25, text: "Context policy version 3 was published (strict)" }]);
    const seen = (sdkVersion: string, ...starts: [number, number][]) => ({ group: { sdkVersion }, data: starts.map(([from, count]) => ({ interval: `${at(from)}/${at(from + 10)}`, metrics: [{ metric: "nConversations", stats: { count } }] })) });
    const sdks = sdkChanges({ results: [seen("2.1", [0, 0], [10, 4]), seen("2.0", [0, 3], [10, 1]), { group: {}, data: [] }] } as unknown as Answered);
    expect(sdks).toEqual([{ at: 10, text: "SDK 2.1 was seen for the first time" }]);
    const slices = [0, 10, 20].map((from) => ({ from, to: from + 10 }));
    expect(marksOf([...policies, ...sdks, { at: 99, text: "later" }], slices).map(({ number, slice, at: moment }) => [number, slice, moment])).toEqual([[1, 1, 10], [2, 2, 25]]);
  });
  it("looks at stretches up to now", () => expect(stretchesOf("24h", NOW).map(({ to }) => NOW - to)).toEqual(Array.from({ length: 12 }, (_, index) => (11 - index) * 7_200_000)));
});
