/** A run in words: what happened, and at the end what needs a human. */
import { showValue } from "../contact/values.ts";
import type { TextKey, Texts } from "../i18n/texts.ts";
import type { RunDocument, ToldOperation } from "../plan/run-document.ts";

/** Contacts shown of each kind before the rest is counted. */
const SHOWN = 5;

/** @param document with its operations @param t the reader's language */
export function textReport(document: RunDocument, t: Texts): string {
  const { copper, mailchimp, skipped } = document;
  const lines = [
    t("report.title", { run: document.run, outcome: t(`outcome.${document.outcome}`) }),
    t("report.read", {
      people: copper.read,
      members: mailchimp.read,
      mode: t(`mode.${document.mode}`),
      requests: copper.requests + mailchimp.requests,
    }),
    "",
  ];
  const operations = document.operations ?? [];
  for (const [name, list] of Map.groupBy(operations, (one) => one.operation)) {
    lines.push(`${t(`operation.${name}` as TextKey)} (${list.length})`);
    lines.push(...list.slice(0, SHOWN).map((one) => `  ${operationLine(one, t)}`));
    if (list.length > SHOWN) lines.push(`  ${t("report.more", { count: list.length - SHOWN })}`);
  }
  if (operations.length === 0 && document.failures.length === 0 && document.error === undefined)
    lines.push(t("report.nothing"));
  if (document.outcome !== "planned" && operations.length > 0) {
    lines.push("", t("report.copper", { ...copper }), t("report.mailchimp", { ...mailchimp }));
  }
  const left = Object.entries(skipped).filter(([, count]) => count > 0);
  if (left.length > 0)
    lines.push(
      t("report.skipped", { list: left.map(([name, count]) => t(`skipped.${name}` as TextKey, { count })).join(", ") }),
    );
  const attention = forHumans(document, t);
  if (attention.length > 0) lines.push("", t("report.attention"), ...attention);
  return `${lines.join("\n")}\n`;
}

function operationLine(one: ToldOperation, t: Texts): string {
  const changes = Object.entries(one.changes).map(([name, [before, after]]) => {
    const [old, next] = [showValue(before), showValue(after)];
    if (name === "tags") return `${old && `−[${old}]`}${old && next && " "}${next && `+[${next}]`}`;
    const quoted = (text: string) => t("quote", { text });
    return old === "" ? `${name} ${quoted(next)}` : `${name} ${quoted(old)} → ${quoted(next)}`;
  });
  return `${one.contact} (${t(`reason.${one.reason}` as TextKey)}) ${changes.join(", ")}`.trimEnd();
}

function forHumans(document: RunDocument, t: Texts): string[] {
  const lines: string[] = [];
  const { guard, error, conflicts, failures, rejected, notes } = document;
  if (error !== undefined) lines.push(t("report.error", { message: error.message }));
  if (guard !== null) {
    lines.push(t(`guard.${guard.code}`, { removals: guard.removals, limit: guard.limit, linked: guard.linked }));
    lines.push(...guard.contacts.map((contact) => `  ${contact}`));
  }
  if (document.pendingDeletions > 0) lines.push(t("report.marked", { count: document.pendingDeletions }));
  if (conflicts.length > 0) {
    lines.push(t("report.conflicts", { count: conflicts.length }));
    lines.push(...conflicts.map((one) => `  ${t("report.conflict", { ...one, kept: t(`kept.${one.kept}`) })}`));
  }
  if (failures.length > 0) {
    lines.push(t("report.failures", { count: failures.length }));
    lines.push(
      ...failures.map(
        (one) =>
          `  ${t("report.failure", { contact: one.contact, operation: one.operation, why: t(`failure.${one.code}`), message: one.message })}`,
      ),
    );
  }
  if (rejected.new.length > 0)
    lines.push(t("report.rejectedNew"), ...rejected.new.map((one) => `  ${one.contact}: ${one.message}`));
  if (rejected.total > 0) {
    lines.push(t("report.rejectedTotal", { count: rejected.total }));
    if (rejected.signUpUrl) lines.push(t("report.signUp", { url: rejected.signUpUrl }));
  }
  if (notes.length > 0) {
    lines.push(t("report.notes"));
    lines.push(
      ...notes.map(
        (one) =>
          `  ${t("report.note", { contact: one.contact, field: one.field ? `, ${one.field}` : "", why: t(`note.${one.code}`) })}`,
      ),
    );
  }
  return lines;
}
