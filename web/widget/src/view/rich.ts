/** Markdown, links, cards and quick replies. Everything that somebody wrote becomes a text node. */

import { buttonResponse, NOTHING, readContent, type Card, type Content } from "../core/content.js";
import { parseMarkdown, parsePlain, type Block, type Inline } from "../core/markdown.js";
import type { Entry } from "../core/state.js";
import { html, nothing, type Piece, type Ui } from "./ui.js";

/** What is the same in each frame is read once. */
const texts = new WeakMap<Entry, Piece>();
const contents = new WeakMap<Entry, Content>();

/** `null` when there is nothing in it that can be shown. */
export function rich(entry: Entry, ui: Ui): { text?: Piece; cards: Piece } | null {
  const { cards, replies } = entry.side === "business" ? contentOf(entry, ui) : NOTHING;
  if (!entry.text) return cards.length || replies.length ? { cards: cardsView(cards, ui) } : null;
  let text = texts.get(entry);
  if (!text) {
    const blocks = entry.side === "business" && ui.hasMarkdown ? parseMarkdown(entry.text) : parsePlain(entry.text);
    texts.set(entry, (text = html`${blocks.map(blockView)}`));
  }
  return { text, cards: cardsView(cards, ui) };
}

/** Only the latest message offers answers, and only while they can be given. */
export function replies(ui: Ui): Piece {
  const { state, t, act } = ui;
  const last = state.entries.at(-1);
  const found = last?.side === "business" && state.conversation.name === "open" ? contentOf(last, ui).replies : [];
  if (!found.length) return nothing;
  return html`<div class="chips" role="group" aria-label=${t("choices")}>${found.map(
    ({ text, payload }) => html`<button type="button" part="chip" dir="auto" @click=${() => act.press(text, buttonResponse("QuickReply", text, payload))}>${text}</button>`,
  )}</div>`;
}

const cardsView = (cards: readonly Card[], ui: Ui): Piece =>
  cards.length ? html`<div class="cards" role="group">${cards.map((card) => cardView(card, ui))}</div>` : nothing;

function cardView({ title, description, image, actions }: Card, { act }: Ui): Piece {
  return html`<article class="card" part="card">
    ${image ? html`<img src=${image} alt="" loading="lazy" referrerpolicy="no-referrer" />` : nothing}
    <h3 dir="auto">${title}</h3>
    ${description ? html`<p dir="auto">${description}</p>` : nothing}
    ${actions.map((action) => {
      switch (action.type) {
        case "link":
          return html`<a class="button" href=${action.href} target="_blank" rel="noopener noreferrer nofollow" dir="auto">${action.text}</a>`;
        case "postback": {
          const { text, payload } = action;
          return html`<button type="button" class="button" dir="auto" @click=${() => act.press(text, buttonResponse("Button", text, payload))}>${text}</button>`;
        }
        default:
          return action satisfies never;
      }
    })}
  </article>`;
}

function blockView(block: Block): Piece {
  switch (block.type) {
    case "lines":
      return html`<p>${block.lines.map((line, at) => html`${at ? html`<br />` : nothing}${line.map(inlineView)}`)}</p>`;
    case "code":
      return html`<pre><code>${block.text}</code></pre>`;
    case "list": {
      const items = block.items.map((item) => html`<li>${item.map(inlineView)}</li>`);
      return block.isOrdered ? html`<ol start=${block.first}>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    default:
      return block satisfies never;
  }
}

function inlineView(node: Inline): Piece | string {
  switch (node.type) {
    case "text":
      return node.text;
    case "code":
      return html`<code>${node.text}</code>`;
    case "bold":
      return html`<strong>${node.inner.map(inlineView)}</strong>`;
    case "italic":
      return html`<em>${node.inner.map(inlineView)}</em>`;
    case "link":
      return html`<a href=${node.href} title=${node.href} target="_blank" rel="noopener noreferrer nofollow">${node.inner.map(inlineView)}</a>`;
    default:
      return node satisfies never;
  }
}

function contentOf(entry: Entry, { endpoint }: Ui): Content {
  const known = contents.get(entry);
  if (known) return known;
  const read = entry.content.length ? readContent(entry.content, endpoint) : NOTHING;
  contents.set(entry, read);
  return read;
}
