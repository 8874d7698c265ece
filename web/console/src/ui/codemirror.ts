/** The code editor, loaded by the pages that show one. It lives in a shadow root: there its styles are adopted sheets, which the content policy admits. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Something that is marked in the text; lines and columns from 1. */
export interface Mark {
  line: number;
  column: number;
  severity: "error" | "warning";
  message: string;
}

interface Options {
  host: HTMLElement;
  label: string;
  text: string;
  editable: boolean;
  onchange: (text: string) => void;
  /** Whoever keeps the history himself; absent: the editor does. */
  undo?: () => void;
  redo?: () => void;
}

export interface CodeEditor {
  /** Shows another text; the cursor stays where it was as far as that can be. */
  setText(text: string): void;
  setMarks(marks: readonly Mark[]): void;
  /** Scrolls to a line and puts the cursor there. */
  goTo(line: number): void;
  destroy(): void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "var(--text-3)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--success)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--warning)" },
  { tag: tags.invalid, color: "var(--danger)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--bg)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--bg-2)", color: "var(--text-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 26%, transparent)" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "6px", backgroundColor: "var(--bg)", color: "var(--text)", boxShadow: "var(--shadow)", maxWidth: "420px" },
  ".cm-panels": { backgroundColor: "var(--bg-2)", color: "var(--text)" },
  ".cm-textfield, .cm-button": { backgroundColor: "var(--bg)", backgroundImage: "none", color: "var(--text)", border: "1px solid var(--control)", borderRadius: "4px" },
  ".cm-matchingBracket": { backgroundColor: "var(--bg-3)", outline: "1px solid var(--line-2)" },
});

export function createEditor({ host, label, text, editable, onchange, undo, redo }: Options): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const own: Extension = undo && redo ? keymap.of([{ key: "Mod-z", run: () => (undo(), true), preventDefault: true }, { key: "Mod-Shift-z", mac: "Mod-Shift-z", run: () => (redo(), true) }, { key: "Mod-y", run: () => (redo(), true) }]) : [history(), keymap.of(historyKeymap)];
  /** Set while the text comes from outside. */
  let isQuiet = false;
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        own,
        lineNumbers(),
        lintGutter(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        indentOnInput(),
        bracketMatching(),
        yaml(),
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.lineWrapping,
        EditorState.readOnly.of(!editable),
        EditorView.contentAttributes.of({ "aria-label": label }),
        // Tab indents; Escape and then Tab leads on, as the editor's own help says.
        keymap.of([...searchKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isQuiet) onchange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(next) {
      const present = view.state.doc.toString();
      if (next === present) return;
      // Only what differs is replaced: the cursor and the scroll stay.
      let start = 0;
      while (start < next.length && start < present.length && next[start] === present[start]) start++;
      let end = 0;
      while (end < next.length - start && end < present.length - start && next.at(-1 - end) === present.at(-1 - end)) end++;
      isQuiet = true;
      view.dispatch({ changes: { from: start, to: present.length - end, insert: next.slice(start, next.length - end) } });
      isQuiet = false;
    },
    setMarks(marks) {
      const { doc } = view.state;
      const diagnostics: Diagnostic[] = marks.map(({ line, column, severity, message }) => {
        const place = doc.line(Math.min(Math.max(1, line), doc.lines));
        const from = Math.min(place.from + Math.max(0, column - 1), place.to);
        return { from, to: place.to, severity, message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(line) {
      const place = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({ selection: { anchor: place.from }, effects: EditorView.scrollIntoView(place.from, { y: "center" }) });
    },
    destroy() {
      view.destroy();
    },
  };
}
