/** The contacts: the five states as figures, and the contacts of each with the reason and what helps (R1, R2). */

import {
  type ContactState,
  contactsIn,
  type ReasonCount,
  reasonsOf,
  STATES,
  type StandingReason,
  stateOf,
} from "../../plan/standings.ts";
import type { StandingContact } from "../../ports/store.ts";
import { addressOf, nameOf } from "../../wording/contact-row.ts";
import { groupWords, mustSignUp, standingWords } from "../../wording/standing.ts";
import { Card } from "./card.tsx";
import { Open, SignUp } from "./elsewhere.tsx";
import { Form, Layout, Nothing, number, type View, When } from "./layout.tsx";

/** The filter of a list. */
export interface ListQuery {
  readonly text: string;
  readonly state: ContactState | undefined;
  readonly reason: StandingReason | undefined;
}

interface ListProps {
  readonly view: View;
  readonly query: ListQuery;
  readonly found: readonly StandingContact[];
  /** How many contacts match; `undefined` for a search, which shows only the first matches. */
  readonly total: number | undefined;
  /** The index of the first contact shown, from 0. */
  readonly offset: number;
  readonly page: number;
  /** The audience's own sign-up page; `null` if unknown. */
  readonly signUpUrl: string | null;
}

interface Props extends ListProps {
  readonly counts: readonly ReasonCount[];
}

/** Shows the page of the contacts. */
export function Contacts(props: Props) {
  const { view, query, counts, found } = props;
  const { t } = view;
  return (
    <Layout view={view} title={t("page.contacts")}>
      <section class="cards" aria-label={t("contacts.states")}>
        {STATES.map((state) => (
          <Card
            count={number(view, contactsIn(state, counts))}
            href={view.base + addressOfList({ text: "", state, reason: undefined })}
            calls={(state === "failing" || state === "to-decide") && contactsIn(state, counts) > 0}
            current={query.state === state}
          >
            {t(`stands.${state}`)}
          </Card>
        ))}
      </section>
      <search>
        <form method="get" action={`${view.base}/contacts`}>
          <label>
            {t("contact.search")}
            <input
              type="search"
              name="q"
              value={query.text}
              autofocus
              hx-get={`${view.base}/contacts`}
              hx-trigger="input changed delay:200ms"
              hx-target="#found"
            />
          </label>
        </form>
      </search>
      {query.state !== undefined && <Reasons view={view} query={query} state={query.state} counts={counts} />}
      <div id="found" aria-live="polite">
        <Found {...props} />
      </div>
      <div class="buttons">
        {query.state === "failing" && found.length > 0 && <Retry view={view} />}
        <a href={view.base + addressOfList(query, "/contacts.csv")} class="button" download>
          {t("contacts.download")}
        </a>
      </div>
    </Layout>
  );
}

/** A button that starts a sync which also retries what was rejected or set aside. */
export function Retry({ view }: Pick<Props, "view">) {
  return (
    <Form view={view} action="/job/sync">
      <input type="hidden" name="retry" value="yes" />
      <button type="submit" disabled={view.busy}>
        {view.t("contacts.retry")}
      </button>
    </Form>
  );
}

/** Links to the contacts of each reason of a state. */
function Reasons({
  view,
  query,
  state,
  counts,
}: Pick<Props, "view" | "query" | "counts"> & { readonly state: ContactState }) {
  const { t } = view;
  const own = reasonsOf(state).flatMap((reason) => counts.filter((one) => one.reason === reason));
  if (own.length < 2) return null;
  return (
    <section aria-label={t("contacts.reasons")}>
      <ul class="plain reasons">
        {own.map(({ reason, contacts }) => (
          <li>
            <a
              href={
                view.base + addressOfList({ text: "", state, reason: query.reason === reason ? undefined : reason })
              }
              aria-current={query.reason === reason ? "true" : undefined}
            >
              <strong>{number(view, contacts)}</strong> {groupWords(reason, t, null, "page").message}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Shows the list alone, also for htmx. */
export function Found({ view, query, found, total, offset, page, signUpUrl }: ListProps) {
  const { t } = view;
  const searched = query.text.trim() !== "";
  if (found.length === 0) {
    // Tell apart an empty list, an unsuccessful search, and a start without a filter
    const narrowed = searched || query.state !== undefined || query.reason !== undefined;
    return <Nothing>{t(searched ? "contact.none" : narrowed ? "contacts.none" : "contact.hint")}</Nothing>;
  }
  return (
    <>
      {signUpUrl !== null && found.some(({ standing }) => mustSignUp(standing.reason)) && (
        <SignUp view={view} url={signUpUrl} />
      )}
      <ul class="found">
        {found.map((one) => (
          <One view={view} known={one} signUpUrl={signUpUrl} />
        ))}
      </ul>
      {total !== undefined && (
        <nav class="pages" aria-label={t("page.pages")}>
          {page > 1 && <a href={view.base + pageOf(query, page - 1)}>← {t("page.before")}</a>}
          <span>
            {t("contacts.range", {
              from: number(view, offset + 1),
              to: number(view, offset + found.length),
              total: number(view, total),
            })}
          </span>
          {offset + found.length < total && <a href={view.base + pageOf(query, page + 1)}>{t("page.after")} →</a>}
        </nav>
      )}
      {total === undefined && <p>{t("contacts.first", { count: found.length })}</p>}
    </>
  );
}

function One({ view, known, signUpUrl }: Pick<ListProps, "view" | "signUpUrl"> & { readonly known: StandingContact }) {
  const { person, member, standing } = known;
  const { message, helps } = standingWords(standing, view.t, signUpUrl, "page");
  const [name, address] = [nameOf(known), addressOf(known)];
  const head = (
    <>
      <strong>{name}</strong>
      {name !== address && <small>{person === undefined ? address : person.emails.join(", ")}</small>}
    </>
  );
  const href = person ? `/contacts/p-${person.id}` : member && `/contacts/m-${member.key}`;
  return (
    <li>
      {href === undefined ? <span>{head}</span> : <a href={view.base + href}>{head}</a>}
      <p>
        {message} <small>{helps}</small>{" "}
        {standing.since !== null && (
          <small>
            · {view.t("contacts.since", { when: "" })}
            <When view={view} time={standing.since} />
          </small>
        )}
      </p>
      {/* The remedy is often an action in the service */}
      {stateOf(standing.reason) !== "in-step" && stateOf(standing.reason) !== "waiting" && (
        <div class="buttons">
          <Open view={view} person={person} member={member} name={name} />
        </div>
      )}
    </li>
  );
}

/** Returns the path and query of a list. */
export function addressOfList({ text, state, reason }: ListQuery, path = "/contacts"): string {
  const query = new URLSearchParams({
    ...(text !== "" && { q: text }),
    ...(state !== undefined && { state }),
    ...(reason !== undefined && { reason }),
  }).toString();
  return query === "" ? path : `${path}?${query}`;
}

function pageOf(query: ListQuery, page: number): string {
  const address = addressOfList(query);
  return `${address}${address.includes("?") ? "&" : "?"}page=${page}`;
}
