/** Tries keys before their account is known: checks that a key works, and finds its account. */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Account } from "../app/wired.ts";
import { SETTINGS } from "../config/setting-sources.ts";
import { masking } from "../domain/masking.ts";
import { http } from "../http/request.ts";
import type { AccountLimits } from "../limits/rate-limiter.ts";
import { type KnownAccount, namedFact } from "../ports/facts.ts";
import type { Audience } from "../ports/sides.ts";
import type { GetSetting } from "../services/service-description.ts";
import { describe } from "../services/services.ts";
import { isPostgres } from "../store/dialect.ts";
import { chargeFirstRequest, sharedRateLimiter } from "../store/shared-rate-limiter.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { audiencesOver, identityOver, reachCopper, reachMembers } from "./adapters.ts";
import { systemClock } from "./system-clock.ts";

const never = new AbortController().signal;
const quiet = { clock: systemClock, stop: never, log: () => undefined, random: Math.random };

/** The database that holds the rate limits of accounts which several processes use. */
export interface Shared {
  readonly database: Kysely<Tables>;
  /** Requests to Copper per minute. */
  readonly perMinute: number;
  /** Simultaneous requests to Mailchimp. */
  readonly connections: number;
}

/**
 * Asks Copper for the account of a key.
 * @param get returns the settings: an API address of its own
 * @param shared the database that holds the rate limits; absent for a single process
 * @param stop ends the retries
 * @throws ServiceError if Copper rejects the key or cannot be reached
 */
export async function tryCopper(
  key: string,
  email: string,
  get: GetSetting,
  shared?: Shared,
  stop: AbortSignal = never,
): Promise<Account> {
  const { database } = shared ?? {};
  const base = describe("copper").url(get);
  const fingerprint = fingerprintOf({ url: base, key });
  const limits = { perMinute: shared?.perMinute ?? Number(SETTINGS.COPPER_REQUESTS_PER_MINUTE) };
  // Count the request for the account if it is known, otherwise for the key
  const known = database && (await knownAccount(database, fingerprint));
  const limiter =
    database && isPostgres(database) && sharedRateLimiter(database, () => `copper ${known?.id ?? fingerprint}`, limits);
  const people = http({
    ...quiet,
    stop,
    mask: masking([key]),
    ...reachCopper({ key, email, url: base }, 1),
    ...(limiter && { limiter }),
  });
  const identity = () => identityOver(people);
  if (database === undefined || known !== undefined) return identity();
  return identifyAccount(database, fingerprint, limits, stop, identity);
}

/**
 * Returns the audiences that a Mailchimp key can access. The other parameters are those of `tryCopper`.
 * @param get returns the settings: the key, and what else access needs
 * @throws ServiceError if Mailchimp rejects the key or cannot be reached
 */
export function tryMailchimp(get: GetSetting, shared?: Shared, stop: AbortSignal = never): Promise<Audience[]> {
  const { database } = shared ?? {};
  const service = describe("mailchimp");
  const access = { key: get(service.typed[0]), url: service.url(get) };
  const account = `mailchimp ${fingerprintOf(access)}`;
  const limits = { connections: shared?.connections ?? Number(SETTINGS[service.connections]) };
  const limiter = database && isPostgres(database) && sharedRateLimiter(database, () => account, limits);
  return audiencesOver(
    http({
      ...quiet,
      stop,
      mask: masking([access.key]),
      ...reachMembers(access, 1),
      ...(limiter && { limiter }),
    }),
  );
}

/** The name of the fact about an account. It contains the key's fingerprint, never the key. */
const accountFact = (fingerprint: string) => `account ${fingerprint}` as const;

/** Returns the account that was stored for a key's fingerprint; `undefined` if the key was never used. */
export function knownAccount(database: Kysely<Tables>, fingerprint: string): Promise<KnownAccount | undefined> {
  return databaseStore(database, "", Date.now, { ends: false }).fact(accountFact(fingerprint));
}

/**
 * Asks for the account of a key and stores it. With a shared database only one process asks at a time, since the rate
 * limit of an unknown account cannot be counted yet (`chargeFirstRequest`).
 * @param identity sends the request
 * @throws ServiceError
 */
export async function identifyAccount(
  database: Kysely<Tables>,
  fingerprint: string,
  limits: AccountLimits,
  stop: AbortSignal,
  identity: () => Promise<Account>,
): Promise<Account> {
  const told = await (isPostgres(database)
    ? chargeFirstRequest(database, limits, stop, identity, ({ id }) => `copper ${id}`)
    : identity());
  await remember(database, fingerprint, told);
  return told;
}

/** Stores the account of a key. */
export async function remember(database: Kysely<Tables>, fingerprint: string, account: Account): Promise<void> {
  const known: KnownAccount = { ...account, at: Date.now() };
  const all = databaseStore(database, "", Date.now, { ends: false });
  await all.saveChanges({ facts: namedFact(accountFact(fingerprint), known) });
}

/** Returns a digest that identifies a key and its API address without revealing the key. */
export function fingerprintOf({ url, key }: { readonly url: string; readonly key: string }): string {
  return createHash("sha256").update(`${url} ${key}`).digest("hex");
}
