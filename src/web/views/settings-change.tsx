/** The form that changes settings, in sentences, and the preview of a change before it is saved. */

import { textOr } from "../../i18n/texts.ts";
import { refusalFigures } from "../../plan/plan.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { CHANGEABLE, type Changeable, GROUPS, type Group, type InForce } from "../../setup/changeable-settings.ts";
import { Form, Layout, type View } from "./layout.tsx";
import { PlanDetails } from "./setup/preview.tsx";

interface Props {
  readonly view: View;
  readonly now: InForce;
  /** An unusable form, whose values are shown again. */
  readonly sent?: Readonly<Record<string, unknown>>;
  readonly wrong?: string | undefined;
  /** The result of a test message. */
  readonly said?: string;
}

/** Shows the form with all settings that can be changed. */
export function ChangeSettings({ view, now, sent = {}, wrong, said: told }: Props) {
  const { t } = view;
  const said = (name: string, otherwise: string) => (typeof sent[name] === "string" ? sent[name] : otherwise);
  return (
    <Layout view={view} title={t("change.title")}>
      {wrong !== undefined && (
        <p role="alert" class="wrong">
          {wrong}
        </p>
      )}
      {told !== undefined && <p role="status">{told}</p>}
      <Form view={view} action="/settings/change">
        {(Object.keys(GROUPS) as Group[]).map((group) => (
          <fieldset class="panel">
            <legend>{t(`change.${group}`)}</legend>
            {group === "who" && (
              <>
                <Text
                  name="tags"
                  label={t("setup.people.tags")}
                  value={said("tags", (now.filter?.tags ?? []).join(", "))}
                  about={t("change.commas")}
                  code="filter.tags"
                />
                <Text
                  name="contactTypes"
                  label={t("setup.people.types")}
                  value={said("contactTypes", (now.filter?.contactTypes ?? []).join(", "))}
                  about={t("change.commas")}
                  code="filter.contactTypes"
                />
              </>
            )}
            {GROUPS[group].map((name) => (
              <Setting view={view} name={name} now={now} value={said(name, shown(name, now.values[name]))} />
            ))}
          </fieldset>
        ))}
        <div class="buttons">
          <button type="submit">{t("change.show")}</button>
          <a href={`${view.base}/settings`} class="button secondary">
            {t("change.leave")}
          </a>
        </div>
      </Form>
      <Form view={view} action="/settings/test" class="buttons">
        <button type="submit" class="secondary">
          {t("change.sendTest")}
        </button>
      </Form>
    </Layout>
  );
}

/** Returns a setting's value as its form field shows it: intervals in minutes, other values unchanged. */
function shown(name: Changeable, value: string): string {
  return CHANGEABLE[name] === "minutes" ? String(Number(value) / 60) : value;
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly about: string;
  readonly code: string;
  readonly secret?: boolean;
  readonly fixed?: boolean;
}

function Text({ name, label, value, about, code, secret, fixed }: TextProps) {
  return (
    <p>
      <label>
        {label}
        <input type={secret ? "password" : "text"} name={name} value={value} autocomplete="off" disabled={fixed} />
        <small>
          {about} <code>{code}</code>
        </small>
      </label>
    </p>
  );
}

interface SettingProps {
  readonly view: View;
  readonly name: Changeable;
  readonly now: InForce;
  readonly value: string;
}

/** A setting as a sentence, with its technical name in small type. */
function Setting({ view, name, now, value }: SettingProps) {
  const { t } = view;
  const kind = CHANGEABLE[name];
  const fixed = now.fixed.includes(name);
  const label = t(`change.${name}`);
  if (typeof kind === "string") {
    const secret = kind === "secret";
    const about = fixed
      ? t("change.fixed")
      : secret && now.kept.includes(name)
        ? t("change.kept")
        : textOr(`change.${name}.about`, "", t);
    return <Text name={name} label={label} value={value} about={about} code={name} secret={secret} fixed={fixed} />;
  }
  return (
    <p>
      <label>
        {label}
        <select name={name} disabled={fixed}>
          {kind.map((one) => (
            <option value={one} selected={one === value}>
              {textOr(`change.${name}.${one}`, one, t)}
            </option>
          ))}
        </select>
        <small>
          {fixed && t("change.fixed")} <code>{name}</code>
        </small>
      </label>
    </p>
  );
}

interface EffectProps {
  readonly view: View;
  /** The id of the change. */
  readonly id: string;
  readonly read?: { readonly copper: number; readonly mailchimp: number };
  readonly document?: RunDocument;
  readonly wrong?: string | undefined;
}

/** Shows the effect of a change, with the button to save it. */
export function ChangeEffect({ view, id, read, document, wrong }: EffectProps) {
  const { t } = view;
  const count = (name: string) => document?.summary[name as keyof typeof document.summary]?.count ?? 0;
  const figures = [
    ["archive-member", "change.wouldLeave"],
    ["create-member", "change.wouldJoin"],
    ["create-person", "change.wouldBeCreated"],
  ] as const;
  return (
    <Layout view={view} title={t("change.effect")}>
      {wrong !== undefined && (
        <p role="alert" class="wrong">
          {wrong}
        </p>
      )}
      {read !== undefined && (
        <div class="panel">
          <p role="status">{t("setup.preview.reading")}</p>
          <p>{t("job.reading", { people: read.copper, members: read.mailchimp })}</p>
        </div>
      )}
      {document !== undefined && (
        <div class="panel">
          <ul class="effect">
            {figures
              .filter(([name]) => count(name) > 0)
              .map(([name, key]) => (
                <li>{t(key, { count: count(name) })}</li>
              ))}
            {Object.keys(document.summary).length === 0 && <li>{t("change.nothing")}</li>}
          </ul>
          {document.guard !== null && (
            <p role="alert" class="wrong">
              {t(`guard.${document.guard.code}`, refusalFigures(document.guard))} {t("change.guarded")}
            </p>
          )}
          {document.guard === null && <p>{t("change.notYet")}</p>}
        </div>
      )}
      {read === undefined && (
        <Form view={view} action="/settings/save">
          <input type="hidden" name="id" value={id} />
          <div class="buttons">
            {document !== undefined && <button type="submit">{t("change.save")}</button>}
            <a href={`${view.base}/settings/change`} class="button secondary">
              {t("change.leave")}
            </a>
          </div>
        </Form>
      )}
      {document !== undefined && <PlanDetails view={view} document={document} />}
    </Layout>
  );
}
