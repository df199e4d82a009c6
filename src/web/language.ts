/** Chooses the language of a page: the visitor's choice, then the program's or the browser's. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Language } from "../i18n/texts.ts";

/** The language for visitors who have not chosen one: fixed, or derived from the request. */
export type Otherwise = Language | ((c: Context) => Language);

/** Returns the language of the response to a request. */
export function languageFor(c: Context, otherwise: Otherwise): Language {
  const chosen = getCookie(c, "lang");
  if (chosen === "fr" || chosen === "en") return chosen;
  return typeof otherwise === "string" ? otherwise : otherwise(c);
}

/**
 * Returns a function that picks the language from the request's `Accept-Language` header.
 * @param otherwise for a browser that accepts neither English nor French
 */
export function accepted(otherwise: Language): (c: Context) => Language {
  return (c) => {
    const weighed = (c.req.header("accept-language") ?? "").split(",").map((part) => {
      const [name = "", quality = "q=1"] = part.trim().toLowerCase().split(";");
      return { name: name.slice(0, 2), quality: Number(quality.trim().slice(2)) || 0 };
    });
    const [best] = weighed
      .filter(({ name }) => name === "fr" || name === "en")
      .sort((one, other) => other.quality - one.quality);
    return best === undefined ? otherwise : (best.name as Language);
  };
}
