/** Conflicts: both values, which was kept, and the way to the other one. */
import type { ToldConflict } from "../plan/run-document.ts";
import { Form, fieldName, Layout, Nothing, Table, type View, When } from "./layout.tsx";
import { TodoTabs } from "./todo-tabs.tsx";

/** A conflict with the run that met it. */
export interface ConflictShown extends ToldConflict {
  readonly run: string;
  readonly startedAt: string;
}

/** Conflicts on the page; who has more should change the rule rather than decide on each. */
export const SHOWN = 200;

interface Props {
  readonly view: View;
  readonly conflicts: readonly ConflictShown[];
  /** Those for whom the other value is to be used at the next run: person and field. */
  readonly wished: ReadonlySet<string>;
  /** Those for whom it can be: both sides can hold it, and neither has refused it. */
  readonly possible: ReadonlySet<string>;
}

export function Conflicts({ view, conflicts, wished, possible }: Props) {
  const { t } = view;
  return (
    <Layout view={view} title={t("nav.todo")}>
      <TodoTabs view={view} />
      <p>{t("conflicts.intro")}</p>
      {conflicts.length === 0 ? (
        <Nothing>{t("conflicts.none")}</Nothing>
      ) : (
        <Table
          view={view}
          heads={[
            t("review.person"),
            t("contact.field"),
            "Copper",
            "Mailchimp",
            t("conflicts.since"),
            t("conflicts.decide"),
          ]}
        >
          {conflicts.slice(0, SHOWN).map((one) => (
            <tr>
              <th scope="row">
                {one.personId === undefined ? (
                  one.contact
                ) : (
                  <a href={`${view.base}/contacts/p-${one.personId}`}>{one.contact}</a>
                )}
              </th>
              <td data-label={t("contact.field")}>{fieldName(view, one.field)}</td>
              <td class={one.kept === "copper" ? "kept" : ""} data-label="Copper">
                {one.copper}
              </td>
              <td class={one.kept === "mailchimp" ? "kept" : ""} data-label="Mailchimp">
                {one.mailchimp}
              </td>
              <td>
                <a href={`${view.base}/runs/${one.run}`}>
                  <When view={view} time={one.startedAt} />
                </a>
              </td>
              <td>
                <Choice
                  view={view}
                  one={one}
                  wished={wished.has(`${one.personId} ${one.field}`)}
                  possible={possible.has(`${one.personId} ${one.field}`)}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {conflicts.length > SHOWN && <p>{t("job.more", { count: conflicts.length - SHOWN })}</p>}
    </Layout>
  );
}

interface ChoiceProps {
  readonly view: View;
  readonly one: ConflictShown;
  readonly wished: boolean;
  readonly possible: boolean;
}

function Choice({ view, one, wished, possible }: ChoiceProps) {
  const { t } = view;
  const value = (one.kept === "copper" ? one.mailchimp : one.copper) || t("report.blank");
  if (wished) return <em>{t("conflicts.wished", { value })}</em>;
  // An address is for people to settle, and a postal one has parts that are not shown here
  if (!possible || one.field === "email" || one.field === "address") return <span>{t(`kept.${one.kept}`)}</span>;
  return (
    <Form view={view} action="/conflicts">
      <input type="hidden" name="person" value={String(one.personId)} />
      <input type="hidden" name="field" value={one.field} />
      <button
        type="submit"
        class="small secondary"
        aria-label={`${t("conflicts.other", { value })} (${one.contact}, ${fieldName(view, one.field)})`}
      >
        {t("conflicts.other", { value })}
      </button>
    </Form>
  );
}
