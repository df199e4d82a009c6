/** How the first sync of a connection changes the number of contacts, which affects mail and cost (R3). Plain data. */
import type { NewMemberStatus } from "../domain/status.ts";

/** A count before and after the sync. */
export interface FromTo {
  readonly from: number;
  readonly to: number;
}

/** What a first run does to the size of both accounts. */
export interface Growth {
  /** New members, by the status that they get. */
  readonly newMembers: { readonly [Status in NewMemberStatus]?: number };
  /** Whether an automation for new subscribers may send them mail. */
  readonly welcomed: boolean;
  /** Mailchimp's billable contacts: subscribed, unsubscribed and non-subscribed. Archived and cleaned ones are free. */
  readonly billable: FromTo;
  readonly people: FromTo;
}
