/**
 * The home page: the state, what needs a person, and the last runs. A running job replaces the panel with its progress.
 */
import type { Child } from "hono/jsx";
import { capital, type TextWith, troubleText } from "../../i18n/texts.ts";
import { type ContactState, contactsIn, type ReasonCount } from "../../plan/standings.ts";
import type { RunLine } from "../../ports/store.ts";
import { Card } from "./card.tsx";
import { Chart, changesOf } from "./chart.tsx";
import { Form, Layout, Nothing, number, type View, When } from "./layout.tsx";

interface Props {
  readonly view: View;
  /** The number of contacts by reason. */
  readonly counts: readonly ReasonCount[];
  /** The last runs, newest first. */
  readonly runs: readonly RunLine[];
  /** The number of unsettled conflicts. */
  readonly conflicts: number;
  /** Seconds between two runs. */
  readonly interval: number;
  /** When the next run is due (ms since 1970); `null` if paused, absent if it follows from the interval. */
  readonly due?: number | null;
  /** Why it could not start (a code). */
  readonly trouble?: string | null;
  /** When the start is tried again (ms since 1970). */
  readonly again?: number | undefined;
  /** What is wrong and what helps, if more is known than the code. */
  readonly helps?: string | undefined;
  readonly now: number;
  /** The job that is running or was the last. */
  readonly job: Child;
}

/** The state as a coloured light. */
type Standing = "well" | "partly" | "badly" | "new";

/** Shows the home page. */
export function Overview(props: Props) {
  const { view, counts, runs, conflicts, job } = props;
  const { t } = view;
  const failing = contactsIn("failing", counts);
  const marked = counts.find((one) => one.reason === "marked")?.contacts ?? 0;
  const todo = [
    { count: marked, text: "todo.marked", does: "todo.marked.do", href: "/review" },
    { count: conflicts, text: "todo.conflict", does: "todo.conflict.do", href: "/conflicts" },
    { count: failing, text: "todo.failed", does: "todo.failed.do", href: "/contacts?state=failing" },
  ] as const;
  const waits = todo.reduce((sum, one) => sum + one.count, 0);
  return (
    <Layout view={view} title={t("nav.home")}>
      {!view.busy && <Panel {...props} failing={failing} />}
      <section id="job" aria-label={t("job.live")} hx-sse:connect={`${view.base}/job/live`}>
        {job}
      </section>
      {runs.length > 0 && (
        <>
          <section aria-labelledby="waits">
            <h2 id="waits">{t("home.todo")}</h2>
            {waits === 0 ? (
              <Nothing>{t("todo.nothing")}</Nothing>
            ) : (
              <ul class="todo">
                {todo
                  .filter((one) => one.count > 0)
                  .map((one) => (
                    <li>
                      <strong>{number(view, one.count)}</strong>
                      <span>{t(one.text, { count: one.count })}</span>
                      <a href={view.base + one.href} class="button">
                        {t(one.does)}
                      </a>
                    </li>
                  ))}
              </ul>
            )}
          </section>
          <section aria-labelledby="figures">
            <h2 id="figures">{t("home.figures")}</h2>
            <div class="cards">
              <Figure view={view} count={contactsIn("in-step", counts)} text="home.inStep" state="in-step" />
              <Figure view={view} count={contactsIn("left-out", counts)} text="home.out" state="left-out" />
              <Figure view={view} count={failing} text="home.failing" state="failing" />
            </div>
          </section>
          <section aria-labelledby="lately">
            <h2 id="lately">{t("home.lately")}</h2>
            <Chart view={view} runs={runs} />
          </section>
        </>
      )}
    </Layout>
  );
}

/** Shows the state in one sentence, the last and the next run, and the buttons for a plan and a sync. */
function Panel({
  view,
  runs,
  interval,
  due,
  trouble = null,
  again,
  helps,
  now,
  failing,
}: Props & { readonly failing: number }) {
  const { t } = view;
  const [last] = runs;
  const [state, sentence] = sentenceOf(last, trouble, failing, view);
  // Paused connections have no next run; without a due time it follows from the last start
  const next = due === null ? undefined : (due ?? (last && Date.parse(last.startedAt) + interval * 1000));
  return (
    <section class={`verdict ${state}`} aria-labelledby="verdict">
      <span class="light" aria-hidden="true" />
      <div>
        <h2 id="verdict">{sentence}</h2>
        {helps !== undefined && <p class="helps">{helps}</p>}
        {last === undefined ? (
          trouble === null && <p>{t("home.new")}</p>
        ) : (
          <p>
            {t("home.last")} <When view={view} time={last.finishedAt} near /> ·{" "}
            {t("home.changes", { count: changesOf(last) })} ·{" "}
            <a href={`${view.base}/runs/${last.run}`}>{t("home.details")}</a>
          </p>
        )}
        {again !== undefined ? (
          <p>
            {t("home.nothingLost")} {t("home.again")} <When view={view} time={new Date(again).toISOString()} near />
          </p>
        ) : due === null ? (
          <p>{t("home.paused")}</p>
        ) : (
          next !== undefined && (
            <p>
              {t("home.next")} <When view={view} time={new Date(Math.max(now, next)).toISOString()} near />
            </p>
          )
        )}
      </div>
      <div class="actions">
        <Form view={view} action="/job/plan">
          <button type="submit" class={last === undefined ? "" : "secondary"}>
            {t("home.preview")}
          </button>
        </Form>
        <Form view={view} action="/job/sync">
          <button type="submit" class={last === undefined ? "secondary" : ""}>
            {t("home.sync")}
          </button>
        </Form>
      </div>
    </section>
  );
}

function sentenceOf(
  last: RunLine | undefined,
  trouble: string | null,
  failing: number,
  { t }: View,
): readonly [Standing, string] {
  if (trouble !== null) return ["badly", capital(troubleText(trouble, t))];
  if (last === undefined) return ["new", t("home.state.new")];
  switch (last.outcome) {
    case "ok":
    case "partial":
    case "planned":
      // Failing contacts may be older than the last run, so check the stored count as well
      if (failing + last.failures > 0)
        return ["partly", t("home.state.partly", { count: Math.max(failing, last.failures) })];
      return last.outcome === "partial" ? ["partly", capital(t("outcome.partial"))] : ["well", t("home.state.well")];
    case "refused":
    case "failed":
    case "interrupted":
      return ["badly", t(`home.state.${last.outcome}`)];
  }
}

interface FigureProps {
  readonly view: View;
  readonly count: number;
  readonly text: TextWith<"count">;
  readonly state: ContactState;
}

function Figure({ view, count, text, state }: FigureProps) {
  return (
    <Card
      count={number(view, count)}
      href={`${view.base}/contacts?state=${state}`}
      calls={state === "failing" && count > 0}
    >
      {view.t(text, { count })}
    </Card>
  );
}
