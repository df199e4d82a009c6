/**
 * Port for the store: what the sync needs from a database, so that it depends on none. The tests in `test/ports` define
 * what every implementation must do.
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

/** A person marked for deletion (D2, D3). */
export interface Review {
  readonly personId: number;
  readonly tag: string;
  /** Since when the person is marked (RFC 3339). */
  readonly since: string;
  readonly ignored: boolean;
}

/** A full copy of a contact, kept before it is deleted (D3). */
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
  /**
   * What our archiving did to the member; absent or null if it is not proven, and then the member stays archived (C1).
   */
  readonly archived?: ArchivedByUs | null;
  /** Set while the person is being restored: the new id once there is one, and what had to be left out. */
  readonly restoring?: { readonly personId: number | null; readonly leftOut: readonly string[] };
}

/** A value that the operator chose to settle a conflict. The next run writes it to both sides. */
export interface ConflictResolution {
  readonly personId: number;
  /** Copper's name of the field. */
  readonly field: string;
  readonly value: Value;
}

/** A contact that failed in several runs (A3). */
export interface Trouble {
  readonly contact: string;
  readonly runs: number;
  readonly last: FailedContact;
}

/** The stored records of both sides, by key. */
export interface KnownRecords {
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  /** By the person's id. */
  readonly links: Records<number, Link>;
  /** Standings of contacts that are not plainly in step, by `standingKey`. */
  readonly standings: Records<string, KeptStanding>;
}

/** The stored lists: small, and needed by every run. */
export interface Lists {
  /** Makes collections for this run's results. They belong to the run, which may change them. */
  readonly collections: Collections;
  readonly rejections: readonly Rejection[];
  readonly reviews: readonly Review[];
  readonly troubles: readonly Trouble[];
  readonly resolutions: readonly ConflictResolution[];
  /** Addresses of deleted people, as keys. No run creates them again (D3). */
  readonly deleted: readonly string[];
}

/** Everything that the store knows of a connection when a run begins. */
export interface State extends KnownRecords, Lists {}

/** Ids of people and keys of members. */
export interface Seeds {
  readonly personIds: readonly number[];
  readonly memberKeys: readonly string[];
}

/** Some of the stored records. */
export interface SomeRecords {
  readonly persons: readonly Person[];
  readonly members: readonly Member[];
  readonly links: readonly Link[];
}

/** States that every contact has been decided on, so a later run need only look at contacts that were touched since. */
export interface Decided {
  /** The settings and fields of that decision. If the text differs, everything must be decided again. */
  readonly by: string;
  /** Contacts (`standingKey`) that the next run looks at in any case. */
  readonly again: readonly string[];
}

/** What a run changes in the store, written in one transaction. Absent parts stay as they are. */
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
  /** Engagement published to Copper; replaces the rows of the same person and campaign. */
  readonly engaged?: readonly PublishedActivities[];
  /** Campaigns that are not looked at any more; their rows are deleted. */
  readonly engagementOver?: readonly string[];
  /** Standings to store. They are written before `standingsOver` is read. */
  readonly standings?: Iterable<KeptStanding>;
  /** Keys of contacts that are now plainly in step, or gone. */
  readonly standingsOver?: Iterable<string>;
  /**
   * Set if these changes come from a decision on every contact; `null` if such a decision no longer counts. If it is
   * absent, the changed contacts are marked as touched.
   */
  readonly decided?: Decided | null;
  readonly facts?: Partial<Facts>;
}

/** A past run in a list. */
export interface RunLine {
  readonly run: string;
  /** RFC 3339, like `finishedAt`. */
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

/** How many records a connection holds. */
export interface Holdings {
  readonly persons: number;
  readonly members: number;
  readonly links: number;
  /** The highest position in the order of links (`Link.since`) that was ever given. */
  readonly since: number;
}

/** What waits for the operator. */
export interface Waiting {
  readonly reviews: readonly Review[];
  readonly rejections: readonly Rejection[];
  readonly troubles: readonly Trouble[];
}

/** Everything stored about one contact. */
export interface KnownContact {
  readonly person?: Person;
  readonly member?: Member;
  readonly link?: Link;
}

/** A contact with its standing. */
export interface StandingContact extends KnownContact {
  readonly standing: Omit<KeptStanding, "since"> & {
    /** RFC 3339; `null` if it is unknown. */
    readonly since: string | null;
  };
}

/** A write in the journal. `sent`: no answer yet. `seen`: a later reading has shown its effect. */
export interface JournalEntry {
  readonly id: number;
  readonly run: string;
  readonly operation: Operation;
  readonly state: "sent" | "done" | "failed" | "seen";
}

/**
 * The state of one connection: one Copper account and one audience (W9). Every write throws LeaseLost if a lease was
 * taken and another process has it now.
 */
export interface Store {
  /** Loads everything that a complete run needs. */
  load(): Promise<State>;
  /** Loads the same without people, members, links and standings. */
  lists(): Promise<Lists>;
  /** Returns the records with these keys, and the links from or to one of them. */
  some(of: Seeds): Promise<SomeRecords>;
  /** Returns the contacts with one of these addresses (as keys). Now and then another contact is among them. */
  having(addresses: readonly string[]): Promise<Seeds>;
  /** Returns the settings and fields of the last decision on every contact; `undefined` if no decision counts. */
  decidedBy(): Promise<string | undefined>;
  /** Returns the contacts that anything has touched since that decision. */
  touched(): Promise<Seeds>;
  /** Returns how many stored contacts are counted as left out, by reason. */
  skipped(): Promise<Skipped>;
  /** Writes a run's changes in one transaction. */
  saveChanges(stateChanges: StateChanges): Promise<void>;
  /** Returns a fact by its name, or `undefined`. */
  fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | undefined>;
  /**
   * Takes the lease on the connection, or returns its holder (A5).
   * @param holder names this process
   */
  lock(holder: string): Promise<{ held: true } | { held: false; by: string; since: string }>;
  /** Gives the lease back; does nothing if another holder has it. */
  unlock(holder: string): Promise<void>;
  /**
   * Returns the keys of status tags that other audiences of the account put on people, by person; `undefined` if there
   * is no other audience (C7).
   */
  shared(): Promise<ReadonlyMap<number, readonly string[]> | undefined>;
  /** Returns whether the lease is surely still ours, without asking the database; true if none was taken. */
  holds(): boolean;
  /**
   * Records the start of a run.
   * @param startedAt RFC 3339
   * @param kind absent for a run that syncs both sides
   */
  beginRun(run: string, startedAt: string, kind?: RunKind): Promise<void>;
  /** Writes operations to the journal before they are sent (A1). Returns their ids in the same order. */
  journal(run: string, operations: readonly Operation[]): Promise<readonly number[]>;
  /** Writes answers to the journal, and the changes that follow from them, in one transaction. */
  answer(answers: readonly { id: number; ok: boolean; answer: unknown }[], stateChanges: StateChanges): Promise<void>;
  /** Returns writes whose answer never came (A1). */
  inDoubt(): Promise<readonly JournalEntry[]>;
  /** Closes writes in doubt, once a complete reading has shown their effect. */
  closeDoubts(ids: readonly number[]): Promise<void>;
  /** Yields the successful operations of a run, in the order of the journal. */
  operations(run: string): AsyncIterable<Operation>;
  /** Records the end of a run, with its document and its reports by format. Removes outdated runs. */
  endRun(run: string, document: RunDocument, report: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Returns past runs that have ended, newest first.
   * @param syncs only runs that sync both sides
   */
  runs(limit: number, offset?: number, syncs?: boolean): Promise<readonly RunLine[]>;
  holdings(): Promise<Holdings>;
  waiting(): Promise<Waiting>;
  resolutions(): Promise<readonly ConflictResolution[]>;
  /** Returns what was published for these people and campaigns. */
  engagements(of: readonly Omit<PublishedActivities, "kinds">[]): Promise<readonly PublishedActivities[]>;
  /** Finds contacts by pieces of a name or address, people first. */
  search(text: string, limit: number): Promise<readonly KnownContact[]>;
  /** Returns contacts with exactly this address on either side (W1). Nothing in it is a wildcard. */
  atAddress(address: string): Promise<readonly KnownContact[]>;
  /** Returns one contact, by the person's id or the member's key. */
  contact(who: { readonly personId: number } | { readonly memberKey: string }): Promise<KnownContact>;
  /** Returns those of these people that are stored, in the order of the ids. */
  contacts(personIds: readonly number[]): Promise<readonly KnownContact[]>;
  /** Returns how many records stand for each reason, including those plainly in step. */
  standingCounts(): Promise<readonly ReasonCount[]>;
  /** Returns how many contacts stand for one of these reasons. None may be `in-step`, which is not stored. */
  standingCount(reasons: readonly StandingReason[]): Promise<number>;
  /** Returns contacts that stand for one of these reasons, in a stable order. */
  standings(reasons: readonly StandingReason[], limit: number, offset?: number): Promise<readonly StandingContact[]>;
  /** Returns the stored standings with these keys (`standingKey`). Contacts plainly in step have none. */
  standingsAt(keys: readonly string[]): Promise<readonly KeptStanding[]>;
  /** Returns the same contacts with their standings. */
  standingOf(known: readonly KnownContact[]): Promise<readonly StandingContact[]>;
  /** Returns writes about a person, newest first. */
  history(personId: number, limit: number): Promise<readonly JournalEntry[]>;
  run(id: string): Promise<{ document: RunDocument; report: Readonly<Record<string, string>> } | undefined>;
  /** Keeps a full copy of a contact before it is deleted (D3). */
  keep(copy: KeptCopy): Promise<void>;
  copies(): Promise<readonly KeptCopy[]>;
  /** Records the new id of a restored person in the kept copy (D3). */
  restoredAs(personId: number, newId: number): Promise<void>;
  close(): Promise<void>;
}
