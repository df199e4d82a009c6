/** The error page: what is wrong, and a link that helps. */
import type { Language, Texts, TextWith } from "../../i18n/texts.ts";
import { TITLE } from "../../services/services.ts";
import { Head } from "./layout.tsx";

interface Props {
  readonly t: Texts;
  readonly language: Language;
  readonly text: string;
  /** The link that helps; by default it leads to the first page. */
  readonly way?: { readonly href: string; readonly text: TextWith };
  /** Seconds until the page reloads; absent if that does not help. */
  readonly again?: number;
}

const BACK = { href: "/", text: "wrong.back" } as const;

/** Shows an error. It needs no session, so it has no navigation. */
export function ErrorPage({ t, language, text, way = BACK, again }: Props) {
  return (
    <html lang={language}>
      <Head title={TITLE} language={language} {...(again !== undefined && { again })} />
      <body class="login">
        <main>
          <h1>
            <span aria-hidden="true">⇄</span> {TITLE}
          </h1>
          <p role="alert" class="wrong">
            {text}
          </p>
          {again !== undefined && <p>{t("wrong.again", { seconds: again })}</p>}
          <p>
            <a href={way.href} class="button primary">
              {t(way.text)}
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
