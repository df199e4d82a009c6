/** The overview, past runs with their reports, and conflicts. */
import type { Hono } from "hono";
import { type Link, refusalOf } from "../contact/contact.ts";
import { refusalKey, wantedOf } from "../contact/conversions.ts";
import type { ShownField } from "../contact/fields.ts";
import { type ConflictShown, Conflicts, SHOWN } from "../pages/conflicts.tsx";
import { Job } from "../pages/job.tsx";
import { Overview } from "../pages/overview.tsx";
import { RunPage, Runs } from "../pages/runs.tsx";
import type { ToldConflict } from "../plan/run-document.ts";
import { formOf, givenName, madeName, pageNumber, parsed, recordNumber } from "./asked-for.ts";
import type { Env, Rooms } from "./rooms.ts";

const PAGE = 50;
/** Runs on the overview's chart. */
const CHARTED = 30;
/** Runs that are looked through for conflicts. */
const LOOKED_THROUGH = 200;

export function runRoutes(app: Hono<Env>, { house, desk, view, failure }: Rooms): void {
  const { store } = house;
  /** A run that has ended does not change: its conflicts are read out of its document once. */
  const known = new Map<string, readonly ToldConflict[]>();
  async function conflictsOf(run: string): Promise<readonly ToldConflict[]> {
    const there = known.get(run) ?? (await store.run(run))?.document.conflicts ?? [];
    known.set(run, there);
    return there;
  }
  /** Conflicts of the last runs, each contact's field once, the newest. */
  async function conflicts(): Promise<ConflictShown[]> {
    const found = new Map<string, ConflictShown>();
    const lines = (await store.runs(LOOKED_THROUGH)).filter((line) => line.conflicts > 0);
    for (const { run, startedAt } of lines)
      for (const one of await conflictsOf(run)) {
        const key = `${one.contact} ${one.field}`;
        if (!found.has(key)) found.set(key, { ...one, run, startedAt });
      }
    return [...found.values()];
  }
  app.get("/", async (c) => {
    const [counts, waiting, runs] = await Promise.all([
      store.standingCounts(),
      store.waiting(),
      store.runs(CHARTED, 0, true),
    ]);
    const job = desk.current();
    const standing = house.standing?.();
    return c.html(
      <Overview
        view={view(c)}
        counts={counts}
        marked={waiting.reviews.filter((one) => !one.ignored).length}
        runs={runs}
        conflicts={runs[0]?.conflicts ?? 0}
        interval={house.interval}
        {...(standing?.paused || standing?.due !== undefined
          ? { due: standing.paused ? null : (standing.due ?? null) }
          : {})}
        trouble={standing?.trouble ?? null}
        again={standing?.again}
        helps={standing?.helps?.(view(c).language)}
        now={house.now()}
        job={job && <Job view={view(c)} job={job} error={failure(c)} />}
      />,
    );
  });
  app.get("/runs", async (c) => {
    const page = parsed(pageNumber, c.req.query("page"));
    const runs = await store.runs(PAGE + 1, (page - 1) * PAGE);
    return c.html(<Runs view={view(c)} runs={runs.slice(0, PAGE)} page={page} more={runs.length > PAGE} />);
  });
  app.get("/runs/:run", async (c) => {
    const found = await store.run(parsed(madeName, c.req.param("run")));
    if (found?.document == null) return c.notFound();
    const { text, html } = house.report(found.document, view(c).language);
    const as = c.req.query("as");
    const name = `sync-${found.document.run}`;
    if (as === "text") return c.text(text, 200, { "Content-Disposition": `attachment; filename="${name}.txt"` });
    if (as === "html")
      return c.body(html, 200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Disposition": `attachment; filename="${name}.html"`,
      });
    const operations = [];
    for await (const operation of store.operations(found.document.run)) {
      operations.push(operation);
      if (operations.length > 500) break;
    }
    return c.html(<RunPage view={view(c)} document={found.document} operations={operations} text={text} />);
  });
  app.get("/conflicts", async (c) => {
    const wished = new Set((await store.wishes()).map((wish) => `${wish.personId} ${wish.field}`));
    const all = await conflicts();
    const possible = await usable(all.slice(0, SHOWN));
    return c.html(<Conflicts view={view(c)} conflicts={all} wished={wished} possible={possible} />);
  });
  /** Conflicts whose other value both sides can hold, and neither has refused: by person and field. */
  async function usable(list: readonly ConflictShown[]): Promise<ReadonlySet<string>> {
    const mapping = (await store.fact<ShownField[]>("mapping")) ?? [];
    const ids = list.flatMap((one) => one.personId ?? []);
    const links = new Map((await store.contacts(ids)).map(({ person, link }) => [person?.id, link]));
    return new Set(
      list
        .filter((one) => canUseOther(one, links.get(one.personId), mapping))
        .map((one) => `${one.personId} ${one.field}`),
    );
  }
  app.post("/conflicts", async (c) => {
    const form = await formOf(c);
    const person = parsed(recordNumber, form.person);
    const field = parsed(givenName, form.field);
    const one = (await conflicts()).find((each) => each.personId === person && each.field === field);
    if (one?.personId !== undefined && (await usable([one])).size > 0) {
      const value = one.kept === "copper" ? one.mailchimp : one.copper;
      const { personId } = one;
      const memberKey = (await store.contact({ personId })).link?.memberKey;
      const since = new Date(house.now()).toISOString();
      await store.learn({
        wishes: [{ personId, field: one.field, value }],
        standings: [{ personId, ...(memberKey !== undefined && { memberKey }), reason: "next-run", since }],
      });
    }
    return c.redirect("/conflicts", 303);
  });
}

/** Whether the value that was not kept can stand on both sides. */
function canUseOther(one: ConflictShown, link: Link | undefined, mapping: readonly ShownField[]): boolean {
  // Mappings of an earlier version do not say what each side can hold
  const fields = mapping.filter((field) => field.copper === one.field && field.source !== undefined);
  if (one.kept === "none" || one.personId === undefined || fields.length === 0) return false;
  const [from, value] =
    one.kept === "copper" ? (["mailchimp", one.mailchimp] as const) : (["copper", one.copper] as const);
  return fields.every((field) => {
    const known = link && refusalOf(link, field);
    const refused = known?.from === from && known.value === refusalKey(from, field, value);
    return !refused && wantedOf(field, value, one.copper) !== undefined;
  });
}
