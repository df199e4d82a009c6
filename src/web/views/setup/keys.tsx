/** The first steps of the set-up: the two keys, and the audience. A key is never shown again. */
import { describe } from "../../../services/services.ts";
import type { Draft } from "../../../setup/draft.ts";
import type { KeyTrouble } from "../../../setup/key-trouble.ts";
import { Form, number, type View } from "../layout.tsx";
import { Choice, Frame } from "./frame.tsx";
import { Path } from "./path.tsx";

interface CopperProps {
  readonly view: View;
  readonly email: string;
  /** Whether a working key is already stored. */
  readonly there: boolean;
  readonly trouble?: KeyTrouble | undefined;
}

/** Asks for Copper's key and its owner's email address. */
export function CopperStep({ view, email, there, trouble }: CopperProps) {
  const { t } = view;
  return (
    <Frame view={view} step="copper" wrong={trouble && t(`setup.copper.${trouble}`)}>
      {there && trouble === undefined && (
        <There view={view} text={t("setup.copper.there", { email })} next="mailchimp" />
      )}
      <p>
        {t("setup.copper.where")} <small>{t("where.COPPER_API_KEY")}</small>
      </p>
      <Path label={t("setup.copper.path")} places={describe("copper").keyPath} />
      <Form view={view} action="/setup/copper" class="panel">
        <p>
          <label>
            {t("setup.copper.key")}
            <input type="password" name="key" required autocomplete="off" spellcheck={false} />
          </label>
        </p>
        <p>
          <label>
            {t("setup.copper.email")}
            <input type="email" name="email" value={email} required autocomplete="off" />
            <small>{t("where.COPPER_API_EMAIL")}</small>
          </label>
        </p>
        <p>
          <small>{t("setup.kept")}</small>
        </p>
        <div class="buttons">
          <button type="submit">{t("setup.try")}</button>
        </div>
      </Form>
    </Frame>
  );
}

interface MailchimpProps {
  readonly view: View;
  readonly there: boolean;
  /** Whether the owner of the Copper key can see only some of the people. */
  readonly byTeam: boolean;
  readonly trouble?: KeyTrouble | undefined;
}

/** Asks for Mailchimp's key; its suffix names the data centre. */
export function MailchimpStep({ view, there, byTeam, trouble }: MailchimpProps) {
  const { t } = view;
  const { key, keyPath } = describe("mailchimp");
  return (
    <Frame view={view} step="mailchimp" wrong={trouble && t(`setup.mailchimp.${trouble}`)}>
      {byTeam && <p role="note">{t("doctor.byTeam")}</p>}
      {there && trouble === undefined && <There view={view} text={t("setup.mailchimp.there")} next="audience" />}
      <p>
        {t("setup.mailchimp.where")} <small>{t(`where.${key}`)}</small>
      </p>
      <Path label={t("setup.mailchimp.path")} places={keyPath} />
      <Form view={view} action="/setup/mailchimp" class="panel">
        <p>
          <label>
            {t("setup.mailchimp.key")}
            <input type="password" name="key" required autocomplete="off" spellcheck={false} />
            <small>{t("setup.mailchimp.ending")}</small>
          </label>
        </p>
        <div class="buttons">
          <button type="submit">{t("setup.try")}</button>
        </div>
      </Form>
    </Frame>
  );
}

/** Says that a key is already stored, with a link to the next step. */
function There({ view, text, next }: { readonly view: View; readonly text: string; readonly next: string }) {
  return (
    <div class="panel">
      <p role="status">{text}</p>
      <div class="buttons">
        <a class="button" href={`/setup/${next}`}>
          {view.t("setup.goOn")}
        </a>
      </div>
    </div>
  );
}

interface AudienceProps {
  readonly view: View;
  readonly audiences: readonly NonNullable<Draft["audience"]>[];
  readonly chosen: string | undefined;
  /** Why the audiences could not be read. */
  readonly wrong?: string | undefined;
}

/** Asks for the audience, listed by name and size. */
export function AudienceStep({ view, audiences, chosen, wrong }: AudienceProps) {
  const { t } = view;
  return (
    <Frame view={view} step="audience" wrong={wrong ?? (audiences.length === 0 ? t("setup.audience.none") : undefined)}>
      <p>{t("setup.audience.about")}</p>
      {audiences.length > 0 && (
        <Form view={view} action="/setup/audience" class="panel">
          <fieldset>
            <legend>{t("init.audience")}</legend>
            {audiences.map((one) => (
              <Choice
                name="audience"
                value={one.id}
                chosen={one.id === chosen}
                about={t("setup.audience.size", { count: one.members })}
              >
                {one.name || one.id}
              </Choice>
            ))}
          </fieldset>
          <div class="buttons">
            <button type="submit">{t("setup.goOn")}</button>
          </div>
        </Form>
      )}
      {audiences.length > 1 && (
        <p>
          <small>{t("setup.audience.more", { count: number(view, audiences.length) })}</small>
        </p>
      )}
    </Frame>
  );
}
