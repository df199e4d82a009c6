/** The input of reconciling: both sides as last seen, what is stored about them, and the settings in force. */
import type { Allowance } from "../domain/allowance.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import type { ConflictRule, MappedField } from "../domain/fields.ts";
import type { Filter } from "../domain/filter.ts";
import type { NewMemberStatus } from "../domain/status.ts";
import type { TagNames, TagStyle } from "../domain/tags.ts";
import type { Value } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";

/** The settings that decide what becomes of a contact. */
export interface Policy {
  readonly mapped: readonly MappedField[];
  readonly conflict: ConflictRule;
  readonly newMemberStatus: NewMemberStatus;
  readonly createInCopper: boolean;
  readonly copperDeleted: "archive" | "keep";
  /** The most linked contacts that one run may archive (G4). */
  readonly maxRemovals: Allowance;
  /** The most linked contacts of which one run may clear a field, or set it to one and the same value (G5). */
  readonly maxChanges: Allowance;
  /** The most contacts that a later run may create on one side (R4). */
  readonly maxNew: Allowance;
  readonly tagNames: TagNames;
  readonly tagStyle: TagStyle;
  /** Pieces of addresses, lower-cased; empty for all contacts. */
  readonly only: readonly string[];
  /** The audience's filter; absent if it includes everybody. */
  readonly filter?: Filter;
}

/** Both sides and what is stored. A link whose person is not in `persons` belongs to a person who is gone (G1). */
export interface World {
  readonly persons: Known<number, Person>;
  /** By member key. */
  readonly members: Known<string, Member>;
  /** By the person's id. */
  readonly links: Known<number, Link>;
  /** The highest position in the order of links that was ever given. */
  readonly since: number;
  /** The number of this run, counted over all runs of the connection. */
  readonly run: number;
  /** Keys of status tags that other audiences of this account put, by person; absent if there are none (C7). */
  readonly shared?: ReadonlyMap<number, readonly string[]>;
  /** Keys of status tags on people without a member, by person (C5, C7). */
  readonly toldAlone?: ReadonlyMap<number, readonly string[]>;
  /**
   * Addresses (as keys) of records that this reading could not parse. Each may exist, so no record is created for them
   * (A9).
   */
  readonly odd?: ReadonlySet<string>;
  /** Values that the operator chose for both sides, by person and Copper field. */
  readonly chosenValues?: ReadonlyMap<number, ReadonlyMap<string, Value>>;
  /** Addresses (as keys) that Mailchimp refuses, with the code (C5). */
  readonly rejected: ReadonlyMap<string, string>;
  /** Whether refused addresses are tried again, because the operator asked for it (`--retry-rejected`). */
  readonly retryRejected?: boolean;
  /** Addresses (as keys) of people deleted by a decision (D3). */
  readonly deleted: ReadonlySet<string>;
  /** People on the review list, by id, and whether an operator chose to ignore the mark (D3). */
  readonly reviewed?: ReadonlyMap<number, boolean>;
  /** Addresses (as keys) of contacts that failed too often and wait for an operator (A3). */
  readonly setAside: ReadonlySet<string>;
  /** Stored records that a doubtful reading did not show. Nothing is written about them (G3). */
  readonly unseen?: { readonly persons: ReadonlySet<number>; readonly members: ReadonlySet<string> };
  /** Sides whose reading ended early. A record that it did not show may exist, so no record is created (G3). */
  readonly partly?: ReadonlySet<"copper" | "mailchimp">;
  /** Tags of members whose creation is in doubt, by person. If a member has them, they are ours (A1, T2). */
  readonly tagsInDoubt?: ReadonlyMap<number, readonly string[]>;
  /** Baselines of the names of people whose creation is in doubt, by the member's key (A1, W8). */
  readonly namesInDoubt?: ReadonlyMap<string, Link["baseline"]>;
  /** Whether all contacts were matched once. From then on, very many new contacts are suspicious (R4). */
  readonly grown?: boolean;
  /** How many people and members there were after the last run; `undefined` before the first. */
  readonly before?: { readonly persons: number; readonly members: number };
}
