/** The last runs as a picture: how much each changed, which failed, how long they took. Drawn by the server. */
import type { RunLine } from "../plan/ports.ts";
import { number, type View } from "./layout.tsx";

const WIDTH = 720;
const HEIGHT = 120;

/** What a run changed on both sides. */
export function changesOf(run: RunLine): number {
  const { copper, mailchimp, tags } = run;
  return copper.created + copper.updated + mailchimp.created + mailchimp.updated + mailchimp.archived + tags;
}

/** @param runs newest first */
export function Chart({ view, runs }: { readonly view: View; readonly runs: readonly RunLine[] }) {
  const shown = [...runs].reverse();
  const most = Math.max(1, ...shown.map(changesOf));
  const step = WIDTH / Math.max(12, shown.length);
  const seconds = (run: RunLine) => (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const longest = Math.max(1, ...shown.map(seconds));
  const points = shown.map(
    (run, index) => `${index * step + step / 2},${HEIGHT - 4 - (seconds(run) / longest) * (HEIGHT - 14)}`,
  );
  const format = new Intl.DateTimeFormat(view.language, { dateStyle: "short", timeStyle: "short" });
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`} role="img" aria-label={view.t("overview.chart")}>
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} class="axis" />
        {shown.map((run, index) => {
          // The square root lets a quiet hour be seen beside a first sync
          const height = Math.max(3, Math.sqrt(changesOf(run) / most) * (HEIGHT - 10));
          const words = view.t("overview.bar", {
            when: format.format(new Date(run.startedAt)),
            changes: number(view, changesOf(run)),
            failures: number(view, run.failures),
            seconds: number(view, Math.round(seconds(run))),
          });
          return (
            <rect
              x={String(index * step + step * 0.15)}
              y={String(HEIGHT - height)}
              width={String(step * 0.7)}
              height={String(height)}
              rx="2"
              class={`bar ${run.outcome}`}
            >
              <title>{words}</title>
            </rect>
          );
        })}
        {shown.length > 1 && <polyline points={points.join(" ")} class="duration" />}
        {shown.map((run, index) =>
          run.failures > 0 ? (
            <circle cx={String(index * step + step / 2)} cy={String(HEIGHT + 4)} r="3" class="failing" />
          ) : null,
        )}
      </svg>
      <figcaption>{view.t("overview.chart")}</figcaption>
    </figure>
  );
}
