/** The form that maps Copper fields to merge fields, with examples of converted values. */
import type { Direction, NamedMerge } from "../../../domain/fields.ts";
import { serviceName } from "../../../services/services.ts";
import type { Choice } from "../../../setup/mapping-lines.ts";
import type { Example } from "../../../setup/people-sample.ts";
import { Form, fieldName, Layout, Table, type View } from "../layout.tsx";
import { Frame } from "./frame.tsx";

/** A merge field with the Copper field chosen for it. */
export interface Row {
  readonly merge: NamedMerge;
  readonly choice: Choice;
  readonly examples: readonly Example[];
}

interface Props {
  readonly view: View;
  readonly rows: readonly Row[];
  /** Copper fields that can be chosen. */
  readonly names: readonly string[];
  /** Copper fields without a merge field. */
  readonly missing: readonly string[];
  /** The number of people read so far; absent once all are read. */
  readonly reading?: number | undefined;
  readonly wrong?: string | undefined;
}

const DIRECTIONS: readonly Direction[] = ["both", "to-mailchimp", "to-copper"];

/** Returns the display name of a Copper field. */
export function copperName(view: View, copper: string): string {
  return copper.startsWith("custom:") ? copper.slice("custom:".length) : fieldName(view, copper);
}

/** Shows the form as a step of the set-up. */
export function FieldsStep(props: Props) {
  return (
    <Frame view={props.view} step="fields" wrong={props.wrong}>
      <FieldsForm {...props} action="/setup/fields" />
    </Frame>
  );
}

/** Shows the form for an existing connection. */
export function ChangeFields(props: Props) {
  const { view, wrong } = props;
  return (
    <Layout view={view} title={view.t("setup.fields")}>
      {wrong !== undefined && (
        <p role="alert" class="wrong">
          {wrong}
        </p>
      )}
      <FieldsForm {...props} action="/settings/fields" />
      <p>
        <a href={`${view.base}/settings`}>{view.t("change.leave")}</a>
      </p>
    </Layout>
  );
}

/** The form itself, with one row for each merge field. */
function FieldsForm({ view, rows, names, missing, reading, action }: Props & { readonly action: string }) {
  const { t } = view;
  return (
    <>
      <p>{t("setup.fields.about")}</p>
      {reading !== undefined && <p role="status">{t("setup.reading", { count: reading })}</p>}
      <Form view={view} action={action}>
        <Table
          view={view}
          heads={[serviceName("mailchimp"), t("setup.fields.from"), t("settings.direction"), t("setup.fields.becomes")]}
        >
          {rows.map(({ merge, choice, examples }) => (
            <tr>
              <th scope="row">
                {merge.name} <small>{t("setup.fields.tag", { tag: merge.tag, type: merge.type })}</small>
              </th>
              <td>
                <select name={`from.${merge.tag}`} aria-label={t("setup.fields.fromFor", { name: merge.name })}>
                  <option value="">{t("setup.fields.nothing")}</option>
                  {names.map((name) => (
                    <option value={name} selected={name === choice.copper}>
                      {copperName(view, name)}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <select name={`way.${merge.tag}`} aria-label={t("setup.fields.wayFor", { name: merge.name })}>
                  {DIRECTIONS.map((way) => (
                    <option value={way} selected={way === choice.direction}>
                      {t(`direction.${way}`)}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <Examples view={view} examples={examples} chosen={choice.copper !== ""} />
              </td>
            </tr>
          ))}
        </Table>
        <div class="buttons">
          <button type="submit">{t("setup.goOn")}</button>
          <button type="submit" class="secondary" name="look" value="yes">
            {t("setup.fields.look")}
          </button>
        </div>
        {missing.length > 0 && (
          <section aria-labelledby="missing">
            <h2 id="missing">{t("setup.fields.missing")}</h2>
            <p>{t("setup.fields.missingAbout")}</p>
            <div class="buttons">
              {missing.map((name) => (
                <button type="submit" class="secondary small" name="make" value={name}>
                  {t("setup.fields.make", { name: copperName(view, name) })}
                </button>
              ))}
            </div>
          </section>
        )}
      </Form>
    </>
  );
}

interface ExamplesProps {
  readonly view: View;
  readonly examples: readonly Example[];
  readonly chosen: boolean;
}

/** Shows how a few real values are converted. */
function Examples({ view, examples, chosen }: ExamplesProps) {
  const { t } = view;
  if (!chosen) return <small>{t("setup.fields.notSent")}</small>;
  if (examples.length === 0) return <small>{t("setup.fields.nobody")}</small>;
  return (
    <ul class="plain">
      {examples.map(({ who, value, becomes }) => (
        <li class={"why" in becomes ? "wrong" : ""}>
          {t("pair", { name: who, value })}{" "}
          <small>
            {"why" in becomes
              ? t("setup.fields.cannot", { why: t(`note.${becomes.why}`) })
              : becomes.text !== value && t("setup.fields.sentAs", { value: becomes.text })}
          </small>
        </li>
      ))}
      {examples.some(isUnchanged) && (
        <li>
          <small>{t(examples.every(isUnchanged) ? "setup.fields.asItIs" : "setup.fields.othersAsTheyAre")}</small>
        </li>
      )}
    </ul>
  );
}

function isUnchanged({ value, becomes }: Example): boolean {
  return "text" in becomes && becomes.text === value;
}
