/** Ways to the services' own pages, and the sign-up link to send to somebody. */
import type { Member, Person } from "../../domain/contact.ts";
import type { View } from "./layout.tsx";

interface OpenProps {
  readonly view: View;
  readonly person?: Pick<Person, "id"> | undefined;
  readonly member?: Pick<Member, "webId"> | undefined;
  /** How the contact is called, where several stand on the page. */
  readonly name?: string;
}

/** Opens a contact in Copper and in Mailchimp, wherever it can be found there for sure. */
export function Open({ view, person, member, name }: OpenProps) {
  const { copper, mailchimp } = view.elsewhere ?? {};
  const links = [
    ["elsewhere.copper", copper !== undefined && person ? `${copper}${person.id}` : undefined],
    ["elsewhere.mailchimp", mailchimp !== undefined && member?.webId ? `${mailchimp}${member.webId}` : undefined],
  ] as const;
  return (
    <>
      {links.map(([text, href]) => {
        if (href === undefined) return null;
        const label = view.t(text);
        return (
          <a
            href={href}
            class={name === undefined ? "button" : "button small"}
            target="_blank"
            rel="noreferrer noopener"
            aria-label={`${label}${name === undefined ? "" : ` (${name})`}, ${view.t("elsewhere.newTab")}`}
          >
            {label} <span aria-hidden="true">↗</span>
          </a>
        );
      })}
    </>
  );
}

/** The audience's sign-up link, to be sent to who can only come back by it: copied by the button, or selected. */
export function SignUp({ view, url }: { readonly view: View; readonly url: string }) {
  const { t } = view;
  return (
    <div class="copy">
      <label>
        {t("signUp.link")}
        <input type="text" id="sign-up" readonly value={url} />
      </label>
      <button type="button" class="secondary" data-copy="sign-up" data-copied={t("signUp.copied")} hidden>
        {t("signUp.copy")}
      </button>
      <output aria-live="polite" />
    </div>
  );
}
