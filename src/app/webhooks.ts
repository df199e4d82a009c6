/** Installs and removes the webhook subscriptions, and finds the connection of a secret. */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { errorText } from "../domain/error-text.ts";
import { type Hooks, namedFact } from "../ports/facts.ts";
import { describe, type Service } from "../services/services.ts";
import { hookFact } from "../store/connections/identities.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import type { HookTargets } from "./webhook-subscriptions.ts";
import type { Wired } from "./wired.ts";

/**
 * Returns the URLs for both services. Where the service sends the secret in a header, the URL contains only a digest,
 * which distinguishes the connections of one account.
 */
export function targetsOf({ url, secret, apart }: Hooks): HookTargets {
  const digest = apart ? `/${createHash("sha256").update(secret).digest("hex").slice(0, 12)}` : "";
  const target = (side: Service) =>
    `${url}/hooks/${side}${describe(side).hookSecret === "in-address" ? `/${secret}` : digest}`;
  return { copper: target("copper"), mailchimp: target("mailchimp"), secret };
}

/** Stores which connection a secret belongs to, so that one query finds it. */
function place({ database }: Pick<Wired, "database">, secret: string, scope: string | null): Promise<void> {
  return databaseStore(database, "", Date.now, { ends: false }).saveChanges({
    facts: namedFact(hookFact(secret), scope),
  });
}

/** The result of installing or removing. */
interface Done {
  readonly wrong: readonly string[];
  /** Whether the previous subscriptions still exist. */
  readonly kept: boolean;
}

/**
 * Installs subscriptions under a new secret, then removes the old ones. In this order no notification is missed, and a
 * refusal leaves the old ones in place.
 * @param url the public base URL, without a trailing slash
 */
export async function installed(wired: Wired, url: string): Promise<Done> {
  const { store, hooks, connection } = wired;
  const known = await store.fact("hooks");
  const fresh: Hooks = { url, secret: randomBytes(24).toString("base64url"), apart: true };
  // Store the secret first: Mailchimp requests the URL before it accepts the subscription
  await store.saveChanges({ facts: { "hooks left": [...((await store.fact("hooks left")) ?? []), fresh] } });
  await place(wired, fresh.secret, connection);
  try {
    await hooks.install(targetsOf(fresh));
  } catch (error) {
    await cleared(wired);
    return { wrong: [errorText(error)], kept: known != null };
  }
  // The old subscriptions are removed only after the new ones work
  const left = ((await store.fact("hooks left")) ?? []).filter((one) => one.secret !== fresh.secret);
  await store.saveChanges({ facts: { hooks: fresh, "hooks left": known ? [...left, known] : left } });
  return { wrong: await cleared(wired), kept: false };
}

/** Removes the subscriptions in both services. Keeps the secret of those that could not be removed. */
export async function removed(wired: Wired): Promise<Done> {
  const { store } = wired;
  const known = await store.fact("hooks");
  const left = (await store.fact("hooks left")) ?? [];
  await store.saveChanges({ facts: { hooks: null, "hooks left": known ? [...left, known] : left } });
  const wrong = await cleared(wired);
  // Keep a subscription that could not be removed as installed: removing it later needs its secret
  const still = (await store.fact("hooks left")) ?? [];
  if (known && still.some((one) => one.secret === known.secret))
    await store.saveChanges({
      facts: { hooks: known, "hooks left": still.filter((one) => one.secret !== known.secret) },
    });
  return { wrong, kept: true };
}

/**
 * Removes old subscriptions, and forgets their secrets once they are gone.
 * @returns the errors
 */
async function cleared(wired: Wired): Promise<readonly string[]> {
  const { store, hooks } = wired;
  const still: Hooks[] = [];
  const all: string[] = [];
  for (const one of (await store.fact("hooks left")) ?? []) {
    const wrong = await hooks.remove(targetsOf(one));
    all.push(...wrong);
    if (wrong.length > 0) still.push(one);
    else await place(wired, one.secret, null);
  }
  await store.saveChanges({ facts: { "hooks left": still } });
  return all;
}

/** Finds the scope (account and audience) of a secret, with one indexed query by its digest. */
export async function scopeOfHook(database: Kysely<Tables>, secret: string): Promise<string | undefined> {
  return (await databaseStore(database, "", Date.now, { ends: false }).fact(hookFact(secret))) ?? undefined;
}
