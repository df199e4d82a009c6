/** A contact as one row: of a JSON document, a spreadsheet or a list. */
import { canBeAddress } from "../domain/address.ts";
import { NAME_FIELDS } from "../domain/fields.ts";
import type { Language, Texts } from "../i18n/texts.ts";
import { type ContactState, type StandingReason, stateOf } from "../plan/standings.ts";
import type { StandingContact } from "../ports/store.ts";
import { type Place, standingWords } from "./standing.ts";

/** A contact in JSON output. */
export interface ContactRow {
  readonly state: ContactState;
  readonly reason: StandingReason;
  /** The person's id in Copper; `null` for a contact that only Mailchimp has. */
  readonly personId: number | null;
  readonly address: string;
  /** The member's status, or `none`. */
  readonly memberStatus: string;
  /** When the standing began (RFC 3339); `null` if unknown. */
  readonly since: string | null;
  readonly message: string;
  readonly helps: string;
}

/** Returns the address by which people know a contact; "" if there is none. */
export function addressOf({ person, member, link, standing }: StandingContact): string {
  const own = person?.emails ?? [];
  return member?.email ?? link?.address ?? own.find(canBeAddress) ?? own[0] ?? standing.detail?.address ?? "";
}

/** Returns a contact's name, or the address if there is no name. */
export function nameOf(known: StandingContact): string {
  const { person, member } = known;
  const parts = NAME_FIELDS.map((name) => member?.fields[name]).filter(
    (part) => typeof part === "string" && part !== "",
  );
  return person?.name || parts.join(" ") || addressOf(known);
}

/**
 * Returns the row of a contact.
 * @param signUpUrl the audience's own sign-up page; `null` if unknown
 * @param place decides whether what helps is a command or a button
 */
export function contactRow(
  known: StandingContact,
  t: Texts,
  signUpUrl: string | null,
  place: Place = "anywhere",
): ContactRow {
  const { standing, person, member } = known;
  return {
    state: stateOf(standing.reason),
    reason: standing.reason,
    personId: person?.id ?? standing.personId ?? null,
    address: addressOf(known),
    memberStatus: member?.status ?? "none",
    since: standing.since,
    ...standingWords(standing, t, signUpUrl, place),
  };
}

/** The byte order mark, by which spreadsheets recognize UTF-8. */
const MARK = "\uFEFF";
/** The separator by language: French spreadsheets expect a semicolon, since the comma is the decimal mark. */
const BETWEEN: Readonly<Record<Language, string>> = { en: ",", fr: ";" };

/** Returns the head line of a CSV file, with the byte order mark. */
export function csvHead(t: Texts, language: Language): string {
  return MARK + csvLine(t("contacts.columns").split("\t"), language);
}

/** Returns a contact's line of a CSV file. Parameters as for `contactRow`. */
export function csvRow(
  known: StandingContact,
  t: Texts,
  language: Language,
  signUpUrl: string | null,
  place: Place = "anywhere",
): string {
  const row = contactRow(known, t, signUpUrl, place);
  const name = nameOf(known);
  return csvLine(
    [
      t(`stands.${row.state}`),
      row.reason,
      String(row.personId ?? ""),
      name === row.address ? "" : name,
      row.address,
      t(`status.${row.memberStatus}` as "status.none"),
      row.since ?? "",
      row.message,
      row.helps,
    ],
    language,
  );
}

function csvLine(cells: readonly string[], language: Language): string {
  return `${cells.map(cell).join(BETWEEN[language])}\r\n`;
}

/** Returns a quoted cell. Escapes what a spreadsheet would run as a formula, since contacts choose their own names. */
function cell(text: string): string {
  const plain = /^[\s]*[=+\-@]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
