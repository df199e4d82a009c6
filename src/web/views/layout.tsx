/** What all pages share: head, navigation, forms, and the format of times and numbers. */
import type { Child } from "hono/jsx";
import type { MemberStatus } from "../../domain/status.ts";
import { type Language, type Texts, type TextWith, textOr } from "../../i18n/texts.ts";
import { TITLE } from "../../services/services.ts";

/** The addresses of the services' own pages; absent if they cannot be derived for sure. */
export interface Elsewhere {
  /** The prefix of a person's page in Copper; the person's id completes it. */
  readonly copper?: string | undefined;
  /** The prefix of a member's page in Mailchimp; the member's `webId` completes it. */
  readonly mailchimp?: string | undefined;
}

/** What a page needs to know of its visitor and its connection. */
export interface View {
  readonly t: Texts;
  readonly language: Language;
  /** The CSRF token, which every form sends. */
  readonly csrf: string;
  /** The path prefix of the connection's pages (`/c/NAME`); "" for pages that belong to none. */
  readonly base: string;
  /** The page's path after that prefix. */
  readonly path: string;
  readonly audience: string;
  /** The connection's name, if there are several. */
  readonly connection?: string;
  /** Whether a job is running. */
  readonly busy: boolean;
  /** Whether there are other connections, with a page that lists them all. */
  readonly several?: boolean;
  /** Whether there is an audit log, with a page. */
  readonly audited?: boolean;
  /** The addresses of the services' own pages. */
  readonly elsewhere?: Elsewhere | undefined;
  /** How many things need a person, if known. */
  readonly todo?: number | undefined;
}

/** The five entries of the navigation, each with the paths of its pages. */
const PLACES: readonly (readonly [paths: readonly [string, ...string[]], key: TextWith])[] = [
  [["/"], "nav.home"],
  [["/review", "/conflicts"], "nav.todo"],
  [["/contacts"], "nav.contacts"],
  [["/runs"], "nav.history"],
  [["/settings"], "nav.settings"],
];

interface HeadProps {
  readonly title: string;
  readonly language: Language;
  /** A path to open at once. */
  readonly refresh?: string;
  /** Seconds until the page reloads. */
  readonly again?: number;
}

/** The head of a page. It loads files from this server only. */
export function Head({ title, refresh, again }: HeadProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="htmx-config" content="includeIndicatorCSS:false" />
      {refresh && <meta http-equiv="refresh" content={`0;url=${refresh}`} />}
      {again !== undefined && <meta http-equiv="refresh" content={String(again)} />}
      <title>{title}</title>
      <link rel="stylesheet" href="/files/dashboard.css" />
      <script src="/files/htmx.js" defer />
      <script src="/files/hx-sse.js" defer />
      <script src="/files/dashboard.js" defer />
    </head>
  );
}

interface LayoutProps {
  readonly view: View;
  readonly title: string;
  /** Whether the page belongs to no connection, so that it has no navigation entries. */
  readonly bare?: boolean;
  readonly children: Child;
}

/** A page with its navigation. */
export function Layout({ view, title, bare, children }: LayoutProps) {
  const { t, language, path, audience, connection } = view;
  const other = language === "fr" ? "en" : "fr";
  const here = (places: readonly string[]) =>
    places.some((place) => (place === "/" ? path === "/" : path.startsWith(place)));
  return (
    <html lang={language}>
      <Head title={`${title} · ${TITLE}`} language={language} />
      <body>
        <a href="#main" class="skip">
          {t("page.skip")}
        </a>
        <header>
          <nav aria-label={t("page.navigation")}>
            <a href={`${view.base}/`} class="brand">
              <span aria-hidden="true">⇄</span> {connection === undefined ? audience : `${connection} · ${audience}`}
            </a>
            <ul>
              {view.several && path !== "/connections" && (
                <li>
                  <a href="/connections">{t("page.connections")}</a>
                </li>
              )}
              {(bare ? [] : PLACES).map(([places, key]) => (
                <li>
                  <a href={view.base + places[0]} aria-current={here(places) ? "page" : undefined}>
                    {t(key)}
                    {key === "nav.todo" && (view.todo ?? 0) > 0 && (
                      <>
                        {" "}
                        <span class="count">{number(view, view.todo!)}</span>
                      </>
                    )}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main id="main">
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          <span>{TITLE}</span>
          <a href={`/language/${other}?back=${encodeURIComponent(view.base + path)}`} lang={other} hreflang={other}>
            {other === "fr" ? "Français" : "English"}
          </a>
        </footer>
      </body>
    </html>
  );
}

interface FormProps {
  readonly view: View;
  readonly action: string;
  readonly class?: string;
  readonly id?: string;
  readonly children: Child;
}

/** A form that changes something; adds the CSRF token. */
export function Form({ view, action, children, ...rest }: FormProps) {
  return (
    <form method="post" action={view.base + action} {...rest}>
      <input type="hidden" name="csrf" value={view.csrf} />
      {children}
    </form>
  );
}

/** Created once, since creating a format takes longer than rendering a table row. */
const MOMENTS: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }),
  fr: new Intl.DateTimeFormat("fr", { dateStyle: "medium", timeStyle: "short" }),
};
const NUMBERS: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat("en"),
  fr: new Intl.NumberFormat("fr"),
};

interface WhenProps {
  readonly view: View;
  /** RFC 3339, or Unix time (s). */
  readonly time: string | number;
  /** Whether to show it relative to now; the exact time stays available. */
  readonly near?: boolean;
}

/** A time in the reader's language; the browser converts it to the reader's time zone (`dashboard.js`). */
export function When({ view, time, near }: WhenProps) {
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  return (
    <time datetime={date.toISOString()} data-near={near ? "" : undefined}>
      {MOMENTS[view.language].format(date)}
    </time>
  );
}

/**
 * Returns a time in the reader's language, in the server's time zone.
 * @param time RFC 3339
 */
export function moment(view: View, time: string): string {
  return MOMENTS[view.language].format(new Date(time));
}

/** Returns a number in the format of the reader's language. */
export function number(view: View, value: number): string {
  return NUMBERS[view.language].format(value);
}

/** Returns a field's display name; a custom field keeps its own. */
export function fieldName(view: View, name: string): string {
  return textOr(`field.${name}`, name, view.t);
}

/** A member's status as a coloured word. */
export function Status({ view, status }: { readonly view: View; readonly status: string }) {
  return <span class={`status ${status}`}>{view.t(`status.${status as MemberStatus}`)}</span>;
}

interface TableProps {
  readonly view: View;
  /** The column heads; "" for a column without one. */
  readonly heads: readonly Child[];
  readonly caption?: string;
  readonly children: Child;
}

/** A table that scrolls sideways if it is wider than the screen, also by keyboard. */
export function Table({ view, heads, caption, children }: TableProps) {
  return (
    <section class="scroll" tabindex={0} aria-label={view.t("page.table")}>
      <table>
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>{heads.map((head) => (typeof head === "string" ? <th scope="col">{head}</th> : head))}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** A neutral text in place of an empty list. */
export function Nothing({ children }: { readonly children: Child }) {
  return <p class="nothing">{children}</p>;
}
