/** The language of a page: what its reader has chosen, else that of the program. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Language } from "../i18n/texts.ts";

export function languageFor(c: Context, otherwise: Language): Language {
  const chosen = getCookie(c, "lang");
  return chosen === "fr" || chosen === "en" ? chosen : otherwise;
}
