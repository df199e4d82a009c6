/** Routes of the set-up's steps about contacts: which fields, which people, and with whom to start. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Filter } from "../../domain/filter.ts";
import type { Draft } from "../../setup/draft.ts";
import type { Step } from "../../setup/steps.ts";
import { fieldsForm } from "../fields-form.ts";
import { formOf, givenName, parsed, searchText } from "../request-input.ts";
import type { Env } from "../route-context.ts";
import type { PeopleRead, SetupBackend } from "../setup-backend.ts";
import type { View } from "../views/layout.tsx";
import { FieldsStep } from "../views/setup/fields.tsx";
import { Counted, PeopleStep, TrialStep } from "../views/setup/people.tsx";

/** What the set-up's routes share. */
export interface SetupRoutes {
  readonly backend: SetupBackend;
  view(c: Context<Env>): View;
  /** Redirects to a step. */
  to(c: Context<Env>, step: Step): Response;
  /** Redirects to the step after the given one. */
  onward(c: Context<Env>, from: Step): Response;
}

/** The most people of a first trial, and the most search results. */
const MOST_TRIED = 3;
const FOUND = 20;

/** Ticked boxes of one name: none, one or several. */
const ticked = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((all) => (all === undefined ? [] : [all].flat()))
  .pipe(z.array(givenName).max(1000));
const filterForm = z.object({ tags: ticked, contactTypes: ticked });
const trialForm = z.object({ only: ticked, skip: z.literal("yes").optional() });

/** Returns the filter of a form; `null` if everyone takes part. */
function filterIn(form: unknown): { tags?: string[]; contactTypes?: string[] } | null {
  const { tags, contactTypes } = parsedForm(filterForm, form);
  if (tags.length === 0 && contactTypes.length === 0) return null;
  return { ...(tags.length > 0 && { tags }), ...(contactTypes.length > 0 && { contactTypes }) };
}

function parsedForm<T>(shape: z.ZodType<T>, form: unknown): T {
  return parsed(shape as z.ZodType<T, string | undefined>, form);
}

/** Adds the routes of the three steps. */
export function setupChoiceRoutes(app: Hono<Env>, { backend, view, to, onward }: SetupRoutes): void {
  const reading = ({ state, sample: meeting }: PeopleRead) => (state === "going" ? meeting.people.size : undefined);
  const trouble = (c: Context<Env>, { error }: PeopleRead) =>
    error === undefined ? undefined : backend.explain(error, view(c).language);

  const form = fieldsForm(backend, () => backend.known().draft.fields);
  async function fieldsPage(c: Context<Env>, wrong?: string) {
    const { props, read } = await form.shown();
    return c.html(
      <FieldsStep view={view(c)} {...props} wrong={wrong ?? trouble(c, read)} />,
      wrong === undefined ? 200 : 422,
    );
  }
  app.get("/setup/fields", (c) => fieldsPage(c));
  app.post("/setup/fields", async (c) => {
    const sent = await formOf(c);
    const { lines, wrong } = await form.taken(sent, view(c));
    backend.answer({ fields: [...lines] });
    if (wrong !== undefined) return fieldsPage(c, wrong);
    return sent.make === undefined && sent.look === undefined ? onward(c, "fields") : to(c, "fields");
  });

  app.get("/setup/people", async (c) => {
    const read = await backend.people();
    const filter = backend.known().draft.filter ?? null;
    return c.html(
      <PeopleStep
        view={view(c)}
        tags={read.sample.frequent("tags")}
        types={read.sample.frequent("contactTypes")}
        filter={filter}
        count={read.sample.count(filterOf(filter))}
        total={read.sample.people.size}
        reading={reading(read)}
        wrong={trouble(c, read)}
      />,
    );
  });
  app.get("/setup/people/count", async (c) => {
    const { sample: meeting } = await backend.people();
    const all = { tags: c.req.queries("tags"), contactTypes: c.req.queries("contactTypes") };
    const count = meeting.count(filterOf(filterIn(all)));
    return c.html(<Counted view={view(c)} count={count} total={meeting.people.size} />);
  });
  app.post("/setup/people", async (c) => {
    const form = await formOf(c);
    backend.answer({ filter: filterIn(form) });
    return form.look === undefined ? onward(c, "people") : to(c, "people");
  });

  async function trialPage(c: Context<Env>, wrong?: string) {
    const { sample: meeting } = await backend.people();
    const { filter, only = [] } = backend.known().draft;
    const text = parsed(searchText, c.req.query("q"));
    const found = meeting.find(text, filterOf(filter), FOUND);
    return c.html(
      <TrialStep view={view(c)} text={text} found={found} chosen={only} wrong={wrong} />,
      wrong === undefined ? 200 : 422,
    );
  }
  app.get("/setup/trial", (c) => trialPage(c));
  app.post("/setup/trial", async (c) => {
    const { only, skip } = parsedForm(trialForm, await formOf(c));
    if (skip === undefined && (only.length === 0 || only.length > MOST_TRIED))
      return trialPage(c, view(c).t("setup.trial.howMany", { most: MOST_TRIED }));
    // `ONLY` matches parts of addresses: refuse a choice that would also match others
    const [besides] = (await backend.people()).sample.besides(only);
    if (skip === undefined && besides !== undefined)
      return trialPage(c, view(c).t("setup.trial.besides", { address: besides.address }));
    backend.answer({ only: skip === undefined ? only : [] });
    return onward(c, "trial");
  });
}

/** Returns the filter in the form that the sync uses. */
function filterOf(filter: Draft["filter"]): Filter | undefined {
  return (filter ?? undefined) as Filter | undefined;
}
