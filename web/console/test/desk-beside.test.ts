import { describe, expect, it } from "vitest";
import { answerOf, cannedQuery, firstWords, openGaps, plainOf } from "../src/lib/canned";
import { mentionAt, mentionedIn, withMention } from "../src/areas/desk/mentions";
import { arrival, withNotes } from "../src/areas/desk/model";

describe("canned replies", () => {
  const queries: [string, string | undefined][] = [["", undefined], ["/", ""], ["/ hello ", "hello"], ["a /b", undefined], ["/a\nb", undefined]];
  it.each(queries)("are looked for in %j", (text, query) => expect(cannedQuery(text)).toBe(query));
  it("prefer the plain text and name their gaps", () => {
    const absent = [{ placeholder: "{{customData.plan}}", message: "it was never sent" }];
    const texts = [{ content: "<p>x</p>", contentType: "text/html", absent: [] }, { content: "Your {{customData.plan}}", contentType: "text/plain", absent }];
    expect(answerOf({ texts })).toEqual({ text: "Your {{customData.plan}}", gaps: [{ placeholder: "{{customData.plan}}", why: "it was never sent" }] });
    expect(answerOf({ texts: [] })).toBeUndefined();
  });
  it("forget a gap that was written over", () => {
    const gaps = [{ placeholder: "{{a}}", why: "x" }, { placeholder: "{{a}}", why: "x" }, { placeholder: "{{b}}", why: "y" }];
    expect(openGaps("{{a}} and B", gaps)).toEqual([{ placeholder: "{{a}}", why: "x" }]);
  });
  it("become text where they are HTML", () => {
    expect(plainOf("<p>Hello<br>you &amp;lt; &lt;b&gt;</p><p>Bye</p>")).toBe("Hello\nyou &lt; <b>\nBye");
    expect(firstWords({ texts: [{ content: "<b>a</b>\n\nb", contentType: "text/html" }] })).toBe("a b");
  });
});

describe("a mention", () => {
  const cases: [string, { from: number; query: string } | undefined][] = [["@", { from: 0, query: "" }], ["see @an", { from: 4, query: "an" }], ["a@b", undefined], ["@an n", undefined]];
  it.each(cases)("in %j", (text, found) => expect(mentionAt(text, text.length)).toEqual(found));
  it("is written out, and goes with its name", () => {
    expect(withMention("see @an please", 4, 7, "Ann Agent")).toEqual({ text: "see @Ann Agent please", cursor: 15 });
    const ann = { id: "1", name: "Ann Agent" };
    expect(mentionedIn("see @Ann Agent", [ann, ann])).toEqual(["1"]);
    expect(mentionedIn("see nobody", [ann])).toEqual([]);
  });
});

describe("beside the messages", () => {
  it("an answer was read, has arrived, or was sent", () => {
    const seen = { deliveredUpTo: 20, readUpTo: 10 };
    expect([10, 20, 21].map((at) => arrival({ at }, seen))).toEqual(["Read", "Delivered", "Sent"]);
    expect(arrival({ at: 1 }, { deliveredUpTo: undefined, readUpTo: undefined })).toBe("Sent");
  });
  it("a note is there once, in order", () => {
    const note = (id: string, at: number) => ({ id, at, author: "Ann", text: id, mentions: [] });
    expect(withNotes([note("b", 2)], [note("a", 1), note("b", 2)]).map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
