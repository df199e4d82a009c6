/** The run document, schema 1: what `--json` prints, what is kept with a run, what the reports are made of. */
import type { EngagementCounts } from "./engagement-counts.ts";
import type { Growth } from "./growth.ts";
import type { Changes, Note } from "./operations.ts";
import type { FailedContact } from "./outcomes.ts";
import type { PlanRefusal } from "./plan.ts";
import type { RequestLowerBound } from "./request-lower-bound.ts";
import type { Skipped } from "./skipped.ts";
import type { StandingDetail, StandingReason } from "./standings.ts";

/** How a run ended. */
export type RunOutcome = "ok" | "partial" | "refused" | "failed" | "interrupted" | "planned";

/** Whether a run read everything or only what changed. */
export type RunMode = "full" | "incremental";

/** What a run does: without a word it keeps both sides in step. */
export type RunKind = "decisions" | "probe";

/** A reading that ended early or showed far fewer than were known: nothing was concluded from who was absent (G3). */
export interface DoubtedReading {
  readonly side: "copper" | "mailchimp";
  readonly read: number;
  readonly known: number;
}

export interface CopperCounts {
  read: number;
  created: number;
  updated: number;
  deleted: number;
  requests: number;
}

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

/** An operation as told to people and scripts. */
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

/** A conflict as told: values in one line each. */
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
  /** Refused in this run for the first time. */
  readonly new: readonly { readonly contact: string; readonly code: string; readonly message: string }[];
  /** All that are remembered. */
  readonly total: number;
  /** Where those must go who have to sign up again themselves. */
  readonly signUpUrl: string | null;
}

/** Contacts that need a human for one reason: how many, and the first of them by name. */
export interface StandingView {
  readonly reason: StandingReason;
  readonly count: number;
  readonly first: readonly {
    readonly contact: string;
    readonly name: string;
    readonly detail?: StandingDetail;
  }[];
}

export interface RunDocument {
  readonly schema: 1;
  readonly run: string;
  readonly connection: string;
  /** Absent for a run that reads both sides. */
  readonly kind?: RunKind;
  readonly mode: RunMode;
  readonly outcome: RunOutcome;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly copper: CopperCounts;
  readonly mailchimp: MailchimpCounts;
  readonly skipped: Skipped;
  readonly conflicts: readonly ConflictView[];
  readonly failures: readonly FailedContact[];
  /** By kind of operation: a run of a hundred thousand is told in a few lines. */
  readonly summary: Readonly<Record<string, KindView>>;
  /** The fewest requests in which any program can move what this run moved (`request-lower-bound.ts`). */
  readonly floor?: RequestLowerBound;
  readonly pendingDeletions: number;
  /** Who needs a human, by reason; absent in documents of an earlier version (R2). */
  readonly attention?: readonly StandingView[];
  readonly guard: PlanRefusal | null;
  readonly notes: readonly Note[];
  readonly rejected: RejectionsView;
  readonly doubted: readonly DoubtedReading[];
  /** What a plan comes to in contacts, where nothing was written before; absent in any other document (R3). */
  readonly growth?: Growth;
  /** What people did with campaigns, told to Copper; absent where nobody asked for it. */
  readonly engagement?: EngagementCounts;
  /** Set when the run stopped before its end. */
  readonly error?: { readonly code: string; readonly message: string };
}
