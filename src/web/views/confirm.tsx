/**
 * The confirmation step for what concerns several people or cannot be undone: how many, which, and its effect (D4, G4).
 */
import type { Child } from "hono/jsx";
import type { PlanRefusal } from "../../plan/plan.ts";
import { Form, Layout, type View } from "./layout.tsx";
import type { Marked } from "./review.tsx";

/** The most people that are listed by name. */
const NAMED = 20;

interface StepProps {
  readonly view: View;
  readonly title: string;
  readonly means: string;
  /** The people concerned, each with a name and an address. */
  readonly people: readonly (readonly [name: string, address: string])[];
  readonly count: number;
  /** Whether the visitor has to type the number of people. */
  readonly typed: boolean;
  /** Whether the visitor typed a wrong number. */
  readonly wrong: boolean;
  readonly action: string;
  readonly button: string;
  /** The path of the cancel link. */
  readonly back: string;
  /** Hidden fields of the form. */
  readonly children: Child;
}

function Step({ view, title, means, people, count, typed, wrong, action, button, back, children }: StepProps) {
  const { t } = view;
  return (
    <Layout view={view} title={title}>
      <section class="confirm">
        <p>{means}</p>
        <ul class="plain">
          {people.slice(0, NAMED).map(([name, address]) => (
            <li>
              {name} <small>{address}</small>
            </li>
          ))}
          {count > NAMED && <li>{t("job.more", { count: count - NAMED })}</li>}
        </ul>
        <Form view={view} action={action}>
          {children}
          {wrong && (
            <p role="alert" class="wrong">
              {t("confirm.wrong")}
            </p>
          )}
          {typed && (
            <p>
              <label>
                {t("confirm.type", { count: String(count) })}
                <input type="text" name="typed" inputmode="numeric" autocomplete="off" required autofocus />
              </label>
            </p>
          )}
          <div class="buttons">
            <button type="submit" class={typed ? "danger" : ""}>
              {button}
            </button>
            <a href={view.base + back} class="button">
              {t("confirm.cancel")}
            </a>
          </div>
        </Form>
      </section>
    </Layout>
  );
}

/** A decision's name in the form. `forget` is a deletion that also erases the member in Mailchimp for good. */
export type Confirmed = "archive" | "ignore" | "delete" | "forget";

interface ConfirmProps {
  readonly view: View;
  readonly people: readonly Marked[];
  readonly decision: Confirmed;
  /** Whether the visitor typed a wrong number. */
  readonly wrong: boolean;
}

/** Asks to confirm a decision on several people, or a deletion (D4). */
export function Confirm({ view, people, decision, wrong }: ConfirmProps) {
  const { t } = view;
  const count = people.length;
  const title = t(`confirm.${decision}`, { count });
  return (
    <Step
      view={view}
      title={title}
      means={t(`confirm.${decision}Means`, { count })}
      people={people.map((one) => [one.name, one.emails.join(", ")])}
      count={count}
      typed={decision === "delete" || decision === "forget"}
      wrong={wrong}
      action="/review"
      button={t(`confirm.do.${decision}`, { count })}
      back="/review"
    >
      <input type="hidden" name="decision" value={decision} />
      <input type="hidden" name="confirmed" value="yes" />
      {people.map((one) => (
        <input type="hidden" name="ids" value={String(one.personId)} />
      ))}
    </Step>
  );
}

interface AnywayProps {
  readonly view: View;
  readonly guard: PlanRefusal;
  readonly wrong: boolean;
}

/** Asks to confirm a run that a guard refused, with the contacts that it would remove (G4, G5). */
export function Anyway({ view, guard, wrong }: AnywayProps) {
  const { t } = view;
  return (
    <Step
      view={view}
      title={t("confirm.anyway")}
      means={t("confirm.anywayMeans")}
      people={guard.contacts.map((contact) => [contact, ""])}
      count={guard.removals}
      typed
      wrong={wrong}
      action="/job/anyway"
      button={t("confirm.anywayDo", { count: guard.removals })}
      back="/"
    >
      {null}
    </Step>
  );
}
