/** After a run: sends an alert for each new problem that needs a person, and a weekly summary. Never fails a run. */

import { errorText } from "../domain/error-text.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { alertsAfterRun, isTried, summaryDue, WEEK } from "../notify/alerts.ts";
import { anyChannel, type Place, placesOf } from "../notify/channels.ts";
import { type About, type Message, messageOf, summaryOf } from "../notify/message.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";
import { emptyDocument } from "../sync/document.ts";
import { alertContacts } from "./contacts-in-alerts.ts";
import type { Wired } from "./wired.ts";

/** The most runs of a weekly summary; a week has fewer. */
const RUNS = 2_000;

/** The connection, the places to notify, and the store that remembers past alerts. */
type Notifying = Pick<Wired, "name" | "channels" | "store" | "log">;

/**
 * Sends an alert about a connection that could not start. The rules are those of a failed run: each kind of problem is
 * sent once.
 * @returns what could not be sent, as lines
 */
export function notifyOfFailure(
  notifying: Notifying,
  language: Language,
  error: { readonly code: string; readonly message: string },
): Promise<readonly string[]> {
  const document = emptyDocument("", notifying.name, new Date().toISOString());
  return notify(notifying, language, { ...document, error });
}

/**
 * Sends each place what it has not received yet. Each place has its own history: a broken one causes no repeats to the
 * others, and they are told about it.
 * @param document the run that just ended
 * @returns what could not be sent, as lines; it is also in the log
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
    // An earlier version stored one history for all places
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
        // Keep the old history after a failure, so that a later run sends the alerts again
        if (waits || wrong !== undefined) return { place, wrong, told: { ...kept, tries: tries + 1 }, broken: true };
        // Without a message it is unknown whether the place works again
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
    log(`notify: ${errorText(error)}`);
    return [];
  }
}

/** The result for one place. */
interface Result {
  readonly place: Place;
  /** The error of this run. */
  readonly wrong: string | undefined;
  readonly told: AlertHistory;
  /** Whether the last try failed. */
  readonly broken: boolean;
}

/**
 * Tells a working place about the broken ones, once for each while it stays broken.
 * @returns the place's new history
 */
async function notifyOfBroken(
  { place, told, broken: unreached }: Result,
  broken: readonly Result[],
  about: About,
  t: ReturnType<typeof texts>,
): Promise<AlertHistory> {
  if (unreached) return told;
  const labels = broken.map((one) => one.place.label);
  // Forget places that work again, so that their next failure is reported
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

/**
 * Sends messages to a place. Loads the sending modules only if there is something to send.
 * @returns the first error
 */
async function sent(place: Place, messages: readonly Message[]): Promise<string | undefined> {
  if (messages.length === 0) return undefined;
  const { sendTo } = await import("../notify/send.ts");
  for (const message of messages) {
    const wrong = await sendTo(place, message);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
