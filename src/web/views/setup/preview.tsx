/** The last step: the effect of the first sync, with its growth first (R3), and the button that starts it. */
import { refusalFigures } from "../../../plan/plan.ts";
import type { RunDocument } from "../../../plan/run-document.ts";
import { growthLines } from "../../../wording/growth.ts";
import { Kinds } from "../kinds.tsx";
import { Form, Layout, type View } from "../layout.tsx";
import { Frame } from "./frame.tsx";

interface Props {
  readonly view: View;
  /** Records read so far; absent once the plan is finished. */
  readonly read?: { readonly copper: number; readonly mailchimp: number };
  readonly document?: RunDocument;
  readonly wrong?: string | undefined;
}

/** Shows the progress of the plan, or the plan. */
export function PreviewStep({ view, read, document, wrong }: Props) {
  const { t } = view;
  return (
    <Frame view={view} step="preview" wrong={wrong}>
      {read !== undefined && (
        <div class="panel">
          <p role="status">{t("setup.preview.reading")}</p>
          <progress aria-label={t("setup.preview.reading")} />
          <p>{t("job.reading", { people: read.copper, members: read.mailchimp })}</p>
        </div>
      )}
      {document !== undefined && <Plan view={view} document={document} />}
      {read === undefined && (
        <Form view={view} action="/setup/preview">
          <button type="submit" class="secondary">
            {t("setup.preview.again")}
          </button>
        </Form>
      )}
    </Frame>
  );
}

/** Shows a plan, and the start button unless a guard refuses the plan. */
function Plan({ view, document }: { readonly view: View; readonly document: RunDocument }) {
  const { t } = view;
  return (
    <>
      <div class="panel">
        <p>
          <strong>{t("setup.preview.means")}</strong>
        </p>
        <ul class="growth">
          {document.growth &&
            growthLines(document.growth, t)
              .slice(1)
              .map((line) => <li>{line}</li>)}
          {document.skipped.markedForDeletion > 0 && (
            <li>{t("setup.preview.marked", { count: document.skipped.markedForDeletion })}</li>
          )}
        </ul>
        {document.guard !== null && (
          <p role="alert" class="wrong">
            {t(`guard.${document.guard.code}`, refusalFigures(document.guard))}
          </p>
        )}
        {document.guard === null && (
          <>
            <p>{t("setup.preview.nothingYet")}</p>
            <Form view={view} action="/setup/start">
              <input type="hidden" name="run" value={document.run} />
              <div class="buttons">
                <button type="submit">{t("setup.preview.start")}</button>
              </div>
            </Form>
          </>
        )}
      </div>
      <PlanDetails view={view} document={document} />
    </>
  );
}

/** Shows each kind of operation with a few of its contacts. */
export function PlanDetails({ view, document }: { readonly view: View; readonly document: RunDocument }) {
  const { t } = view;
  return (
    <>
      <h2>{t("setup.preview.details")}</h2>
      {Object.keys(document.summary).length === 0 && <p>{t("report.nothing")}</p>}
      <Kinds view={view} summary={document.summary} />
    </>
  );
}

/** Confirms the start, and explains how to keep the sync running. */
export function Started({ view }: { readonly view: View }) {
  const { t } = view;
  return (
    <Layout view={view} title={t("setup.started")} bare>
      <p role="status">{t("setup.started.about")}</p>
      <div class="buttons">
        <a class="button" href="/">
          {t("setup.started.dashboard")}
        </a>
      </div>
      <h2>{t("setup.started.fromNow")}</h2>
      <ul>
        <li>{t("setup.started.here")}</li>
        <li>
          {t("setup.started.cron")} <code>npx copper-mailchimp-sync schedule install</code>
        </li>
        <li>
          {t("setup.started.service")} <code>npx copper-mailchimp-sync schedule install --systemd</code>
        </li>
      </ul>
      <p>
        <small>{t("setup.started.files")}</small>
      </p>
    </Layout>
  );
}
