/** What every page has in common: head, navigation, and how moments and numbers are written. */
import type { Child } from "hono/jsx";
import { type Language, type TextKey, type Texts, textOr } from "../../i18n/texts.ts";

/** Where the services' own pages lie; absent where no address can be made for sure. */
export interface Elsewhere {
  /** The beginning of the address of a person's page in Copper; their id completes it. */
  readonly copper?: string | undefined;
  /** The beginning of the address of a member's page in Mailchimp; their `webId` completes it. */
  readonly mailchimp?: string | undefined;
}

/** Who looks, and from where. */
export interface View {
  readonly t: Texts;
  readonly language: Language;
  /** Goes with every form. */
  readonly csrf: string;
  /** The beginning of every address of a connection's pages, `/c/NAME`; "" for pages of none. */
  readonly base: string;
  /** The page's own address after that. */
  readonly path: string;
  readonly audience: string;
  /** The connection's name, where there are several. */
  readonly connection?: string;
  /** Whether something is going on. */
  readonly busy: boolean;
  /** Whether there are other connections, on a page of their own. */
  readonly several?: boolean;
  /** Whether what people do is written down, on a page of its own. */
  readonly audited?: boolean;
  /** Where the services' own pages lie. */
  readonly elsewhere?: Elsewhere | undefined;
  /** How much waits for a human, where that is known. */
  readonly todo?: number | undefined;
}

/** The five entries, each with the paths of its pages. */
const PLACES: readonly (readonly [paths: readonly [string, ...string[]], key: TextKey])[] = [
  [["/"], "nav.home"],
  [["/review", "/conflicts"], "nav.todo"],
  [["/contacts"], "nav.contacts"],
  [["/runs"], "nav.history"],
  [["/settings"], "nav.settings"],
];

interface HeadProps {
  readonly title: string;
  readonly language: Language;
  readonly refresh?: string;
  /** Seconds until the page is asked for again. */
  readonly again?: number;
}

/** The head of a page: everything from here, nothing from elsewhere. */
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
  /** A page that belongs to no connection. */
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
      <Head title={`${title} · Copper ↔ Mailchimp`} language={language} />
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
          <span>Copper ↔ Mailchimp</span>
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

/** A form that changes something. */
export function Form({ view, action, children, ...rest }: FormProps) {
  return (
    <form method="post" action={view.base + action} {...rest}>
      <input type="hidden" name="csrf" value={view.csrf} />
      {children}
    </form>
  );
}

/** Made once: making one takes longer than writing a row of a table. */
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
  /** RFC 3339, or Unix seconds. */
  readonly time: string | number;
  /** Told as how long ago it is, or when it will be; the moment itself is behind it. */
  readonly near?: boolean;
}

/** A moment in the reader's language; the browser puts it into the reader's time zone (`dashboard.js`). */
export function When({ view, time, near }: WhenProps) {
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  return (
    <time datetime={date.toISOString()} data-near={near ? "" : undefined}>
      {MOMENTS[view.language].format(date)}
    </time>
  );
}

/** A moment in the reader's language, as text; the server's time zone. @param time RFC 3339 */
export function moment(view: View, time: string): string {
  return MOMENTS[view.language].format(new Date(time));
}

/** A number in the reader's language. */
export function number(view: View, value: number): string {
  return NUMBERS[view.language].format(value);
}

/** A field by the name people know; a custom field by its own. */
export function fieldName(view: View, name: string): string {
  return textOr(`field.${name}`, name, view.t);
}

/** A member's state as a coloured word. */
export function Status({ view, status }: { readonly view: View; readonly status: string }) {
  return <span class={`status ${status}`}>{view.t(`status.${status}` as TextKey)}</span>;
}

interface TableProps {
  readonly view: View;
  /** The columns' names; "" for one without. */
  readonly heads: readonly Child[];
  readonly caption?: string;
  readonly children: Child;
}

/** A table; where it is wider than a phone it is moved sideways, by keyboard too. */
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

/** A list that is empty, in a calm way. */
export function Nothing({ children }: { readonly children: Child }) {
  return <p class="nothing">{children}</p>;
}
