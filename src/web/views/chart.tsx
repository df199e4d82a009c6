/** The last runs as a chart, drawn by the server: how much each changed, and which had failures. */
import type { RunLine } from "../../ports/store.ts";
import { number, type View } from "./layout.tsx";

const WIDTH = 720;
/** Heights: of the bars above the axis, and of the dots for failures below it. */
const ABOVE = 110;
const DOTS = 12;

/** Returns how many changes a run made on both sides. */
export function changesOf(run: RunLine): number {
  const { copper, mailchimp, tags } = run;
  return copper.created + copper.updated + mailchimp.created + mailchimp.updated + mailchimp.archived + tags;
}

/**
 * Draws the chart.
 * @param runs newest first
 */
export function Chart({ view, runs }: { readonly view: View; readonly runs: readonly RunLine[] }) {
  const shown = [...runs].reverse();
  const most = Math.max(1, ...shown.map(changesOf));
  const step = WIDTH / Math.max(12, shown.length);
  const seconds = (run: RunLine) => (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const format = new Intl.DateTimeFormat(view.language, { dateStyle: "short", timeStyle: "short" });
  const words = view.t("home.chart");
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${ABOVE + DOTS}`} role="img" aria-label={words}>
        <line x1="0" y1={ABOVE} x2={WIDTH} y2={ABOVE} class="axis" />
        {shown.map((run, index) => {
          // The square root keeps small runs visible beside a first sync
          const height = Math.max(3, Math.sqrt(changesOf(run) / most) * ABOVE);
          const place = { x: (index + 0.15) * step, width: step * 0.7, rx: 2 };
          const bar = view.t("overview.bar", {
            when: format.format(new Date(run.startedAt)),
            changes: number(view, changesOf(run)),
            failures: number(view, run.failures),
            seconds: number(view, Math.round(seconds(run))),
          });
          return (
            <g>
              <title>{bar}</title>
              <rect {...place} y={ABOVE - height} height={height} class={`bar ${run.outcome}`} />
              {run.failures > 0 && <circle cx={(index + 0.5) * step} cy={ABOVE + DOTS - 4} r="3" class="failing" />}
            </g>
          );
        })}
      </svg>
      <figcaption>
        {words}
        <span class="legend">
          {(["ok", "partial", "failed"] as const).map((kind) => (
            <span class={kind}>
              <i aria-hidden="true" />
              {view.t(`home.legend.${kind}`)}
            </span>
          ))}
        </span>
      </figcaption>
    </figure>
  );
}
