/**
 * Standings: where every record of either side stands between two runs. Each has one state, and one reason for it. A
 * reason belongs to one state only, so only the reason is stored. The catalogues have the texts (`why.…` and
 * `helps.…`).
 */
import type { Records } from "./collections.ts";
import type { FailureCode } from "./outcomes.ts";
import type { SkippedAs } from "./skipped.ts";

/** The five states, in the order of display. */
export const STATES = ["in-step", "waiting", "left-out", "failing", "to-decide"] as const;
/** The state of a contact. */
export type ContactState = (typeof STATES)[number];

/** Every reason, with its state. */
const STATE_OF = {
  "in-step": "in-step",
  unsubscribed: "in-step",
  unconfirmed: "in-step",
  "not-subscribed": "in-step",
  "value-kept-back": "in-step",
  "old-address": "in-step",
  "next-run": "waiting",
  "not-looked-at": "waiting",
  "not-seen": "waiting",
  "reading-in-doubt": "waiting",
  "guard-refused": "waiting",
  "outside-only": "left-out",
  ignored: "left-out",
  "archived-by-tag": "left-out",
  "no-email": "left-out",
  "invalid-email": "left-out",
  "duplicate-email": "left-out",
  "second-member": "left-out",
  "outside-filter": "left-out",
  "not-created": "left-out",
  "not-created-filter": "left-out",
  "unsubscribed-unknown": "left-out",
  "unconfirmed-unknown": "left-out",
  "not-subscribed-unknown": "left-out",
  cleaned: "left-out",
  "archived-in-mailchimp": "left-out",
  "archived-by-undo": "left-out",
  "member-deleted": "left-out",
  deleted: "left-out",
  "person-gone": "left-out",
  "person-gone-kept": "left-out",
  "phone-only": "left-out",
  forgotten: "failing",
  "must-resubscribe": "failing",
  "fake-address": "failing",
  "address-refused": "failing",
  "address-not-taken": "failing",
  "value-not-taken": "failing",
  failed: "failing",
  "set-aside": "failing",
  "odd-record": "failing",
  "other-record-odd": "failing",
  marked: "to-decide",
  "address-taken": "to-decide",
} as const satisfies Readonly<Record<string, ContactState>>;

/** Why a contact is in its state. */
export type StandingReason = keyof typeof STATE_OF;
/** All reasons, in the order of display. */
export const REASONS = Object.keys(STATE_OF) as readonly StandingReason[];

/** Returns the state that a reason belongs to. */
export function stateOf(reason: StandingReason): ContactState {
  return STATE_OF[reason];
}

/** Returns the reasons of a state. */
export function reasonsOf(state: ContactState): StandingReason[] {
  return REASONS.filter((reason) => STATE_OF[reason] === state);
}

/**
 * Reasons that may concern records that are not stored. Those could not be read, or a guard refused the plan before the
 * reading was stored.
 */
export const UNSTORED = ["odd-record", "phone-only", "guard-refused"] as const satisfies readonly StandingReason[];

/** Values for the placeholders in a reason's text. */
export interface StandingDetail {
  /** Why a service did not accept the write. */
  readonly code?: FailureCode;
  /** The service's own words, or what is odd about a record. */
  readonly words?: string;
  /** Copper's names of the fields concerned, or `tags`. */
  readonly fields?: readonly string[];
  /** The address concerned, if it is not the one by which people know the contact. */
  readonly address?: string;
}

/** The reason for a contact's standing, as the decision gives it. */
export interface Because {
  readonly reason: StandingReason;
  readonly detail?: StandingDetail;
  /** The reason after everything planned is written, if the records alone cannot show it. */
  readonly afterwards?: StandingReason;
  /** The reason under which the run counts the contact as left out; absent if it is not left out. */
  readonly counted?: SkippedAs;
}

/** The standing of one contact: a person, a member, or a pair. */
export interface Standing extends Because {
  readonly personId?: number;
  readonly memberKey?: string;
  /** Only for a record that could not be read: its side, and a name that identifies it. */
  readonly unstored?: { readonly side: "copper" | "mailchimp"; readonly name: string };
}

/** A standing as the store keeps it. */
export interface KeptStanding extends Standing {
  /** Since when the reason applies (RFC 3339). */
  readonly since: string;
}

/** Returns the key of a contact's standing: by person if there is one, else by member, else by unreadable record. */
export function standingKey({ personId, memberKey, unstored }: Omit<Standing, "reason">): string {
  if (personId !== undefined) return `p${personId}`;
  if (memberKey !== undefined) return `m${memberKey}`;
  return `?${unstored?.side ?? ""} ${unstored?.name ?? ""}`;
}

/** The sides on which a standing counts a record. */
export const SIDES = ["both", "copper", "mailchimp"] as const;
export type Sides = (typeof SIDES)[number];

/** Returns on which sides a contact has a record. */
export function sidesOf({ personId, memberKey, unstored }: Omit<Standing, "reason">): Sides {
  if (personId !== undefined && memberKey !== undefined) return "both";
  if (personId !== undefined) return "copper";
  return memberKey !== undefined ? "mailchimp" : (unstored?.side ?? "copper");
}

/** How many records of each side stand for one reason. */
export interface ReasonCount {
  readonly reason: StandingReason;
  readonly copper: number;
  readonly mailchimp: number;
  /** Contacts; a pair counts once. */
  readonly contacts: number;
}

/**
 * Returns how many contacts are in a state.
 * @param counts by reason
 */
export function contactsIn(state: ContactState, counts: readonly ReasonCount[]): number {
  return counts.filter((one) => stateOf(one.reason) === state).reduce((sum, one) => sum + one.contacts, 0);
}

/** How many records of one side are in each state. */
export interface StateTotals {
  readonly total: number;
  readonly inStep: number;
  readonly waiting: number;
  readonly leftOut: number;
  readonly failing: number;
  readonly toDecide: number;
}

/** The states' names in JSON documents. */
const TOTAL_OF = {
  "in-step": "inStep",
  waiting: "waiting",
  "left-out": "leftOut",
  failing: "failing",
  "to-decide": "toDecide",
} as const satisfies Record<ContactState, keyof StateTotals>;

/** Returns the number of records of both sides, and of contacts, by state. */
export function totalsOf(counts: readonly ReasonCount[]): Record<"copper" | "mailchimp" | "contacts", StateTotals> {
  const of = (what: "copper" | "mailchimp" | "contacts"): StateTotals => {
    const sums = { total: 0, inStep: 0, waiting: 0, leftOut: 0, failing: 0, toDecide: 0 };
    for (const one of counts) {
      sums.total += one[what];
      sums[TOTAL_OF[stateOf(one.reason)]] += one[what];
    }
    return sums;
  };
  return { copper: of("copper"), mailchimp: of("mailchimp"), contacts: of("contacts") };
}

/**
 * Brings kept standings up to date. Yields after each step, since there may be a million.
 * @param kept by `standingKey`; changed here
 * @param still keys of the standings to keep; all others are deleted
 * @param changed standings to set
 * @returns the keys that were deleted
 */
export function* updating(
  kept: Records<string, KeptStanding>,
  still: ReadonlySet<string>,
  changed: Iterable<KeptStanding>,
): Generator<void, string[]> {
  const over: string[] = [];
  for (const key of [...kept.keys()]) {
    yield;
    if (still.has(key)) continue;
    kept.delete(key);
    over.push(key);
  }
  for (const one of changed) {
    yield;
    kept.set(standingKey(one), one);
  }
  return over;
}
