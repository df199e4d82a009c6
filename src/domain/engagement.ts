/** What somebody may do with a campaign. */
export const ENGAGEMENT_KINDS = ["open", "click", "bounce", "leave"] as const;
export type EngagementKind = (typeof ENGAGEMENT_KINDS)[number];

/** What of it is to be told to Copper. */
export interface EngagementSettings {
  readonly kinds: readonly EngagementKind[];
  /** Of campaigns sent within so many days. */
  readonly days: number;
}
