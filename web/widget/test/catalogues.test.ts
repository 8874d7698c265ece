/** Every language has every text, with the plural forms that it needs and the places that are filled in. */

import { describe, expect, test } from "vitest";
import { catalogue as ar } from "../src/i18n/ar.js";
import { directionOf, languageOf, LANGUAGES, translator, type Catalogue, type Key, type Text } from "../src/i18n/catalogue.js";
import { catalogue as de } from "../src/i18n/de.js";
import { en as core } from "../src/i18n/en.js";
import { enMore } from "../src/i18n/en-more.js";

const en: Catalogue = { ...core, ...enMore };
const ALL: Record<(typeof LANGUAGES)[number], Catalogue> = { en, de, ar };
const forms = (text: Text): string[] => (typeof text === "string" ? [text] : Object.values(text));
const places = (text: Text): string[] => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

describe.each(LANGUAGES)("%s", (language) => {
  const texts = ALL[language];
  const keys = Object.keys(en) as Key[];

  test("has every text and no other", () => expect(Object.keys(texts).sort()).toEqual([...keys].sort()));

  test.each(keys)("%s", (key) => {
    for (const form of forms(texts[key])) expect(form.trim()).not.toBe("");
    expect(places(texts[key])).toEqual(places(en[key]));
    expect(typeof texts[key]).toBe(typeof en[key]);
  });

  test("every plural has the forms of its language, as far as they are needed", () => {
    for (const key of keys) {
      const text = texts[key];
      if (typeof text === "string") continue;
      for (const n of [0, 1, 2, 3, 11, 100]) expect(translator(texts, language)(key, { n })).not.toContain("{");
    }
  });

  if (language !== "en") test("is not English", () => expect(keys.filter((key) => JSON.stringify(texts[key]) === JSON.stringify(en[key]))).toEqual([]));
});

test("English in two parts has no text twice", () => expect(Object.keys(core).filter((key) => key in enMore)).toEqual([]));

test("plurals follow the language's rules", () => {
  const t = translator(ar, "ar-EG");
  expect([1, 2, 3, 11, 100].map((n) => t("stars", { n }))).toEqual(["نجمة واحدة", "نجمتان", "٣ نجوم", "١١ نجمة", "١٠٠ نجمة"]);
  expect([0, 1, 2].map((n) => translator(en, "en")("ahead", { n }))).toEqual(["0 people are ahead of you.", "1 person is ahead of you.", "2 people are ahead of you."]);
});

test.each([
  [["de-AT", "en"], { language: "de", locale: "de-AT" }],
  [["fr-FR", "ar-EG"], { language: "ar", locale: "ar-EG" }],
  [[null, "EN-us"], { language: "en", locale: "EN-us" }],
  [["fr"], { language: "en", locale: "en" }],
  [["de_!", undefined], { language: "de", locale: "de" }],
])("of %j", (wanted, found) => expect(languageOf(wanted)).toEqual(found));

test("Arabic is read from the right", () => expect(["ar", "he", "en", "de"].map(directionOf)).toEqual(["rtl", "rtl", "ltr", "ltr"]));
