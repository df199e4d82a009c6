/** Finding anybody, and a contact: both sides beside each other, why he is or is not in step, and his history. */
import { bothSides, heldOf, refusalOf } from "../contact/contact.ts";
import type { ShownField } from "../contact/fields.ts";
import { fieldState } from "../contact/in-step.ts";
import { tagKey } from "../contact/tags.ts";
import { shownField, showValue, valueOr } from "../contact/values.ts";
import type { TextKey } from "../i18n/texts.ts";
import { changesOf } from "../plan/operations.ts";
import type { JournalEntry, KnownContact } from "../plan/ports.ts";
import { fieldName, Layout, Nothing, Status, Table, type View, When } from "./layout.tsx";

interface SearchProps {
  readonly view: View;
  readonly text: string;
  readonly found: readonly KnownContact[];
}

export function Contacts(props: SearchProps) {
  const { view, text } = props;
  return (
    <Layout view={view} title={view.t("page.contacts")}>
      <search>
        <form method="get" action="/contacts">
          <label>
            {view.t("contact.search")}
            <input
              type="search"
              name="q"
              value={text}
              autofocus
              hx-get="/contacts"
              hx-trigger="input changed delay:200ms"
              hx-target="#found"
            />
          </label>
        </form>
      </search>
      <div id="found" aria-live="polite">
        <Found {...props} />
      </div>
    </Layout>
  );
}

/** The list alone. */
export function Found({ view, text, found }: SearchProps) {
  if (text.trim() === "") return <Nothing>{view.t("contact.hint")}</Nothing>;
  if (found.length === 0) return <Nothing>{view.t("contact.none")}</Nothing>;
  return (
    <ul class="found">
      {found.map(({ person, member }) => (
        <li>
          <a href={person ? `/contacts/p-${person.id}` : `/contacts/m-${member!.key}`}>
            <strong>{person?.name || member?.email}</strong>
            <small>{(person?.emails ?? [member?.email ?? ""]).join(", ")}</small>
          </a>
          <Status view={view} status={member?.status ?? "none"} />
        </li>
      ))}
    </ul>
  );
}

interface ContactProps {
  readonly view: View;
  readonly known: KnownContact;
  readonly mapping: readonly ShownField[];
  readonly history: readonly JournalEntry[];
}

export function ContactPage({ view, known, mapping, history }: ContactProps) {
  const { t } = view;
  const { person, member, link } = known;
  return (
    <Layout view={view} title={person?.name || member?.email || "?"}>
      <p>
        <Status view={view} status={member?.status ?? "none"} />{" "}
        {t(link === undefined ? "contact.alone" : "contact.linked", { address: link?.address ?? "" })}
      </p>
      <Table view={view} heads={[t("contact.field"), "Copper", "Mailchimp", t("contact.held"), t("contact.state")]}>
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

/** A mapping that an earlier version kept says less; the next run keeps it anew. */
function isWhole(field: ShownField): boolean {
  return field.source !== undefined;
}

function Field({ view, known, field }: Pick<ContactProps, "view" | "known"> & { readonly field: ShownField }) {
  const { t } = view;
  const copper = shownField(known.person?.fields ?? {}, field.copper);
  const mailchimp = shownField(known.member?.fields ?? {}, field.mailchimp);
  const held = known.link && heldOf(known.link, field);
  const [before, beforeThere] = held === undefined ? ["", ""] : bothSides(held);
  const shown = [...new Set([showValue(before), showValue(beforeThere)])].filter(Boolean).join(" / ");
  const state = known.person && known.member ? fieldState(field, copper, mailchimp, held) : "alone";
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
        <span class={`state ${state}`}>{t(refused ? "state.refused" : `state.${state}`)}</span>
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
          <a href={`/runs/${run}`}>
            <When view={view} time={timeOf(run)} />
          </a>{" "}
          {t(`operation.${operation.operation}`)} <small>{t(`reason.${operation.reason}` as TextKey)}</small>
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

/** When a run began, from its id (`20261124T063415-427a`). */
function timeOf(run: string): string {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(run) ?? [];
  return y === undefined ? new Date(0).toISOString() : `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
}
