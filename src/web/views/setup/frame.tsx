/** What all steps of the set-up share: the progress, the error, and the link back. */
import type { Child } from "hono/jsx";
import { STEPS, type Step, stepBefore } from "../../../setup/steps.ts";
import { Layout, type View } from "../layout.tsx";

interface FrameProps {
  readonly view: View;
  readonly step: Step;
  /** What is wrong with the last answer. */
  readonly wrong?: string | undefined;
  readonly children: Child;
}

/** Shows one step with its position among all. */
export function Frame({ view, step, wrong, children }: FrameProps) {
  const { t } = view;
  const at = STEPS.indexOf(step) + 1;
  return (
    <Layout view={view} title={t(`setup.${step}`)} bare>
      <p>
        <progress value={at} max={STEPS.length} aria-label={t("setup.step", { at, of: STEPS.length })} />
        <small>{t("setup.step", { at, of: STEPS.length })}</small>
      </p>
      {wrong !== undefined && (
        <p role="alert" class="wrong">
          {wrong}
        </p>
      )}
      {children}
      <Back view={view} step={step} />
    </Layout>
  );
}

/** Links to the previous step; every answer can be changed until the first sync. */
function Back({ view, step }: { readonly view: View; readonly step: Step }) {
  const before = stepBefore(step);
  if (before === undefined) return null;
  return (
    <p>
      <a href={`/setup/${before}`}>
        <span aria-hidden="true">←</span> {view.t("setup.back", { step: view.t(`setup.${before}`) })}
      </a>
    </p>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly chosen: boolean;
  /** An explanation in a second line. */
  readonly about?: string;
  readonly children: Child;
}

/** One of several answers. None is preselected, so that submitting the form decides nothing by default. */
export function Choice({ name, value, chosen, about, children }: ChoiceProps) {
  return (
    <p>
      <label>
        <input type="radio" name={name} value={value} checked={chosen} required /> {children}
        {about !== undefined && (
          <>
            <br />
            <small>{about}</small>
          </>
        )}
      </label>
    </p>
  );
}
