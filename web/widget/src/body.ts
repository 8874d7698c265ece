/** The body: everything behind the launcher. Loaded when the messenger is opened, or when a conversation goes on. */

import type { Body, Host } from "./host.js";
import { languageOf, type Catalogue, type Language } from "./i18n/catalogue.js";
import { en } from "./i18n/en.js";
import { Messenger } from "./messenger.js";

export async function attach(host: Host): Promise<Body> {
  const found = languageOf([host.element.getAttribute("locale"), ...navigator.languages]);
  const messenger = new Messenger(host, { ...found, catalogue: await catalogueOf(found.language) });
  await messenger.begin();
  return messenger;
}

/** The texts of a language; English where they can't be had. */
async function catalogueOf(language: Language): Promise<Partial<Catalogue>> {
  try {
    switch (language) {
      case "en":
        return { ...en };
      case "de":
        return (await import("./i18n/de.js")).catalogue;
      case "ar":
        return (await import("./i18n/ar.js")).catalogue;
      default:
        return language satisfies never;
    }
  } catch {
    return { ...en };
  }
}
