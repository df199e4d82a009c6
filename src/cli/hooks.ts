/** Webhooks: `webhooks install|status|remove`, and what becomes of a notification that `serve` receives. */
import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { addressKey } from "../contact/address.ts";
import { readNotification as readOfPeople } from "../copper/webhook.ts";
import { readNotification as readOfMembers } from "../mailchimp/webhook.ts";
import type { Store } from "../plan/ports.ts";
import type { Hints } from "../plan/sides.ts";
import { hookFact } from "../store/identities.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { EXIT, UsageWrong } from "./exit.ts";
import { withWired } from "./sync-commands.ts";
import type { Terminal } from "./terminal.ts";

/** What is subscribed, kept in the store. */
export interface Hooks {
  /** Where both services reach `serve` from outside. */
  readonly url: string;
  readonly secret: string;
}

/** The two addresses that are told to the services. Mailchimp signs nothing: the secret is in the address. */
export function targetsOf({ url, secret }: Hooks): { readonly copper: string; readonly mailchimp: string } {
  return { copper: `${url}/hooks/copper`, mailchimp: `${url}/hooks/mailchimp/${secret}` };
}

/** The command. Throws UsageWrong, RemoteUnusable. */
export function webhooksCommand(
  step: "install" | "status" | "remove",
  flags: { url?: string },
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  const url = (flags.url ?? "").replace(/\/+$/, "");
  const local = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(url);
  if (step === "install" && !local && !(url.startsWith("https://") && URL.canParse(url)))
    throw new UsageWrong(t("webhooks.needUrl"));
  return withWired(async ({ store, hooks, database, connection }) => {
    const known = await store.fact<Hooks | null>("hooks");
    /** Keeps whose secret it is, so that a notification is placed by one look-up. */
    const place = (secret: string, scope: string | null) =>
      databaseStore(database, "", Date.now, { ends: false }).learn({ facts: { [hookFact(secret)]: scope } });
    if (step === "status") {
      const there = known ? await hooks.there(targetsOf(known)) : { copper: 0, mailchimp: 0 };
      terminal.print(`${known ? t("webhooks.status", { url: known.url, ...there }) : t("webhooks.none")}\n`);
      return EXIT.ok;
    }
    // Installed anew, or taken away: what was there goes first, so that nothing is told twice
    if (known) await hooks.remove(targetsOf(known));
    if (known) await place(known.secret, null);
    if (step === "remove") await store.learn({ facts: { hooks: null } });
    else {
      const fresh: Hooks = { url, secret: randomBytes(24).toString("base64url") };
      // Mailchimp looks at once whether the address answers
      await store.learn({ facts: { hooks: fresh } });
      await place(fresh.secret, connection);
      await hooks.install(targetsOf(fresh), fresh.secret);
    }
    terminal.print(`${t(step === "remove" ? "webhooks.removed" : "webhooks.installed", { url })}\n`);
    return EXIT.ok;
  });
}

/** Finds the account and audience that a secret belongs to, by one indexed look-up of its digest. */
export async function scopeOfHook(database: Kysely<Tables>, secret: string): Promise<string | undefined> {
  return (
    (await databaseStore(database, "", Date.now, { ends: false }).fact<string | null>(hookFact(secret))) ?? undefined
  );
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
