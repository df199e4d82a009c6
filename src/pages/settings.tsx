/** What is in force and where it comes from, the field mapping, and what `doctor` finds. */
import type { ShownField } from "../contact/fields.ts";
import { fieldName, Layout, Nothing, Scroll, type View } from "./layout.tsx";

/** A setting as it is shown: never a key. */
export interface SettingShown {
  readonly name: string;
  readonly value: string;
  readonly from: "environment" | "file" | "default";
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
  readonly findings: readonly Finding[] | undefined;
}

export function Settings({ view, settings, mapping, findings }: Props) {
  const { t } = view;
  return (
    <Layout view={view} title={t("page.settings")}>
      <section aria-labelledby="doctor">
        <h2 id="doctor">{t("settings.doctor")}</h2>
        {findings === undefined ? (
          <p>
            <a href="/settings?doctor" class="button secondary">
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
          <Scroll view={view}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Copper</th>
                  <th scope="col">{t("settings.direction")}</th>
                  <th scope="col">Mailchimp</th>
                  <th scope="col">{t("settings.conflict")}</th>
                </tr>
              </thead>
              <tbody>
                {mapping.map((field) => (
                  <tr>
                    <th scope="row">{fieldName(view, field.label)}</th>
                    <td>{t(`direction.${field.direction}`)}</td>
                    <td>{field.mailchimp}</td>
                    <td>{field.conflict ?? t("settings.general")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{t("settings.inForce")}</h2>
        <Scroll view={view}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("settings.name")}</th>
                <th scope="col">{t("settings.value")}</th>
                <th scope="col">{t("settings.from")}</th>
              </tr>
            </thead>
            <tbody>
              {settings.map((one) => (
                <tr>
                  <th scope="row">
                    <code>{one.name}</code>
                  </th>
                  <td>{one.value}</td>
                  <td>{t(`settings.from.${one.from}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
    </Layout>
  );
}
