/**
 * The records that the sync compares.
 *
 * A **person** is a record in Copper, a **member** a record in the Mailchimp audience. A **link** says that the two are
 * one human being. The **baseline** is what both sides held when they last agreed.
 */

import type { MappedField } from "./fields.ts";
import type { MemberStatus } from "./status.ts";
import type { ShownFields, Value } from "./values.ts";

/** A Copper person, with the parts that the sync uses. */
export interface Person {
  /** Copper's id. */
  readonly id: number;
  /** The whole name, as Copper shows it. */
  readonly name: string;
  /** Addresses as typed, in Copper's order. */
  readonly emails: readonly string[];
  /**
   * By Copper field (`first_name`, `custom:123`, …). A blank is "" or missing; `null` means that the answer did not
   * show it.
   */
  readonly fields: ShownFields;
  readonly tags: readonly string[];
  /** Values that only the audience's filter reads (`filter.ts`), by the key of their name. */
  readonly traits?: Readonly<Record<string, string>>;
  /**
   * Facts for the operator who decides about a deletion; only for people marked for it (D2). `lastContactedAt` in Unix
   * seconds.
   */
  readonly about?: { readonly company: string; readonly title: string; readonly lastContactedAt: number | null };
  /** When Copper created the record (Unix seconds). */
  readonly createdAt: number;
  /** When Copper last changed the record (Unix seconds). */
  readonly modifiedAt: number;
}

/** A Mailchimp member, with the parts that the sync uses. */
export interface Member {
  /** Stays the same when the address changes: Mailchimp's `contact_id`, or the address hash if there is none. */
  readonly key: string;
  /** The id in the paths of the API: the hash that Mailchimp itself gave. */
  readonly id: string;
  readonly email: string;
  readonly status: MemberStatus;
  /** By merge tag (`FNAME`, …). A blank is "" or missing; `null` means that the answer did not show it. */
  readonly fields: ShownFields;
  readonly tags: readonly MemberTag[];
  /** Set if the answer lists only some of the tags. Conclude nothing from a tag that is missing then (T6). */
  readonly tagsCut?: true;
  /** When Mailchimp last changed the record (Unix seconds). */
  readonly changedAt: number;
  /**
   * The id in the address of Mailchimp's own page of the member ("Members" in docs/apis/mailchimp.md), if the answer
   * shows it.
   */
  readonly webId?: number;
}

/** A Mailchimp tag, which is a static segment at the same time; `id` is the segment's. */
export interface MemberTag {
  readonly id: number;
  readonly name: string;
}

/**
 * What both sides held of one field when they last agreed: one value if both were identical, else Copper's and
 * Mailchimp's. Most are identical, and there is one for each field of each contact, so the short form saves space.
 */
export type Agreed = Value | readonly [copper: Value, mailchimp: Value];

/** Returns the baseline of one field, in the short form if both values are identical. */
export function agreed(copper: Value, mailchimp: Value): Agreed {
  return copper === mailchimp ? copper : [copper, mailchimp];
}

/** Returns Copper's value and Mailchimp's value from a baseline. */
export function bothSides(held: Agreed): readonly [copper: Value, mailchimp: Value] {
  return typeof held === "object" && "length" in held ? held : [held, held];
}

/** The stored fact that a person and a member are the same human being. */
export interface Link {
  readonly personId: number;
  readonly memberKey: string;
  /** The address under which they are linked, as a key (W1). */
  readonly address: string;
  /** By pair of fields (V10). Links of an earlier version keep some of them by Copper field. */
  readonly baseline: Readonly<Record<string, Agreed>>;
  /** Keys of the tags that the sync put on the member, so that it removes no others (T2). */
  readonly tagsPut: readonly string[];
  /**
   * Keys of the status tags that this connection put on the person (C3, C7). Absent before the first one, and in links
   * of an earlier version.
   */
  readonly toldPut?: readonly string[];
  /**
   * Values that a side did not accept (V5, V12, V13): by pair of fields, or under `email` (an address), `told` (a
   * status tag), or `tag:` and the tag's key.
   */
  readonly refused: Readonly<Record<string, Refusal>>;
  /** Set while the member is archived by the sync. */
  readonly archived: ArchivedByUs | null;
  /** The position in the order in which links were made; decides which person was first (W6). */
  readonly since: number;
}

/** A value that did not cross over, with what is needed not to send it again at every run (A10). */
export interface Refusal {
  /** The side that holds the value. */
  readonly from: "copper" | "mailchimp";
  /** Identifies the value among those of its side: its `valueKey`, or the key of an address or a tag. */
  readonly value: string;
  /**
   * `cannot`: it cannot be converted. `refused`: the service refused it. `not-taken`: the service answered as if it had
   * not been sent.
   */
  readonly why: "cannot" | "refused" | "not-taken";
  /** How many times it was sent without success. */
  readonly tries?: number;
  /** The number of the first run that sends it again; absent if it is never sent again. */
  readonly again?: number;
}

/** Runs to wait before a value that was not taken is sent again, by the number of tries so far. */
const WAITS: readonly number[] = [2, 3, 5, 8, 13, 24];

/**
 * Returns the refusal to store for a value that a service did not take. It is sent again some runs later (V13).
 * @param from the side that holds the value
 * @param value the value's `valueKey`
 * @param before the refusal stored under the same key, to count the tries
 * @param run the number of this run
 */
export function notTaken(from: Refusal["from"], value: string, before: Refusal | undefined, run: number): Refusal {
  const tries =
    before?.why === "not-taken" && before.from === from && before.value === value ? (before.tries ?? 1) + 1 : 1;
  return { from, value, why: "not-taken", tries, again: run + WAITS[Math.min(tries, WAITS.length) - 1]! };
}

/**
 * Returns why a value must not be sent in this run, or `undefined` if it may be sent. A value that cannot be converted
 * is never held back here, since its conversion fails again anyway.
 * @param known the refusal stored under the value's key
 * @param from the side that holds the value
 * @param value the value's `valueKey`
 * @param run the number of this run
 */
export function heldBack(
  known: Refusal | undefined,
  from: Refusal["from"],
  value: string,
  run: number,
): Refusal["why"] | undefined {
  if (known === undefined || known.from !== from || known.value !== value || known.why === "cannot") return undefined;
  return known.again !== undefined && run >= known.again ? undefined : known.why;
}

/** Returns what both sides held of a pair of fields when they last agreed, or `undefined` if they never did. */
export function heldOf(link: Link, { pair, copper, inherits }: Pick<MappedField, "pair" | "copper" | "inherits">) {
  return link.baseline[pair] ?? (inherits ? link.baseline[copper] : undefined);
}

/** Returns the refusal stored for a pair of fields, if there is one. */
export function refusalOf(link: Link, { pair, copper, inherits }: Pick<MappedField, "pair" | "copper" | "inherits">) {
  const known: Refusal | string | undefined = link.refused[pair] ?? (inherits ? link.refused[copper] : undefined);
  if (typeof known !== "string") return known;
  // An earlier version stored the side and the value in one text
  const [, from, value = ""] = /^(copper|mailchimp):([\s\S]*)$/u.exec(known) ?? [];
  return from === undefined ? undefined : ({ from, value, why: "refused" } as Refusal);
}

/**
 * Returns the refusal to store for a value that a service refused: it is not sent again until it changes (V5). Copper's
 * custom fields are written together, so another one may be the cause. Those are sent again some runs later (A10).
 * @param from the side that holds the value
 * @param value the value's `valueKey`
 * @param link the contact's link, to count earlier tries
 * @param run the number of this run
 */
export function refusedValue(
  from: Refusal["from"],
  field: Pick<MappedField, "pair" | "copper" | "inherits">,
  value: string,
  link: Link | undefined,
  run: number,
): Refusal {
  if (from === "mailchimp" && field.copper.startsWith("custom:"))
    return notTaken(from, value, link && refusalOf(link, field), run);
  return { from, value, why: "refused" };
}

/** What is needed to bring back a member that the sync archived, and no other member (C1). */
export interface ArchivedByUs {
  /** The member's status before: the only one that it may return to. */
  readonly from: MemberStatus;
  /**
   * `gone`: the person was gone (G1). `decision`: an operator decided it (D3). `undo`: a run was undone (A6), and then
   * the member does not return by itself.
   */
  readonly why: "gone" | "decision" | "undo";
  /** The change time that Mailchimp gave for our archiving (Unix seconds). Another time means that it changed since. */
  readonly at: number;
}

/** An address that Mailchimp refuses, and why. It is not tried again until the operator asks for it (C5). */
export interface Rejection {
  /** As a key (W1). */
  readonly address: string;
  readonly code: RejectionCode;
  /** The service's own words. */
  readonly message: string;
}

/** Why Mailchimp refuses an address for good (C5). */
export type RejectionCode = "FORGOTTEN_EMAIL" | "COMPLIANCE_STATE" | "INVALID_ADDRESS";
