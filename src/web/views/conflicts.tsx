/** The conflicts: both values as cards to choose from, and which one the sync kept. */
import type { ConflictView } from "../../plan/run-document.ts";
import { SERVICES, serviceName } from "../../services/services.ts";
import { Form, fieldName, Layout, Nothing, type View, When } from "./layout.tsx";
import { TodoTabs } from "./todo-tabs.tsx";

/** A conflict with the run that found it. */
export interface ConflictShown extends ConflictView {
  readonly run: string;
  readonly startedAt: string;
}

/** A conflict with everything that its card shows. */
export interface ConflictCard extends ConflictShown {
  /** The person's name; "" if unknown. */
  readonly name: string;
  /**
   * What can be chosen: `either` value; `kept-only`, since the other side cannot hold the other value or has refused
   * it; `by-hand`, since people have to settle it in the services; `wished`, since the next sync will use the other
   * value.
   */
  readonly choice: "either" | "kept-only" | "by-hand" | "wished";
}

/** The most conflicts on the page. With more, changing the rule helps better than choosing for each. */
export const SHOWN = 200;

interface Props {
  readonly view: View;
  /** The conflicts on this page, newest first. */
  readonly conflicts: readonly ConflictCard[];
  readonly total: number;
  /** Returns the name of a conflict's form field. */
  nameOf(one: ConflictShown): string;
  /** How many choices were just saved, and how many of them the next sync applies. */
  readonly saved?: { readonly settled: number; readonly changing: number } | undefined;
  /** Whether all conflicts were just confirmed. */
  readonly confirmed: boolean;
}

/** Shows the conflicts as one form. */
export function Conflicts({ view, conflicts, total, nameOf, saved, confirmed }: Props) {
  const { t } = view;
  const choosing = conflicts.some((one) => one.choice === "either" || one.choice === "kept-only");
  const confirming = conflicts.some((one) => one.kept !== "none" && one.choice !== "wished");
  return (
    <Layout view={view} title={t("nav.todo")}>
      <TodoTabs view={view} />
      {saved !== undefined && (
        <p role="status" class={saved.settled === 0 ? "banner wrong" : "banner"}>
          {saved.settled === 0 ? t("conflicts.nobody") : t("conflicts.saved", { count: saved.settled })}
          {saved.changing > 0 && <> {t("conflicts.changing", { count: saved.changing })}</>}
        </p>
      )}
      {confirmed && (
        <p role="status" class="banner">
          {t("conflicts.confirmed")}
        </p>
      )}
      {conflicts.length === 0 ? (
        <Nothing>{t("conflicts.none")}</Nothing>
      ) : (
        <Form view={view} action="/conflicts" id="conflicts">
          <p>{t("conflicts.intro")}</p>
          <input type="hidden" name="until" value={conflicts[0]?.startedAt} />
          <ul class="conflicts">
            {conflicts.map((one) => (
              <li>
                <One view={view} one={one} name={nameOf(one)} />
              </li>
            ))}
          </ul>
          {total > conflicts.length && <p>{t("job.more", { count: total - conflicts.length })}</p>}
          {confirming && (
            <div class="decisions">
              <div class="buttons">
                {choosing && <button type="submit">{t("conflicts.save")}</button>}
                <button type="submit" name="all" value="yes" class="secondary">
                  {t("conflicts.confirmAll")}
                </button>
              </div>
            </div>
          )}
        </Form>
      )}
    </Layout>
  );
}

interface OneProps {
  readonly view: View;
  readonly one: ConflictCard;
  readonly name: string;
}

function One({ view, one, name }: OneProps) {
  const { t } = view;
  const [called, address] = one.name === "" || one.name === one.contact ? [one.contact, ""] : [one.name, one.contact];
  const other = one.kept === "copper" ? "mailchimp" : "copper";
  return (
    <fieldset class="conflict">
      <legend>
        {one.personId === undefined ? called : <a href={`${view.base}/contacts/p-${one.personId}`}>{called}</a>}
        {" · "}
        {fieldName(view, one.field)}
      </legend>
      <small>
        {address !== "" && <>{address} · </>}
        <a href={`${view.base}/runs/${one.run}`}>
          <When view={view} time={one.startedAt} />
        </a>
      </small>
      <div class="pick">
        {SERVICES.map((side) => (
          <Side view={view} one={one} name={name} side={side} />
        ))}
      </div>
      {one.choice === "wished" && (
        <p class="wished">{t("conflicts.wished", { value: one[other] || t("run.blank") })}</p>
      )}
      {one.choice === "kept-only" && <small>{t("conflicts.cannot")}</small>}
      {one.choice === "by-hand" && <small>{t(one.kept === "none" ? "conflicts.taken" : "conflicts.byHand")}</small>}
    </fieldset>
  );
}

interface SideProps extends OneProps {
  readonly side: "copper" | "mailchimp";
}

function Side({ view, one, name, side }: SideProps) {
  const { t } = view;
  const kept = one.kept === side;
  const can = one.choice === "either" || (one.choice === "kept-only" && kept);
  const body = (
    <span>
      <small>{serviceName(side)}</small>
      <span class="value">{one[side] || t("run.blank")}</span>
      {kept && <span class="tag">{t("conflicts.kept")}</span>}
    </span>
  );
  return can ? (
    <label class="option">
      <input type="radio" name={name} value={side} />
      {body}
    </label>
  ) : (
    <div class="option">{body}</div>
  );
}
