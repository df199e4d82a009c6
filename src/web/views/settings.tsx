/** The settings page: the settings in force and their sources, the field mapping, and the findings of `doctor`. */
import type { Finding } from "../../app/doctor.ts";
import type { ConflictRule, ShownField } from "../../domain/fields.ts";
import type { NewMemberStatus } from "../../domain/status.ts";
import { textOr } from "../../i18n/texts.ts";
import { serviceName } from "../../services/services.ts";
import type { InForce } from "../../setup/changeable-settings.ts";
import { fieldName, Layout, Nothing, Table, type View } from "./layout.tsx";

/** A setting as shown; its value is never a key. */
export interface SettingShown {
  readonly name: string;
  readonly value: string;
  readonly from: "environment" | "file" | "default" | "connection";
}

interface Props {
  readonly view: View;
  readonly settings: readonly SettingShown[];
  readonly mapping: readonly ShownField[];
  /** Lines of the mapping whose fields do not exist. */
  readonly unmet: readonly string[];
  readonly findings: readonly Finding[] | undefined;
  /** What can be changed here; absent for visitors who may only read. */
  readonly inForce?: InForce | undefined;
  /** Whether a change was just saved. */
  readonly saved?: boolean;
}

/** Shows the settings page. */
export function Settings({ view, settings, mapping, unmet, findings, inForce, saved }: Props) {
  const { t } = view;
  return (
    <Layout view={view} title={t("page.settings")}>
      {saved && (
        <p role="status" class="banner">
          {t("change.saved")}
        </p>
      )}
      {inForce !== undefined && <Rules view={view} now={inForce} />}
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
          <Table
            view={view}
            heads={[serviceName("copper"), t("settings.direction"), serviceName("mailchimp"), t("settings.conflict")]}
          >
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
        {inForce !== undefined && (
          <div class="buttons">
            <a href={`${view.base}/settings/fields`} class="button secondary">
              {t("change.fields")}
            </a>
          </div>
        )}
        {unmet.length > 0 && (
          <p role="note" class="wrong">
            {t("doctor.unmet", { list: unmet.join(", ") })}
          </p>
        )}
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{t("settings.inForce")}</h2>
        <details>
          <summary>{t("change.servers")}</summary>
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
        </details>
      </section>
    </Layout>
  );
}

/** Shows the most important settings as sentences, with a link to change them. */
function Rules({ view, now }: { readonly view: View; readonly now: InForce }) {
  const { t } = view;
  const { values, filter } = now;
  const list = (names: readonly string[] | undefined) => (names ?? []).join(", ");
  const minutes = Number(values.SYNC_INTERVAL) / 60;
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">{t("change.rules")}</h2>
      <ul class="rules">
        <li>
          {filter === null || filter === undefined
            ? t("change.everybody")
            : t("change.some", { tags: list(filter.tags) || "–", types: list(filter.contactTypes) || "–" })}
        </li>
        {values.ONLY !== "" && <li>{t("change.trial", { list: values.ONLY })}</li>}
        <li>{t(`change.FIELD_CONFLICT.${values.FIELD_CONFLICT as ConflictRule}`)}</li>
        <li>{t(`change.NEW_MEMBER_STATUS.${values.NEW_MEMBER_STATUS as NewMemberStatus}`)}</li>
        <li>{textOr(`change.CREATE_IN_COPPER.${values.CREATE_IN_COPPER}`, "", t)}</li>
        <li>{textOr(`change.COPPER_DELETED.${values.COPPER_DELETED}`, "", t)}</li>
        <li>{t("change.every", { minutes })}</li>
        <li>{values.NOTIFY_MAIL === "" ? t("change.nobodyTold") : t("change.told", { list: values.NOTIFY_MAIL })}</li>
      </ul>
      <div class="buttons">
        <a href={`${view.base}/settings/change`} class="button">
          {t("change.title")}
        </a>
      </div>
    </section>
  );
}
