/** Routes of the contacts: the list with states and reasons, the search, the CSV download, and one contact's page. */
import type { Hono } from "hono";
import { eachStanding } from "../../app/each-standing.ts";
import { REASONS, type ReasonCount, reasonsOf, type StandingReason } from "../../plan/standings.ts";
import type { StandingContact } from "../../ports/store.ts";
import { csvHead, csvRow } from "../../wording/contact-row.ts";
import { madeName, pageNumber, parsed, reasonName, recordNumber, searchText, stateName } from "../request-input.ts";
import type { AppContext, Env, RouteContext } from "../route-context.ts";
import { ContactPage } from "../views/contact.tsx";
import { Contacts, Found, type ListQuery } from "../views/contacts.tsx";

/** Contacts on a page, and the most results of a search. */
const PAGE = 50;
/** The most matches that are read when a search is limited to some reasons. */
const LOOKED_THROUGH = 500;
/** The most operations in a contact's history. */
const HISTORY = 100;

/** Adds the routes. They read the store only and send no request to a service. */
export function contactRoutes(app: Hono<Env>, { backend: { store }, view }: RouteContext): void {
  const signUpUrl = async () => (await store.fact("setup"))?.signUpUrl ?? null;
  const asked = (c: AppContext): ListQuery => ({
    text: parsed(searchText, c.req.query("q")),
    state: parsed(stateName, c.req.query("state")),
    reason: parsed(reasonName, c.req.query("reason")),
  });
  async function searched({ text, state, reason }: ListQuery): Promise<readonly StandingContact[]> {
    const reasons = reasonsIn({ text, state, reason });
    const all = reasons.length === REASONS.length;
    // The search does not know reasons, so read more matches and filter them here
    const found = await store.standingOf(await store.search(text, all ? PAGE : LOOKED_THROUGH));
    return found.filter((one) => reasons.includes(one.standing.reason)).slice(0, PAGE);
  }
  async function listed(query: ListQuery, counts: readonly ReasonCount[], page: number) {
    if (query.text.trim() !== "") return { found: await searched(query), total: undefined, offset: 0, page };
    // Without a filter, list what needs a person
    const narrowed = query.state !== undefined || query.reason !== undefined;
    const reasons = narrowed ? reasonsIn(query) : [...reasonsOf("to-decide"), ...reasonsOf("failing")];
    const own = counts.filter((one) => reasons.includes(one.reason));
    const total = own.reduce((sum, one) => sum + one.contacts, 0);
    const offset = (page - 1) * PAGE;
    const found =
      total === 0
        ? []
        : await store.standings(
            own.map((one) => one.reason),
            PAGE,
            offset,
          );
    return { found, total, offset, page };
  }
  app.get("/contacts", async (c) => {
    const query = asked(c);
    const page = parsed(pageNumber, c.req.query("page"));
    const counts = await store.standingCounts();
    const list = { ...(await listed(query, counts, page)), signUpUrl: await signUpUrl() };
    // htmx requests only the list while the visitor types
    if (c.req.header("hx-request") !== undefined) return c.html(<Found view={view(c)} query={query} {...list} />);
    return c.html(<Contacts view={view(c)} query={query} counts={counts} {...list} />);
  });
  app.get("/contacts.csv", async (c) => {
    const query = asked(c);
    const { t, language } = view(c);
    const url = await signUpUrl();
    const contacts = query.text.trim() === "" ? eachStanding(store, reasonsIn(query)) : await searched(query);
    // Stream the rows: the list may be as long as the accounts
    async function* lines() {
      const encoder = new TextEncoder();
      yield encoder.encode(csvHead(t, language));
      for await (const one of contacts) yield encoder.encode(csvRow(one, t, language, url, "page"));
    }
    return c.body(ReadableStream.from(lines()), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="contacts.csv"',
    });
  });
  app.get("/contacts/:who{[pm]-.+}", async (c) => {
    const [kind, key] = [c.req.param("who").slice(0, 1), c.req.param("who").slice(2)];
    const known = await store.contact(
      kind === "p" ? { personId: parsed(recordNumber, key) } : { memberKey: parsed(madeName, key) },
    );
    if (known.person === undefined && known.member === undefined) return c.notFound();
    const [standing] = await store.standingOf([known]);
    const mapping = (await store.fact("mapping")) ?? [];
    const history = known.person === undefined ? [] : await store.history(known.person.id, HISTORY);
    return c.html(
      <ContactPage
        view={view(c)}
        known={standing!}
        mapping={mapping}
        history={history}
        signUpUrl={await signUpUrl()}
      />,
    );
  });
}

/** Returns the reasons that a list shows. */
function reasonsIn({ state, reason }: ListQuery): readonly StandingReason[] {
  const of = state === undefined ? REASONS : reasonsOf(state);
  return reason === undefined ? of : of.filter((one) => one === reason);
}
