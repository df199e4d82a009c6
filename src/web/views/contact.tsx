/** One contact: its standing and what helps, both sides next to each other, and its history. */
import { bothSides, heldOf, refusalOf } from "../../domain/contact.ts";
import { fieldState } from "../../domain/field-state.ts";
import type { ShownField } from "../../domain/fields.ts";
import { tagKey } from "../../domain/tags.ts";
import { shownField, showValue, valueOr } from "../../domain/values.ts";
import type { TextKey } from "../../i18n/texts.ts";
import { changesOf, type Reason } from "../../plan/operations.ts";
import { stateOf } from "../../plan/standings.ts";
import type { JournalEntry, StandingContact } from "../../ports/store.ts";
import { SERVICES, serviceName } from "../../services/services.ts";
import { addressOf, nameOf } from "../../wording/contact-row.ts";
import { mustSignUp, standingWords } from "../../wording/standing.ts";
import { Retry } from "./contacts.tsx";
import { Open, SignUp } from "./elsewhere.tsx";
import { Form, fieldName, Layout, Nothing, Status, Table, type View, When } from "./layout.tsx";

interface ContactProps {
  readonly view: View;
  readonly known: StandingContact;
  readonly mapping: readonly ShownField[];
  readonly history: readonly JournalEntry[];
  /** The audience's own sign-up page; `null` if unknown. */
  readonly signUpUrl: string | null;
}

/**
 * Shows the page of one contact.
 * @param history newest first
 */
export function ContactPage({ view, known, mapping, history, signUpUrl }: ContactProps) {
  const { t } = view;
  const { person, member, link } = known;
  return (
    <Layout view={view} title={nameOf(known) || "?"}>
      <Stands view={view} known={known} signUpUrl={signUpUrl} />
      <p>
        <Status view={view} status={member?.status ?? "none"} />{" "}
        {t(link === undefined ? "contact.alone" : "contact.linked", { address: link?.address ?? "" })}
      </p>
      <Table
        view={view}
        heads={[t("contact.field"), ...SERVICES.map(serviceName), t("contact.held"), t("contact.state")]}
      >
        <tr>
          <th scope="row">{t("contact.address")}</th>
          <td>{person?.emails.join(", ")}</td>
          <td>{member?.email}</td>
          <td>{link?.address}</td>
          <td />
        </tr>
        {mapping.filter(isWhole).map((field) => (
          <Field view={view} known={known} field={field} />
        ))}
      </Table>
      <Tags view={view} known={known} />
      <section aria-labelledby="history">
        <h2 id="history">{t("contact.history")}</h2>
        {history.length === 0 ? <Nothing>{t("contact.noHistory")}</Nothing> : <History view={view} history={history} />}
      </section>
    </Layout>
  );
}

/** Shows why the contact has its standing, what helps, and the actions available here. */
function Stands({ view, known, signUpUrl }: Pick<ContactProps, "view" | "known" | "signUpUrl">) {
  const { t } = view;
  const { standing } = known;
  const state = stateOf(standing.reason);
  const { message, helps } = standingWords(standing, t, signUpUrl, "page");
  return (
    <section class={`stands ${state}`} aria-label={t(`stands.${state}`)}>
      <p>
        <strong>{message}</strong>
        {standing.since !== null && (
          <small>
            {" "}
            {t("contacts.since", { when: "" })}
            <When view={view} time={standing.since} />
          </small>
        )}
      </p>
      <p>{helps}</p>
      {signUpUrl !== null && mustSignUp(standing.reason) && <SignUp view={view} url={signUpUrl} />}
      <div class="buttons">
        {standing.reason === "marked" && (
          <a href={`${view.base}/review?q=${encodeURIComponent(addressOf(known))}`} class="button">
            {t("contacts.decide")}
          </a>
        )}
        {state === "failing" && <Retry view={view} />}
        {state === "waiting" && (
          <Form view={view} action="/job/sync">
            <button type="submit" class="secondary" disabled={view.busy}>
              {t("overview.sync")}
            </button>
          </Form>
        )}
        <Open view={view} person={known.person} member={known.member} />
      </div>
    </section>
  );
}

/** Returns whether a stored field is complete; an earlier version stored less, and the next run stores it again. */
function isWhole(field: ShownField): boolean {
  return field.source !== undefined;
}

function Field({ view, known, field }: Pick<ContactProps, "view" | "known"> & { readonly field: ShownField }) {
  const { t } = view;
  const copper = shownField(known.person?.fields ?? {}, field.copper);
  const mailchimp = shownField(known.member?.fields ?? {}, field.mailchimp);
  const held = known.link && heldOf(known.link, field);
  const [before, beforeThere] = held === undefined ? ["", ""] : bothSides(held);
  // Both sides usually agreed on the same text, so show it once
  const shown = [...new Set([showValue(before), showValue(beforeThere)])].filter(Boolean).join(" / ");
  const state = known.person && known.member ? fieldState(field, copper, mailchimp, held) : "alone";
  const side = known.person === undefined ? "mailchimp" : "copper";
  const words: TextKey = state === "alone" ? `state.alone-${side}` : `state.${state}`;
  const refused = known.link && refusalOf(known.link, field) !== undefined && state !== "in-step";
  return (
    <tr>
      <th scope="row">
        {fieldName(view, field.label)} <small>{field.mailchimp}</small>
      </th>
      <td>{showValue(valueOr(copper))}</td>
      <td>{showValue(valueOr(mailchimp))}</td>
      <td>{shown}</td>
      <td>
        <span class={`state ${state}`}>{t(refused ? "state.refused" : words)}</span>
      </td>
    </tr>
  );
}

function Tags({ view, known }: Pick<ContactProps, "view" | "known">) {
  const { t } = view;
  const ours = new Set(known.link?.tagsPut ?? []);
  const there = known.member?.tags ?? [];
  const keys = new Set(there.map((tag) => tagKey(tag.name)));
  const only = (known.person?.tags ?? []).filter((tag) => !keys.has(tagKey(tag)));
  return (
    <section aria-labelledby="tags">
      <h2 id="tags">{t("contact.tags")}</h2>
      {there.length + only.length === 0 && <Nothing>{t("contact.noTags")}</Nothing>}
      <ul class="tagged">
        {there.map((tag) => (
          <li>
            <span class="tag">{tag.name}</span>{" "}
            <small>{t(ours.has(tagKey(tag.name)) ? "contact.tagOurs" : "contact.tagByHand")}</small>
          </li>
        ))}
        {only.map((tag) => (
          <li>
            <span class="tag">{tag}</span> <small>{t("contact.tagCopperOnly")}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ view, history }: Pick<ContactProps, "view" | "history">) {
  const { t } = view;
  return (
    <ol class="history">
      {history.map(({ run, operation, state }) => (
        <li>
          <a href={`${view.base}/runs/${run}`}>
            <When view={view} time={timeOf(run)} />
          </a>{" "}
          {t(`done.${operation.operation}`)} <small>{t(`reason.${operation.reason as Reason}`)}</small>
          {state !== "done" && <small class="wrong"> {t("contact.notDone")}</small>}
          <ul>
            {Object.entries(changesOf(operation)).map(([name, [before, after]]) => (
              <li>
                {t("pair", { name, value: "" })}
                <del>{showValue(before)}</del> → <ins>{showValue(after)}</ins>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

/** Returns when a run began, from its id (`20261124T063415-427a`). */
function timeOf(run: string): string {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(run) ?? [];
  return y === undefined ? new Date(0).toISOString() : `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
}
