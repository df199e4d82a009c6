/** Engagement: what people did with a campaign, and how it is told to Copper. Ports and words; nothing is decided here. */
import type { EngagementKind } from "../domain/engagement.ts";

/** A campaign that was sent to the audience. */
export interface Campaign {
  readonly id: string;
  readonly subject: string;
  /** How much has happened so far; another text means that something more has. */
  readonly figures: string;
}

/** Somebody did something with a campaign. */
export interface Engaged {
  readonly email: string;
  readonly kind: EngagementKind;
  /** Unix seconds. */
  readonly at: number;
}

/** Mailchimp's reports, as engagement sees them. */
export interface Campaigns {
  /**
   * Campaigns of the audience sent at or after this time, Unix seconds; with what went wrong where only a part of the
   * list could be read. Throws ServiceError where nothing could.
   */
  sent(since: number): Promise<{ readonly campaigns: readonly Campaign[]; readonly wrong?: string }>;
  /** What happened at or after `since` (Unix seconds), page by page. */
  engaged(campaign: string, kinds: readonly EngagementKind[], since: number): AsyncIterable<readonly Engaged[]>;
}

/** An activity to be put on a person. */
export interface Activity {
  readonly personId: number;
  /** What people read. */
  readonly details: string;
  /** Unix seconds. */
  readonly at: number;
}

/** What became of an activity: `lost` where the answer never came; else the words with which it was refused. */
export type Added = "added" | "lost" | { readonly refused: string };

/** Copper's activities. */
export interface Activities {
  /** How many can be added at once. */
  readonly atOnce: number;
  /** Adds some. */
  add(activities: readonly Activity[]): Promise<readonly Added[]>;
  /** The texts of a person's activities at or after `since`, Unix seconds. */
  there(personId: number, since: number): Promise<readonly string[]>;
}

/** What Copper has been told of one person and one campaign. */
export interface PublishedActivities {
  readonly personId: number;
  readonly campaign: string;
  readonly kinds: readonly EngagementKind[];
  /** What Copper refused: not sent again (A10). */
  readonly refused?: readonly EngagementKind[];
}

/** What is kept between runs of what was published. */
export interface ActivityProgress {
  /** By campaign: how much had happened, up to when it is told, and since when no list shows it any more. */
  readonly seen: Readonly<
    Record<string, { readonly figures: string; readonly until: number; readonly gone?: number | undefined }>
  >;
  /** About to be sent, or sent with the answer lost. */
  readonly sending: readonly PendingActivity[];
}
/** An activity that is about to be sent, or was sent with the answer lost. */
export interface PendingActivity extends Activity {
  readonly campaign: string;
  readonly kinds: readonly EngagementKind[];
  /** Those of them that are new. */
  readonly fresh?: readonly EngagementKind[];
  /** What was refused before. */
  readonly refused?: readonly EngagementKind[];
  /** What it is found by again; absent in what an earlier version has left. */
  readonly mark?: string;
  /** Runs in which it could not be looked for. */
  readonly tries?: number;
}
