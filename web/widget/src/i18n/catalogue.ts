/** Texts by key, in the visitor's language, with the plural rules of that language. */

import type { en } from "./en.js";
import type { enMore } from "./en-more.js";

export type Text = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Entries = Record<string, Text>;
export type Key = keyof typeof en | keyof typeof enMore;
export type Catalogue = Record<Key, Text>;

/** Languages that have a catalogue; English is the one that is always there. */
export const LANGUAGES = ["en", "de", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];

const RTL = ["ar", "fa", "he", "ur", "ps", "ckb", "yi"];

/** The language that fits best; the tag goes on to say how dates and numbers look. */
export function languageOf(wanted: readonly (string | null | undefined)[]): { language: Language; locale: string } {
  for (const tag of wanted) {
    const language = LANGUAGES.find((one) => one === tag?.toLowerCase().split(/[-_]/)[0]);
    if (language && tag) return { language, locale: isTag(tag) ? tag : language };
  }
  return { language: "en", locale: "en" };
}

export const directionOf = (language: string): "rtl" | "ltr" => (RTL.includes(language) ? "rtl" : "ltr");

export type Translate = (key: Key, values?: { n?: number; date?: string }) => string;

/** A text that has not come yet is empty; it never stands where something else is shown. */
export function translator(catalogue: Partial<Catalogue>, locale: string): Translate {
  const rules = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (key, { n, date } = {}) => {
    const found = catalogue[key] ?? "";
    const text = typeof found === "string" ? found : (found[rules.select(n ?? 0)] ?? found.other);
    return text.replace("{n}", n === undefined ? "" : number.format(n)).replace("{date}", date ?? "");
  };
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
