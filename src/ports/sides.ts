/** What a side must offer: reading and writing people, reading and writing members. */
import type { Member, Person } from "../domain/contact.ts";
import type { CustomField, MappedField, MergeField } from "../domain/fields.ts";
import type { Traits } from "../domain/filter.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { ReadPosition } from "../plan/cursor.ts";
import type { MemberOperation, Operation, PersonOperation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";

/**
 * Takes what a reading shows, page by page; a record may come twice, the later one as it was later.
 * @returns how many of them this reading had not shown before
 */
export type OnPage<Record> = (records: readonly Record[]) => number;

/** What is to be said of a reading once it has ended. */
export interface Reading {
  /** Whether everything there is was read, so that what is absent is gone (G3). */
  readonly complete: boolean;
  /** How many there are in all, as the service says; absent where it does not. */
  readonly there?: number;
}

/** A record that cannot be read as it should be: set aside and told, while everybody else is synced (A9). */
export interface OddRecord {
  /** The person's id or the member's key; absent where not even that can be read. */
  readonly key?: number | string;
  /** Addresses that it shows, as they came. */
  readonly addresses: readonly string[];
  /** It has another shape; or it is a member without an address (W10). */
  readonly why: "odd-record" | "no-address";
  /** The parts of it that are odd. */
  readonly detail: string;
}

/** Tells how an apply goes on; every write is told before it is sent and when it is answered (A1). */
export interface Journal<O extends Operation> {
  sending(operations: readonly O[]): Promise<void>;
  answered(outcomes: readonly Outcome<O>[]): Promise<void>;
  /** Told of requests left to the service to run in its own time: when it takes them, and when they are answered. */
  left(batch: string, running: boolean): Promise<void>;
}

/** Contacts of whom a service has told that something happened; believed only once they have been read (G1). */
export interface Hints {
  readonly personIds: readonly number[];
  readonly emails: readonly string[];
}

/** What a side did for a request counter and what may stop it. */
export interface SideContext {
  /** Aborted when the run is to end: requests in flight are finished, no further one is sent. */
  readonly stop: AbortSignal;
  /** Told after each page, with how many records have been read so far. */
  progress?(read: number): void;
}

/** Copper, as the sync sees it. */
export interface PeopleSide {
  /**
   * The account's id (W9), whether permissions by team are on, so that a lesser user's key misses people, and its time
   * zone (an IANA name).
   * Throws ServiceError when the key is refused.
   */
  identity(): Promise<{ readonly id: string; readonly byTeam: boolean; readonly zone: string }>;
  customFields(): Promise<readonly CustomField[]>;
  /** The account's contact types, by id. */
  contactTypes(): Promise<ReadonlyMap<number, string>>;
  /**
   * Sets the fields that persons are read with, the definitions of the custom ones, the account's time zone, and what a
   * filter looks at.
   */
  use(mapped: readonly MappedField[], customs: readonly CustomField[], zone: string, traits?: Traits): void;
  /** Told before writing: what was found out in earlier runs. */
  know(capabilities: Capabilities): void;
  /** What is known by now. */
  capabilities(): Capabilities;
  /** Records that could not be read so far. */
  odd(): readonly OddRecord[];
  readAll(take: OnPage<Person>, context: SideContext): Promise<Reading>;
  /**
   * Everything changed at or after `since.at`. `there` is 0 where there is nobody at all any more (G4), and tells
   * nothing else.
   */
  readSince(since: ReadPosition, take: OnPage<Person>, context: SideContext): Promise<Reading>;
  /** Which of these persons are really there, asked one by one or in bulk: absence in a reading is checked (G1). */
  confirm(ids: readonly number[], context: SideContext): Promise<readonly Person[]>;
  /** The record as the service has it now, whole, or `undefined` when it is gone. */
  fetch(id: number): Promise<{ person: Person; raw: unknown } | undefined>;
  /** Everything of these operations that can be done is done; failures are outcomes. The list is emptied. */
  apply(operations: PersonOperation[], journal: Journal<PersonOperation>, context: SideContext): Promise<void>;
  /** Requests sent so far. */
  requests(): number;
}

/** Mailchimp, as the sync sees it. */
export interface MemberSide {
  /** The audience's id, name and sign-up page. Throws ServiceError when the key or the audience is refused. */
  audience(): Promise<{ id: string; name: string; signUpUrl: string | null; members: number }>;
  mergeFields(): Promise<readonly MergeField[]>;
  use(mapped: readonly MappedField[]): void;
  /** Told before writing: what was found out in earlier runs, and the ids of tags by key. */
  know(capabilities: Capabilities, tagIds: () => Promise<ReadonlyMap<string, number>>): void;
  /** What is known by now. */
  capabilities(): Capabilities;
  /** Records that could not be read so far, and members without an address (W10). */
  odd(): readonly OddRecord[];
  readAll(take: OnPage<Member>, context: SideContext): Promise<Reading>;
  /** Everything changed at or after `since.at`; `there` counts all, the archived ones with them. */
  readSince(since: ReadPosition, take: OnPage<Member>, context: SideContext): Promise<Reading>;
  fetch(id: string): Promise<{ member: Member; raw: unknown } | undefined>;
  /** The members at these addresses as the service has them now; who is not there is not among them. */
  at(emails: readonly string[]): Promise<readonly Member[]>;
  /** Likewise. */
  apply(operations: MemberOperation[], journal: Journal<MemberOperation>, context: SideContext): Promise<void>;
  /** Waits until what an earlier run left to the service has ended. @returns the ones that have */
  awaitLeft(batches: readonly string[]): Promise<readonly string[]>;
  requests(): number;
}
