/** What the first sync of a connection comes to in contacts, and so in mail and money (R3). Plain data. */
import type { NewMemberStatus } from "../domain/status.ts";

/** Before and after. */
export interface FromTo {
  readonly from: number;
  readonly to: number;
}

/** What a first run does to the size of both accounts. */
export interface Growth {
  /** New members, by the status that they get. */
  readonly newMembers: { readonly [Status in NewMemberStatus]?: number };
  /** Whether an automation for new subscribers may write to them. */
  readonly welcomed: boolean;
  /** Mailchimp's billable contacts: subscribed, unsubscribed and non-subscribed; archived and cleaned ones are free. */
  readonly billable: FromTo;
  readonly people: FromTo;
}
