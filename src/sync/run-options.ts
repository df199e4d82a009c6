/** The options of a run: what its caller wants, and what it wants to hear. */
import type { EngagementCounts } from "../plan/engagement-counts.ts";
import type { Note } from "../plan/notes.ts";
import type { FailedContact } from "../plan/outcomes.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { ApplyOptions } from "./apply.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";
import type { Prepared } from "./prepare.ts";
import type { PrepareOptions } from "./run-context.ts";

/** How to carry out one run. */
export interface RunOptions extends ApplyOptions, Omit<PrepareOptions, "progress"> {
  /** Name of this process, for the lease. */
  readonly holder: string;
  readonly connection: string;
  /** Finishes earlier work that was cut off, while we hold the lease. */
  first?(run: string): Promise<Beforehand>;
  /** Returns further notes for the report, at the end of the run. */
  remarks?(): readonly Note[];
  /** Makes the texts stored with the run. */
  report(document: RunDocument): Readonly<Record<string, string>>;
  reading?(side: "copper" | "mailchimp", read: number): void;
  planned?(prepared: Prepared): void | Promise<void>;
  /** Writes the engagement with campaigns to Copper, after a run without an error. */
  engagement?(prepared: Prepared): Promise<EngagementCounts>;
}

/** Earlier work that was finished at the beginning of a run, and what failed. */
export interface Beforehand {
  readonly done: Pick<OutcomeApplier, "counters">;
  readonly failures: readonly FailedContact[];
}
