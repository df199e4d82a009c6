/** After a run: sends alerts for what needs a human, each once, and a summary of the week. Never fails a run. */

import { type Language, texts } from "../i18n/texts.ts";
import { alertsAfterRun, isTried, summaryDue, WEEK } from "../notify/alerts.ts";
import { anyChannel, type Place, placesOf } from "../notify/channels.ts";
import { type About, type Message, messageOf, summaryOf } from "../notify/message.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";
import { emptyDocument } from "../sync/document.ts";
import { alertContacts } from "./alert-contacts.ts";
import type { Wired } from "./wired.ts";

/** More runs than a week has. */
const RUNS = 2_000;

/** Of which connection is told, where, and what is known of what was told before. */
type Notifying = Pick<Wired, "name" | "channels" | "store" | "log">;

/** Tells of a connection that could not even begin, by the rules for a run that failed: each kind of trouble once. */
export function notifyOfFailure(
  notifying: Notifying,
  language: Language,
  error: { readonly code: string; readonly message: string },
): Promise<readonly string[]> {
  const document = emptyDocument("", notifying.name, new Date().toISOString());
  return notify(notifying, language, { ...document, error });
}

/**
 * Tells every place what it has not been told yet: each remembers for itself, so that one that is broken repeats nothing
 * to the others, and they are told of it. @returns what could not be told; it is in the log, too
 */
export async function notify(
  { name, channels, store, log }: Notifying,
  language: Language,
  document: RunDocument,
): Promise<readonly string[]> {
  if (!anyChannel(channels)) return [];
  try {
    const t = texts(language);
    const connection = name === "default" ? "" : name;
    const now = Date.now();
    const all = await store.fact("toldTo");
    // Kept for all places in common by an earlier version
    const before = all === undefined ? await store.fact("told") : undefined;
    const waiting = await store.waiting();
    const about = { connection, run: document.run };
    const places = placesOf(channels);
    const results = await Promise.all(
      places.map(async (place): Promise<Result> => {
        const told = all?.[place.id] ?? before;
        const { alerts, next } = alertsAfterRun(document, waiting, told, now);
        const said = await alertContacts(store, alerts, t);
        const messages = alerts.length > 0 ? [messageOf(alerts, about, t, said)] : [];
        const due = summaryDue(next, now);
        if (due) messages.push(await summary(store, waiting, connection, now, t));
        const tries = told?.tries ?? 0;
        const waits = messages.length > 0 && !isTried(tries);
        const wrong = waits ? undefined : await sent(place, messages);
        const kept = { ...(told ?? { keys: [], summaryAt: now }), failing: next.failing };
        // What reached nobody is told again by a later run
        if (waits || wrong !== undefined) return { place, wrong, told: { ...kept, tries: tries + 1 }, broken: true };
        const open = messages.length === 0 ? tries : 0;
        return {
          place,
          wrong: undefined,
          told: { ...told, ...next, tries: open, ...(due && { summaryAt: now }) },
          broken: open > 0,
        };
      }),
    );
    const broken = results.filter((one) => one.broken);
    const toldTo = await Promise.all(
      results.map(async (result) => [result.place.id, await notifyOfBroken(result, broken, about, t)] as const),
    );
    const wrong = results.flatMap((one) => (one.wrong === undefined ? [] : [`${one.place.label}: ${one.wrong}`]));
    for (const line of wrong) log(`notify ${line}`);
    await store.saveChanges({ facts: { toldTo: Object.fromEntries(toldTo) } });
    return wrong;
  } catch (error) {
    log(`notify: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** What became of notifying one place. */
interface Result {
  readonly place: Place;
  /** What went wrong just now. */
  readonly wrong: string | undefined;
  readonly told: AlertHistory;
  /** Whether it could not be told the last time that it was tried. */
  readonly broken: boolean;
}

/** Tells a place that can be told of those that cannot, each once as long as it lasts. @returns what it has been told */
async function notifyOfBroken(
  { place, told, broken: unreached }: Result,
  broken: readonly Result[],
  about: About,
  t: ReturnType<typeof texts>,
): Promise<AlertHistory> {
  if (unreached) return told;
  const labels = broken.map((one) => one.place.label);
  const known = (told.broken ?? []).filter((label) => labels.includes(label));
  const fresh = broken.filter((one) => !known.includes(one.place.label));
  const alerts = fresh.map((one) => ({ kind: "channel" as const, about: `${one.place.label}: ${one.wrong ?? ""}` }));
  const wrong = await sent(place, alerts.length === 0 ? [] : [messageOf(alerts, about, t)]);
  return { ...told, broken: wrong === undefined ? labels : known };
}

async function summary(
  store: Notifying["store"],
  waiting: Waiting,
  connection: string,
  now: number,
  t: ReturnType<typeof texts>,
): Promise<Message> {
  const runs = (await store.runs(RUNS, 0, true)).filter((run) => now - Date.parse(run.startedAt) < WEEK);
  return summaryOf(runs, waiting, connection, t);
}

/** What sends is loaded only where there is something to tell. @returns what went wrong */
async function sent(place: Place, messages: readonly Message[]): Promise<string | undefined> {
  if (messages.length === 0) return undefined;
  const { sendTo } = await import("../notify/send.ts");
  for (const message of messages) {
    const wrong = await sendTo(place, message);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
