/** What use cases work with: both services, the store and what goes with them, put together by `main/wire.ts`. */

import type { Kysely } from "kysely";
import type { EngagementSettings } from "../domain/engagement.ts";
import type { MergeMaker } from "../mailchimp/merge-maker.ts";
import type { Channels } from "../notify/channels.ts";
import type { Probed } from "../plan/capabilities.ts";
import type { Activities, Campaigns } from "../ports/engagement.ts";
import type { KnownAccount } from "../ports/facts.ts";
import type { MemberSide, PeopleSide } from "../ports/sides.ts";
import type { Tables } from "../store/tables.ts";
import type { SyncParts } from "../sync/prepare.ts";
import type { HookSubscriptions } from "./webhook-subscriptions.ts";

/** What `doctor --probe` asks the services. */
export interface Probes {
  copper(
    address: string,
    made: (id: number) => Promise<void>,
    remove: (known: readonly number[]) => Promise<boolean>,
  ): Promise<Probed[]>;
  mailchimp(address: string, forget: () => Promise<boolean>): Promise<Probed[]>;
  /** Reads a few records whole, for a transcript. */
  samples(): Promise<void>;
  /** The ids of people at a probe's address. */
  peopleAt(address: string): Promise<readonly number[]>;
}

/** Both services and the database, opened and not yet asked for anything. */
export interface Opened {
  /** The Copper account, where its key was seen before. */
  readonly known: KnownAccount | undefined;
  /** What tells whether writes may still be sent (A5). */
  readonly fence: { holds?: () => boolean };
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly database: Kysely<Tables>;
  readonly log: (line: string) => void;
  /** Why the log cannot be written; `undefined` where it can. */
  readonly logTrouble: () => string | undefined;
  readonly clean: (text: string) => string;
  readonly probes: Probes;
  readonly hooks: HookSubscriptions;
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  /** The audience's merge fields, to be shown and made. */
  readonly fields: MergeMaker;
  /** Seconds by which a service's clock is before ours, as its last answer told; `undefined` where it told nothing. */
  skew(service: "copper" | "mailchimp"): number | undefined;
}

export interface Wired extends SyncParts {
  /** The connection's name. */
  readonly name: string;
  /** The account and the audience (W9). */
  readonly connection: string;
  readonly database: Kysely<Tables>;
  readonly log: (line: string) => void;
  /** Why the log cannot be written; `undefined` where it can. */
  readonly logTrouble: () => string | undefined;
  readonly clean: (text: string) => string;
  readonly probes: Probes;
  readonly hooks: HookSubscriptions;
  /** Where somebody is told of what needs a human. */
  readonly channels: Channels;
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  /** What of engagement is told to Copper; absent for nothing. */
  readonly engagement?: EngagementSettings;
}

export type Account = Awaited<ReturnType<PeopleSide["identity"]>>;
