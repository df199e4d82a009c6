/** The second step of a delete: how many, who, and the number to type (D4). */
import { Form, Layout, type View } from "./layout.tsx";
import type { Marked } from "./review.tsx";

interface Props {
  readonly view: View;
  readonly people: readonly Marked[];
  readonly forget: boolean;
  /** Whether a wrong number was typed. */
  readonly wrong: boolean;
}

const NAMED = 20;

export function Confirm({ view, people, forget, wrong }: Props) {
  const { t } = view;
  const count = people.length;
  return (
    <Layout view={view} title={t(forget ? "confirm.forget" : "confirm.delete", { count })}>
      <section class="confirm">
        <p>{t(forget ? "confirm.forgetMeans" : "confirm.deleteMeans", { count })}</p>
        <ul class="plain">
          {people.slice(0, NAMED).map((one) => (
            <li>
              {one.name} <small>{one.emails.join(", ")}</small>
            </li>
          ))}
          {count > NAMED && <li>{t("job.more", { count: count - NAMED })}</li>}
        </ul>
        <Form view={view} action="/review">
          <input type="hidden" name="decision" value={forget ? "forget" : "delete"} />
          {people.map((one) => (
            <input type="hidden" name="ids" value={String(one.personId)} />
          ))}
          {wrong && (
            <p role="alert" class="wrong">
              {t("confirm.wrong")}
            </p>
          )}
          <label>
            {t("confirm.type", { count: String(count) })}
            <input type="text" name="typed" inputmode="numeric" autocomplete="off" required autofocus />
          </label>
          <div class="buttons">
            <button type="submit" class="danger">
              {t(forget ? "confirm.forget" : "confirm.delete", { count })}
            </button>
            <a href="/review" class="button secondary">
              {t("confirm.cancel")}
            </a>
          </div>
        </Form>
      </section>
    </Layout>
  );
}
