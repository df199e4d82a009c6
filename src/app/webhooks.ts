/** Webhooks: installing and removing the subscriptions, and what becomes of a notification. */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { readNotification as readOfPeople } from "../copper/webhook.ts";
import { addressKey } from "../domain/address.ts";
import { readNotification as readOfMembers } from "../mailchimp/webhook.ts";
import { type Hooks, namedFact } from "../ports/facts.ts";
import type { Hints } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";
import { hookFact } from "../store/identities.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import type { Wired } from "./wired.ts";

/**
 * The two addresses that are told to the services. Mailchimp signs nothing: the secret is in the address. Copper sends it
 * in a header; a digest of it in the address tells the connections of one account apart.
 */
export function targetsOf({ url, secret, apart }: Hooks) {
  const own = apart ? `/${createHash("sha256").update(secret).digest("hex").slice(0, 12)}` : "";
  return { copper: `${url}/hooks/copper${own}`, mailchimp: `${url}/hooks/mailchimp/${secret}`, secret };
}

/** Keeps whose secret it is, so that a notification is placed by one look-up. */
function place({ database }: Pick<Wired, "database">, secret: string, scope: string | null): Promise<void> {
  return databaseStore(database, "", Date.now, { ends: false }).saveChanges({
    facts: namedFact(hookFact(secret), scope),
  });
}

interface Done {
  readonly wrong: readonly string[];
  /** Whether what was installed before is still there. */
  readonly kept: boolean;
}

/** What is new comes first, so that nothing is missed, and what was there before stays where the new is refused. */
export async function installed(wired: Wired, url: string): Promise<Done> {
  const { store, hooks, connection } = wired;
  const known = await store.fact("hooks");
  const fresh: Hooks = { url, secret: randomBytes(24).toString("base64url"), apart: true };
  // Mailchimp looks at once whether the address answers
  await store.saveChanges({ facts: { "hooks left": [...((await store.fact("hooks left")) ?? []), fresh] } });
  await place(wired, fresh.secret, connection);
  try {
    await hooks.install(targetsOf(fresh));
  } catch (error) {
    await cleared(wired);
    return { wrong: [error instanceof Error ? error.message : String(error)], kept: known != null };
  }
  const left = ((await store.fact("hooks left")) ?? []).filter((one) => one.secret !== fresh.secret);
  await store.saveChanges({ facts: { hooks: fresh, "hooks left": known ? [...left, known] : left } });
  return { wrong: await cleared(wired), kept: false };
}

export async function removed(wired: Wired): Promise<Done> {
  const { store } = wired;
  const known = await store.fact("hooks");
  const left = (await store.fact("hooks left")) ?? [];
  await store.saveChanges({ facts: { hooks: null, "hooks left": known ? [...left, known] : left } });
  const wrong = await cleared(wired);
  // What could not be taken away stays what is installed: its secret is needed to take it away
  const still = (await store.fact("hooks left")) ?? [];
  if (known && still.some((one) => one.secret === known.secret))
    await store.saveChanges({
      facts: { hooks: known, "hooks left": still.filter((one) => one.secret !== known.secret) },
    });
  return { wrong, kept: true };
}

/** Takes away what is left of earlier subscriptions; their secrets are kept until then. @returns what went wrong */
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

/** Finds the account and audience that a secret belongs to, by one indexed look-up of its digest. */
export async function scopeOfHook(database: Kysely<Tables>, secret: string): Promise<string | undefined> {
  return (await databaseStore(database, "", Date.now, { ends: false }).fact(hookFact(secret))) ?? undefined;
}

/**
 * Of whom a notification tells news; what is known already (our own writes come back, and some are sent again) is none.
 * @returns `undefined` for nonsense
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

/** Stamps have seconds; who does not say when is believed. */
function isNews(known: number | undefined, at: number): boolean {
  return known === undefined || at === 0 || known < at - 1;
}
