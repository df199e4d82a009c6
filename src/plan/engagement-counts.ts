/** The engagement that a run published, as the run document counts it. */

/** Counts of one run's engagement. */
export interface EngagementCounts {
  /** Activities added in Copper. */
  readonly told: number;
  readonly refused: number;
  /** Whether more is left for the next run. */
  readonly more: boolean;
  /** Why publishing stopped, or the text of a refusal. The run itself succeeded. */
  readonly error?: string;
}
