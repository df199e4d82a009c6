/** Which people take part: by tag and contact type, or a trial with up to three people. */
import type { Draft } from "../../../setup/draft.ts";
import type { SampledPerson } from "../../../setup/people-sample.ts";
import { Form, Nothing, number, type View } from "../layout.tsx";
import { Frame } from "./frame.tsx";

/** A tag or contact type, and how many people have it. */
interface Frequent {
  readonly name: string;
  readonly count: number;
}

interface PeopleProps {
  readonly view: View;
  readonly tags: readonly Frequent[];
  readonly types: readonly Frequent[];
  readonly filter: Draft["filter"];
  readonly count: { readonly people: number; readonly withAddress: number };
  readonly total: number;
  readonly reading?: number | undefined;
  readonly wrong?: string | undefined;
}

/** The most names that are shown; the others are collapsed. */
const AT_ONCE = 40;

/** Asks which people take part. */
export function PeopleStep({ view, tags, types, filter, count, total, reading, wrong }: PeopleProps) {
  const { t } = view;
  return (
    <Frame view={view} step="people" wrong={wrong}>
      <p>{t("setup.people.about")}</p>
      {reading !== undefined && <p role="status">{t("setup.reading", { count: reading })}</p>}
      <Form view={view} action="/setup/people" class="panel">
        <div hx-get="/setup/people/count" hx-include="closest form" hx-trigger="change" hx-target="#count">
          <Names view={view} name="tags" legend={t("setup.people.tags")} all={tags} chosen={filter?.tags ?? []} />
          <Names
            view={view}
            name="contactTypes"
            legend={t("setup.people.types")}
            all={types}
            chosen={filter?.contactTypes ?? []}
          />
        </div>
        <div id="count" role="status">
          <Counted view={view} count={count} total={total} />
        </div>
        <div class="buttons">
          <button type="submit">{t("setup.goOn")}</button>
          <button type="submit" class="secondary" name="look" value="yes">
            {t("setup.people.look")}
          </button>
        </div>
      </Form>
    </Frame>
  );
}

interface CountedProps {
  readonly view: View;
  readonly count: { readonly people: number; readonly withAddress: number };
  readonly total: number;
}

/** Shows how many people take part. */
export function Counted({ view, count, total }: CountedProps) {
  const { t } = view;
  return (
    <p>
      <strong>{t("setup.people.count", { count: count.people, total })}</strong>{" "}
      <small>{t("setup.people.withAddress", { count: count.withAddress })}</small>
    </p>
  );
}

interface NamesProps {
  readonly view: View;
  readonly name: string;
  readonly legend: string;
  readonly all: readonly Frequent[];
  readonly chosen: readonly string[];
}

function Names({ view, name, legend, all, chosen }: NamesProps) {
  if (all.length === 0) return null;
  const box = (one: Frequent) => (
    <label>
      <input type="checkbox" name={name} value={one.name} checked={chosen.includes(one.name)} /> {one.name}{" "}
      <small>{number(view, one.count)}</small>
    </label>
  );
  const first = all.filter((one, at) => at < AT_ONCE || chosen.includes(one.name));
  const others = all.filter((one) => !first.includes(one));
  return (
    <fieldset>
      <legend>{legend}</legend>
      {first.map(box)}
      {others.length > 0 && (
        <details>
          <summary>{view.t("setup.people.others", { count: others.length })}</summary>
          {others.map(box)}
        </details>
      )}
    </fieldset>
  );
}

interface TrialProps {
  readonly view: View;
  /** The text of the search. */
  readonly text: string;
  readonly found: readonly SampledPerson[];
  /** Addresses that were already chosen. */
  readonly chosen: readonly string[];
  readonly wrong?: string | undefined;
}

/** Asks for up to three people for a trial, or for everyone. */
export function TrialStep({ view, text, found, chosen, wrong }: TrialProps) {
  const { t } = view;
  return (
    <Frame view={view} step="trial" wrong={wrong}>
      <p>{t("setup.trial.about")}</p>
      <Form view={view} action="/setup/trial" class="panel">
        <div class="buttons">
          <button type="submit" name="skip" value="yes">
            {t("setup.trial.skip")}
          </button>
        </div>
      </Form>
      <form method="get" action="/setup/trial" class="filter">
        <label>
          {t("setup.trial.search")}
          <input type="search" name="q" value={text} />
        </label>
        <button type="submit" class="secondary">
          {t("setup.trial.find")}
        </button>
      </form>
      <Form view={view} action="/setup/trial" class="panel">
        <fieldset>
          <legend>{t("setup.trial.choose")}</legend>
          {chosen.map((address) => (
            <label>
              <input type="checkbox" name="only" value={address} checked /> {address}
            </label>
          ))}
          {found
            .filter((one) => !chosen.includes(one.address))
            .map((one) => (
              <label>
                <input type="checkbox" name="only" value={one.address} /> {one.name} <small>{one.address}</small>
              </label>
            ))}
        </fieldset>
        {found.length === 0 && <Nothing>{t("setup.trial.none")}</Nothing>}
        <div class="buttons">
          <button type="submit" class="secondary">
            {t("setup.trial.take")}
          </button>
        </div>
      </Form>
    </Frame>
  );
}
