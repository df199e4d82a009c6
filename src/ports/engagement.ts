/** Port for engagement: what contacts did with a campaign, and the activities that show it in Copper. */
import type { EngagementKind } from "../domain/engagement.ts";

/** A campaign that was sent to the audience ("Campaign reports" in docs/apis/mailchimp.md). */
export interface Campaign {
  readonly id: string;
  readonly subject: string;
  /** The sums of opens, clicks and so on as a text. Another text means that something new has happened. */
  readonly figures: string;
}

/** One thing that a contact did with a campaign. */
export interface Engaged {
  readonly email: string;
  readonly kind: EngagementKind;
  /** When it happened (Unix seconds). */
  readonly at: number;
}

/** Mailchimp's campaign reports. */
export interface Campaigns {
  /**
   * Returns the audience's campaigns sent at or after a time (Unix seconds). `wrong` is the failure if only a part of
   * the list could be read. Throws ServiceError if nothing could be read.
   */
  sent(since: number): Promise<{ readonly campaigns: readonly Campaign[]; readonly wrong?: string }>;
  /** Yields what happened at or after `since` (Unix seconds), page by page. */
  engaged(campaign: string, kinds: readonly EngagementKind[], since: number): AsyncIterable<readonly Engaged[]>;
}

/** An activity to add to a person ("Activities" in docs/apis/copper.md). */
export interface Activity {
  readonly personId: number;
  /** The text that people read in Copper. */
  readonly details: string;
  /** When it happened (Unix seconds). */
  readonly at: number;
}

/** The result for one activity: `lost` if the answer never came, else the text of the refusal. */
export type Added = "added" | "lost" | { readonly refused: string };

/** Copper's activities. */
export interface Activities {
  /** The most activities that one call of `add` accepts. */
  readonly atOnce: number;
  /** Adds activities. Returns one result for each, in the same order. */
  add(activities: readonly Activity[]): Promise<readonly Added[]>;
  /** Returns the texts of a person's activities at or after `since` (Unix seconds). */
  there(personId: number, since: number): Promise<readonly string[]>;
}

/** The activities published for one person and one campaign. */
export interface PublishedActivities {
  readonly personId: number;
  readonly campaign: string;
  readonly kinds: readonly EngagementKind[];
  /** Kinds that Copper refused; they are not sent again (A10). */
  readonly refused?: readonly EngagementKind[];
}

/** The progress of publishing, stored between runs. */
export interface ActivityProgress {
  /**
   * By campaign (times in Unix seconds): `figures` when last read, `until` when everything is published, and `gone`,
   * since when no list shows it.
   */
  readonly seen: Readonly<
    Record<string, { readonly figures: string; readonly until: number; readonly gone?: number | undefined }>
  >;
  /** Activities about to be sent, or sent with the answer lost. */
  readonly sending: readonly PendingActivity[];
}
/** An activity that is about to be sent, or was sent with the answer lost. */
export interface PendingActivity extends Activity {
  readonly campaign: string;
  readonly kinds: readonly EngagementKind[];
  /** The kinds among them that are new. */
  readonly fresh?: readonly EngagementKind[];
  /** The kinds that were refused before. */
  readonly refused?: readonly EngagementKind[];
  /** A text by which the activity is found again; absent in rows of an earlier version. */
  readonly mark?: string;
  /** Runs that could not look for it. */
  readonly tries?: number;
}
