/** The language of a page: what its reader has chosen, else that of the program or of the browser. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Language } from "../i18n/texts.ts";

/** The language of readers who have not chosen one: always the same, or by their request. */
export type Otherwise = Language | ((c: Context) => Language);

/** Returns the language in which a request is answered. */
export function languageFor(c: Context, otherwise: Otherwise): Language {
  const chosen = getCookie(c, "lang");
  if (chosen === "fr" || chosen === "en") return chosen;
  return typeof otherwise === "string" ? otherwise : otherwise(c);
}

/** Goes by what the browser prefers of our languages. @param otherwise for a browser that names none of them */
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
