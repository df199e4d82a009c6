/** The context of a run: what is known before the first record is read, how to read, and with which fields. */
import type { FieldOverride } from "../domain/fields.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { Clock } from "../ports/clock.ts";
import type { SetUp } from "../ports/facts.ts";
import type { Hints, MemberSide, PeopleSide } from "../ports/sides.ts";
import type { Holdings, JournalEntry, Store } from "../ports/store.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { askSetUp, type Mapping, mappingOf, usable } from "./field-definitions.ts";
import { decidingBy } from "./load-and-read.ts";
import { openSides, type RunSides } from "./open-sides.ts";
import { readsWhole, type Small, type Whole } from "./reads-whole.ts";

/** Dependencies and settings of a run. */
export interface SyncParts {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Omit<Policy, "mapped">;
  readonly fieldOverrides: readonly FieldOverride[];
  /** The Copper account's time zone (an IANA name). */
  readonly zone?: string;
  /** Up to which size an account is read whole at each run, or once an hour if runs are less than ten minutes apart. */
  readonly small?: Small;
}

/** How to prepare one run. */
export interface PrepareOptions {
  readonly full: boolean;
  /** The operator confirms what looks wrong: many removals (G4), far fewer contacts than before (G3). */
  readonly yes: boolean;
  readonly retryRejected: boolean;
  /** Whether to distrust what is stored, and match and compare all contacts again. */
  readonly rebuild?: boolean;
  /** Contacts that notifications named. */
  readonly hints?: Hints;
  /** The id of the run to undo; the plan is then its inverse (A6). */
  readonly undo?: string;
  readonly stop: AbortSignal;
  progress?(side: "copper" | "mailchimp", read: number): void;
}

/** What is known before the first record is read. */
export interface RunContext {
  readonly sides: RunSides;
  readonly policy: Policy;
  readonly mapping: Mapping;
  /** Whether the definitions are those that an earlier run stored. */
  readonly isSetUpKept: boolean;
  /** Whether other fields are mapped than in the last run: then all records are read. */
  readonly remapped: boolean;
  readonly cursors: Cursors | undefined;
  readonly whole: Whole;
  /** When the run began, on our clock (Unix seconds). */
  readonly startedAt: number;
  readonly holdings: Holdings;
  /** Writes of earlier runs without a response. */
  readonly doubts: readonly JournalEntry[];
  /** Ids of those whose contact a run could not read. */
  readonly doubtsLeft: ReadonlySet<number>;
  /** Batches of earlier runs that are still running; `undefined` if there were none. */
  readonly batches: readonly string[] | undefined;
  /** Status tags that other audiences of the account put. */
  readonly shared: World["shared"];
  /** The hash of settings and fields that decisions depend on. */
  readonly decidedBy: string;
  /** Whether earlier decisions hold, so that only changed contacts must be loaded. */
  readonly earlierDecisionsHold: boolean;
}

/**
 * Finds out the context of a run.
 * @param renewed definitions read in this run
 * @throws UnknownFilterError, ServiceError
 */
export async function runContext(
  parts: SyncParts,
  options: PrepareOptions,
  renewed: SetUp | undefined,
): Promise<RunContext> {
  const { copper, mailchimp, store, clock, zone = "UTC", fieldOverrides } = parts;
  const { filter } = parts.policy;
  const cursors = await store.fact("marks");
  const doubts = await store.inDoubt();
  const doubtsLeft = new Set(await store.fact("doubts left"));
  const capabilities = (await store.fact("findings")) ?? {};
  const startedAt = Math.floor(clock.now() / 1000);
  const holdings = await store.holdings();
  // A contact that stays unreadable must not cause a complete reading at each run
  const unread = doubts.filter((one) => !doubtsLeft.has(one.id));
  const full = await mustReadAll(options, unread, store);
  const due = readsWhole(cursors, holdings, parts.small, startedAt, full, capabilities);
  const kept = due.copper || due.mailchimp || renewed ? undefined : usable(await store.fact("setup"), filter);
  const setUp = renewed ?? kept ?? (await askSetUp(copper, mailchimp, filter));
  const mapping = await mappingOf(setUp, fieldOverrides, filter, zone, store);
  const policy: Policy = { ...parts.policy, mapped: mapping.mapped };
  const remapped = (await store.fact("fields")) !== mapping.key;
  const left = (await store.fact("batches")) ?? [];
  // Wait for batches of earlier runs: reading before they end would miss their writes (A1)
  const ended = left.length === 0 ? [] : await mailchimp.awaitLeft(left);
  const shared = await store.shared();
  return {
    sides: openSides(copper, mailchimp, { mapping, fieldOverrides, filter, zone, capabilities, stop: options.stop }),
    policy,
    mapping,
    isSetUpKept: kept !== undefined,
    remapped,
    cursors,
    whole: remapped ? { copper: true, mailchimp: true } : due,
    startedAt,
    holdings,
    doubts,
    doubtsLeft,
    batches: left.length === 0 ? undefined : left.filter((one) => !ended.includes(one)),
    shared,
    decidedBy: decidingBy(policy, shared),
    earlierDecisionsHold: kept !== undefined && !remapped && left.length === 0 && isOrdinaryRun(policy, options),
  };
}

/**
 * Returns whether both sides must be read whole: because the operator asked for it, to undo, or to see what became of
 * writes in doubt (A1).
 */
async function mustReadAll(
  { full, rebuild, undo }: PrepareOptions,
  doubts: readonly JournalEntry[],
  store: Store,
): Promise<boolean> {
  if (full || rebuild || undo !== undefined || doubts.length > 0) return true;
  return (await store.fact("unsettled")) === true;
}

/** Returns whether a run decides on all contacts, with options that do not change its decisions. */
export function isOrdinaryRun({ only }: Policy, { retryRejected, rebuild, undo }: PrepareOptions): boolean {
  return only.length === 0 && !retryRejected && !rebuild && undo === undefined;
}
