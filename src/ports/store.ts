/**
 * Ports: what a side, a store and a clock must offer, so that the sync knows no API and no database. The suites in
 * `test/ports` say what every implementation must do.
 */

import type { ArchivedByUs, Link, Member, Person, Rejection } from "../domain/contact.ts";
import type { MemberStatus } from "../domain/status.ts";
import type { Value } from "../domain/values.ts";
import type { Collections, Records } from "../plan/collections.ts";
import type { Operation } from "../plan/operations.ts";
import type { FailedContact } from "../plan/outcomes.ts";
import type { RunDocument, RunKind, RunMode, RunOutcome } from "../plan/run-document.ts";
import type { Skipped } from "../plan/skipped.ts";
import type { KeptStanding, ReasonCount, StandingReason } from "../plan/standings.ts";
import type { PublishedActivities } from "./engagement.ts";
import type { Facts } from "./facts.ts";

/** What is known of a marked person (D2, D3). */
export interface Review {
  readonly personId: number;
  readonly tag: string;
  /** RFC 3339. */
  readonly since: string;
  readonly ignored: boolean;
}

/** A full copy kept before a delete (D3). */
export interface KeptCopy {
  readonly personId: number;
  readonly name: string;
  readonly emails: readonly string[];
  readonly person: unknown;
  readonly member: unknown;
  readonly link: Link | null;
  readonly memberStatus: MemberStatus | null;
  readonly forgotten: boolean;
  /** RFC 3339. */
  readonly deletedAt: string;
  readonly restoredAs: number | null;
  /** What our archiving made of the member; absent or null where it is not proven, so that they stay there (C1). */
  readonly archived?: ArchivedByUs | null;
  /** Set while the person is being brought back: the new id, once there is one, and what had to be left out. */
  readonly restoring?: { readonly personId: number | null; readonly leftOut: readonly string[] };
}

/** A value that a human wants in place of the one that a conflict kept: on both sides, at the next run. */
export interface ConflictResolution {
  readonly personId: number;
  /** By Copper's name. */
  readonly field: string;
  readonly value: Value;
}

/** Contacts that failed in several runs (A3). */
export interface Trouble {
  readonly contact: string;
  readonly runs: number;
  readonly last: FailedContact;
}

/** People, members and what is kept of both of them. */
export interface KnownRecords {
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  /** By the person's id. */
  readonly links: Records<number, Link>;
  /** Where contacts stand that are not plainly in step, by key. */
  readonly standings: Records<string, KeptStanding>;
}

/** What waits for something, whoever it concerns. */
export interface Lists {
  /** For what the run puts together besides; its own, so that it may be changed. */
  readonly collections: Collections;
  readonly rejections: readonly Rejection[];
  readonly reviews: readonly Review[];
  readonly troubles: readonly Trouble[];
  readonly resolutions: readonly ConflictResolution[];
  /** Addresses of deleted people, as keys: nothing recreates them (D3). */
  readonly deleted: readonly string[];
}

/** Everything the store knows of a connection when a run begins. */
export interface State extends KnownRecords, Lists {}

/** People and members by what tells them from each other. */
export interface Seeds {
  readonly personIds: readonly number[];
  readonly memberKeys: readonly string[];
}

/** Some of the records that are kept. */
export interface SomeRecords {
  readonly persons: readonly Person[];
  readonly members: readonly Member[];
  readonly links: readonly Link[];
}

/**
 * That everybody has been decided on, so that a later run needs to look at those only whom something has touched since.
 */
export interface Decided {
  /** By which settings and which fields; another text where everybody is to be decided on anew. */
  readonly by: string;
  /** Contacts (`standingKey`) that are looked at again in any case. */
  readonly again: readonly string[];
}

/** What a run changes in the store; written in one transaction. Absent parts stay as they are. */
export interface StateChanges {
  readonly persons?: Iterable<Person>;
  readonly personsGone?: readonly number[];
  readonly members?: Iterable<Member>;
  readonly membersGone?: readonly string[];
  readonly links?: Iterable<Link>;
  readonly unlinked?: readonly number[];
  readonly rejections?: readonly Rejection[];
  readonly rejectionsLifted?: readonly string[];
  readonly reviews?: readonly Review[];
  readonly reviewsOver?: readonly number[];
  readonly troubles?: readonly Trouble[];
  readonly troublesOver?: readonly string[];
  readonly resolutions?: readonly ConflictResolution[];
  readonly resolutionsOver?: readonly ConflictResolution[];
  readonly deleted?: readonly string[];
  readonly restored?: readonly string[];
  /** What Copper has been told of people and campaigns; in place of what was known of the same two. */
  readonly engaged?: readonly PublishedActivities[];
  /** Campaigns that are looked at no more. */
  readonly engagementOver?: readonly string[];
  /** Where contacts stand; written before `standingsOver` is asked for. */
  readonly standings?: Iterable<KeptStanding>;
  /** Keys of contacts that are plainly in step by now, or gone. */
  readonly standingsOver?: Iterable<string>;
  /**
   * Everybody has been decided on with what is learnt here: `null` where that does not hold any more. Where it is absent,
   * what is learnt touches those whom it concerns.
   */
  readonly decided?: Decided | null;
  readonly facts?: Partial<Facts>;
}

/** A past run in a list. */
export interface RunLine {
  readonly run: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: RunOutcome;
  readonly kind?: RunKind;
  readonly mode: RunMode;
  readonly copper: { readonly created: number; readonly updated: number };
  readonly mailchimp: { readonly created: number; readonly updated: number; readonly archived: number };
  /** Tags added and removed. */
  readonly tags: number;
  readonly requests: number;
  readonly failures: number;
  readonly conflicts: number;
}

/** How many of everything a connection holds. */
export interface Holdings {
  readonly persons: number;
  readonly members: number;
  readonly links: number;
  /** The highest place in the order of links (`Link.since`) that was ever given. */
  readonly since: number;
}

/** What waits for a human. */
export interface Waiting {
  readonly reviews: readonly Review[];
  readonly rejections: readonly Rejection[];
  readonly troubles: readonly Trouble[];
}

/** Everything known of one contact. */
export interface KnownContact {
  readonly person?: Person;
  readonly member?: Member;
  readonly link?: Link;
}

/** A contact with where it stands. */
export interface StandingContact extends KnownContact {
  readonly standing: Omit<KeptStanding, "since"> & {
    /** RFC 3339; `null` where it is not known. */
    readonly since: string | null;
  };
}

/** A write as the journal has it. */
export interface JournalEntry {
  readonly id: number;
  readonly run: string;
  readonly operation: Operation;
  readonly state: "sent" | "done" | "failed" | "seen";
}

/** The state of one connection: one Copper account and one audience (W9). */
export interface Store {
  load(): Promise<State>;
  /** The same without people, members, links and standings. */
  lists(): Promise<Lists>;
  /** The records of these people and members, and the links that lead from or to one of them. */
  some(of: Seeds): Promise<SomeRecords>;
  /** Who has one of these addresses (as keys); now and then somebody else besides. */
  having(addresses: readonly string[]): Promise<Seeds>;
  /** By what everybody was decided on; `undefined` where nobody may rest on that. */
  decidedBy(): Promise<string | undefined>;
  /** Whom anything has touched since everybody was decided on. */
  touched(): Promise<Seeds>;
  /** How many contacts of all that stand somewhere are counted as left out, by why. */
  skipped(): Promise<Skipped>;
  saveChanges(stateChanges: StateChanges): Promise<void>;
  /** A small fact kept by name (marks, counts, times), or `undefined`. */
  fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | undefined>;
  /** Takes the lease on the connection, or tells who holds it (A5). */
  lock(holder: string): Promise<{ held: true } | { held: false; by: string; since: string }>;
  unlock(holder: string): Promise<void>;
  /** The tags by which other audiences of the same account have told Copper something, by person; none: no others (C7). */
  shared(): Promise<ReadonlyMap<number, readonly string[]> | undefined>;
  /** Whether the lease that was taken is surely still ours, without asking; true where none was taken. */
  holds(): boolean;
  /** @param startedAt RFC 3339 @param kind absent for a run that keeps both sides in step */
  beginRun(run: string, startedAt: string, kind?: RunKind): Promise<void>;
  /** Writes down operations before they are sent; the ids are in the order of the operations. */
  journal(run: string, operations: readonly Operation[]): Promise<readonly number[]>;
  /** Writes down the answers, together with what they taught. */
  answer(answers: readonly { id: number; ok: boolean; answer: unknown }[], stateChanges: StateChanges): Promise<void>;
  /** Writes whose answer never came, of runs that did not end. */
  inDoubt(): Promise<readonly JournalEntry[]>;
  /** Closes what was in doubt, once a complete reading has shown what became of it. */
  closeDoubts(ids: readonly number[]): Promise<void>;
  /** What a run did, in the order in which it was written down. */
  operations(run: string): AsyncIterable<Operation>;
  endRun(run: string, document: RunDocument, report: Readonly<Record<string, string>>): Promise<void>;
  /** Past runs that have ended, newest first. @param syncs only those that keep both sides in step */
  runs(limit: number, offset?: number, syncs?: boolean): Promise<readonly RunLine[]>;
  holdings(): Promise<Holdings>;
  waiting(): Promise<Waiting>;
  resolutions(): Promise<readonly ConflictResolution[]>;
  /** What Copper has been told of these people and campaigns. */
  engagements(of: readonly Omit<PublishedActivities, "kinds">[]): Promise<readonly PublishedActivities[]>;
  /** Contacts by a piece of a name or address, people first. */
  search(text: string, limit: number): Promise<readonly KnownContact[]>;
  /** Contacts with exactly this address, on either side (W1): nothing in it is a wildcard. */
  atAddress(address: string): Promise<readonly KnownContact[]>;
  /** By the person's id, or by the member's key. */
  contact(who: { readonly personId: number } | { readonly memberKey: string }): Promise<KnownContact>;
  /** Those of these people who are known, in the order asked for. */
  contacts(personIds: readonly number[]): Promise<readonly KnownContact[]>;
  /** How many records stand for each reason, those plainly in step with them. */
  standingCounts(): Promise<readonly ReasonCount[]>;
  /** How many contacts stand for one of these reasons, none of which may be that of who is plainly in step. */
  standingCount(reasons: readonly StandingReason[]): Promise<number>;
  /** Contacts that stand for one of these reasons, in a lasting order. */
  standings(reasons: readonly StandingReason[], limit: number, offset?: number): Promise<readonly StandingContact[]>;
  /** What is kept under these keys (see `standingKey`): nothing of who is plainly in step. */
  standingsAt(keys: readonly string[]): Promise<readonly KeptStanding[]>;
  /** The same contacts with where they stand. */
  standingOf(known: readonly KnownContact[]): Promise<readonly StandingContact[]>;
  /** Writes about a person, newest first. */
  history(personId: number, limit: number): Promise<readonly JournalEntry[]>;
  run(id: string): Promise<{ document: RunDocument; report: Readonly<Record<string, string>> } | undefined>;
  keep(copy: KeptCopy): Promise<void>;
  copies(): Promise<readonly KeptCopy[]>;
  restoredAs(personId: number, newId: number): Promise<void>;
  close(): Promise<void>;
}
