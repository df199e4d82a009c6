/** Installs and removes the webhook subscriptions, and reads notifications. */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { readNotification as readOfPeople } from "../copper/webhook.ts";
import { addressKey } from "../domain/address.ts";
import { errorText } from "../domain/error-text.ts";
import { readNotification as readOfMembers } from "../mailchimp/webhook.ts";
import { type Hooks, namedFact } from "../ports/facts.ts";
import type { Hints } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";
import { hookFact } from "../store/connections/identities.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import type { Wired } from "./wired.ts";

/**
 * Returns the URLs for both services. Mailchimp signs nothing, so its URL contains the secret. Copper sends the secret
 * in a header; its URL contains a digest, which distinguishes the connections of one account.
 */
export function targetsOf({ url, secret, apart }: Hooks) {
  const own = apart ? `/${createHash("sha256").update(secret).digest("hex").slice(0, 12)}` : "";
  return { copper: `${url}/hooks/copper${own}`, mailchimp: `${url}/hooks/mailchimp/${secret}`, secret };
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

/**
 * Returns the contacts whose stored data is older than a notification. Others are known already: own writes come back,
 * and services send some notifications twice.
 * @param body the body of the request, as text
 * @param listId the audience that notifications must be about
 * @returns `undefined` if the body cannot be parsed
 */
export async function newsIn(
  store: Store,
  side: "copper" | "mailchimp",
  body: string,
  listId: string,
): Promise<Hints | undefined> {
  if (side === "copper") {
    const said = readOfPeople(body);
    if (said === undefined) return undefined;
    const known = new Map((await store.contacts(said.ids)).map(({ person }) => [person?.id, person]));
    const news = said.ids.filter((id) => {
      const person = known.get(id);
      return said.deleted ? person !== undefined : isNews(person?.modifiedAt, said.at);
    });
    return { personIds: news, emails: [] };
  }
  const said = readOfMembers(body, listId);
  if (said === undefined) return undefined;
  const emails: string[] = [];
  for (const email of said.emails) {
    const found = await store.atAddress(email);
    const member = found.find((one) => one.member && addressKey(one.member.email) === addressKey(email))?.member;
    if (isNews(member?.changedAt, said.at)) emails.push(email);
  }
  return { personIds: [], emails };
}

/**
 * Returns whether a notification is newer than the stored record. Timestamps have a precision of seconds, and one
 * without a time counts as new.
 */
function isNews(known: number | undefined, at: number): boolean {
  return known === undefined || at === 0 || known < at - 1;
}
