/**
 * Projections: short forms of records in columns of their own, so that searches and lists need not read whole records.
 */
import { addressKey } from "../domain/address.ts";
import { NAME_FIELDS } from "../domain/fields.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { type KeptStanding, REASONS, type ReasonCount, type StandingReason, standingKey } from "../plan/standings.ts";
import type { KnownContact, RunLine, StandingContact, StateChanges } from "../ports/store.ts";

/** The most rows in one statement. */
export const ROWS = 500;

/** Returns the text by which a person or member is found: name and all addresses, without case or accents. */
export function nameText(record: {
  readonly name?: string;
  readonly emails?: readonly string[];
  readonly email?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}): string {
  const names = NAME_FIELDS.map((name) => record.fields?.[name]).filter((part) => typeof part === "string");
  return searchKey([record.name ?? names.join(" "), ...(record.emails ?? []), record.email].join(" "));
}

/** Returns a text in the form in which names are searched. */
export function searchKey(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim().toLowerCase();
}

/** Returns whether an address is among these (W1). */
export function hasAddress(addresses: readonly string[], address: string): boolean {
  const key = addressKey(address);
  return addresses.some((one) => addressKey(one) === key);
}

/** Returns the key of the engagement published for a person and a campaign. */
export function engagementKey({
  campaign,
  personId,
}: {
  readonly campaign: string;
  readonly personId: number;
}): string {
  return `${campaign} ${personId}`;
}

/**
 * Returns a run as a line of the list of runs.
 * @param document `null` while the run is going on
 */
export function runLine(run: string, document: RunDocument | null): RunLine | null {
  if (document === null) return null;
  const { startedAt, finishedAt, outcome, kind, mode, copper, mailchimp, failures, conflicts } = document;
  return {
    run,
    startedAt,
    finishedAt,
    outcome,
    ...(kind && { kind }),
    mode,
    copper: { created: copper.created, updated: copper.updated },
    mailchimp: { created: mailchimp.created, updated: mailchimp.updated, archived: mailchimp.archived },
    tags: mailchimp.tagsAdded + mailchimp.tagsRemoved,
    requests: copper.requests + mailchimp.requests,
    failures: failures.length,
    conflicts: conflicts.length,
  };
}

/**
 * Returns the standing of a contact that has no row.
 * @param reason in step, or not looked at
 * @param at when it was last brought in step (Unix ms)
 */
export function plainStanding(
  { person, member }: KnownContact,
  reason: StandingReason,
  at: number | string | null | undefined,
): StandingContact["standing"] {
  return {
    ...(person && { personId: person.id }),
    ...(member && { memberKey: member.key }),
    reason,
    since: at == null ? null : new Date(Number(at)).toISOString(),
  };
}

/**
 * Counts records by reason.
 * @param rows standings by reason and sides
 * @param there the number of records on each side
 * @param looked whether a run has looked at every contact once
 * @returns the reasons that occur; records without a row count as in step, or as not looked at
 */
export function countsOf(
  rows: readonly { readonly reason: string; readonly sides: string; readonly n: number }[],
  there: { readonly copper: number; readonly mailchimp: number },
  looked: boolean,
): ReasonCount[] {
  const rest: StandingReason = looked ? "in-step" : "not-looked-at";
  const left = { ...there };
  const counts = new Map<StandingReason, ReasonCount>();
  for (const { reason, sides, n } of rows) {
    const before = counts.get(reason as StandingReason) ?? { reason, copper: 0, mailchimp: 0, contacts: 0 };
    const [copper, mailchimp] = [sides === "mailchimp" ? 0 : n, sides === "copper" ? 0 : n];
    left.copper -= copper;
    left.mailchimp -= mailchimp;
    counts.set(reason as StandingReason, {
      reason: reason as StandingReason,
      copper: before.copper + copper,
      mailchimp: before.mailchimp + mailchimp,
      contacts: before.contacts + n,
    });
  }
  // A member that is in step always has a person. Before the first complete run that is unknown
  const plain = { reason: rest, ...left, contacts: Math.max(left.copper, left.mailchimp) };
  if (left.copper + left.mailchimp > 0) counts.set(rest, plain);
  return REASONS.flatMap((reason) => counts.get(reason) ?? []);
}

/**
 * Returns how many records these standings concern that are not stored, by side.
 * @param persons the stored people, by id as a text
 */
export function unstoredOf(
  standings: readonly KeptStanding[],
  persons: { has(id: string): boolean },
  members: { has(key: string): boolean },
): { readonly copper: number; readonly mailchimp: number } {
  const away = { copper: 0, mailchimp: 0 };
  for (const { personId, memberKey, unstored } of standings) {
    if (unstored !== undefined && personId === undefined && memberKey === undefined) away[unstored.side] += 1;
    if (personId !== undefined && !persons.has(String(personId))) away.copper += 1;
    if (memberKey !== undefined && !members.has(memberKey)) away.mailchimp += 1;
  }
  return away;
}

/** Returns the standing keys of records that are gone. */
export function goneKeys({ personsGone = [], membersGone = [] }: StateChanges): string[] {
  return [
    ...personsGone.map((personId) => standingKey({ personId })),
    ...membersGone.map((memberKey) => standingKey({ memberKey })),
  ];
}

/**
 * Returns the standing of a member whose person has just gone, until a run looks at it.
 * @param now Unix ms
 */
export function waitingAlone(memberKey: string, now: number): KeptStanding {
  return { memberKey, reason: "next-run", since: new Date(now).toISOString() };
}
