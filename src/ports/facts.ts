/**
 * Everything that is kept of a connection beside its records, by name. This is the only list of these names, and the
 * database has them as they stand here. A value may have been kept by an earlier version: what a reader cannot do without
 * is optional.
 */
import type { CustomField, MergeField, ShownField } from "../domain/fields.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { UnfinishedDecision } from "../plan/decision.ts";
import type { ActivityProgress } from "./engagement.ts";
import type { PeopleSide } from "./sides.ts";

/** What both services were asked about before they were read, kept between two complete readings (V11). */
export interface SetUp {
  readonly signUpUrl: string | null;
  readonly merges: readonly MergeField[];
  readonly customs: readonly CustomField[];
  /** By id; empty if no filter asks for them. */
  readonly contactTypes: readonly (readonly [number, string])[];
}

/** What was told to one place, so that each alert is told once. */
export interface AlertHistory {
  /** Alerts by kind and about. */
  readonly keys: readonly string[];
  /** Runs that stopped in a row. */
  readonly failing: number;
  /** When the last summary was due, Unix ms. */
  readonly summaryAt: number;
  /** Times in a row that this place could not be told. */
  readonly tries?: number;
  /** Labels of other places that cannot be told, and of which this one has been told. */
  readonly broken?: readonly string[];
}

/** Which conflicts a human has settled. */
export interface SettledConflicts {
  /** All conflicts of runs that began until then, RFC 3339; "" for none. */
  readonly until: string;
  /** By person and field: those of runs that began until then. */
  readonly each: Readonly<Record<string, string>>;
}

/** A probe that has begun and not ended: what it made is still to be removed. */
export interface ProbeLeftOver {
  readonly address: string;
  readonly personIds: readonly number[];
}

/** The webhooks that are subscribed. */
export interface Hooks {
  /** Where both services reach `serve` from outside. */
  readonly url: string;
  readonly secret: string;
  /** Set if Copper's address is the connection's own; connections of earlier versions share one. */
  readonly apart?: true;
}

type Account = Awaited<ReturnType<PeopleSide["identity"]>>;
/** Whose a key is, and since when that is known (Unix ms). */
export type KnownAccount = Pick<Account, "id"> & Partial<Account> & { readonly at: number };

/** Facts of one connection. */
export interface ConnectionFacts {
  /** How far both sides have been read. */
  marks: Cursors;
  /** Whether the last run did not get to its end, so that the next one reads everybody. */
  unsettled: boolean;
  /** What the services turned out to do (A8). */
  findings: Capabilities;
  setup: SetUp;
  /** By which fields everybody was read; another text means that everybody is read anew (V10). */
  fields: string;
  /** To which pair of fields belongs what an earlier version kept under Copper's name. */
  inherited: Readonly<Record<string, string>>;
  /** The mapping as people are shown it. */
  mapping: readonly ShownField[];
  /** Lines of the mapping that nothing answers to. */
  unmet: readonly string[];
  /** Mailchimp's batches that were left to the service. */
  batches: readonly string[];
  /** How many runs there were. */
  runs: number;
  /** Keys of tags by which Copper was told something of people without a member, by person (C5, C7). */
  toldAlone: readonly (readonly [number, readonly string[]])[];
  /** Whether everybody was brought together once: from then on very many new contacts are a surprise (R4). */
  grown: boolean;
  /** The run that has looked at everybody last: who has no standing since is in sync (R1). */
  "looked at": number;
  /** Ids of the audience's tags, by key. */
  "tag ids": readonly (readonly [string, number])[];
  /** Decisions that have begun and are not known to have ended (A1). */
  decisions: readonly UnfinishedDecision[];
  "conflicts settled": SettledConflicts;
  engagement: ActivityProgress;
  /** By place. */
  toldTo: Readonly<Record<string, AlertHistory>>;
  /** The same, of one place, as an earlier version kept it. */
  told: AlertHistory;
  probe: ProbeLeftOver | null;
  hooks: Hooks | null;
  /** Webhooks some of whose subscriptions could not be taken away. */
  "hooks left": readonly Hooks[];
}

/** Facts of an installation, kept under no connection. */
export interface CommonFacts {
  /** By a digest of the key, never by the key. */
  [account: `account ${string}`]: KnownAccount;
  /** The connection (its account and audience) that a webhook's secret belongs to, by a digest of the secret. */
  [hook: `hook ${string}`]: string | null;
}

export type Facts = ConnectionFacts & CommonFacts;

/** Returns a fact whose name is made of something, to be kept. */
export function namedFact<Name extends keyof Facts>(name: Name, value: Facts[Name]): Partial<Facts> {
  return { [name]: value } as Partial<Facts>;
}
