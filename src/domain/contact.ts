/**
 * The people of this program: a **person** is a record in Copper, a **member** one in the Mailchimp audience, a
 * **link** the stored knowledge that the two are one human being, and the **baseline** what both sides held when
 * they last agreed.
 */

import type { MappedField } from "./fields.ts";
import type { MemberStatus } from "./status.ts";
import type { ShownFields, Value } from "./values.ts";

/** A person as far as the sync looks at him. */
export interface Person {
  /** Copper's id. */
  readonly id: number;
  /** The name as Copper shows it. */
  readonly name: string;
  /** Addresses as typed, in Copper's order. */
  readonly emails: readonly string[];
  /** By Copper field (`first_name`, `custom:123`, …): a value, "" or nothing for a blank, `null` for what is absent. */
  readonly fields: ShownFields;
  readonly tags: readonly string[];
  /** What only the filter of an audience looks at (`filter.ts`), by key of its name. */
  readonly traits?: Readonly<Record<string, string>>;
  /** What somebody who decides about him wants to know; only for people marked for deletion (D2). */
  readonly about?: { readonly company: string; readonly title: string; readonly lastContactedAt: number | null };
  /** Unix seconds. */
  readonly createdAt: number;
  /** Unix seconds. */
  readonly modifiedAt: number;
}

/** A member as far as the sync looks at him. */
export interface Member {
  /** What stays the same when his address changes: Mailchimp's `contact_id`, or the hash where there is none. */
  readonly key: string;
  /** The id in the paths of the API: the hash that Mailchimp itself gave. */
  readonly id: string;
  readonly email: string;
  readonly status: MemberStatus;
  /** By merge tag (`FNAME`, …): a value, "" or nothing for a blank, `null` for what is absent. */
  readonly fields: ShownFields;
  readonly tags: readonly MemberTag[];
  /** Set where the answer shows some of the tags only: nothing is concluded from those that it lacks (T6). */
  readonly tagsCut?: true;
  /** Unix seconds. */
  readonly changedAt: number;
  /** The number by which Mailchimp's own pages know them, where the answer shows it. */
  readonly webId?: number;
}

/** A tag in Mailchimp: at the same time a static segment, by the id. */
export interface MemberTag {
  readonly id: number;
  readonly name: string;
}

/**
 * What both sides held of one field when they last agreed: one value where it was the same to the letter, else
 * Copper's and Mailchimp's. Most are the same, and there is one for each field of each contact.
 */
export type Agreed = Value | readonly [copper: Value, mailchimp: Value];

/** Puts down what both sides hold. */
export function agreed(copper: Value, mailchimp: Value): Agreed {
  return copper === mailchimp ? copper : [copper, mailchimp];
}

/** Copper's value and Mailchimp's. */
export function bothSides(held: Agreed): readonly [copper: Value, mailchimp: Value] {
  return typeof held === "object" && "length" in held ? held : [held, held];
}

/** The stored knowledge that a person and a member are the same human being. */
export interface Link {
  readonly personId: number;
  readonly memberKey: string;
  /** The address under which they are linked, as a key (W1). */
  readonly address: string;
  /** By pair of fields (V10); links of an earlier version have some by Copper field. */
  readonly baseline: Readonly<Record<string, Agreed>>;
  /** Keys of the tags on the member that we put there (T2). */
  readonly tagsPut: readonly string[];
  /**
   * Keys of the tags on the person by which this connection told Copper something (C3, C7); absent as long as it told
   * nothing, and in links of an earlier version.
   */
  readonly toldPut?: readonly string[];
  /** What a side did not take, by pair of fields, or `email`, or `tag:` with a tag's key (V5, V12, V13). */
  readonly refused: Readonly<Record<string, Refusal>>;
  /** Set while the member is archived by us. */
  readonly archived: ArchivedByUs | null;
  /** The order in which links were made: who was first (W6). */
  readonly since: number;
}

/** A value that did not cross over, and what is needed for not sending it again at every run (A10). */
export interface Refusal {
  /** The side that holds it. */
  readonly from: "copper" | "mailchimp";
  /** What tells it from others: see `valueKey`. */
  readonly value: string;
  /** It cannot be converted; the service refused it; the service answered as if it had not been sent. */
  readonly why: "cannot" | "refused" | "not-taken";
  /** How often it was sent in vain. */
  readonly tries?: number;
  /** The number of the run from which on it is sent again; never, where there is none. */
  readonly again?: number;
}

/** Runs to wait before a value that was not taken is sent again, by how often it was sent in vain. */
const WAITS: readonly number[] = [2, 3, 5, 8, 13, 24];

/**
 * Returns what is remembered of a value that a service did not take: it is sent again some runs later (V13).
 * @param before what is remembered under the same key
 * @param run the number of this run
 */
export function notTaken(from: Refusal["from"], value: string, before: Refusal | undefined, run: number): Refusal {
  const tries =
    before?.why === "not-taken" && before.from === from && before.value === value ? (before.tries ?? 1) + 1 : 1;
  return { from, value, why: "not-taken", tries, again: run + WAITS[Math.min(tries, WAITS.length) - 1]! };
}

/**
 * Returns why a value is not to be sent now, or `undefined` where it may be.
 * @param known what is remembered under its key
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

/** Returns what both sides held of a pair of fields when they last agreed. */
export function heldOf(link: Link, { pair, copper, inherits }: Pick<MappedField, "pair" | "copper" | "inherits">) {
  return link.baseline[pair] ?? (inherits ? link.baseline[copper] : undefined);
}

/** Returns what is remembered as not taken of a pair of fields. */
export function refusalOf(link: Link, { pair, copper, inherits }: Pick<MappedField, "pair" | "copper" | "inherits">) {
  const known: Refusal | string | undefined = link.refused[pair] ?? (inherits ? link.refused[copper] : undefined);
  if (typeof known !== "string") return known;
  // As an earlier version kept it: the side and the value in one text
  const [, from, value = ""] = /^(copper|mailchimp):([\s\S]*)$/u.exec(known) ?? [];
  return from === undefined ? undefined : ({ from, value, why: "refused" } as Refusal);
}

/**
 * Returns what is remembered of a value that a service refused: it is not sent again until it changes (V5). Copper's custom
 * fields go together: another one of them may be what is wrong, so those are sent again some runs later (A10).
 * @param from the side that holds the value
 * @param value what tells it from others: see `valueKey`
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

/** What must be known to bring back a member whom we archived, and nobody else (C1). */
export interface ArchivedByUs {
  /** The status he had: the only one he may return to. */
  readonly from: MemberStatus;
  /** The person was gone (G1), somebody decided it (D3), or a run was undone (A6): then he does not return by himself. */
  readonly why: "gone" | "decision" | "undo";
  /** When Mailchimp says that our archiving changed him, Unix seconds: another time means a change since. */
  readonly at: number;
}

/** An address that Mailchimp refuses, and why; not tried again until somebody asks (C5). */
export interface Rejection {
  /** As a key (W1). */
  readonly address: string;
  readonly code: RejectionCode;
  /** The service's own words. */
  readonly message: string;
}

/** Why Mailchimp refuses an address for good (C5). */
export type RejectionCode = "FORGOTTEN_EMAIL" | "COMPLIANCE_STATE" | "INVALID_ADDRESS";
