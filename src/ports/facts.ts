/**
 * Facts: everything stored about a connection besides its records, by name. This is the only list of the names, and
 * they are the keys in the database. An earlier version may have stored a value, so anything that it may lack is
 * optional.
 */
import type { CustomField, MergeField, ShownField } from "../domain/fields.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { UnfinishedDecision } from "../plan/decision.ts";
import type { ActivityProgress } from "./engagement.ts";
import type { PeopleSide } from "./sides.ts";

/** What both services answered about themselves before a reading; stored between two complete readings (V11). */
export interface SetUp {
  readonly signUpUrl: string | null;
  readonly merges: readonly MergeField[];
  readonly customs: readonly CustomField[];
  /** By id; empty if no filter uses them. */
  readonly contactTypes: readonly (readonly [number, string])[];
}

/** The alerts sent to one destination, so that each alert is sent once. */
export interface AlertHistory {
  /** The alerts sent, by kind and subject. */
  readonly keys: readonly string[];
  /** Failed runs in a row. */
  readonly failing: number;
  /** When the last summary was due (Unix ms). */
  readonly summaryAt: number;
  /** Failed attempts in a row to reach this destination. */
  readonly tries?: number;
  /** Labels of other destinations that cannot be reached, and that this one was told about. */
  readonly broken?: readonly string[];
}

/** The conflicts that an operator has settled. */
export interface SettledConflicts {
  /** All conflicts of runs that began until then (RFC 3339); "" for none. */
  readonly until: string;
  /** By person and field: conflicts of runs that began until then (RFC 3339). */
  readonly each: Readonly<Record<string, string>>;
}

/** A probe that began and did not end. What it made must still be removed. */
export interface ProbeLeftOver {
  readonly address: string;
  readonly personIds: readonly number[];
}

/** The subscribed webhooks. */
export interface Hooks {
  /** The address at which both services reach `serve` from outside. */
  readonly url: string;
  readonly secret: string;
  /** Set if Copper's address belongs to this connection alone; connections of an earlier version share one. */
  readonly apart?: true;
}

type Account = Awaited<ReturnType<PeopleSide["identity"]>>;
/** The account that a key belongs to, and since when that is known (Unix ms). */
export type KnownAccount = Pick<Account, "id"> & Partial<Account> & { readonly at: number };

/** Facts of one connection. */
export interface ConnectionFacts {
  /** How far both sides have been read. */
  marks: Cursors;
  /** Whether the last run stopped before its end, so that the next one must read everything. */
  unsettled: boolean;
  /** Behaviour of the services that was found out (A8). */
  findings: Capabilities;
  setup: SetUp;
  /** The fields with which everything was last read. If the text differs, everything is read again (V10). */
  fields: string;
  /** The pair of fields that owns what an earlier version stored under Copper's name of a field. */
  inherited: Readonly<Record<string, string>>;
  /** The mapping for display. */
  mapping: readonly ShownField[];
  /** Lines of the mapping whose field does not exist. */
  unmet: readonly string[];
  /** Ids of Mailchimp batches that a run left to the service. */
  batches: readonly string[];
  /** Writes in doubt (their ids) whose contact could not be read since (A9); a complete reading that shows it closes them. */
  "doubts left": readonly number[];
  /** How many runs there were. */
  runs: number;
  /** Keys of status tags on people without a member, by person (C5, C7). */
  toldAlone: readonly (readonly [number, readonly string[]])[];
  /** Whether all contacts were matched once. From then on, very many new contacts are suspicious (R4). */
  grown: boolean;
  /** The last run that looked at every contact. A contact without a stored standing is in step since then (R1). */
  "looked at": number;
  /** Ids of the audience's tags, by key. */
  "tag ids": readonly (readonly [string, number])[];
  /** Decisions that began and are not known to have ended (A1). */
  decisions: readonly UnfinishedDecision[];
  "conflicts settled": SettledConflicts;
  engagement: ActivityProgress;
  /** By destination. */
  toldTo: Readonly<Record<string, AlertHistory>>;
  /** The same for a single destination, as an earlier version stored it. */
  told: AlertHistory;
  probe: ProbeLeftOver | null;
  hooks: Hooks | null;
  /** Webhooks with subscriptions that could not be removed. */
  "hooks left": readonly Hooks[];
}

/** Facts of an installation, stored under no connection. */
export interface CommonFacts {
  /** By a digest of the key, never by the key. */
  [account: `account ${string}`]: KnownAccount;
  /** The connection (its account and audience) of a webhook, by a digest of the webhook's secret. */
  [hook: `hook ${string}`]: string | null;
}

/** All facts, by name. */
export type Facts = ConnectionFacts & CommonFacts;

/** Returns a fact whose name is computed, in the form that `saveChanges` takes. */
export function namedFact<Name extends keyof Facts>(name: Name, value: Facts[Name]): Partial<Facts> {
  return { [name]: value } as Partial<Facts>;
}
