/** Answers errors: with a page in the reader's language and one line in the log. */
import type { Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Language, type TextWith, texts } from "../i18n/texts.ts";
import { languageFor, type Otherwise } from "./language.ts";
import type { Env } from "./route-context.ts";
import { ErrorPage } from "./views/error.tsx";

/** An error as shown to the reader. */
export interface Explained {
  /** A text for the reader, without secrets. */
  readonly text: string;
  /** Whether the error is temporary, such as an unreachable database: the page then reloads by itself. */
  readonly passing: boolean;
}

interface Around {
  /** The language for visitors who have not chosen one. */
  readonly language: Otherwise;
  explain(error: unknown, language: Language): Explained;
  log(line: string): void;
}

/** Seconds until a page about a temporary error reloads. */
const AGAIN = 10;
/** Texts by status; all other statuses share one. */
const WORDED: Readonly<Record<number, TextWith>> = {
  400: "wrong.400",
  401: "wrong.session",
  403: "wrong.old",
  404: "wrong.404",
  413: "wrong.413",
};
/** Links that help, by status; the default leads back to the first page. */
const WAYS: Readonly<Record<number, { readonly href: string; readonly text: TextWith }>> = {
  401: { href: "/login", text: "wrong.sessionDo" },
  403: { href: "/", text: "wrong.oldDo" },
};

/** Handles errors and unknown paths of an application. Temporary errors are not logged, since waiting resolves them. */
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
    // The path of a webhook holds its secret, which must not reach the log
    const path = c.req.path.replace(/^(\/hooks\/\w+\/).*/, "$1…");
    if (!passing) log(`dashboard ${c.req.method} ${path}: ${error.message}`);
    return page(c, passing ? 503 : 500, text, passing);
  });
}
