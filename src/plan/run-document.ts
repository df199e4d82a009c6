/** The run document, schema 1: what `--json` prints, what the store keeps of a run, and the source of the reports. */
import type { EngagementCounts } from "./engagement-counts.ts";
import type { Growth } from "./growth.ts";
import type { Note } from "./notes.ts";
import type { Changes } from "./operations.ts";
import type { FailedContact } from "./outcomes.ts";
import type { PlanRefusal } from "./plan.ts";
import type { RequestLowerBound } from "./request-lower-bound.ts";
import type { Skipped } from "./skipped.ts";
import type { StandingDetail, StandingReason } from "./standings.ts";

/** How a run ended. */
export type RunOutcome = "ok" | "partial" | "refused" | "failed" | "interrupted" | "planned";

/** Whether a run read everything or only what changed. */
export type RunMode = "full" | "incremental";

/** What a run does if it does not sync both sides. */
export type RunKind = "decisions" | "probe";

/**
 * A reading that ended early or showed far fewer records than are known. The run concludes nothing from absence (G3).
 */
export interface DoubtedReading {
  readonly side: "copper" | "mailchimp";
  readonly read: number;
  readonly known: number;
}

/** What a run read and wrote in Copper. */
export interface CopperCounts {
  read: number;
  created: number;
  updated: number;
  deleted: number;
  requests: number;
}

/** What a run read and wrote in Mailchimp. */
export interface MailchimpCounts {
  read: number;
  created: number;
  updated: number;
  archived: number;
  deleted: number;
  tagsAdded: number;
  tagsRemoved: number;
  requests: number;
}

/** An operation for display and scripts. */
export interface OperationView {
  readonly side: "copper" | "mailchimp";
  readonly operation: string;
  readonly contact: string;
  readonly reason: string;
  readonly changes: Changes;
}

/** Operations of one kind: how many, and the first few as examples. */
export interface KindView {
  readonly count: number;
  readonly first: readonly OperationView[];
}

/** A conflict for display, each value in one line. */
export interface ConflictView {
  readonly contact: string;
  readonly personId?: number;
  readonly field: string;
  readonly copper: string;
  readonly mailchimp: string;
  readonly kept: "copper" | "mailchimp" | "none";
}

/** Addresses that Mailchimp refuses (C5). */
export interface RejectionsView {
  /** Refused for the first time in this run. */
  readonly new: readonly { readonly contact: string; readonly code: string; readonly message: string }[];
  /** How many are stored in all. */
  readonly total: number;
  /** The audience's sign-up page, for contacts that can only subscribe again themselves. */
  readonly signUpUrl: string | null;
}

/** Contacts that need an operator for one reason: how many, and the first few by name. */
export interface StandingView {
  readonly reason: StandingReason;
  readonly count: number;
  readonly first: readonly {
    readonly contact: string;
    readonly name: string;
    readonly detail?: StandingDetail;
  }[];
}

/** Everything that is reported of one run. */
export interface RunDocument {
  readonly schema: 1;
  readonly run: string;
  readonly connection: string;
  /** Absent for a run that syncs both sides. */
  readonly kind?: RunKind;
  readonly mode: RunMode;
  readonly outcome: RunOutcome;
  /** RFC 3339, like `finishedAt`. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly copper: CopperCounts;
  readonly mailchimp: MailchimpCounts;
  readonly skipped: Skipped;
  readonly conflicts: readonly ConflictView[];
  readonly failures: readonly FailedContact[];
  /** By kind of operation, so that a run of a hundred thousand operations fits into a few lines. */
  readonly summary: Readonly<Record<string, KindView>>;
  /** The fewest requests in which any program can move what this run moved (`request-lower-bound.ts`). */
  readonly floor?: RequestLowerBound;
  readonly pendingDeletions: number;
  /** Contacts that need an operator, by reason; absent in documents of an earlier version (R2). */
  readonly attention?: readonly StandingView[];
  readonly guard: PlanRefusal | null;
  readonly notes: readonly Note[];
  readonly rejected: RejectionsView;
  readonly doubted: readonly DoubtedReading[];
  /** How a plan changes the number of contacts, if nothing was written before; absent in any other document (R3). */
  readonly growth?: Growth;
  /** Engagement published to Copper; absent if the settings do not ask for it. */
  readonly engagement?: EngagementCounts;
  /** Set if the run stopped before its end. */
  readonly error?: { readonly code: string; readonly message: string };
}
