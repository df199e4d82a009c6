/** The report of a run as text: what happened, and at the end what needs a person. */
import { addressKey } from "../domain/address.ts";
import { oneLine } from "../domain/one-line.ts";
import { showValue } from "../domain/values.ts";
import { type Texts, textOr } from "../i18n/texts.ts";
import type { Note } from "../plan/notes.ts";
import type { OperationKind, Reason } from "../plan/operations.ts";
import { type PlanRefusal, refusalFigures } from "../plan/plan.ts";
import type { OperationView, RunDocument, StandingView } from "../plan/run-document.ts";
import type { Skipped } from "../plan/skipped.ts";
import type { StandingReason } from "../plan/standings.ts";
import { serviceName } from "../services/services.ts";
import { growthLines } from "../wording/growth.ts";
import { groupWords, standingWords } from "../wording/standing.ts";

/** The most lines of one kind; the rest is counted. */
const MOST = 20;
/** The setting with the limit of each guard that can be overridden. */
const LIMITS: Readonly<Partial<Record<PlanRefusal["code"], string>>> = {
  "too-many-removals": "MAX_REMOVALS",
  "too-many-cleared": "MAX_CHANGES",
  "too-many-alike": "MAX_CHANGES",
  "too-many-new": "MAX_NEW",
};
/** The most contacts that a note names. */
const NAMED = 3;

/**
 * Returns the report.
 * @param document the run
 * @param t the texts of the user's language
 * @param undone the run that a plan would undo
 */
export function textReport(document: RunDocument, t: Texts, undone?: string): string {
  const { copper, mailchimp, skipped } = document;
  const lines = [
    t("report.title", { run: document.run, outcome: t(`outcome.${document.outcome}`) }),
    document.kind
      ? t(`kind.${document.kind}`)
      : t("report.read", {
          people: copper.read,
          members: mailchimp.read,
          mode: t(`mode.${document.mode}`),
          requests: copper.requests + mailchimp.requests,
        }),
    // Documents of an earlier version lack it
    ...(document.floor === undefined
      ? []
      : [t("report.floor", { floor: document.floor.copper + document.floor.mailchimp })]),
    "",
  ];
  lines.push(...writeLines(document, t, undone));
  if (document.growth !== undefined) lines.push("", ...growthLines(document.growth, t));
  const { engagement } = document;
  if (engagement !== undefined && engagement.told > 0) lines.push(t("engagement.told", { count: engagement.told }));
  if (engagement?.more && engagement.error === undefined) lines.push(t("engagement.more"));
  const left = Object.entries(skipped).filter(([, count]) => count > 0);
  if (left.length > 0)
    lines.push(
      t("report.skipped", {
        list: left.map(([name, count]) => t(`skipped.${name as keyof Skipped}`, { count })).join(", "),
      }),
    );
  const attention = forHumans(document, t);
  if (attention.length > 0) lines.push("", t("report.attention"), ...attention);
  return `${lines.join("\n")}\n`;
}

/** Returns the lines about what was written, or is to be. */
function writeLines(document: RunDocument, t: Texts, undone: string | undefined): string[] {
  const lines: string[] = [];
  const { copper, mailchimp } = document;
  const kinds = Object.entries(document.summary);
  for (const [name, { count, first }] of kinds) {
    lines.push(`${t(`operation.${name as OperationKind}`)} (${t("number", { count })})`);
    lines.push(...first.map((one) => `  ${operationLine(one, t)}`));
    if (count > first.length) lines.push(`  ${more(document, count - first.length, t)}`);
  }
  // After a failure it is unknown whether both sides are in sync
  const well = document.outcome === "ok" || document.outcome === "planned";
  if (kinds.length === 0 && well && document.failures.length === 0 && document.guard === null)
    lines.push(t("report.nothing"));
  if (document.outcome !== "planned" && kinds.length > 0) {
    lines.push("", t("report.copper", { ...copper }), t("report.mailchimp", { ...mailchimp }));
  }
  if (document.outcome === "planned" && kinds.length > 0) {
    const on = (side: string) =>
      kinds.reduce((sum, [, { count, first }]) => sum + (first[0]?.side === side ? count : 0), 0);
    const figures = { copper: on("copper"), mailchimp: on("mailchimp") };
    lines.push("", undone ? t("report.plannedUndo", { ...figures, run: undone }) : t("report.planned", figures));
  }
  return lines;
}

/** Returns a line that says how to see the rest. */
function more(document: RunDocument, count: number, t: Texts): string {
  if (document.outcome === "planned" || document.outcome === "refused") return t("report.morePlan", { count });
  return t("report.more", { count, run: document.run });
}

/** Returns the first lines of a list, and a line about the rest. */
function some<T>(list: readonly T[], document: RunDocument, t: Texts, line: (one: T) => string): string[] {
  const shown = list.slice(0, MOST).map((one) => `  ${oneLine(line(one))}`);
  return list.length > MOST ? [...shown, `  ${more(document, list.length - MOST, t)}`] : shown;
}

function operationLine(one: OperationView, t: Texts): string {
  const changes = Object.entries(one.changes).map(([name, [before, after]]) => {
    const [old, next] = [showValue(before), showValue(after)];
    if (name === "tags") return `${old && `−[${old}]`}${old && next && " "}${next && `+[${next}]`}`;
    const quoted = (text: string) => (text === "" ? t("report.blank") : t("quote", { text }));
    return old === "" ? `${name} ${quoted(next)}` : `${name} ${quoted(old)} → ${quoted(next)}`;
  });
  return `${one.contact} (${t(`reason.${one.reason as Reason}`)}) ${changes.join(", ")}`.trimEnd();
}

/** Returns the lines about what needs a person. */
function forHumans(document: RunDocument, t: Texts): string[] {
  const { error, engagement, conflicts } = document;
  const lines: string[] = [];
  if (error !== undefined) lines.push(t("report.error", { message: error.message }));
  if (engagement?.error !== undefined) lines.push(t("engagement.error", { message: engagement.error }));
  if (engagement !== undefined && engagement.refused > 0)
    lines.push(t("engagement.refused", { count: engagement.refused }));
  lines.push(...guardLines(document, t));
  for (const { side, read, known } of document.doubted)
    lines.push(t("report.doubted", { service: serviceName(side), read, known }));
  // Documents of an earlier version, and plans, name no contacts
  if (document.attention === undefined && document.pendingDeletions > 0)
    lines.push(t("report.marked", { count: document.pendingDeletions }));
  for (const one of document.attention ?? []) lines.push(...standingLines(one, document, t));
  if (conflicts.length > 0) {
    lines.push(t("report.conflicts", { count: conflicts.length }));
    lines.push(...some(conflicts, document, t, (one) => t("report.conflict", { ...one, kept: t(`kept.${one.kept}`) })));
  }
  return [...lines, ...failureLines(document, t), ...rejectionLines(document, t), ...noteLines(document, t)];
}

/** Returns the lines about a plan that was refused. */
function guardLines(document: RunDocument, t: Texts): string[] {
  const { guard } = document;
  if (guard === null) return [];
  const setting = LIMITS[guard.code];
  return [
    t(`guard.${guard.code}`, refusalFigures(guard)),
    ...some(guard.contacts, document, t, (contact) => contact),
    ...(setting === undefined ? [] : [t("guard.helps", { setting })]),
  ];
}

/** Returns the lines about contacts that failed. Refused addresses have lines of their own. */
function failureLines(document: RunDocument, t: Texts): string[] {
  const refused = new Set(document.rejected.new.map((one) => one.contact));
  const others = document.failures.filter((one) => !refused.has(addressKey(one.contact)));
  if (others.length === 0) return [];
  return [
    t("report.failures", { count: others.length }),
    ...some(others, document, t, ({ contact, operation, code, message }) =>
      t("report.failure", {
        contact,
        operation: withinLine(t(`done.${operation as OperationKind}`)),
        why: t(`failure.${code}`),
        message: message === "" ? "" : t("why.words", { text: message }),
      }).trimEnd(),
    ),
  ];
}

/** Returns the lines about addresses that Mailchimp refuses (C5). */
function rejectionLines(document: RunDocument, t: Texts): string[] {
  const { rejected } = document;
  const lines: string[] = [];
  if (rejected.new.length > 0)
    lines.push(
      t("report.rejectedNew"),
      ...some(rejected.new, document, t, ({ contact, code, message }) =>
        t("report.refusal", { contact, message: textOr(`failure.${code}`, message, t) }),
      ),
    );
  if (rejected.total === 0) return lines;
  lines.push(t("report.rejectedTotal", { count: rejected.total }));
  if (rejected.signUpUrl) lines.push(t("report.signUp", { url: rejected.signUpUrl }));
  return lines;
}

/** Returns the notes, those of one kind in one line. */
function noteLines({ notes, attention }: RunDocument, t: Texts): string[] {
  const told = notes.filter(({ code }) => attention === undefined || !NAMED_ABOVE.includes(code));
  if (told.length === 0) return [];
  const kinds = Map.groupBy(told, (one) => `${one.code} ${one.field ?? ""}`);
  return [t("report.notes"), ...[...kinds.values()].map((list) => `  ${noteLine(list, t)}`)];
}

/** Returns one line for notes of one kind. */
function noteLine(list: readonly Note[], t: Texts): string {
  const { code, field, contact } = list[0]!;
  const what = [field, t(`note.${code}`)].filter((word) => word !== undefined).join(" ");
  if (contact === "") return what;
  const names = list.slice(0, NAMED).map((one) => noted(one, t));
  const rest = list.length > NAMED ? ["…"] : [];
  return t("report.note", { what, count: list.length, contacts: [...names, ...rest].join(", ") });
}

/** Returns a heading in the form for the middle of a sentence. */
function withinLine(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Notes about contacts that the section on standings already names. */
const NAMED_ABOVE: readonly Note["code"][] = ["set-aside", "odd-record"];

/** Reasons with their own section in the report. */
const TOLD_ELSEWHERE: readonly StandingReason[] = [
  "failed",
  "value-not-taken",
  "forgotten",
  "must-resubscribe",
  "fake-address",
  "address-taken",
];

/** Returns the lines about contacts that need a person for one reason, with the same sentences as the pages (R2). */
function standingLines({ reason, count, first }: StandingView, document: RunDocument, t: Texts): string[] {
  if (TOLD_ELSEWHERE.includes(reason)) return [];
  const { message, helps } = groupWords(reason, t);
  return [
    t("contacts.group", { count, message }),
    ...first.map(({ contact, name, detail }) => {
      const whom = oneLine([name, contact === name ? "" : contact].filter(Boolean).join(" "));
      return `  ${detail === undefined ? whom : `${whom} — ${standingWords({ reason, detail }, t).message}`}`;
    }),
    ...(count > first.length ? [`  ${more(document, count - first.length, t)}`] : []),
    `  → ${helps}`,
  ];
}

/** Returns a note's contact, with the value or what is unusual about it. */
function noted({ contact, value, detail }: Note, t: Texts): string {
  const more = value === undefined ? detail : t("quote", { text: showValue(value) });
  return more === undefined ? contact : `${contact} ${more}`;
}
