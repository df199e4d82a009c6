/** A page for what could not be shown: what is wrong, and a way on. */
import type { Language, TextKey, Texts } from "../../i18n/texts.ts";
import { Head } from "./layout.tsx";

interface Props {
  readonly t: Texts;
  readonly language: Language;
  readonly text: string;
  /** What helps; the way back to the first page where absent. */
  readonly way?: { readonly href: string; readonly text: TextKey };
  /** Seconds until the page asks again by itself; absent where that does not help. */
  readonly again?: number;
}

const BACK = { href: "/", text: "wrong.back" } as const;

export function ErrorPage({ t, language, text, way = BACK, again }: Props) {
  return (
    <html lang={language}>
      <Head title="Copper ↔ Mailchimp" language={language} {...(again !== undefined && { again })} />
      <body class="login">
        <main>
          <h1>
            <span aria-hidden="true">⇄</span> Copper ↔ Mailchimp
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
