/** Past runs: the list, and one with all it did. */
import type { TextKey } from "../i18n/texts.ts";
import type { Operation } from "../plan/operations.ts";
import type { RunLine } from "../plan/ports.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { toldOperation } from "../plan/summary.ts";
import { changesOf } from "./chart.tsx";
import { Form, Layout, Nothing, number, Table, type View, When } from "./layout.tsx";

interface RunsProps {
  readonly view: View;
  readonly runs: readonly RunLine[];
  readonly page: number;
  readonly more: boolean;
}

export function Runs({ view, runs, page, more }: RunsProps) {
  const { t } = view;
  return (
    <Layout view={view} title={t("page.runs")}>
      {runs.length === 0 ? (
        <Nothing>{t("runs.none")}</Nothing>
      ) : (
        <Table
          view={view}
          heads={[
            t("runs.when"),
            t("runs.outcome"),
            t("runs.changes"),
            t("runs.failures"),
            t("runs.conflicts"),
            t("runs.requests"),
          ]}
        >
          {runs.map((run) => (
            <tr>
              <th scope="row">
                <a href={`/runs/${run.run}`}>
                  <When view={view} time={run.startedAt} />
                </a>
              </th>
              <td>
                <span class={`outcome-word ${run.outcome}`}>{t(`outcome.${run.outcome}`)}</span>
                {run.kind && <small> {t(`kind.${run.kind}`)}</small>}
              </td>
              <td>{number(view, changesOf(run))}</td>
              <td>{number(view, run.failures)}</td>
              <td>{number(view, run.conflicts)}</td>
              <td>{number(view, run.requests)}</td>
            </tr>
          ))}
        </Table>
      )}
      <nav class="pages" aria-label={t("page.pages")}>
        {page > 1 && <a href={`/runs?page=${page - 1}`}>← {t("page.before")}</a>}
        {more && <a href={`/runs?page=${page + 1}`}>{t("page.after")} →</a>}
      </nav>
    </Layout>
  );
}

interface RunProps {
  readonly view: View;
  readonly document: RunDocument;
  /** The first of what was done. */
  readonly operations: readonly Operation[];
  /** The report in words. */
  readonly text: string;
}

export function RunPage({ view, document, operations, text }: RunProps) {
  const { t } = view;
  return (
    <Layout view={view} title={t("report.title", { run: document.run, outcome: t(`outcome.${document.outcome}`) })}>
      <p class="buttons">
        <a href={`/runs/${document.run}?as=text`} class="button secondary">
          {t("runs.text")}
        </a>
        <a href={`/runs/${document.run}?as=html`} class="button secondary">
          {t("runs.html")}
        </a>
      </p>
      {operations.length > 0 && (
        <Form view={view} action="/job/undo">
          <input type="hidden" name="run" value={document.run} />
          <button type="submit" class="secondary" disabled={view.busy}>
            {t("runs.undo")}
          </button>
        </Form>
      )}
      <pre class="report">{text}</pre>
      {operations.length > 0 && (
        <section aria-labelledby="done">
          <h2 id="done">{t("runs.done")}</h2>
          <Table view={view} heads={[t("review.person"), t("runs.what"), t("runs.changes")]}>
            {operations.map((operation) => {
              const told = toldOperation(operation);
              return (
                <tr>
                  <th scope="row">
                    {operation.personId === undefined ? (
                      told.contact
                    ) : (
                      <a href={`/contacts/p-${operation.personId}`}>{told.contact}</a>
                    )}
                  </th>
                  <td>
                    {t(`done.${told.operation}` as TextKey)} <small>{t(`reason.${told.reason}` as TextKey)}</small>
                  </td>
                  <td>
                    {Object.entries(told.changes).map(([name, [before, after]]) => (
                      <small>
                        {t("pair", { name, value: "" })}
                        <del>{String(before)}</del> → <ins>{String(after)}</ins>
                      </small>
                    ))}
                  </td>
                </tr>
              );
            })}
          </Table>
        </section>
      )}
    </Layout>
  );
}
