/** A job, running or finished: its progress, the results, and a button to stop it. */
import type { Decided } from "../../plan/decision.ts";
import { refusalFigures } from "../../plan/plan.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { serviceName } from "../../services/services.ts";
import { decidedText } from "../../wording/decided.ts";
import { growthLines } from "../../wording/growth.ts";
import { Kinds } from "./kinds.tsx";
import { Form, type View } from "./layout.tsx";

/** The current state of a job. */
export interface JobView {
  readonly kind: "plan" | "sync" | "undo" | "decide" | "restore";
  /** The run to undo. */
  readonly undoing?: string;
  /** Whether the undo was only planned. */
  readonly planned?: boolean;
  readonly state: "going" | "ended" | "stopped" | "failed";
  readonly stopping?: boolean;
  /** The service whose rate limit is used up, and how long no request is sent (s). */
  readonly waiting?: { readonly service: "copper" | "mailchimp"; readonly seconds: number };
  readonly startedAt: string;
  /** Operations or people done so far, out of `of`. */
  readonly done: number;
  readonly of: number;
  /** Records read so far. */
  readonly read: { readonly copper: number; readonly mailchimp: number };
  readonly decided: readonly Decided[];
  readonly document?: RunDocument;
  readonly error?: unknown;
}

interface Props {
  readonly view: View;
  readonly job: JobView;
  /** What stopped the job, as a text. */
  readonly error?: string | undefined;
}

/** Shows a job. */
export function Job({ view, job, error }: Props) {
  const { t } = view;
  const going = job.state === "going";
  return (
    <div class={`job ${colour(job)}`}>
      <p class="what" role="status">
        {job.state === "ended" && isWell(job.document) && !job.decided.some(isUndone) ? (
          <strong>{t(`job.ended.${job.planned ? "plan" : job.kind}`)}</strong>
        ) : (
          <>
            <strong>{t(`job.${job.kind}`)}</strong> — {t(job.stopping && going ? "job.stopping" : `job.${job.state}`)}
            {job.document && <> ({t(`outcome.${job.document.outcome}`)})</>}
          </>
        )}
      </p>
      {going && <Going view={view} job={job} />}
      {error && (
        <p role="alert" class="wrong">
          {error}
        </p>
      )}
      {job.decided.length > 0 && <DecidedList view={view} decided={job.decided} />}
      {job.document && (
        <Outcome view={view} document={job.document} planned={job.kind === "plan" || job.planned === true} />
      )}
      {job.planned && job.undoing && job.document && (
        <Form view={view} action="/job/undo">
          <input type="hidden" name="run" value={job.undoing} />
          <input type="hidden" name="step" value="do" />
          <button type="submit" class="danger">
            {t("job.putBack")}
          </button>
        </Form>
      )}
    </div>
  );
}

/** Shows how far a running job is, what it waits for, and a button to stop it. */
function Going({ view, job }: Pick<Props, "view" | "job">) {
  const { t } = view;
  const { kind, waiting } = job;
  return (
    <>
      {job.of > 0 ? (
        <progress value={job.done} max={job.of} aria-label={t(`job.${kind}`)} />
      ) : (
        <progress aria-label={t(`job.${kind}`)} />
      )}
      <p class="figures">
        {job.of > 0
          ? t("progress.applying", { done: job.done, of: job.of })
          : t("job.reading", { people: job.read.copper, members: job.read.mailchimp })}
      </p>
      {waiting && (
        <p class="figures">
          {t("progress.waits", {
            service: serviceName(waiting.service),
            seconds: waiting.seconds,
          })}
        </p>
      )}
      <Form view={view} action="/job/stop">
        <input type="hidden" name="back" value={kind === "decide" || kind === "restore" ? "/review" : "/"} />
        <button type="submit" class="secondary" disabled={job.stopping}>
          {t("job.stop")}
        </button>
      </Form>
    </>
  );
}

/** Returns the CSS class of a job, so that a partial or complete failure does not look like a success. */
function colour({ state, document }: JobView): string {
  if (state !== "ended" || document === undefined) return state;
  if (document.outcome === "failed" || document.outcome === "refused") return "ended failed";
  return document.outcome === "partial" || document.outcome === "interrupted" ? "ended stopped" : "ended";
}

/** Returns whether a run ended without anything to report. */
function isWell(document: RunDocument | undefined): boolean {
  return document === undefined || document.outcome === "ok" || document.outcome === "planned";
}

/** Returns whether a decision on a person could not be performed, or not completely. */
function isUndone({ result }: Decided): boolean {
  return result === "failed" || result === "unfinished";
}

/** Lists the results for each person, with a button to restore a deleted one. */
function DecidedList({ view, decided }: { readonly view: View; readonly decided: readonly Decided[] }) {
  const { t } = view;
  const restorable = (one: Decided) => one.result === "deleted" || one.result === "forgotten";
  return (
    <ul class="decided">
      {decided.map((one) => (
        <li class={isUndone(one) ? "wrong" : ""}>
          <span>{decidedText(one, t)}</span>
          {restorable(one) && (
            <Form view={view} action="/review/restore">
              <input type="hidden" name="id" value={String(one.personId)} />
              <button type="submit" class="small secondary" aria-label={`${t("review.undo")}: ${one.name}`}>
                {t("review.undo")}
              </button>
            </Form>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Shows a plan or a run in figures, and the next step. */
function Outcome({
  view,
  document,
  planned,
}: {
  readonly view: View;
  readonly document: RunDocument;
  readonly planned: boolean;
}) {
  const { t } = view;
  return (
    <div class="outcome">
      {Object.keys(document.summary).length === 0 && document.guard === null && isWell(document) && (
        <p>{t("report.nothing")}</p>
      )}
      <Kinds view={view} summary={document.summary} />
      {document.growth && (
        <ul class="growth">
          {growthLines(document.growth, t).map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      )}
      {document.guard && (
        <div role="alert" class="wrong">
          <p>{t(`guard.${document.guard.code}`, refusalFigures(document.guard))}</p>
          {document.guard.yesHelps && (
            <p>
              <a href={`${view.base}/job/anyway`} class="button">
                {t("job.anyway", { count: document.guard.removals })}
              </a>
            </p>
          )}
        </div>
      )}
      {document.notes.some((note) => note.code.startsWith("undo-")) && (
        <details>
          <summary>{t("job.notPutBack")}</summary>
          <ul>
            {document.notes.slice(0, 20).map((note) => (
              <li>
                {note.contact} {note.field} <small>{t(`note.${note.code}`)}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
      {!planned && <a href={`${view.base}/runs/${document.run}`}>{t("job.report")}</a>}
    </div>
  );
}
