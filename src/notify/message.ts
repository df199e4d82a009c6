/** Alerts as a message: a subject and a text, with what to do about each alert. */
import type { Texts } from "../i18n/texts.ts";
import type { RunLine, Waiting } from "../ports/store.ts";
import { TITLE } from "../services/services.ts";
import type { Alert, AlertKind } from "./alerts.ts";

/** A message for all kinds of places. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** The most alerts of one kind that are named; the rest is counted. */
export const NAMED = 10;

/** The connection and the run that a message is about. */
export interface About {
  /** The connection's name if there are several; "" for the only one. */
  readonly connection: string;
  /** The run whose report has the details; "" if no run was made. */
  readonly run: string;
}

/** Returns the full subject, with the program's and the connection's name. */
export function subjectOf(connection: string, subject: string): string {
  return `${TITLE}${connection === "" ? "" : ` (${connection})`} — ${subject}`;
}

/**
 * Returns the message for some alerts. Commands are complete, with the option `--connection` if there are several.
 * @param said texts about contacts, by the `about` of their alert
 */
export function messageOf(
  alerts: readonly Alert[],
  { connection, run }: About,
  t: Texts,
  said: ReadonlyMap<string, string> = new Map(),
): Message {
  const of = connection === "" ? "" : ` --connection ${connection}`;
  const byKind = Map.groupBy(alerts, (alert) => alert.kind);
  const lines = [...byKind].flatMap(([kind, list]) => {
    const named = list.map((one) => one.about).filter((about) => about !== "");
    return [
      t(`notify.${kind}`, { count: list.length }),
      ...named.slice(0, NAMED).map((about) => `  ${said.get(about) ?? about}`),
      ...(named.length > NAMED ? [`  ${t("notify.more", { count: named.length - NAMED })}`] : []),
      `  → ${t(`notify.${kind}.do`, { of })}`,
      "",
    ];
  });
  const first = t(`notify.${[...byKind.keys()][0] as AlertKind}`, { count: alerts.length });
  const subject = byKind.size === 1 ? first : t("notify.subject", { count: alerts.length });
  const report = run === "" ? "" : `${t("notify.report", { run, of })}\n`;
  return { subject: subjectOf(connection, subject), text: `${lines.join("\n")}${report}` };
}

/** Returns the weekly summary. @param runs the runs of that week */
export function summaryOf(runs: readonly RunLine[], waiting: Waiting, connection: string, t: Texts): Message {
  const sum = (of: (run: RunLine) => number) => runs.reduce((total, run) => total + of(run), 0);
  const well = runs.filter((run) => run.outcome === "ok" || run.outcome === "partial").length;
  const text = [
    t("notify.week.runs", { count: runs.length, well }),
    t("notify.week.copper", { created: sum((run) => run.copper.created), updated: sum((run) => run.copper.updated) }),
    t("notify.week.mailchimp", {
      created: sum((run) => run.mailchimp.created),
      updated: sum((run) => run.mailchimp.updated),
      archived: sum((run) => run.mailchimp.archived),
    }),
    t("status.marked", { count: waiting.reviews.filter((one) => !one.ignored).length }),
    t("report.rejectedTotal", { count: waiting.rejections.length }),
    "",
  ].join("\n");
  return { subject: subjectOf(connection, t("notify.week")), text };
}
