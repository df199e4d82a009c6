/** What a contact may do with a campaign. */
export const ENGAGEMENT_KINDS = ["open", "click", "bounce", "leave"] as const;
/** One of the kinds of engagement. */
export type EngagementKind = (typeof ENGAGEMENT_KINDS)[number];

/** Which engagement is published to Copper. */
export interface EngagementSettings {
  readonly kinds: readonly EngagementKind[];
  /** Only of campaigns sent within this time (days). */
  readonly days: number;
}
