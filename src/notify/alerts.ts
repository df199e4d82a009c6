/**
 * Decides which alerts to send after a run. Each is sent once, and again only after its reason was gone. Pure.
 *
 *   | alert      | sent when                                                                            |
 *   |------------|--------------------------------------------------------------------------------------|
 *   | refused    | a guard refused the plan (G4)                                                        |
 *   | failing    | a key is refused or the audience is gone: at once; other errors: at the second run   |
 *   | well-again | a run ends well after a `failing` alert                                              |
 *   | marked     | a person is marked for deletion and waits for a decision (D2)                        |
 *   | aside      | a contact failed in five runs and is set aside (A3)                                  |
 *   | rejected   | Mailchimp refuses an address for good (C5)                                           |
 *   | logs       | the log cannot be written, while everything else works                               |
 *   | channel    | another place cannot be reached: a refused recipient, a missing hook                 |
 *   | conflict   | an address belongs to another contact, and a person has to decide first (W4)         |
 */

import { isSetAside } from "../plan/outcomes.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";

/** The kinds of alerts. */
export type AlertKind =
  | "refused"
  | "failing"
  | "well-again"
  | "marked"
  | "aside"
  | "rejected"
  | "conflict"
  | "logs"
  | "channel";

/** An alert to send. */
export interface Alert {
  readonly kind: AlertKind;
  /** What it is about, in a few words; "" if the kind says it all. Kind and subject together identify an alert. */
  readonly about: string;
  /** The contact concerned, if there is one. */
  readonly who?: { readonly personId: number; readonly tag: string } | { readonly address: string };
}

/** A broken place is tried at this many runs, then at every `SELDOM`th, so that it is not tried at every run (A10). */
const EACH = 5;
const SELDOM = 24;

/** Returns whether to try a place at this run. @param tries the failed tries in a row */
export function isTried(tries: number): boolean {
  return tries < EACH || tries % SELDOM === 0;
}

/** Errors that the next run cannot fix. */
const LASTING: readonly string[] = ["credentials", "missing", "settings"];
const keyOf = ({ kind, about }: Alert) => `${kind} ${about}`;

/**
 * Returns the alerts to send after a run, and the history with them.
 * @param waiting what needs a person, as stored
 * @param told the history so far; `undefined` at first
 * @param now ms since 1970
 */
export function alertsAfterRun(
  document: RunDocument,
  waiting: Waiting,
  told: AlertHistory | undefined,
  now: number,
): { readonly alerts: readonly Alert[]; readonly next: AlertHistory } {
  const before = told ?? { keys: [], failing: 0, summaryAt: now };
  const known = new Set(before.keys);
  if (document.outcome === "failed") {
    const failing = before.failing + 1;
    const alert: Alert = { kind: "failing", about: document.error?.message ?? "" };
    const lasting = LASTING.includes(document.error?.code ?? "");
    // A single failure of the network is no alert; a second one, or a lasting error, is
    const tell = (lasting || failing > 1) && !before.keys.some((key) => key.startsWith("failing "));
    return {
      alerts: tell ? [alert] : [],
      next: { ...before, failing, keys: tell ? [...before.keys, keyOf(alert)] : before.keys },
    };
  }
  const alerts: Alert[] = [
    ...(document.outcome === "refused" ? [{ kind: "refused" as const, about: "" }] : []),
    ...waiting.reviews
      .filter((one) => !one.ignored)
      .map(({ personId, tag }) => ({ kind: "marked" as const, about: `${personId} ${tag}`, who: { personId, tag } })),
    ...waiting.troubles.filter(isSetAside).map(({ contact }) => about("aside", contact)),
    ...waiting.rejections.map(({ address }) => about("rejected", address)),
    ...(document.notes ?? [])
      .filter((one) => one.code === "log-unwritable")
      .map((one) => ({
        kind: "logs" as const,
        about: one.detail ?? "",
      })),
    ...document.conflicts.filter((one) => one.kept === "none").map(({ contact }) => about("conflict", contact)),
  ];
  // A refused plan does not show that the connection works
  const recovered = before.keys.some((key) => key.startsWith("failing ")) && document.outcome !== "refused";
  return {
    alerts: [
      ...(recovered ? [{ kind: "well-again" as const, about: "" }] : []),
      ...alerts.filter((alert) => !known.has(keyOf(alert))),
    ],
    next: { ...before, failing: 0, keys: alerts.map(keyOf) },
  };
}

function about(kind: AlertKind, address: string): Alert {
  return { kind, about: address, who: { address } };
}

/** The interval of summaries (ms). */
export const WEEK = 7 * 86_400_000;

/** Returns whether a week has passed since the last summary. */
export function summaryDue(told: AlertHistory, now: number): boolean {
  return now - told.summaryAt >= WEEK;
}
