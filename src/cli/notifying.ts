/** After a run: tells somebody what needs a human, each matter once, and how the week was. Never fails a run. */
import { type Language, texts } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { afterRun, summaryDue, type Told } from "../notify/matters.ts";
import { messageOf, summaryOf } from "../notify/message.ts";
import type { Store } from "../plan/ports.ts";
import type { RunDocument } from "../plan/run-document.ts";

const WEEK = 7 * 86_400_000;
/** More runs than a week has. */
const RUNS = 2_000;

/** @param log told of what could not be sent @param now Unix ms */
export async function notify(
  channels: Channels,
  language: Language,
  store: Store,
  document: RunDocument,
  log: (line: string) => void,
  now: number,
): Promise<void> {
  if (!anyChannel(channels)) return;
  try {
    const t = texts(language);
    const told = await store.fact<Told>("told");
    const waiting = await store.waiting();
    const { matters, next } = afterRun(document, waiting, told, now);
    const messages = matters.length > 0 ? [messageOf(matters, document.run, t)] : [];
    const due = summaryDue(next, now);
    if (due) {
      const runs = (await store.runs(RUNS)).filter((run) => now - Date.parse(run.startedAt) < WEEK);
      messages.push(summaryOf(runs, waiting, t));
    }
    // Loaded where there is something to tell only
    const { sendEverywhere } = await import("../notify/send.ts");
    const wrong = (await Promise.all(messages.map((message) => sendEverywhere(channels, message)))).flat();
    for (const line of wrong) log(`notify ${line}`);
    // What reached nobody is told again by the next run
    if (wrong.length === 0) await store.learn({ facts: { told: { ...next, ...(due && { summaryAt: now }) } } });
  } catch (error) {
    log(`notify: ${error instanceof Error ? error.message : String(error)}`);
  }
}
