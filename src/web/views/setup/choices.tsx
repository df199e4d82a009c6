/** The questions about consent: what happens to new contacts on either side. No answer is preselected. */
import { NEW_MEMBER_STATUSES } from "../../../domain/status.ts";
import type { Draft } from "../../../setup/draft.ts";
import { Form, type View } from "../layout.tsx";
import { Choice, Frame } from "./frame.tsx";

interface Props {
  readonly view: View;
  readonly draft: Draft;
  readonly wrong?: string | undefined;
}

/** Asks what to do with people whom only one side knows. */
export function NewContactsStep({ view, draft, wrong }: Props) {
  const { t } = view;
  return (
    <Frame view={view} step="new-contacts" wrong={wrong}>
      <p>{t("setup.new.consent")}</p>
      <Form view={view} action="/setup/new-contacts" class="panel">
        <fieldset>
          <legend>{t("setup.new.toMailchimp")}</legend>
          {NEW_MEMBER_STATUSES.map((status) => (
            <Choice
              name="newMembers"
              value={status}
              chosen={draft.newMembers === status}
              about={t(`setup.new.${status}.about`)}
            >
              {t(`setup.new.${status}`)}
            </Choice>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t("setup.new.toCopper")}</legend>
          <Choice name="createInCopper" value="yes" chosen={draft.createInCopper === true}>
            {t("setup.new.create")}
          </Choice>
          <Choice name="createInCopper" value="no" chosen={draft.createInCopper === false}>
            {t("setup.new.leave")}
          </Choice>
        </fieldset>
        <div class="buttons">
          <button type="submit">{t("setup.goOn")}</button>
        </div>
      </Form>
    </Frame>
  );
}
