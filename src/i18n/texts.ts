/** Every text a user reads, in French and in English. */
import { type Catalogue, en } from "./en.ts";
import { fr } from "./fr.ts";

export type TextKey = keyof typeof en;
export type Language = "en" | "fr";
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, fr };

/** Gives a text in one language, with its `{…}` filled; numbers as that language writes them. */
export type Texts = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** @param language of the texts */
export function texts(language: Language): Texts {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    CATALOGUES[language][key].replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? numbers.format(value) : value;
    });
}

/** The language somebody wants: `SYNC_LANG`, else that of the machine, else English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const wished = environment.SYNC_LANG || environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return wished.toLowerCase().startsWith("fr") ? "fr" : "en";
}
