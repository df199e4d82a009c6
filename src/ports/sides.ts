/**
 * Defines what a side must offer: reading and writing people (Copper) and members (Mailchimp).
 * `test/ports/sides.test.ts` tests what every implementation must do.
 *
 * A side returns account and field definitions directly. To read and write records, the caller opens it with a mapping,
 * and gets a reader and a writer. Both are ready, so the order of calls does not matter.
 */
import type { Member, Person } from "../domain/contact.ts";
import type { CustomField, MappedField, MergeField } from "../domain/fields.ts";
import type { Traits } from "../domain/filter.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { ReadPosition } from "../plan/cursor.ts";
import type { MemberOperation, Operation, PersonOperation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";

/**
 * Receives one page of a reading. A record may come twice; the later version is usually newer.
 * @returns how many of its records this reading had not shown before
 */
export type OnPage<Record> = (records: readonly Record[]) => number;

/** Called after each page, with the number of records read so far. */
export type OnProgress = (read: number) => void;

/** Result of a reading. */
export interface Reading {
  /** Whether the reading reached its end, so that missing records are gone (G3). */
  readonly complete: boolean;
  /** Total number of records, if the service reports it. */
  readonly there?: number;
}

/** A record that does not parse: set aside and reported, while all others are synced (A9). */
export interface OddRecord {
  /** The person's id or the member's key; `undefined` if even that does not parse. */
  readonly key?: number | string;
  /** Addresses in the record, as the service sent them. */
  readonly addresses: readonly string[];
  /** Why the record is odd: an unknown shape, or a member without an address (W10). */
  readonly why: "odd-record" | "no-address";
  /** Names of the fields that do not parse. */
  readonly detail: string;
}

/** Journals every write, before it is sent and after its response, so that a crash loses none (A1). */
export interface Journal<O extends Operation> {
  /** Records operations before they are sent. */
  sending(operations: readonly O[]): Promise<void>;
  /** Records outcomes, and applies them to the store. An outcome holds the very operation that was recorded, no copy. */
  answered(outcomes: readonly Outcome<O>[]): Promise<void>;
  /** Records that a batch has started (`running`), or that its responses have been read. */
  left(batch: string, running: boolean): Promise<void>;
}

/** Contacts that notifications named. They only tell what to read again: we trust what we read (G1). */
export interface Hints {
  readonly personIds: readonly number[];
  readonly emails: readonly string[];
}

/** What reading and writing needs on both sides. */
interface Mapping {
  readonly mapped: readonly MappedField[];
  /** Capabilities of the service found by earlier runs, so that the side need not test them again. */
  readonly capabilities?: Capabilities;
}

/** What reading and writing people needs. */
export interface PeopleMapping extends Mapping {
  /** The definitions of custom fields. */
  readonly customs: readonly CustomField[];
  /** The account's time zone (an IANA name). */
  readonly zone: string;
  /** Contact types and fields that the filter needs. */
  readonly traits?: Traits;
}

/** What reading and writing members needs. */
export type MemberMapping = Mapping;

/** Reads the records of one side. Its methods throw ServiceError if a request fails. */
export interface RecordReader<Record> {
  /** Reads everything. */
  readAll(onPage: OnPage<Record>, onProgress?: OnProgress): Promise<Reading>;
  /** Reads everything that changed at or after `since.at`. */
  readSince(since: ReadPosition, onPage: OnPage<Record>, onProgress?: OnProgress): Promise<Reading>;
  /**
   * Returns the records that did not parse so far, and members without an address (W10). The side keeps them, so a
   * reader that is opened later returns those, too.
   */
  odd(): readonly OddRecord[];
}

/** Reads people. `there` of `readSince` is 0 if no person is left at all (G4). Other values mean nothing. */
export interface PeopleReader extends RecordReader<Person> {
  /** Fetches these people, because a reading may miss some (G1). Leaves out those who are gone. */
  confirm(ids: readonly number[]): Promise<readonly Person[]>;
}

/** Reads members. `there` counts all of them, including the archived ones. */
export interface MemberReader extends RecordReader<Member> {
  /** Fetches the current members at these addresses. Leaves out addresses without a member. */
  at(emails: readonly string[]): Promise<readonly Member[]>;
}

/** Writes people. */
export interface PeopleWriter {
  /** Carries out operations. Journals a failure as an outcome, so that it does not stop the others (A3). */
  apply(operations: readonly PersonOperation[], journal: Journal<PersonOperation>): Promise<void>;
  /** Returns the service's capabilities for writing, found by earlier runs and by this one. */
  capabilities(): Capabilities;
}

/** Ids of tags, by tag key. */
export type TagIds = ReadonlyMap<string, number>;

/** Writes members. */
export interface MemberWriter {
  /**
   * Carries out operations. Journals a failure as an outcome, so that it does not stop the others (A3).
   * @param tagIds returns the ids of tags; called only if tags are written, because it may load all members
   */
  apply(
    operations: readonly MemberOperation[],
    journal: Journal<MemberOperation>,
    tagIds: () => Promise<TagIds>,
  ): Promise<void>;
  /** Returns the service's capabilities for writing, found by earlier runs and by this one. */
  capabilities(): Capabilities;
}

/** An opened side. */
interface Opened<Reader, Writer> {
  readonly reader: Reader;
  readonly writer: Writer;
}
/** The opened Copper side. */
export type OpenPeople = Opened<PeopleReader, PeopleWriter>;
/** The opened Mailchimp side. */
export type OpenMembers = Opened<MemberReader, MemberWriter>;

/** A current person with the record as sent, or a description of an odd record (A9). */
export type FetchedPerson =
  | { readonly person: Person; readonly raw: unknown; readonly odd?: never }
  | { readonly odd: OddRecord; readonly person?: never };

/** Copper, as the sync uses it. */
export interface PeopleSide {
  /**
   * Returns the account's id (W9), its time zone (an IANA name), and whether team permissions are on. If they are, the
   * key of a user without all rights does not see all people. Throws ServiceError if the key is refused.
   */
  identity(): Promise<{ readonly id: string; readonly byTeam: boolean; readonly zone: string }>;
  /** Returns the definitions of custom fields. */
  customFields(): Promise<readonly CustomField[]>;
  /** Returns the account's contact types, by id. */
  contactTypes(): Promise<ReadonlyMap<number, string>>;
  /** Fetches one person without the mapped fields; `undefined` if the person is gone. */
  fetch(id: number): Promise<FetchedPerson | undefined>;
  /**
   * Creates a reader and a writer. Sends no request.
   * @param stop aborts when the run is to end: requests in flight finish, and no further one is sent
   */
  open(mapping: PeopleMapping, stop: AbortSignal): OpenPeople;
  /** Returns how many requests have been sent. */
  requests(): number;
}

/** An audience that a key can reach, with its number of members. */
export interface Audience {
  readonly id: string;
  readonly name: string;
  readonly members: number;
}

/** Mailchimp, as the sync uses it. */
export interface MemberSide {
  /** Returns the audience's id, name and sign-up page. Throws ServiceError if the key or the audience is refused. */
  audience(): Promise<{ id: string; name: string; signUpUrl: string | null; members: number }>;
  /** Returns the definitions of merge fields. */
  mergeFields(): Promise<readonly MergeField[]>;
  /** Fetches one member without the mapped fields; `undefined` if it is gone or does not parse. */
  fetch(id: string): Promise<{ member: Member; raw: unknown } | undefined>;
  /** Waits until batches of an earlier run have ended. @returns those that have */
  awaitLeft(batches: readonly string[]): Promise<readonly string[]>;
  /**
   * Creates a reader and a writer. Sends no request.
   * @param stop aborts when the run is to end: requests in flight finish, and no further one is sent
   */
  open(mapping: MemberMapping, stop: AbortSignal): OpenMembers;
  /** Returns how many requests have been sent. */
  requests(): number;
}
