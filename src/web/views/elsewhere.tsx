/** Links to the services' own pages, and the audience's sign-up link. */
import type { Member, Person } from "../../domain/contact.ts";
import type { View } from "./layout.tsx";

interface OpenProps {
  readonly view: View;
  readonly person?: Pick<Person, "id"> | undefined;
  readonly member?: { readonly webId?: Member["webId"] | undefined } | undefined;
  /** The contact's name, if several contacts are on the page; it distinguishes the links for screen readers. */
  readonly name?: string;
  /** Whether to show plain links, for a table with many of them. */
  readonly plain?: boolean;
}

/** Links to a contact's pages in Copper and in Mailchimp, as far as their addresses are known. */
export function Open({ view, person, member, name, plain = false }: OpenProps) {
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
            class={plain ? undefined : name === undefined ? "button" : "button small"}
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

/** Shows the sign-up link with a button to copy it. Some contacts can return only by signing up again. */
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
