/** Are both sides in step, and what waits for a human? */
import type { Child } from "hono/jsx";
import { type TextKey, troubleText } from "../i18n/texts.ts";
import { isSetAside } from "../plan/outcomes.ts";
import type { Holdings, RunLine, Waiting } from "../plan/ports.ts";
import { Card } from "./card.tsx";
import { Chart, changesOf } from "./chart.tsx";
import { Form, Layout, Nothing, number, type View, When } from "./layout.tsx";

interface Props {
  readonly view: View;
  readonly holdings: Holdings;
  readonly waiting: Waiting;
  /** Newest first. */
  readonly runs: readonly RunLine[];
  /** Of the last run. */
  readonly conflicts: number;
  /** Seconds between two runs. */
  readonly interval: number;
  /** When the next run is due, ms, where that is known better than by the interval; `null` where it is paused. */
  readonly due?: number | null;
  /** Why it could not even begin, as a code. */
  readonly trouble?: string | null;
  /** When what is wrong is tried again by itself (ms). */
  readonly again?: number | undefined;
  /** What is wrong and what helps, where that is known better than by the code. */
  readonly helps?: string | undefined;
  readonly now: number;
  readonly job: Child;
}

export function Overview({
  view,
  holdings,
  waiting,
  runs,
  conflicts,
  interval,
  due,
  trouble,
  again,
  helps,
  now,
  job,
}: Props) {
  const { t } = view;
  const [last] = runs;
  const well = last?.outcome === "ok";
  const aside = waiting.troubles.filter(isSetAside).length;
  const marked = waiting.reviews.filter((one) => !one.ignored).length;
  const waits = marked + conflicts + waiting.rejections.length + aside;
  const ran = last === undefined ? "new" : well ? "well" : last.outcome === "partial" ? "partly" : "badly";
  const state = trouble == null ? ran : "badly";
  const blocked = trouble == null && last?.outcome === "refused";
  const verdict =
    trouble != null
      ? troubleText(trouble, t)
      : t(blocked ? "overview.blocked" : `overview.${state}`, { count: last?.failures ?? 0 });
  const byInterval = last === undefined ? now : Date.parse(last.startedAt) + interval * 1000;
  const next = due === null ? undefined : Math.max(now, due ?? byInterval);
  return (
    <Layout view={view} title={t("page.overview")}>
      <section class={`verdict ${state}`} aria-labelledby="verdict">
        <span class="light" aria-hidden="true" />
        <div>
          <h2 id="verdict">{verdict}</h2>
          {helps !== undefined && <p class="helps">{helps}</p>}
          <p>
            {last === undefined ? (
              trouble == null && t("overview.never")
            ) : (
              <>
                {t("overview.last")} <When view={view} time={last.finishedAt} /> · {t(`outcome.${last.outcome}`)} ·{" "}
                {t("overview.changes", { count: changesOf(last) })} ·{" "}
                <a href={`/runs/${last.run}`}>{t("job.report")}</a>
              </>
            )}
          </p>
          <p>
            {t(again === undefined ? "overview.next" : "overview.again")}{" "}
            {again !== undefined ? (
              <When view={view} time={new Date(again).toISOString()} />
            ) : next === undefined ? (
              t("connections.state.paused")
            ) : (
              <When view={view} time={new Date(next).toISOString()} />
            )}
          </p>
        </div>
        <div class="actions">
          <Form view={view} action="/job/plan">
            <button type="submit" class="secondary" disabled={view.busy}>
              {t("overview.plan")}
            </button>
          </Form>
          <Form view={view} action="/job/sync">
            <button type="submit" disabled={view.busy}>
              {t("overview.sync")}
            </button>
          </Form>
        </div>
      </section>
      <section id="job" aria-label={t("job.live")} hx-sse:connect="/job/live">
        {job}
      </section>
      <section class="cards" aria-label={t("overview.figures")}>
        <Figure view={view} count={holdings.links} text="overview.linked" href="/contacts" />
        <Figure view={view} count={holdings.persons} text="overview.people" />
        <Figure view={view} count={holdings.members} text="overview.members" />
      </section>
      <section aria-labelledby="waits" hidden={trouble != null && waits === 0}>
        <h2 id="waits">{t("overview.waits")}</h2>
        {waits === 0 ? (
          <Nothing>{t("overview.nothingWaits")}</Nothing>
        ) : (
          <div class="cards">
            <Figure view={view} count={marked} text="overview.marked" href="/review" calls />
            <Figure view={view} count={conflicts} text="overview.conflicts" href="/conflicts" calls />
            <Figure view={view} count={waiting.rejections.length} text="overview.rejected" href="#rejected" />
            <Figure view={view} count={aside} text="overview.aside" href="#aside" calls />
          </div>
        )}
      </section>
      {runs.length > 0 && (
        <section aria-labelledby="lately">
          <h2 id="lately">{t("overview.lately")}</h2>
          <Chart view={view} runs={runs} />
        </section>
      )}
      <Refused view={view} waiting={waiting} />
    </Layout>
  );
}

interface FigureProps {
  readonly view: View;
  readonly count: number;
  readonly text: TextKey;
  readonly href?: string;
  /** Somebody should look, where there are any. */
  readonly calls?: boolean;
}

function Figure({ view, count, text, href, calls }: FigureProps) {
  return (
    <Card count={number(view, count)} href={href} calls={calls === true && count > 0}>
      {view.t(text, { count })}
    </Card>
  );
}

/** Addresses that Mailchimp refuses (C5), and contacts that were set aside (A3), with the reason. */
function Refused({ view, waiting }: { readonly view: View; readonly waiting: Waiting }) {
  const { t } = view;
  const shown = waiting.rejections.slice(0, 50);
  const aside = waiting.troubles.filter(isSetAside).slice(0, 50);
  return (
    <>
      {shown.length > 0 && (
        <details id="rejected">
          <summary>{t("report.rejectedTotal", { count: waiting.rejections.length })}</summary>
          <ul class="plain">
            {shown.map((one) => (
              <li>
                {one.address} <small>{t(`failure.${one.code}`)}</small>
              </li>
            ))}
          </ul>
          <p>{t("overview.retry")}</p>
        </details>
      )}
      {aside.length > 0 && (
        <details id="aside">
          <summary>{t("overview.aside")}</summary>
          <ul class="plain">
            {aside.map((one) => (
              <li>
                {one.contact} <small>{one.last.message}</small>
              </li>
            ))}
          </ul>
          <p>{t("overview.retryAside")}</p>
        </details>
      )}
    </>
  );
}
