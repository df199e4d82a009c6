/** What is answered where something goes wrong: a page in the reader's language, and one line in the log. */
import type { Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Language, type TextKey, texts } from "../i18n/texts.ts";
import { languageFor, type Otherwise } from "./language.ts";
import type { Env } from "./route-context.ts";
import { ErrorPage } from "./views/error.tsx";

/** What is known of an error. */
export interface Explained {
  /** For people; without secrets. */
  readonly text: string;
  /** Whether it passes by itself, as with a database that is away: the page then tries again. */
  readonly passing: boolean;
}

interface Around {
  /** The language of readers who have not chosen one. */
  readonly language: Otherwise;
  explain(error: unknown, language: Language): Explained;
  log(line: string): void;
}

/** Seconds until a page whose trouble may have passed asks again. */
const AGAIN = 10;
/** Statuses that have words of their own. */
const WORDED: Readonly<Record<number, TextKey>> = {
  400: "wrong.400",
  401: "wrong.session",
  403: "wrong.old",
  404: "wrong.404",
  413: "wrong.413",
};
/** What helps, where it is not the way back to the first page. */
const WAYS: Readonly<Record<number, { readonly href: string; readonly text: TextKey }>> = {
  401: { href: "/enter", text: "wrong.sessionDo" },
  403: { href: "/", text: "wrong.oldDo" },
};

/** Answers errors of an application, and addresses that it does not know. */
export function handleErrors(app: Hono<Env>, { language, explain, log }: Around): void {
  const page = (c: Context<Env>, status: number, text: string, again = false) => {
    const reader = languageFor(c, language);
    if (again) c.header("Retry-After", String(AGAIN));
    const view = { t: texts(reader), language: reader };
    const way = WAYS[status];
    return c.html(
      <ErrorPage {...view} text={text} {...(way && { way })} {...(again && { again: AGAIN })} />,
      status as 400,
    );
  };
  const words = (c: Context<Env>, status: number) => texts(languageFor(c, language))(WORDED[status] ?? "wrong.400");
  app.notFound((c) => page(c, 404, words(c, 404)));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return page(c, error.status, words(c, error.status));
    const { text, passing } = explain(error, languageFor(c, language));
    // The address of a webhook holds its secret
    const path = c.req.path.replace(/^(\/hooks\/\w+\/).*/, "$1…");
    if (!passing) log(`dashboard ${c.req.method} ${path}: ${error.message}`);
    return page(c, passing ? 503 : 500, text, passing);
  });
}
