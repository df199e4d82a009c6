/**
 * What a side must offer: reading and writing people, reading and writing members. `test/ports/sides.test.ts` says what
 * every implementation must do.
 *
 * A side answers a few questions as it is (whose account it is, which fields there are). To read and write records it is
 * opened with what they are read by: the reader and the writer that come of it are ready, so nothing has to be called
 * before anything else.
 */
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

/** Called after each page, with how many records have been read so far. */
export type OnProgress = (read: number) => void;

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

/** Records how an apply goes on: every write before it is sent and when it is answered (A1). */
export interface Journal<O extends Operation> {
  sending(operations: readonly O[]): Promise<void>;
  answered(outcomes: readonly Outcome<O>[]): Promise<void>;
  /** Records requests that the service runs in its own time: when it takes them, and when they are answered. */
  left(batch: string, running: boolean): Promise<void>;
}

/** Contacts of whom a service has told that something happened; believed only once they have been read (G1). */
export interface Hints {
  readonly personIds: readonly number[];
  readonly emails: readonly string[];
}

/** What the records of both sides are read and written by. */
interface Mapping {
  readonly mapped: readonly MappedField[];
  /** What earlier runs found out, so that it is not found out again. */
  readonly capabilities?: Capabilities;
}

/** What people are read and written by. */
export interface PeopleMapping extends Mapping {
  /** The definitions of custom fields. */
  readonly customs: readonly CustomField[];
  /** The account's time zone (an IANA name). */
  readonly zone: string;
  /** What a filter looks at. */
  readonly traits?: Traits;
}

/** What members are read and written by. */
export type MemberMapping = Mapping;

/** Reads the records of one side. */
export interface RecordReader<Record> {
  /** Reads everything. */
  readAll(onPage: OnPage<Record>, onProgress?: OnProgress): Promise<Reading>;
  /** Reads everything that changed at or after `since.at`. */
  readSince(since: ReadPosition, onPage: OnPage<Record>, onProgress?: OnProgress): Promise<Reading>;
  /**
   * Returns the records that could not be read so far, and members without an address (W10). The side keeps them: a
   * reader that is opened later returns those, too.
   */
  odd(): readonly OddRecord[];
}

/** Reads people. `there` of `readSince` is 0 if nobody is left at all (G4), and says nothing else. */
export interface PeopleReader extends RecordReader<Person> {
  /** Returns those of these people who are really there: absence in a reading is checked (G1). */
  confirm(ids: readonly number[]): Promise<readonly Person[]>;
}

/** Reads members. `there` counts all of them, the archived ones included. */
export interface MemberReader extends RecordReader<Member> {
  /** Returns the members at these addresses as the service has them now; nothing for an address without a member. */
  at(emails: readonly string[]): Promise<readonly Member[]>;
}

/** Writes people. */
export interface PeopleWriter {
  /** Carries out all that can be carried out; a failure is an outcome, and stops nothing else (A3). */
  apply(operations: readonly PersonOperation[], journal: Journal<PersonOperation>): Promise<void>;
  /** Returns what is known of how this service takes writes: what an earlier run found out, and what this one did. */
  capabilities(): Capabilities;
}

/** The ids of tags by key. */
export type TagIds = ReadonlyMap<string, number>;

/** Writes members. */
export interface MemberWriter {
  /**
   * Carries out all that can be carried out; a failure is an outcome, and stops nothing else (A3).
   * @param tagIds called only if tags are written: finding the ids may mean looking at every member
   */
  apply(
    operations: readonly MemberOperation[],
    journal: Journal<MemberOperation>,
    tagIds: () => Promise<TagIds>,
  ): Promise<void>;
  /** Returns what is known of how this service takes writes: what an earlier run found out, and what this one did. */
  capabilities(): Capabilities;
}

/** An opened side. */
interface Opened<Reader, Writer> {
  readonly reader: Reader;
  readonly writer: Writer;
}
export type OpenPeople = Opened<PeopleReader, PeopleWriter>;
export type OpenMembers = Opened<MemberReader, MemberWriter>;

/** A person as the service has them now, with the whole record; or why that record cannot be read (A9). */
export type FetchedPerson =
  | { readonly person: Person; readonly raw: unknown; readonly odd?: never }
  | { readonly odd: OddRecord; readonly person?: never };

/** Copper, as the sync sees it. */
export interface PeopleSide {
  /**
   * Returns the account's id (W9), whether permissions by team are on, so that a lesser user's key misses people, and
   * its time zone (an IANA name). Throws ServiceError if the key is refused.
   */
  identity(): Promise<{ readonly id: string; readonly byTeam: boolean; readonly zone: string }>;
  customFields(): Promise<readonly CustomField[]>;
  /** Returns the account's contact types, by id. */
  contactTypes(): Promise<ReadonlyMap<number, string>>;
  /** Returns one person without the mapped fields; `undefined` if they are gone. */
  fetch(id: number): Promise<FetchedPerson | undefined>;
  /**
   * Makes a reader and a writer; sends nothing.
   * @param stop aborted when the run is to end: requests in flight are finished, no further one is sent
   */
  open(mapping: PeopleMapping, stop: AbortSignal): OpenPeople;
  /** Returns how many requests have been sent. */
  requests(): number;
}

/** Mailchimp, as the sync sees it. */
export interface MemberSide {
  /** Returns the audience's id, name and sign-up page. Throws ServiceError if the key or the audience is refused. */
  audience(): Promise<{ id: string; name: string; signUpUrl: string | null; members: number }>;
  mergeFields(): Promise<readonly MergeField[]>;
  /** Returns one member without the mapped fields; `undefined` if they are gone or their record cannot be read. */
  fetch(id: string): Promise<{ member: Member; raw: unknown } | undefined>;
  /** Waits until what an earlier run left to the service has ended. @returns the batches that have */
  awaitLeft(batches: readonly string[]): Promise<readonly string[]>;
  /**
   * Makes a reader and a writer; sends nothing.
   * @param stop aborted when the run is to end: requests in flight are finished, no further one is sent
   */
  open(mapping: MemberMapping, stop: AbortSignal): OpenMembers;
  /** Returns how many requests have been sent. */
  requests(): number;
}
