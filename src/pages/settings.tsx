/** What is in force and where it comes from, the field mapping, and what `doctor` finds. */
import type { ShownField } from "../contact/fields.ts";
import { fieldName, Layout, Nothing, Table, type View } from "./layout.tsx";

/** A setting as it is shown: never a key. */
export interface SettingShown {
  readonly name: string;
  readonly value: string;
  readonly from: "environment" | "file" | "default" | "connection";
}

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly level: "ok" | "note" | "wrong";
  readonly text: string;
}

interface Props {
  readonly view: View;
  readonly settings: readonly SettingShown[];
  readonly mapping: readonly ShownField[];
  /** Lines of the mapping that nothing answers to. */
  readonly unmet: readonly string[];
  readonly findings: readonly Finding[] | undefined;
}

export function Settings({ view, settings, mapping, unmet, findings }: Props) {
  const { t } = view;
  return (
    <Layout view={view} title={t("page.settings")}>
      <section aria-labelledby="doctor">
        <h2 id="doctor">{t("settings.doctor")}</h2>
        {findings === undefined ? (
          <p>
            <a href={`${view.base}/settings?doctor`} class="button secondary">
              {t("settings.examine")}
            </a>
          </p>
        ) : (
          <ul class="findings">
            {findings.map((one) => (
              <li class={one.level}>{one.text}</li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="mapping">
        <h2 id="mapping">{t("settings.mapping")}</h2>
        {mapping.length === 0 ? (
          <Nothing>{t("overview.never")}</Nothing>
        ) : (
          <Table view={view} heads={["Copper", t("settings.direction"), "Mailchimp", t("settings.conflict")]}>
            {mapping.map((field) => (
              <tr>
                <th scope="row">{fieldName(view, field.label)}</th>
                <td>{t(`direction.${field.direction}`)}</td>
                <td>{field.mailchimp}</td>
                <td>{field.conflict ?? t("settings.general")}</td>
              </tr>
            ))}
          </Table>
        )}
        {unmet.length > 0 && (
          <p role="note" class="wrong">
            {t("doctor.unmet", { list: unmet.join(", ") })}
          </p>
        )}
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{t("settings.inForce")}</h2>
        <Table view={view} heads={[t("settings.name"), t("settings.value"), t("settings.from")]}>
          {settings.map((one) => (
            <tr>
              <th scope="row">
                <code>{one.name}</code>
              </th>
              <td>{one.value}</td>
              <td>{t(`settings.from.${one.from}`)}</td>
            </tr>
          ))}
        </Table>
      </section>
    </Layout>
  );
}
