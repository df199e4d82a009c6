/** All texts for users, in English and in French. */
import { oneLine } from "../domain/one-line.ts";
import { serviceName } from "../services/services.ts";
import { aroundEn } from "./around-en.ts";
import { aroundFr } from "./around-fr.ts";
import { changeEn } from "./change-en.ts";
import { changeFr } from "./change-fr.ts";
import { clientsEn } from "./clients-en.ts";
import { clientsFr } from "./clients-fr.ts";
import { commandsEn } from "./commands-en.ts";
import { commandsFr } from "./commands-fr.ts";
import { contactsEn } from "./contacts-en.ts";
import { contactsFr } from "./contacts-fr.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { homeEn } from "./home-en.ts";
import { homeFr } from "./home-fr.ts";
import { mailchimpEn, mailchimpFr } from "./mailchimp.ts";
import { manyEn } from "./many-en.ts";
import { manyFr } from "./many-fr.ts";
import { operationsEn, operationsFr } from "./operations.ts";
import { pagesEn } from "./pages-en.ts";
import { pagesFr } from "./pages-fr.ts";
import { setupEn } from "./setup-en.ts";
import { setupFr } from "./setup-fr.ts";
import { upkeepEn } from "./upkeep-en.ts";
import { upkeepFr } from "./upkeep-fr.ts";

/** The English catalogues. They are searched one by one: merging them would cost 40 MB and 0.1 s per command. */
const ENGLISH = [
  en,
  operationsEn,
  mailchimpEn,
  commandsEn,
  pagesEn,
  upkeepEn,
  manyEn,
  clientsEn,
  aroundEn,
  contactsEn,
  homeEn,
  setupEn,
  changeEn,
] as const;

/** One type that has the properties of all types of a union. */
type Together<Types> = (Types extends unknown ? (one: Types) => void : never) extends (one: infer All) => void
  ? All
  : never;
/** All English texts, by key. */
type English = Together<(typeof ENGLISH)[number]>;

/** A key of a catalogue. A key without a French text is a type error in the French catalogue. */
export type TextKey = keyof English;

/** The names of the services, which texts contain as `{Copper}` and `{Mailchimp}`. They need no value. */
const SERVICE_NAMES = { Copper: serviceName("copper"), Mailchimp: serviceName("mailchimp") } as const;

/** The names of the other `{…}` in a text. Braces with a quote in them are part of the text. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ?
      | (Inside extends `"${string}` | keyof typeof SERVICE_NAMES
          ? never
          : Inside extends `${infer Name}|${string}`
            ? Name
            : Inside)
      | NamesIn<Rest>
  : never;

/** The keys of texts that need at most these values; none by default. */
export type TextWith<Names extends string = never> = {
  [Key in TextKey]: [NamesIn<English[Key]>] extends [Names] ? Key : never;
}[TextKey];

/** Values for the `{…}` of a text. */
type Values<Name extends string = string> = Readonly<Record<Name, string | number>>;

/** The languages of all texts. */
export const LANGUAGES = ["en", "fr"] as const;
/** The code of a language. */
export type Language = (typeof LANGUAGES)[number];

/** The catalogues of each language. */
const PARTS: Readonly<Record<Language, readonly Readonly<Partial<Record<TextKey, string>>>[]>> = {
  en: ENGLISH,
  fr: [
    fr,
    operationsFr,
    mailchimpFr,
    commandsFr,
    pagesFr,
    upkeepFr,
    manyFr,
    clientsFr,
    aroundFr,
    contactsFr,
    homeFr,
    setupFr,
    changeFr,
  ],
};

/** Returns all texts of a language, by key, as the catalogues contain them. */
export function catalogueOf(language: Language): Readonly<Record<string, string>> {
  return Object.assign({}, ...PARTS[language]);
}

/** Returns a text as the catalogue has it, with the names of the services. */
function textOf(language: Language, key: string): string | undefined {
  const text = PARTS[language].find((part) => Object.hasOwn(part, key))?.[key as TextKey];
  return text?.replace(
    /\{(\w+)\}/g,
    (whole, name: string) => SERVICE_NAMES[name as keyof typeof SERVICE_NAMES] ?? whole,
  );
}

/**
 * Inserts non-breaking spaces. The catalogues contain plain spaces, which editors show. In French a line must not break
 * before or after certain marks, or before a unit.
 */
const TYPESET: Readonly<Record<Language, (text: string) => string>> = {
  en: (text) => text,
  fr: (text) =>
    text
      .replace(/(?<=«) | (?=[:»])/g, "\u00a0")
      .replace(/ (?=[;?!])/g, "\u202f")
      .replace(/(?<=[\d}]) (?=(?:%|s)(?![\p{L}\d]))|(?<=n°) /giu, "\u00a0"),
};

/**
 * Returns a text in one language with its `{…}` replaced, and numbers formatted. `{count|one|other}` becomes one of the
 * two words, by the plural rules of the language.
 */
export type Texts = <Key extends TextKey>(
  key: Key,
  // A missing value is a type error; where the key may be one of several, so is a value that any of them needs
  ...values: [NamesIn<English[Key]>] extends [never] ? [values?: Values] : [values: Values<NamesIn<English[Key]>>]
) => string;

/** Returns the texts of a language. */
export function texts(language: Language): Texts {
  // Created when needed, since they take longer than the rest of a short command
  let numbers: Intl.NumberFormat | undefined;
  let plurals: Intl.PluralRules | undefined;
  return (key, ...[values = {}]: [values?: Values]) =>
    // A text that is missing, as for a code of a later version, must not stop a run: its key is shown
    TYPESET[language](textOf(language, key) ?? key).replace(
      /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
      (_, name: string, one?: string, other = "") => {
        const value = values[name] ?? "";
        if (one !== undefined) {
          plurals ??= new Intl.PluralRules(language);
          return plurals.select(Number(value)) === "one" ? one : other;
        }
        // Names and errors come from outside, and must not make lines of their own
        if (typeof value !== "number") return oneLine(value);
        numbers ??= new Intl.NumberFormat(language);
        return numbers.format(value);
      },
    );
}

/** Returns the language from `SYNC_LANG`, else from the system's variables, else English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const wished = environment.SYNC_LANG || environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return wished.toLowerCase().startsWith("fr") ? "fr" : "en";
}

/**
 * Returns the text of a key that may not exist; `plain` if it does not, as for names and for codes of later versions.
 */
export function textOr(key: string, plain: string, t: Texts, values?: Values): string {
  const untyped = t as (key: string, values?: Values) => string;
  return textOf("en", key) !== undefined ? untyped(key, values) : plain;
}

/** Returns a text with a capital letter at its start. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns why a connection cannot run, in a few words. */
export function troubleText(code: string, t: Texts): string {
  return textOr(`trouble.${code}`, code, t);
}
