/** The conversation as a file: a page without scripts, made here from what is on the screen. */

import type { Entry } from "./core/state.js";
import type { Translate } from "./i18n/catalogue.js";

interface Language {
  t: Translate;
  locale: string;
  direction: "ltr" | "rtl";
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em}
dt{margin-top:1em;color:#555}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}`;

/** The file's text. Whatever somebody wrote is escaped, also what looks like markup. */
export function transcriptOf(entries: readonly Entry[], { t, locale, direction }: Language): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const title = t("transcript", { date: new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(entries[0]?.at ?? Date.now()) });
  const lines = entries.map(({ side, name, isBot, at, text, delivery }) => {
    const who = side === "visitor" ? t("you") : name || t(isBot ? "bot" : "team");
    const mark = delivery === "failed" ? ` · ${t("failed")}` : "";
    return `<dt><bdi>${escaped(who)}</bdi> · ${escaped(time.format(at))}${escaped(mark)}</dt>\n<dd dir="auto">${escaped(text)}</dd>`;
  });
  return `<!doctype html>
<html lang="${escaped(locale)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<dl>
${lines.join("\n")}
</dl>
</body>
</html>
`;
}

export function downloadTranscript(entries: readonly Entry[], language: Language): void {
  const url = URL.createObjectURL(new Blob([transcriptOf(entries, language)], { type: "text/html" }));
  const day = new Date(entries[0]?.at ?? Date.now()).toISOString().slice(0, 10);
  const link = Object.assign(document.createElement("a"), { href: url, download: `chat-${day}.html` });
  link.click();
  // The browser has begun to read it once this task is over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
