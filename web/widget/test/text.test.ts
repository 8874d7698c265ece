/** Markdown, links, names, cards and the transcript: nothing that somebody wrote becomes more than text. */

import { describe, expect, test } from "vitest";
import { readContent } from "../src/core/content.js";
import { plainName, safeHref, safeImage } from "../src/core/links.js";
import { parseMarkdown, parsePlain, type Block, type Inline } from "../src/core/markdown.js";
import { entryOf } from "../src/core/state.js";
import { translator, type Catalogue } from "../src/i18n/catalogue.js";
import { en } from "../src/i18n/en.js";
import { enMore } from "../src/i18n/en-more.js";
import { transcriptOf } from "../src/transcript.js";
import { HOSTILE } from "./hostile.js";
import { message } from "./support.js";

const written = (node: Inline): string => {
  switch (node.type) {
    case "text":
    case "code":
      return node.text;
    case "link":
      return `<${node.href}>${node.inner.map(written).join("")}</>`;
    case "bold":
      return `<b>${node.inner.map(written).join("")}</b>`;
    case "italic":
      return `<i>${node.inner.map(written).join("")}</i>`;
    default:
      return node satisfies never;
  }
};

const shown = (block: Block): string => {
  switch (block.type) {
    case "lines":
      return block.lines.map((line) => line.map(written).join("")).join("/");
    case "code":
      return `{${block.text}}`;
    case "list":
      return `${block.isOrdered ? block.first : "*"}[${block.items.map((item) => item.map(written).join("")).join("|")}]`;
    default:
      return block satisfies never;
  }
};

const linksIn = (node: Inline): string[] => {
  switch (node.type) {
    case "text":
    case "code":
      return [];
    case "link":
      return [node.href, ...node.inner.flatMap(linksIn)];
    case "bold":
    case "italic":
      return node.inner.flatMap(linksIn);
    default:
      return node satisfies never;
  }
};

const inlines = (block: Block): Inline[] => (block.type === "lines" ? block.lines.flat() : block.type === "list" ? block.items.flat() : []);

describe("markdown", () => {
  test.each([
    ["plain", "plain"],
    ["**bold** and *italic*", "<b>bold</b> and <i>italic</i>"],
    ["__bold__ and _italic_", "<b>bold</b> and <i>italic</i>"],
    ["**a *b* c**", "<b>a <i>b</i> c</b>"],
    ["snake_case_name", "snake_case_name"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["**open", "**open"],
    ["`**code**`", "**code**"],
    ["\\*no\\*", "*no*"],
    ["one\ntwo", "one/two"],
    ["[help](https://example.com/a)", "<https://example.com/a>help</>"],
    ["[a](https://a.example) b [c](mailto:c@example.com)", "<https://a.example/>a</> b <mailto:c@example.com>c</>"],
    ["see https://example.com/a?b=c.", "see <https://example.com/a?b=c>https://example.com/a?b=c</>."],
    ["(https://example.com)", "(<https://example.com/>https://example.com</>)"],
    ["call [us](tel:+4930123)", "call <tel:+4930123>us</>"],
    ["xhttps://example.com", "xhttps://example.com"],
  ])("%s", (text, wanted) => expect(parseMarkdown(text).map(shown).join("¶")).toBe(wanted));

  test("lists, paragraphs and code", () => {
    expect(parseMarkdown("Intro\n- a\n- **b**\n\n3. c\n4. d\n\nEnd\n```\n<b>\n```").map(shown)).toEqual(["Intro", "*[a|<b>b</b>]", "3[c|d]", "End", "{<b>}"]);
  });

  test("plain text has links and no marks", () => {
    expect(parsePlain("**a** https://example.com\nb").map(shown)).toEqual(["**a** <https://example.com/>https://example.com</>/b"]);
  });

  test.each(HOSTILE)("no hostile text leads anywhere but to the web: %j", (text) => {
    for (const block of [...parseMarkdown(text), ...parsePlain(text)]) {
      for (const href of inlines(block).flatMap(linksIn)) {
        const { protocol, username } = new URL(href);
        expect(["https:", "http:", "mailto:", "tel:"]).toContain(protocol);
        expect(username).toBe("");
      }
    }
  });

  test("a long text of marks takes no time to speak of", () => {
    const started = performance.now();
    for (const mark of ["*", "_", "[", "`", "**a ", "[a](", "\\", "*_"]) parseMarkdown(mark.repeat(4_096 / mark.length));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("addresses", () => {
  test.each(["https://example.com/", "http://example.com/", "mailto:a@example.com", "tel:+49301"])("%s is allowed", (address) =>
    expect(safeHref(address)).toBe(address),
  );

  test.each(["javascript:1", "data:text/html,1", "//example.com", "/a", "https://a@b.example", "https://exa mple.com", "https://example.com/\u202e", "https:\\\\a", "ftp://a", "", 1, null, {}])(
    "%j is not",
    (address) => expect(safeHref(address)).toBeNull(),
  );

  test("pictures are encrypted, or the server's own", () => {
    expect(safeImage("https://cdn.example/a.png", "http://chat.example")).toBe("https://cdn.example/a.png");
    expect(safeImage("http://chat.example/a.png", "http://chat.example")).toBe("http://chat.example/a.png");
    expect(safeImage("http://cdn.example/a.png", "http://chat.example")).toBeNull();
    expect(safeImage("data:image/svg+xml,<svg/>", "http://chat.example")).toBeNull();
  });

  test("a name can't turn the text around it", () => expect(plainName("\u202eAnna\n\u2066Doe\u0000")).toBe("Anna Doe"));
});

describe("structured content", () => {
  test("what is known is read", () => {
    const card = { title: "T", description: "D", image: "https://a.example/i.png", actions: [{ type: "Postback", text: "Pick", payload: "p" }, { type: "Link", text: "Open", url: "https://a.example/" }] };
    const parts = [
      { contentType: "QuickReply", quickReply: { text: "Yes", payload: "y", action: "Message" } },
      { contentType: "Card", card },
      { contentType: "Carousel", carousel: { cards: [{ title: "U", defaultAction: { type: "Link", text: "Go", url: "https://b.example/" } }] } },
    ];
    expect(readContent(parts, "")).toEqual({
      replies: [{ text: "Yes", payload: "y" }],
      cards: [
        { title: "T", description: "D", image: "https://a.example/i.png", actions: [{ type: "postback", text: "Pick", payload: "p" }, { type: "link", text: "Open", href: "https://a.example/" }] },
        { title: "U", description: "", image: null, actions: [{ type: "link", text: "Go", href: "https://b.example/" }] },
      ],
    });
  });

  test.each([[[null, 1, "a", [], {}]], [[{ quickReply: 1 }, { card: "x" }, { carousel: { cards: "x" } }, { carousel: { cards: [null, 1] } }]]])("what is not is left out", (parts) =>
    expect(readContent(parts, "")).toEqual({ replies: [], cards: [] }),
  );

  test("an action that leads nowhere is no button", () => {
    const card = { title: "T", actions: [{ type: "Link", text: "Open", url: "javascript:1" }, { type: "Postback" }, null] };
    expect(readContent([{ card }], "").cards[0]?.actions).toEqual([]);
  });
});

describe("transcript", () => {
  const t = translator({ ...en, ...enMore } satisfies Catalogue, "en");

  test.each(HOSTILE)("holds it as text: %j", (text) => {
    const page = transcriptOf([entryOf(message("1", text, { name: text }))], { t, locale: "en", direction: "ltr" });
    const body = page.slice(page.indexOf("<dl>"));
    expect(body.match(/<(?!\/?(?:dl|dt|dd|bdi|body|html)\b)/g)).toBeNull();
    expect(body.match(/<dt>|<dd dir="auto">/g)).toHaveLength(2);
  });
});
