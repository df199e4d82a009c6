/** Past runs: the list, and the page of one run. */

import { operationView } from "../../plan/operation-views.ts";
import type { Operation, OperationKind, Reason } from "../../plan/operations.ts";
import { refusalFigures } from "../../plan/plan.ts";
import type { OperationView, RunDocument } from "../../plan/run-document.ts";
import type { RunLine } from "../../ports/store.ts";
import { changesOf } from "./chart.tsx";
import { Form, fieldName, Layout, moment, Nothing, number, Table, type View, When } from "./layout.tsx";

interface RunsProps {
  readonly view: View;
  readonly runs: readonly RunLine[];
  readonly page: number;
  readonly more: boolean;
}

/** Shows the list of runs. */
export function Runs({ view, runs, page, more }: RunsProps) {
  const { t } = view;
  return (
    <Layout view={view} title={t("nav.history")}>
      {runs.length === 0 ? (
        <Nothing>{t("runs.none")}</Nothing>
      ) : (
        <Table
          view={view}
          heads={[t("runs.when"), t("runs.outcome"), t("runs.changes"), t("runs.failures"), t("runs.conflicts")]}
        >
          {folded(runs).map((some) =>
            some.length > 1 ? <Quiet view={view} runs={some} /> : some.map((run) => <Row view={view} run={run} />),
          )}
        </Table>
      )}
      <nav class="pages" aria-label={t("page.pages")}>
        {page > 1 && <a href={`${view.base}/runs?page=${page - 1}`}>← {t("page.before")}</a>}
        {more && <a href={`${view.base}/runs?page=${page + 1}`}>{t("page.after")} →</a>}
      </nav>
    </Layout>
  );
}

/** Returns whether a run changed nothing and has nothing to report; such runs are collapsed. */
function isQuiet(run: RunLine): boolean {
  return run.outcome === "ok" && run.kind === undefined && changesOf(run) + run.failures + run.conflicts === 0;
}

/** Groups consecutive quiet runs; every other run is a group of its own. */
function folded(runs: readonly RunLine[]): (readonly RunLine[])[] {
  const parts: RunLine[][] = [];
  for (const run of runs) {
    const last = parts.at(-1);
    if (last !== undefined && isQuiet(run) && last.every(isQuiet)) last.push(run);
    else parts.push([run]);
  }
  return parts;
}

function Quiet({ view, runs }: { readonly view: View; readonly runs: readonly RunLine[] }) {
  return (
    <tr>
      <td colspan={5}>
        <details>
          <summary>{view.t("runs.quiet", { count: runs.length })}</summary>
          <ul class="plain">
            {runs.map((run) => (
              <li>
                <a href={`${view.base}/runs/${run.run}`}>
                  <When view={view} time={run.startedAt} />
                </a>
              </li>
            ))}
          </ul>
        </details>
      </td>
    </tr>
  );
}

function Row({ view, run }: { readonly view: View; readonly run: RunLine }) {
  const { t } = view;
  return (
    <tr>
      <th scope="row">
        <a href={`${view.base}/runs/${run.run}`}>
          <When view={view} time={run.startedAt} />
        </a>
      </th>
      <td>
        <span class={`outcome-word ${run.outcome}`}>{t(`outcome.${run.outcome}`)}</span>
        {run.kind && <small> {t(`kind.${run.kind}`)}</small>}
      </td>
      <td data-label={t("runs.changes")}>{number(view, changesOf(run))}</td>
      <td data-label={t("runs.failures")}>{number(view, run.failures)}</td>
      <td data-label={t("runs.conflicts")}>{number(view, run.conflicts)}</td>
    </tr>
  );
}

interface RunProps {
  readonly view: View;
  readonly document: RunDocument;
  /** The first operations of the run. */
  readonly operations: readonly Operation[];
  /** The report as a text. */
  readonly text: string;
}

/** The most failures that are shown, and the most operations of one kind. */
const SHOWN = 25;

/** Shows one run: failures first, then the operations by kind, then the report and the undo button. */
export function RunPage({ view, document, operations, text }: RunProps) {
  const { t } = view;
  const { failures, summary, kind, outcome } = document;
  const when = moment(view, document.startedAt);
  return (
    <Layout view={view} title={kind ? t("run.titleOf", { kind: t(`kind.${kind}`), when }) : t("run.title", { when })}>
      <p>
        <span class={`outcome-word ${outcome}`}>{t(`outcome.${outcome}`)}</span>
      </p>
      {document.guard && (
        <p role="note" class="wrong">
          {t(`guard.${document.guard.code}`, refusalFigures(document.guard))}
        </p>
      )}
      {document.error && <p class="wrong">{t("report.error", { message: document.error.message })}</p>}
      {failures.length > 0 && (
        <section aria-labelledby="failures">
          <h2 id="failures">{t("run.failures")}</h2>
          <ul class="found">
            {failures.slice(0, SHOWN).map((one) => (
              <li>
                <a href={`${view.base}/contacts?q=${encodeURIComponent(one.contact)}`}>
                  <strong>{one.contact}</strong>
                </a>
                <p>
                  {t(`failure.${one.code}`)} {one.message !== "" && <small>{t("quote", { text: one.message })}</small>}
                </p>
              </li>
            ))}
          </ul>
          {failures.length > SHOWN && <p>{t("job.more", { count: failures.length - SHOWN })}</p>}
        </section>
      )}
      {Object.keys(summary).length > 0 && (
        <section aria-labelledby="done">
          <h2 id="done">{t("runs.done")}</h2>
          {Object.entries(summary).map(([name, { count, first }]) => {
            // Fall back to the examples of the document: only the first operations of the journal were read
            const own = operations.filter((one) => one.operation === name).slice(0, SHOWN);
            const shown = own.length > 0 ? own.map((one) => ({ ...operationView(one), id: one.personId })) : first;
            return (
              <details>
                <summary>
                  {t(`operation.${name as OperationKind}`)} <strong>{number(view, count)}</strong>
                </summary>
                <ul class="found">
                  {shown.map((one) => (
                    <Done view={view} one={one} />
                  ))}
                </ul>
                {count > shown.length && <p>{t("job.more", { count: count - shown.length })}</p>}
              </details>
            );
          })}
        </section>
      )}
      <details>
        <summary>{t("run.report")}</summary>
        <pre class="report">{text}</pre>
      </details>
      <div class="buttons">
        <a href={`${view.base}/runs/${document.run}?as=text`} class="button">
          {t("runs.text")}
        </a>
        <a href={`${view.base}/runs/${document.run}?as=html`} class="button">
          {t("runs.html")}
        </a>
        {operations.length > 0 && (
          <Form view={view} action="/job/undo">
            <input type="hidden" name="run" value={document.run} />
            <button type="submit" class="danger" disabled={view.busy}>
              {t("runs.undo")}
            </button>
          </Form>
        )}
      </div>
    </Layout>
  );
}

interface DoneProps {
  readonly view: View;
  readonly one: OperationView & { readonly id?: number | undefined };
}

/** Shows the operation on one contact, with values before and after. */
function Done({ view, one }: DoneProps) {
  const { t } = view;
  return (
    <li>
      {one.id === undefined ? (
        <span>{one.contact}</span>
      ) : (
        <a href={`${view.base}/contacts/p-${one.id}`}>
          <strong>{one.contact}</strong>
        </a>
      )}
      <p>
        {Object.entries(one.changes).map(([name, [before, after]]) => (
          <>
            {t("pair", { name: fieldName(view, name), value: "" })}
            {String(before) !== "" && (
              <>
                <del>{String(before)}</del> →{" "}
              </>
            )}
            <ins>{String(after) === "" ? t("run.blank") : String(after)}</ins>{" "}
          </>
        ))}
        <small>{t(`reason.${one.reason as Reason}`)}</small>
      </p>
    </li>
  );
}
