/**
 * The people of this program: a **person** is a record in Copper, a **member** one in the Mailchimp audience, a
 * **link** the stored knowledge that the two are one human being, and the **baseline** what both sides held when
 * they last agreed.
 */
import type { MemberStatus } from "./status.ts";
import type { Value } from "./values.ts";

/** A person as far as the sync looks at him. */
export interface Person {
  /** Copper's id. */
  readonly id: number;
  /** The name as Copper shows it. */
  readonly name: string;
  /** Addresses as typed, in Copper's order. */
  readonly emails: readonly string[];
  /** Values by Copper field (`first_name`, `custom:123`, …); a blank is "". */
  readonly fields: Readonly<Record<string, Value>>;
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
  /** Values by merge tag (`FNAME`, …); a blank is "". */
  readonly fields: Readonly<Record<string, Value>>;
  readonly tags: readonly MemberTag[];
  /** Unix seconds. */
  readonly changedAt: number;
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
  /** By Copper field. */
  readonly baseline: Readonly<Record<string, Agreed>>;
  /** Keys of the tags on the member that we put there (T2). */
  readonly tagsPut: readonly string[];
  /** Values that a side refused, by Copper field, so that they are not sent again until they change (V5). */
  readonly refused: Readonly<Record<string, string>>;
  /** Set while the member is archived by us. */
  readonly archived: ArchivedByUs | null;
  /** The order in which links were made: who was first (W6). */
  readonly since: number;
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
