/**
 * The alerts after a run, each once: one is sent again only after its reason has been gone. Pure.
 *
 *   | alert      | sent when                                                                              |
 *   |------------|----------------------------------------------------------------------------------------|
 *   | refused    | a guard refused the plan (G4)                                                          |
 *   | failing    | a key is refused or the audience gone: at once; anything else: at the second run       |
 *   | well-again | a run ends well after that was told                                                    |
 *   | marked     | somebody is marked for deletion and waits for a decision (D2)                          |
 *   | aside      | a contact failed in five runs and is set aside (A3)                                    |
 *   | rejected   | Mailchimp refuses an address for good (C5)                                             |
 *   | logs       | the log cannot be written, while everything else goes on                               |
 *   | channel    | another place cannot be told: a recipient who is refused, a hook that is gone          |
 *   | conflict   | an address is somebody else's, and nothing can be written before a human decides (W4)  |
 */

import { isSetAside } from "../plan/outcomes.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";

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

export interface Alert {
  readonly kind: AlertKind;
  /** Whom or what it is about, in a few words; "" where the kind says it all. It tells alerts apart. */
  readonly about: string;
  /** The contact that it is about, where it is about one. */
  readonly who?: { readonly personId: number; readonly tag: string } | { readonly address: string };
}

/** A place that cannot be told is tried at so many runs, then at every so many-th: it must not be asked for ever (A10). */
const EACH = 5;
const SELDOM = 24;

/** Whether a place is tried at this run. @param tries in vain, in a row */
export function isTried(tries: number): boolean {
  return tries < EACH || tries % SELDOM === 0;
}

/** Faults that the next run will not mend. */
const LASTING: readonly string[] = ["credentials", "missing", "settings"];
const keyOf = ({ kind, about }: Alert) => `${kind} ${about}`;

/**
 * @param told what was told before; `undefined` at first
 * @param now Unix ms
 * @returns what is to be told now, and what then has been
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

/** From one summary to the next, ms. */
export const WEEK = 7 * 86_400_000;

/** Whether a week has passed since the last summary. */
export function summaryDue(told: AlertHistory, now: number): boolean {
  return now - told.summaryAt >= WEEK;
}
