/** The services, the store and what else use cases need. `main/wire.ts` creates it. */

import type { Kysely } from "kysely";
import type { EngagementSettings } from "../domain/engagement.ts";
import type { Channels } from "../notify/channels.ts";
import type { Probed } from "../plan/capabilities.ts";
import type { Activities, Campaigns } from "../ports/engagement.ts";
import type { KnownAccount } from "../ports/facts.ts";
import type { MergeMaker } from "../ports/merge-maker.ts";
import type { MemberSide, PeopleSide } from "../ports/sides.ts";
import type { Tables } from "../store/tables.ts";
import type { SyncParts } from "../sync/run-context.ts";
import type { HookSubscriptions } from "./webhook-subscriptions.ts";

/** The requests of `doctor --probe`. */
export interface Probes {
  /**
   * Probes Copper with a test person.
   * @param made is called with the id of each person that the probe creates
   * @param remove removes the people of the probe
   */
  copper(
    address: string,
    made: (id: number) => Promise<void>,
    remove: (known: readonly number[]) => Promise<boolean>,
  ): Promise<Probed[]>;
  /** Probes Mailchimp with a test member. @param forget removes the member for good */
  mailchimp(address: string, forget: () => Promise<boolean>): Promise<Probed[]>;
  /** Reads a few complete records, for a transcript. */
  samples(): Promise<void>;
  /** Returns the ids of the people with the probe's address. */
  peopleAt(address: string): Promise<readonly number[]>;
}

/** Everything that uses the APIs of the services, for one connection. */
export interface Adapters {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly probes: Probes;
  readonly hooks: HookSubscriptions;
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  /** Lists and creates the audience's merge fields. */
  readonly fields: MergeMaker;
}

/** What goes with a connection, from before the first request on. */
interface Around extends Pick<Adapters, "probes" | "hooks" | "campaigns" | "activities"> {
  readonly database: Kysely<Tables>;
  readonly log: (line: string) => void;
  /** Returns why the log cannot be written; `undefined` if it can. */
  readonly logTrouble: () => string | undefined;
  /** Removes secrets from a text. */
  readonly clean: (text: string) => string;
}

/** Both services and the database, before the first request. */
export interface Opened extends Around, Adapters {
  /** The Copper account, if its key was used before. */
  readonly known: KnownAccount | undefined;
  /** Tells whether the lease still allows writes (A5). `holds` is set once there is a store. */
  readonly fence: { holds?: () => boolean };
  /** Returns how far a service's clock is ahead (s), as of its last response; `undefined` if it is unknown. */
  skew(service: "copper" | "mailchimp"): number | undefined;
}

/** One connection, ready to run: its services, its store and its settings. */
export interface Wired extends SyncParts, Around {
  /** The connection's name. */
  readonly name: string;
  /** The scope: the account and the audience (W9). */
  readonly connection: string;
  /** The channels for alerts. */
  readonly channels: Channels;
  /** What to publish of engagement; absent for nothing. */
  readonly engagement?: EngagementSettings;
}

/** The Copper account of a key. */
export type Account = Awaited<ReturnType<PeopleSide["identity"]>>;
