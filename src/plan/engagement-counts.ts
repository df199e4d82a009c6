/** What of engagement a run published, as the run document counts it. */

/** What of it a run told. */
export interface EngagementCounts {
  /** Activities added. */
  readonly told: number;
  readonly refused: number;
  /** Whether there is more, left for the next run. */
  readonly more: boolean;
  /** What stopped it, or was refused; the run itself went well. */
  readonly error?: string;
}
