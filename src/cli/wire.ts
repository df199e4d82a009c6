/** The one place that makes clients and stores out of settings. */
import { setTimeout as delay } from "node:timers/promises";
import { openLog, redactor } from "../config/log.ts";
import type { Settings } from "../config/settings.ts";
import { copperSide } from "../copper/side.ts";
import { http } from "../http/request.ts";
import { mailchimpSide } from "../mailchimp/side.ts";
import type { Clock, Store } from "../plan/ports.ts";
import { openDatabase } from "../store/open.ts";
import { databaseStore } from "../store/store.ts";
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

export interface Wired extends SyncParts {
  readonly connection: string;
  readonly log: (line: string) => void;
  readonly clean: (text: string) => string;
}

/**
 * Opens everything a command works with. The database comes first: nothing is sent when it cannot be used.
 * Throws LogsUnusable, DatabaseUnusable, RemoteUnusable.
 */
export async function wire(settings: Settings, stop: AbortSignal, clock: Clock = systemClock): Promise<Wired> {
  const clean = redactor([settings.copper.key, settings.mailchimp.key]);
  let log: (line: string) => void;
  try {
    log = openLog(settings.logs.folder, settings.logs.keepDays, clean, () => new Date());
  } catch (error) {
    throw new LogsUnusable(settings.logs.folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const database = await openDatabase(settings.database);
  try {
    const shared = { clock, stop, log, random: Math.random };
    const copper = copperSide(
      http({
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
      }),
      settings.copper.bulkPerSecond,
    );
    const { connections, key, listId } = settings.mailchimp;
    const mailchimp = mailchimpSide(
      http({
        ...shared,
        service: "mailchimp",
        base: settings.mailchimp.url,
        connections,
        headers: { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" },
      }),
      listId,
      connections,
      settings.fireAutomations,
    );
    const [account, audience] = await Promise.all([copper.identity(), mailchimp.audience()]);
    // State belongs to one account and one audience (W9), whatever the key
    const connection = `${account}:${audience.id}`;
    const store: Store = databaseStore(database, connection, clock.now);
    return {
      copper,
      mailchimp,
      store,
      clock,
      policy: settings.policy,
      wishes: settings.wishes,
      connection,
      log,
      clean,
    };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}
