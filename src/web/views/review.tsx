/** The people marked for deletion, with what both sides hold of them, and the decisions (D2, D3). */
import type { Child } from "hono/jsx";
import type { Member, Person } from "../../domain/contact.ts";
import type { KeptCopy } from "../../ports/store.ts";
import { Open } from "./elsewhere.tsx";
import { Form, Layout, Nothing, number, Status, Table, type View, When } from "./layout.tsx";
import { TodoTabs } from "./todo-tabs.tsx";

/** A marked person as the list shows them. */
export interface Marked {
  readonly personId: number;
  readonly name: string;
  readonly emails: readonly string[];
  readonly tag: string;
  /** When the person was first seen with the tag (RFC 3339). */
  readonly since: string;
  /** The member's status, or `none`. */
  readonly member: string;
  /** The end of the address of the member's page. */
  readonly webId?: Member["webId"];
  readonly tags: readonly string[];
  readonly about: Person["about"];
}

interface Props {
  readonly view: View;
  readonly query: Readonly<Record<string, string>>;
  readonly people: readonly Marked[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly copies: readonly KeptCopy[];
  /** The tag that replaces the deletion tag when a person is archived. */
  readonly archiveTag: string;
  /** Whether a decision was sent without a selected person. */
  readonly nobody: boolean;
  readonly job: Child;
}

const STATES = ["subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived", "none"] as const;

/** Shows the page. */
export function Review({ view, query, people, total, page, pages, copies, archiveTag, nobody, job }: Props) {
  const { t } = view;
  const filtered = (query.q ?? "") !== "" || (query.member ?? "") !== "";
  return (
    <Layout view={view} title={t("nav.todo")}>
      <TodoTabs view={view} />
      <p>{t("review.intro")}</p>
      {nobody && (
        <p role="alert" class="banner wrong">
          {t("review.nobody")}
        </p>
      )}
      <section id="job" aria-label={t("job.live")} hx-sse:connect={`${view.base}/job/live?page=review`}>
        {job}
      </section>
      <Filter view={view} query={query} />
      {people.length === 0 ? (
        <Nothing>{t(filtered ? "review.noneFound" : "deletions.none")}</Nothing>
      ) : (
        <Form view={view} action="/review" id="review">
          <input type="hidden" name="q" value={query.q ?? ""} />
          <input type="hidden" name="member" value={query.member ?? ""} />
          <Table
            view={view}
            caption={t("review.count", { count: total })}
            heads={[
              <th scope="col">
                <input type="checkbox" data-all="ids" aria-label={t("review.selectPage")} />
              </th>,
              <Sorted view={view} query={query} by="name" text={t("review.person")} />,
              t("review.copper"),
              <Sorted view={view} query={query} by="member" text={t("review.mailchimp")} />,
              <Sorted view={view} query={query} by="since" text={t("review.since")} />,
            ]}
          >
            {people.map((one) => (
              <Row view={view} one={one} />
            ))}
          </Table>
          <Decisions view={view} total={total} />
        </Form>
      )}
      {people.length > 0 && <Meanings view={view} archiveTag={archiveTag} />}
      {pages > 1 && <Pages view={view} query={query} page={page} pages={pages} />}
      <Copies view={view} copies={copies} />
    </Layout>
  );
}

function Row({ view, one }: { readonly view: View; readonly one: Marked }) {
  const { t } = view;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          name="ids"
          value={String(one.personId)}
          aria-label={t("review.select", { name: one.name })}
        />
      </td>
      <th scope="row">
        <a href={`${view.base}/contacts/p-${one.personId}`}>{one.name}</a>
        {one.emails.map((email) => (
          <small>{email}</small>
        ))}
      </th>
      <td>
        <span class="tag mark">{one.tag}</span>
        {one.about && (one.about.title || one.about.company) && (
          <small>{[one.about.title, one.about.company].filter(Boolean).join(" · ")}</small>
        )}
        <small>
          {one.about?.lastContactedAt ? (
            <>
              {t("review.contacted")} <When view={view} time={one.about.lastContactedAt} />
            </>
          ) : (
            t("review.neverContacted")
          )}
        </small>
        <small>
          <Open view={view} person={{ id: one.personId }} name={one.name} plain />
        </small>
      </td>
      <td>
        <Status view={view} status={one.member} />
        <span class="tags">
          {one.tags.slice(0, 6).map((tag) => (
            <span class="tag">{tag}</span>
          ))}
        </span>
        <small>
          <Open view={view} member={one} name={one.name} plain />
        </small>
      </td>
      <td>
        <When view={view} time={one.since} />
      </td>
    </tr>
  );
}

/** The decision buttons. A narrow screen shows two and a menu (`more`) in place of the others (`wide`). */
function Decisions({ view, total }: { readonly view: View; readonly total: number }) {
  const { t } = view;
  return (
    <fieldset class="decisions" aria-label={t("review.decisions")}>
      <div class="scope">
        <output data-count="ids" data-text={t("review.selected", { count: "{count}" })} aria-live="polite" />
        <label>
          <input type="checkbox" name="scope" value="filter" /> {t("review.all", { count: total })}
        </label>
      </div>
      <div class="buttons">
        <Decide view={view} decision="archive" />
        <Decide view={view} decision="ignore" class="secondary wide" />
        <Decide view={view} decision="delete" class="danger" />
        <Decide view={view} decision="forget" class="danger outline wide" />
        <details class="more">
          <summary class="button">{t("review.more")}</summary>
          <div>
            <Decide view={view} decision="ignore" class="secondary" />
            <Decide view={view} decision="forget" class="danger outline" />
          </div>
        </details>
      </div>
    </fieldset>
  );
}

interface DecideProps {
  readonly view: View;
  readonly decision: "archive" | "ignore" | "delete" | "forget";
  readonly class?: string;
}

function Decide({ view, decision, class: look }: DecideProps) {
  return (
    <button type="submit" name="decision" value={decision} class={look} disabled={view.busy}>
      {view.t(`review.${decision}`)}
    </button>
  );
}

/** Explains the effect of each decision. */
function Meanings({ view, archiveTag }: Pick<Props, "view" | "archiveTag">) {
  const { t } = view;
  return (
    <dl class="meaning">
      {(["archive", "ignore", "delete", "forget"] as const).map((name) => (
        <>
          <dt>{t(`review.${name}`)}</dt>
          <dd>{t(`review.means.${name}`, { tag: archiveTag })}</dd>
        </>
      ))}
    </dl>
  );
}

function Filter({ view, query }: Pick<Props, "view" | "query">) {
  const { t } = view;
  return (
    <search>
      <form method="get" action={`${view.base}/review`} class="filter">
        <label>
          {t("review.search")}
          <input type="search" name="q" value={query.q ?? ""} />
        </label>
        <label>
          {t("review.mailchimp")}
          <select name="member">
            <option value="">{t("review.any")}</option>
            {STATES.map((status) => (
              <option value={status} selected={query.member === status}>
                {t(`status.${status}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="secondary">
          {t("review.filter")}
        </button>
      </form>
    </search>
  );
}

interface SortedProps extends Pick<Props, "view" | "query"> {
  readonly by: string;
  readonly text: string;
}

/** A column head that sorts the list. */
function Sorted({ view, query, by, text }: SortedProps) {
  const current = (query.sort ?? "since") === by;
  const down = current && query.dir !== "desc";
  const next = new URLSearchParams({ ...query, sort: by, dir: down ? "desc" : "asc", page: "1" });
  return (
    <th scope="col" aria-sort={current ? (down ? "ascending" : "descending") : "none"}>
      <a href={`${view.base}/review?${next}`}>
        {text} {current && <span aria-hidden="true">{down ? "↑" : "↓"}</span>}
      </a>
    </th>
  );
}

function Pages({ view, query, page, pages }: Pick<Props, "view" | "query" | "page" | "pages">) {
  const to = (n: number) => `${view.base}/review?${new URLSearchParams({ ...query, page: String(n) })}`;
  return (
    <nav class="pages" aria-label={view.t("page.pages")}>
      {page > 1 && <a href={to(page - 1)}>← {view.t("page.before")}</a>}
      <span>
        {number(view, page)} / {number(view, pages)}
      </span>
      {page < pages && <a href={to(page + 1)}>{view.t("page.after")} →</a>}
    </nav>
  );
}

/** Deleted people who can be restored. */
function Copies({ view, copies }: Pick<Props, "view" | "copies">) {
  const { t } = view;
  if (copies.length === 0) return null;
  return (
    <section aria-labelledby="copies">
      <h2 id="copies">{t("deletions.restorable")}</h2>
      <ul class="decided">
        {copies.map((copy) => (
          <li>
            <span>
              {copy.name} <small>{copy.emails.join(", ")}</small> <When view={view} time={copy.deletedAt} />
              {copy.forgotten && <small> {t("review.forgotten")}</small>}
            </span>
            <Form view={view} action="/review/restore">
              <input type="hidden" name="id" value={String(copy.personId)} />
              <button
                type="submit"
                class="small secondary"
                disabled={view.busy}
                aria-label={`${t("review.restore")}: ${copy.name}`}
              >
                {t("review.restore")}
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
