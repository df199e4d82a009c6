/** Finds the account of a key, and stores it under the key's fingerprint. */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Account } from "../app/wired.ts";
import type { AccountLimits } from "../limits/rate-limiter.ts";
import { type KnownAccount, namedFact } from "../ports/facts.ts";
import { isPostgres } from "../store/dialect.ts";
import { chargeFirstRequest } from "../store/shared-rate-limiter.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";

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
