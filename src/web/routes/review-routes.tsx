/** Routes of the review: people marked for deletion, decisions on them, and restoring them (D2–D5). */
import type { Hono } from "hono";
import type { Decision } from "../../plan/decision.ts";
import { concernsReview } from "../job-runner.ts";
import { formOf, pageNumber, parsed, recordNumber } from "../request-input.ts";
import type { Env, RouteContext } from "../route-context.ts";
import { Confirm } from "../views/confirm.tsx";
import { Job } from "../views/job.tsx";
import { type Marked, Review } from "../views/review.tsx";

/** People on a page, and the most copies shown. */
const PAGE = 100;
/** The sort keys, by column. */
const ORDERS: Readonly<Record<string, (one: Marked) => string>> = {
  name: (one) => one.name.toLowerCase(),
  since: (one) => one.since,
  member: (one) => one.member,
};

/** Adds the routes. */
export function reviewRoutes(app: Hono<Env>, { backend, runner, start, view, failure }: RouteContext): void {
  const { store } = backend;
  /** Returns the marked people with what both sides hold of them, filtered and sorted as the query says. */
  async function marked(query: Record<string, string>): Promise<Marked[]> {
    const { reviews } = await store.waiting();
    // Ignored people stay in the list of reviews but need no decision
    const waiting = new Map(reviews.filter((one) => !one.ignored).map((one) => [one.personId, one]));
    const list: Marked[] = [];
    for (const { person, member } of await store.contacts([...waiting.keys()])) {
      const { id: personId, name, emails, about } = person!;
      const review = waiting.get(personId)!;
      const tags = (member?.tags ?? []).map((tag) => tag.name);
      list.push({
        personId,
        name,
        emails,
        about,
        tag: review.tag,
        since: review.since,
        member: member?.status ?? "none",
        ...(member?.webId !== undefined && { webId: member.webId }),
        tags,
      });
    }
    const text = (query.q ?? "").trim().toLowerCase();
    const order = ORDERS[query.sort ?? ""] ?? ORDERS.since!;
    return list
      .filter((one) => text === "" || `${one.name} ${one.emails.join(" ")}`.toLowerCase().includes(text))
      .filter((one) => (query.member ?? "") === "" || one.member === query.member)
      .sort((one, other) => order(one).localeCompare(order(other)) * (query.dir === "desc" ? -1 : 1));
  }
  app.get("/review", async (c) => {
    const query = c.req.query();
    const all = await marked(query);
    const page = parsed(pageNumber, query.page);
    const copies = (await store.copies()).filter((copy) => copy.restoredAs === null);
    const now = runner.current();
    const job = now && concernsReview(now) ? now : undefined;
    return c.html(
      <Review
        view={view(c)}
        query={query}
        people={all.slice((page - 1) * PAGE, page * PAGE)}
        total={all.length}
        page={page}
        pages={Math.max(1, Math.ceil(all.length / PAGE))}
        copies={copies.reverse().slice(0, PAGE)}
        archiveTag={backend.archiveTag}
        nobody={query.nobody !== undefined}
        job={job && <Job view={view(c)} job={job} error={failure(c)} />}
      />,
    );
  });
  app.post("/review", async (c) => {
    const form = await formOf(c);
    const text = (name: string) => (typeof form[name] === "string" ? form[name] : "");
    const choice = (["archive", "ignore", "delete", "forget"] as const).find((one) => one === text("decision"));
    if (choice === undefined) return c.redirect("/review", 303);
    const waiting = await marked(text("scope") === "filter" ? { q: text("q"), member: text("member") } : {});
    const picked = new Set([form.ids ?? []].flat().map(String));
    // Accept only people who are marked, whatever ids the form contains
    const chosen = waiting.filter((one) => text("scope") === "filter" || picked.has(String(one.personId)));
    if (chosen.length === 0) return c.redirect("/review?nobody", 303);
    // A deletion is confirmed by typing the number of people (D4), a decision on several by a second click
    const deletes = choice === "delete" || choice === "forget";
    const confirmed = deletes
      ? text("typed").trim() === String(chosen.length)
      : chosen.length === 1 || text("confirmed") === "yes";
    if (!confirmed)
      return c.html(<Confirm view={view(c)} people={chosen} decision={choice} wrong={form.typed !== undefined} />);
    const decision: Decision = choice === "forget" ? "delete" : choice;
    start(c, { do: "decide", ids: chosen.map((one) => one.personId), decision, forget: choice === "forget" });
    return c.redirect("/review", 303);
  });
  app.post("/review/restore", async (c) => {
    const id = parsed(recordNumber, (await formOf(c)).id);
    const copy = (await store.copies()).find((one) => one.personId === id && one.restoredAs === null);
    if (copy !== undefined) start(c, { do: "restore", ids: [copy.personId] });
    return c.redirect("/review", 303);
  });
}
