/** After a run: tells somebody what needs a human, each matter once, and how the week was. Never fails a run. */
import type { Settings } from "../config/settings.ts";
import { RemoteUnusable } from "../http/request.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { afterRun, summaryDue, type Told, WEEK } from "../notify/matters.ts";
import { type Message, messageOf, summaryOf } from "../notify/message.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { databaseStore } from "../store/store.ts";
import { emptyDocument } from "../sync/document.ts";
import { explain } from "./failures.ts";
import { fingerprintOf, knownAccount } from "./first-looks.ts";
import { open, type Wired } from "./wire.ts";

/** More runs than a week has. */
const RUNS = 2_000;

/** Of which connection is told, where, and what is known of what was told before. */
type Telling = Pick<Wired, "name" | "channels" | "store" | "log">;

/** Tells of a connection that could not even begin, by the rules for a run that failed: each kind of trouble once. */
export function notifyOfFailure(
  telling: Telling,
  language: Language,
  error: { readonly code: string; readonly message: string },
): Promise<void> {
  const document = emptyDocument("", telling.name, new Date().toISOString());
  return notify(telling, language, { ...document, error });
}

/**
 * Likewise where nothing is wired: as long as the account was known before, what was told before is known, too.
 * @param error what stopped it; anything else than a service is told by nobody
 */
export async function notifyOfService(settings: Settings, language: Language, error: unknown): Promise<void> {
  if (!anyChannel(settings.notify) || !(error instanceof RemoteUnusable)) return;
  const opened = await open(settings, new AbortController().signal);
  const { database, clean, log } = opened;
  try {
    const account = await knownAccount(database, fingerprintOf(settings.copper));
    if (account === undefined) return;
    const store = databaseStore(database, `${account.id}:${settings.mailchimp.listId}`, Date.now, { ends: false });
    const { code, text } = explain(error, texts(language));
    const telling = { name: settings.connection, channels: settings.notify, store, log };
    await notifyOfFailure(telling, language, { code, message: clean(text) });
  } finally {
    await database.destroy();
  }
}

/** What could not be sent is in the log. */
export async function notify(
  { name, channels, store, log }: Telling,
  language: Language,
  document: RunDocument,
): Promise<void> {
  if (!anyChannel(channels)) return;
  try {
    const t = texts(language);
    const connection = name === "default" ? "" : name;
    const now = Date.now();
    const told = await store.fact<Told>("told");
    const waiting = await store.waiting();
    const { matters, next } = afterRun(document, waiting, told, now);
    const messages = matters.length > 0 ? [messageOf(matters, { connection, run: document.run }, t)] : [];
    const due = summaryDue(next, now);
    if (due) {
      const runs = (await store.runs(RUNS)).filter((run) => now - Date.parse(run.startedAt) < WEEK);
      messages.push(summaryOf(runs, waiting, connection, t));
    }
    const wrong = messages.length === 0 ? [] : await sent(channels, messages);
    for (const line of wrong) log(`notify ${line}`);
    // What reached nobody is told again by the next run
    if (wrong.length === 0) await store.learn({ facts: { told: { ...next, ...(due && { summaryAt: now }) } } });
  } catch (error) {
    log(`notify: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What sends is loaded only where there is something to tell. @returns what went wrong */
async function sent(channels: Channels, messages: readonly Message[]): Promise<string[]> {
  const { sendEverywhere } = await import("../notify/send.ts");
  return (await Promise.all(messages.map((message) => sendEverywhere(channels, message)))).flat();
}
