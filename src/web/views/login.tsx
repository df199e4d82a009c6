/** The login page: asks for a token, or confirms that it was accepted. */
import type { Language, Texts } from "../../i18n/texts.ts";
import { TITLE } from "../../services/services.ts";
import { Head } from "./layout.tsx";

interface Props {
  readonly t: Texts;
  readonly language: Language;
  readonly state: "asking" | "wrong" | "in";
}

/** Shows the login page. A valid token leads on to the first page at once. */
export function Login({ t, language, state }: Props) {
  return (
    <html lang={language}>
      <Head title={TITLE} language={language} {...(state === "in" && { refresh: "/" })} />
      <body class="login">
        <main>
          <h1>
            <span aria-hidden="true">⇄</span> {TITLE}
          </h1>
          {state === "in" ? (
            <p>
              <a href="/">{t("login.in")}</a>
            </p>
          ) : (
            <form method="post" action="/login">
              {state === "wrong" && (
                <p role="alert" class="wrong">
                  {t("login.wrong")}
                </p>
              )}
              <p>{t("login.ask")}</p>
              <label>
                {t("login.token")}
                <input type="password" name="token" required autocomplete="off" autofocus />
              </label>
              <button type="submit">{t("login.enter")}</button>
            </form>
          )}
        </main>
      </body>
    </html>
  );
}
