/** The one place that makes clients and stores out of settings. */
import { setTimeout as delay } from "node:timers/promises";
import type { Kysely } from "kysely";
import { openLog, redactor } from "../config/log.ts";
import type { Settings } from "../config/settings.ts";
import { copperSide } from "../copper/side.ts";
import { http } from "../http/request.ts";
import { mailchimpSide } from "../mailchimp/side.ts";
import type { Clock, MemberSide, PeopleSide, Store } from "../plan/ports.ts";
import { openDatabase } from "../store/open.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import type { SyncParts } from "../sync/prepare.ts";

/** The log folder cannot be written. Exit 2. */
export class LogsUnusable extends Error {
  readonly folder: string;
  constructor(folder: string, detail: string) {
    super(detail);
    this.folder = folder;
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, signal && { signal }).catch(() => undefined);
  },
};

/** Both services and the database, opened and not yet asked for anything. */
export interface Opened {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly database: Kysely<Tables>;
  readonly log: (line: string) => void;
  readonly clean: (text: string) => string;
  /** Seconds by which a service's clock is before ours, as its last answer told; `undefined` where it told nothing. */
  skew(service: "copper" | "mailchimp"): number | undefined;
}

export interface Wired extends SyncParts {
  readonly connection: string;
  readonly log: (line: string) => void;
  readonly clean: (text: string) => string;
}

/**
 * Opens what a command works with. The database comes first: nothing is sent when it cannot be used.
 * Throws LogsUnusable, DatabaseUnusable.
 */
export async function open(settings: Settings, stop: AbortSignal, clock: Clock = systemClock): Promise<Opened> {
  const clean = redactor([settings.copper.key, settings.mailchimp.key]);
  let log: (line: string) => void;
  try {
    log = openLog(settings.logs.folder, settings.logs.keepDays, clean, () => new Date());
  } catch (error) {
    throw new LogsUnusable(settings.logs.folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const database = await openDatabase(settings.database);
  const shared = { clock, stop, log, random: Math.random };
  const people = http({
    ...shared,
    service: "copper",
    base: settings.copper.url,
    perMinute: settings.copper.perMinute,
    connections: 8,
    headers: {
      "X-PW-AccessToken": settings.copper.key,
      "X-PW-Application": "developer_api",
      "X-PW-UserEmail": settings.copper.email,
      Accept: "application/json",
    },
  });
  const { connections, key, listId } = settings.mailchimp;
  const members = http({
    ...shared,
    service: "mailchimp",
    base: settings.mailchimp.url,
    connections,
    headers: { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" },
  });
  return {
    copper: copperSide(people, settings.copper.bulkPerSecond),
    mailchimp: mailchimpSide(members, listId, connections, settings.fireAutomations),
    database,
    log,
    clean,
    skew: (service) => (service === "copper" ? people : members).skew(),
  };
}

/**
 * Opens everything for the one account and audience that the settings name (W9).
 * Throws LogsUnusable, DatabaseUnusable, RemoteUnusable.
 */
export async function wire(settings: Settings, stop: AbortSignal, clock: Clock = systemClock): Promise<Wired> {
  const { copper, mailchimp, database, log, clean } = await open(settings, stop, clock);
  try {
    const [account, audience] = await Promise.all([copper.identity(), mailchimp.audience()]);
    const connection = `${account.id}:${audience.id}`;
    const store: Store = databaseStore(database, connection, clock.now);
    const { policy, wishes } = settings;
    return { copper, mailchimp, store, clock, policy, wishes, connection, log, clean };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}
