/** What reconciling looks at: both sides as last seen, what is stored about them, and the settings in force. */
import type { Link, Member, Person } from "../domain/contact.ts";
import type { ConflictRule, MappedField } from "../domain/fields.ts";
import type { Filter } from "../domain/filter.ts";
import type { NewMemberStatus } from "../domain/status.ts";
import type { TagNames, TagStyle } from "../domain/tags.ts";
import type { Value } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";

/** A share (0–1) of the linked contacts, or a number of them. */
export type Allowance = { readonly share: number } | { readonly number: number };

/** The settings that decide what becomes of a contact. */
export interface Policy {
  readonly mapped: readonly MappedField[];
  readonly conflict: ConflictRule;
  readonly newMemberStatus: NewMemberStatus;
  readonly createInCopper: boolean;
  readonly copperDeleted: "archive" | "keep";
  /** At most so many linked contacts may go in one run (G4). */
  readonly maxRemovals: Allowance;
  /** Of at most this share or number of linked contacts one field may be cleared, or given one and the same value (G5). */
  readonly maxChanges: Allowance;
  /** At most so many contacts may be made on one side in a later run, compared with those linked (R4). */
  readonly maxNew: Allowance;
  readonly tagNames: TagNames;
  readonly tagStyle: TagStyle;
  /** Pieces of addresses, lower-cased; empty for everybody. */
  readonly only: readonly string[];
  /** For whom the audience is; absent for everybody. */
  readonly filter?: Filter;
}

/** Both sides and what is stored. A link whose person is not in `persons` is one whose person is gone (G1). */
export interface World {
  readonly persons: Known<number, Person>;
  /** By member key. */
  readonly members: Known<string, Member>;
  /** By the person's id. */
  readonly links: Known<number, Link>;
  /** The highest place in the order of links that was ever given; absent where the links themselves tell it. */
  readonly since?: number;
  /** The number of this run, counted over all runs of the connection. */
  readonly run: number;
  /** Keys of the tags by which other audiences of this account told something, by person; where there are others (C7). */
  readonly shared?: ReadonlyMap<number, readonly string[]>;
  /** Keys of the tags by which Copper was told something of people who have no member, by person (C5, C7). */
  readonly toldAlone?: ReadonlyMap<number, readonly string[]>;
  /** Addresses (as keys) of records that were odd in this reading: each may be there, so nobody is made anew (A9). */
  readonly odd?: ReadonlySet<string>;
  /** Values that a human wants on both sides, by person and Copper field. */
  readonly chosenValues?: ReadonlyMap<number, ReadonlyMap<string, Value>>;
  /** Addresses (as keys) that Mailchimp refuses, with the code (C5). */
  readonly rejected: ReadonlyMap<string, string>;
  /** Refused addresses are tried again, because somebody asked (`--retry-rejected`). */
  readonly retryRejected?: boolean;
  /** Addresses (as keys) that a human deleted (D3). */
  readonly deleted: ReadonlySet<string>;
  /** People listed for review, by id, and whether a human chose to leave them as they are (D3). */
  readonly reviewed?: ReadonlyMap<number, boolean>;
  /** Contacts that failed too often and wait for somebody to look (A3). */
  readonly setAside: ReadonlySet<string>;
  /** Known, but not shown by the last reading, which was not believed: nothing is written about them (G3). */
  readonly unseen?: { readonly persons: ReadonlySet<number>; readonly members: ReadonlySet<string> };
  /** Sides whose reading ended early: who was not shown may be there all the same, so nobody is made anew (G3). */
  readonly partly?: ReadonlySet<"copper" | "mailchimp">;
  /** Tags of members whose creation is in doubt, by person: where a member has them, they are ours (A1, T2). */
  readonly tagsInDoubt?: ReadonlyMap<number, readonly string[]>;
  /** What is agreed of the names of people whose creation is in doubt, by the member's key (A1, W8). */
  readonly namesInDoubt?: ReadonlyMap<string, Link["baseline"]>;
  /** Whether everybody was brought together once: from then on very many new contacts are a surprise (R4). */
  readonly grown?: boolean;
  /** How many persons and members there were after the last run; `undefined` before the first. */
  readonly before?: { readonly persons: number; readonly members: number };
}
