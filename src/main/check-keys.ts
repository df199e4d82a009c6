/** Keys before anything is known of them: what they are sent with, whether they open something, and whose they are. */

import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Account } from "../app/wired.ts";
import { SETTINGS } from "../config/settings.ts";
import { copperSide } from "../copper/side.ts";
import { http } from "../http/request.ts";
import type { AccountLimits } from "../limits/rate-limiter.ts";
import { type Audience, audiencesOf } from "../mailchimp/audiences.ts";
import { type KnownAccount, namedFact } from "../ports/facts.ts";
import { isPostgres } from "../store/dialect.ts";
import { chargeFirstRequest, sharedRateLimiter } from "../store/shared-rate-limiter.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { systemClock } from "./system-clock.ts";

const never = new AbortController().signal;
const quiet = { clock: systemClock, stop: never, log: () => undefined, random: Math.random };

/** Copper's headers ("Reaching it" in docs/apis/copper.md). */
export function copperHeaders(key: string, email: string): Record<string, string> {
  return {
    "X-PW-AccessToken": key,
    "X-PW-Application": "developer_api",
    "X-PW-UserEmail": email,
    "Content-Type": "application/json",
    Accept: "application/json",
  };
}

export function mailchimpHeaders(key: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" };
}

/** Where the limits of accounts are kept that others work for, too. */
export interface Shared {
  readonly database: Kysely<Tables>;
  /** Requests to Copper in a minute. */
  readonly perMinute: number;
  /** Requests to Mailchimp at once. */
  readonly connections: number;
}

/**
 * Asks Copper whose a key is. Throws ServiceError where it lets nobody in.
 * @param url instead of the public address @param stop ends the tries
 */
export async function tryCopper(
  key: string,
  email: string,
  url?: string,
  shared?: Shared,
  stop: AbortSignal = never,
): Promise<Account> {
  const { database } = shared ?? {};
  const base = (url || SETTINGS.COPPER_API_URL).replace(/\/+$/, "");
  const fingerprint = fingerprintOf({ url: base, key });
  const limits = { perMinute: shared?.perMinute ?? Number(SETTINGS.COPPER_REQUESTS_PER_MINUTE) };
  const known = database && (await knownAccount(database, fingerprint));
  const limiter =
    database && isPostgres(database) && sharedRateLimiter(database, () => `copper ${known?.id ?? fingerprint}`, limits);
  const people = http({
    ...quiet,
    stop,
    service: "copper",
    base,
    connections: 1,
    headers: copperHeaders(key, email),
    ...(limiter && { limiter }),
  });
  const { identity } = copperSide(people, 1);
  if (database === undefined || known !== undefined) return identity();
  return identifyAccount(database, fingerprint, limits, stop, identity);
}

/**
 * The audiences that a key opens. Throws ServiceError.
 * @param url instead of the public address
 */
export function tryMailchimp(
  key: string,
  dc: string,
  url?: string,
  shared?: Shared,
  stop: AbortSignal = never,
): Promise<Audience[]> {
  const { database } = shared ?? {};
  const base = (url || `https://${dc}.api.mailchimp.com/3.0`).replace(/\/+$/, "");
  const account = `mailchimp ${fingerprintOf({ url: base, key })}`;
  const limits = { connections: shared?.connections ?? Number(SETTINGS.MAILCHIMP_CONNECTIONS) };
  const limiter = database && isPostgres(database) && sharedRateLimiter(database, () => account, limits);
  return audiencesOf(
    http({
      ...quiet,
      stop,
      service: "mailchimp",
      base,
      connections: 1,
      headers: mailchimpHeaders(key),
      ...(limiter && { limiter }),
    }),
  );
}

/** Under the key's fingerprint, never under the key. */
const accountFact = (fingerprint: string) => `account ${fingerprint}` as const;

export function knownAccount(database: Kysely<Tables>, fingerprint: string): Promise<KnownAccount | undefined> {
  return databaseStore(database, "", Date.now, { ends: false }).fact(accountFact(fingerprint));
}

/** Asks whose a key is and remembers it; where others share the account, one at a time (`chargeFirstRequest`). */
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

/** Remembers whose a key is. */
export async function remember(database: Kysely<Tables>, fingerprint: string, account: Account): Promise<void> {
  const known: KnownAccount = { ...account, at: Date.now() };
  const all = databaseStore(database, "", Date.now, { ends: false });
  await all.saveChanges({ facts: namedFact(accountFact(fingerprint), known) });
}

/** Tells keys apart without telling anything of them. */
export function fingerprintOf({ url, key }: { readonly url: string; readonly key: string }): string {
  return createHash("sha256").update(`${url} ${key}`).digest("hex");
}
