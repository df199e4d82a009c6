/** After a run: tells somebody what needs a human, each matter once, and how the week was. Never fails a run. */
import { type Language, texts } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { afterRun, summaryDue, type Told, WEEK } from "../notify/matters.ts";
import { type Message, messageOf, summaryOf } from "../notify/message.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Wired } from "./wire.ts";

/** More runs than a week has. */
const RUNS = 2_000;

/** What could not be sent is in the log. */
export async function notify(
  { channels, store, log }: Pick<Wired, "channels" | "store" | "log">,
  language: Language,
  document: RunDocument,
): Promise<void> {
  if (!anyChannel(channels)) return;
  try {
    const t = texts(language);
    const now = Date.now();
    const told = await store.fact<Told>("told");
    const waiting = await store.waiting();
    const { matters, next } = afterRun(document, waiting, told, now);
    const messages = matters.length > 0 ? [messageOf(matters, document.run, t)] : [];
    const due = summaryDue(next, now);
    if (due) {
      const runs = (await store.runs(RUNS)).filter((run) => now - Date.parse(run.startedAt) < WEEK);
      messages.push(summaryOf(runs, waiting, t));
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
