/** Opens a connection from its settings: its database, its log, the adapters and their rate limits. */
import type { Kysely } from "kysely";
import type { Opened, Wired } from "../app/wired.ts";
import { type Log, LogFolderError, openLog, redactor } from "../config/log.ts";
import type { Settings } from "../config/settings.ts";
import { masking } from "../domain/masking.ts";
import { scopeOf } from "../domain/scope.ts";
import { http } from "../http/request.ts";
import type { Exchange } from "../http/transcript.ts";
import { type AccountLimits, NOTHING_SPENT, type Rank, type Spent } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeopleSide } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";
import type { Service } from "../services/services.ts";
import { isPostgres } from "../store/dialect.ts";
import { openDatabase, scratchFolder } from "../store/open.ts";
import { sharedRateLimiter } from "../store/shared-rate-limiter.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { asksLittle, smallAt } from "../sync/reads-whole.ts";
import { fingerprintOf, identifyAccount, knownAccount, remember } from "./account-of-key.ts";
import { adaptersOver, reachCopper, reachMembers } from "./adapters.ts";
import { systemClock } from "./system-clock.ts";

/**
 * Opens the database, then creates the clients, so that no request is sent if the database cannot be used.
 * @param stop ends requests and retries
 * @param common an open database to use; it stays open
 * @throws LogFolderError, DatabaseError
 */
export async function open(
  settings: Settings,
  stop: AbortSignal,
  clock: Clock = systemClock,
  common?: Kysely<Tables>,
  { rank = "asked", waits, record }: WireOptions = {},
): Promise<Opened> {
  const clean = redactor([settings.copper.key, settings.mailchimp.key, settings.dashboard.token, settings.notify.hook]);
  let log: (line: string) => void;
  let write: Log;
  try {
    write = openLog(settings.logs.folder, settings.logs.keepDays, clean, () => new Date());
    // Several connections share one log
    log = settings.connection === "default" ? write : (line) => write(`${settings.connection}: ${line}`);
  } catch (error) {
    throw new LogFolderError(settings.logs.folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const database = common ?? (await openDatabase(settings.database));
  const { connections, key } = settings.mailchimp;
  const fingerprint = fingerprintOf(settings.copper);
  const known = await knownAccount(database, fingerprint).catch(async (error: unknown) => {
    if (common === undefined) await database.destroy();
    throw error;
  });
  // Also requests that only read (`doctor`, a page) count against the account's limits
  const accounts = { copper: known?.id ?? fingerprint, mailchimp: fingerprintOf(settings.mailchimp) };
  const fence: { holds?: () => boolean } = {};
  const mask = masking([settings.copper.key, key]);
  const shared = { clock, stop, log, random: Math.random, mask, holds: () => fence.holds?.() ?? true, record };
  /** Returns a rate limiter in the database, since other machines may use the same account. */
  const limiter = (service: Service, limits: AccountLimits) =>
    isPostgres(database)
      ? sharedRateLimiter(database, () => `${service} ${accounts[service]}`, limits, {
          rank,
          waits(ms) {
            const seconds = Math.ceil(ms / 1000);
            log(`${service}: waits ${seconds} s, the account's limit is used up`);
            waits?.(service, seconds);
          },
        })
      : undefined;
  const { perMinute, bulkPerSecond } = settings.copper;
  const people = http({
    ...shared,
    ...reachCopper(settings.copper),
    perMinute,
    spent: spentHere(fingerprint),
    waits: (ms) => waits?.("copper", Math.ceil(ms / 1000)),
    limiter: limiter("copper", { perMinute, bulkPerSecond }),
  });
  const members = http({
    ...shared,
    ...reachMembers(settings.mailchimp, connections),
    limiter: limiter("mailchimp", { connections }),
  });
  const adapters = adaptersOver(people, members, settings, clock);
  const { identity } = adapters.copper;
  return {
    ...adapters,
    known,
    fence,
    copper: {
      ...adapters.copper,
      async identity() {
        // Until now requests were counted for the key
        const first = accounts.copper === fingerprint;
        const told = first
          ? await identifyAccount(database, fingerprint, { perMinute }, stop, identity)
          : await identity();
        accounts.copper = told.id;
        if (!first) await remember(database, fingerprint, told);
        return told;
      },
    },
    database,
    log,
    logTrouble: write.trouble,
    clean,
    skew: (service) => (service === "copper" ? people : members).skew(),
  };
}

/** The recent requests of this process, by the Copper key's fingerprint. */
const SPENT = new Map<string, { current: Spent }>();

/** Returns the recent requests of an account. A run and a page have separate clients but share the account's limit. */
function spentHere(fingerprint: string): { current: Spent } {
  const there = SPENT.get(fingerprint) ?? { current: NOTHING_SPENT };
  SPENT.set(fingerprint, there);
  return there;
}

/** How long the account of a key stays valid without asking again (ms), for large accounts and short intervals. */
const KNOWN_FOR = 86_400_000;

/**
 * Returns the account of the Copper key. For large accounts and short intervals it is cached for a day: such runs read
 * only changes, so each request counts. The cache holds the key's fingerprint, never the key.
 */
async function accountOf(
  settings: Settings,
  { copper, database, known }: Opened,
  remembered: boolean,
): Promise<Pick<Awaited<ReturnType<PeopleSide["identity"]>>, "id" | "zone">> {
  if (known !== undefined && remembered) return { zone: "UTC", ...known };
  if (known?.zone !== undefined && Math.abs(Date.now() - known.at) < KNOWN_FOR) {
    const own = databaseStore(database, scopeOf(known.id, settings.mailchimp.listId), Date.now, { ends: false });
    const { persons, members } = await own.holdings();
    if (asksLittle({ persons, members }, settings.interval)) return { id: known.id, zone: known.zone };
  }
  return copper.identity();
}

/** Options for creating the adapters. */
interface WireOptions {
  /** Whether to use a known account without asking: enough to show stored data. */
  readonly remembered?: boolean;
  /** Whether a person is waiting, which gives priority within the rate limit. */
  readonly rank?: Rank;
  /** Is called before a longer wait for an account's rate limit. */
  waits?(service: Service, seconds: number): void;
  /** Is called with each request and its response. */
  readonly record?: (exchange: Exchange) => void;
}

/**
 * Opens everything for the account and audience that the settings name (W9).
 * @param stop ends requests and retries
 * @param common an open database to use; it stays open when the store is closed
 * @throws LogFolderError, DatabaseError, ServiceError
 */
export async function wire(
  settings: Settings,
  stop: AbortSignal,
  clock: Clock = systemClock,
  common?: Kysely<Tables>,
  how: WireOptions = {},
): Promise<Wired> {
  const opened = await open(settings, stop, clock, common, how);
  const { copper, mailchimp, database, log, logTrouble, clean, probes, hooks, campaigns, activities } = opened;
  try {
    const account = await accountOf(settings, opened, how.remembered ?? false);
    const connection = scopeOf(account.id, settings.mailchimp.listId);
    const store: Store = databaseStore(database, connection, clock.now, {
      scratch: scratchFolder(settings.database),
      ends: common === undefined,
    });
    opened.fence.holds = store.holds;
    const { policy, fieldOverrides } = settings;
    return {
      name: settings.connection,
      copper,
      mailchimp,
      store,
      clock,
      policy,
      fieldOverrides,
      small: smallAt(settings.interval),
      zone: account.zone,
      connection,
      database,
      log,
      logTrouble,
      clean,
      probes,
      hooks,
      channels: settings.notify,
      campaigns,
      activities,
      ...(settings.engagement && { engagement: settings.engagement }),
    };
  } catch (error) {
    if (common === undefined) await database.destroy();
    throw error;
  }
}
