/** Tries keys as they are typed in a terminal or on a page, and returns the same codes for what is wrong. */
import type { Kysely } from "kysely";
import type { Account } from "../app/wired.ts";
import { SETTINGS } from "../config/setting-sources.ts";
import { masking } from "../domain/masking.ts";
import { ServiceError } from "../http/answer.ts";
import { type Http, http } from "../http/request.ts";
import type { Audience } from "../ports/sides.ts";
import type { GetSetting } from "../services/service-description.ts";
import { describe, type Service } from "../services/services.ts";
import { copperKeyTrouble, type KeyTrouble, troubleIn } from "../setup/key-trouble.ts";
import { isPostgres } from "../store/dialect.ts";
import { sharedRateLimiter } from "../store/shared-rate-limiter.ts";
import type { Tables } from "../store/tables.ts";
import { fingerprintOf, identifyAccount, knownAccount } from "./account-of-key.ts";
import { audiencesOver, identityOver, reachCopper, reachMembers } from "./adapters.ts";
import { systemClock } from "./system-clock.ts";

const never = new AbortController().signal;
const quiet = { clock: systemClock, log: () => undefined, random: Math.random };

/** The database that holds the rate limits of accounts which several processes use. */
export interface Shared {
  readonly database: Kysely<Tables>;
  /** Requests to Copper per minute. */
  readonly perMinute: number;
  /** Simultaneous requests to Mailchimp. */
  readonly connections: number;
}

/** How to try keys. */
interface How {
  /** Absent for a single process. */
  readonly shared?: Shared | undefined;
  /** Ends the retries. */
  readonly stop?: AbortSignal;
}

/** What came of it: the settings that access needs, by name, or why the key does not work. */
type Tried<T> =
  | ({ readonly ok: true; readonly settings: Readonly<Record<string, string>> } & T)
  | { readonly ok: false; readonly trouble: KeyTrouble };

/**
 * Tries a Copper key. Also finds out whether its owner can see only some of the people (`byTeam`).
 * @param get returns the other settings; an API address of its own is asked for
 */
export async function tryCopperKey(
  key: string,
  email: string,
  get: GetSetting,
  how: How,
): Promise<Tried<{ readonly byTeam: boolean }>> {
  const trouble = copperKeyTrouble(key, email);
  if (trouble !== undefined) return { ok: false, trouble };
  const of = withTyped({ COPPER_API_KEY: key, COPPER_API_EMAIL: email }, get);
  return tried("copper", of, async () => ({ byTeam: (await identify(of, how)).byTeam }));
}

/**
 * Tries a Mailchimp key, and returns the audiences that it can access.
 * @param get returns the other settings: an API address of its own, and the data centre if the key names none
 */
export async function tryMailchimpKey(
  key: string,
  get: GetSetting,
  how: How,
): Promise<Tried<{ readonly audiences: readonly Audience[] }>> {
  const service = describe("mailchimp");
  const of = withTyped({ [service.key]: key, ...service.toldByKey(key) }, get);
  if (service.access.some((setting) => of(setting) === "")) return { ok: false, trouble: "no-ending" };
  return tried("mailchimp", of, async () => ({ audiences: await audiencesOf(of, how) }));
}

/** Returns settings of which some are typed just now. */
function withTyped(typed: Readonly<Record<string, string>>, get: GetSetting): GetSetting {
  return (setting) => typed[setting] ?? get(setting).trim();
}

async function tried<T extends object>(side: Service, of: GetSetting, attempt: () => Promise<T>): Promise<Tried<T>> {
  try {
    const settings = Object.fromEntries(describe(side).access.map((setting) => [setting, of(setting)]));
    return { ok: true, settings, ...(await attempt()) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ok: false, trouble: troubleIn(error.code, error.status) };
  }
}

/** Creates a client for the requests that try a key, one at a time. */
function client(
  key: string,
  reach: ReturnType<typeof reachCopper> | ReturnType<typeof reachMembers>,
  limiter: ReturnType<typeof sharedRateLimiter> | false | undefined,
  stop: AbortSignal,
): Http {
  return http({ ...quiet, stop, mask: masking([key]), ...reach, ...(limiter && { limiter }) });
}

/** Asks Copper for the account of the key that the settings name. Throws ServiceError. */
async function identify(get: GetSetting, { shared, stop = never }: How): Promise<Account> {
  const { database } = shared ?? {};
  const access = { key: get("COPPER_API_KEY"), email: get("COPPER_API_EMAIL"), url: describe("copper").url(get) };
  const fingerprint = fingerprintOf(access);
  const limits = { perMinute: shared?.perMinute ?? Number(SETTINGS.COPPER_REQUESTS_PER_MINUTE) };
  // Count the request for the account if it is known, otherwise for the key
  const known = database && (await knownAccount(database, fingerprint));
  const limiter =
    database && isPostgres(database) && sharedRateLimiter(database, () => `copper ${known?.id ?? fingerprint}`, limits);
  const people = client(access.key, reachCopper(access, 1), limiter, stop);
  const identity = () => identityOver(people);
  if (database === undefined || known !== undefined) return identity();
  return identifyAccount(database, fingerprint, limits, stop, identity);
}

/** Returns the audiences that the key in the settings can access. Throws ServiceError. */
export function audiencesOf(get: GetSetting, { shared, stop = never }: How): Promise<Audience[]> {
  const { database } = shared ?? {};
  const service = describe("mailchimp");
  const access = { key: get(service.key), url: service.url(get) };
  const account = `mailchimp ${fingerprintOf(access)}`;
  const limits = { connections: shared?.connections ?? Number(SETTINGS[service.connections]) };
  const limiter = database && isPostgres(database) && sharedRateLimiter(database, () => account, limits);
  return audiencesOver(client(access.key, reachMembers(access, 1), limiter, stop));
}
