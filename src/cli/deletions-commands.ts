/** `deletions list|archive|delete|ignore|restore`: decisions on people marked for deletion (D3–D5). */
import { createInterface } from "node:readline/promises";
import { decideAll, restoreAll, withLease } from "../app/decide-on-people.ts";
import { isNotDone } from "../app/decisions/small-run.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { pending } from "../app/pending-decisions.ts";
import { withWired } from "../main/with-wired.ts";
import type { Decided, Decision } from "../plan/decision.ts";
import type { KeptCopy } from "../ports/store.ts";
import { columns } from "../terminal/columns.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { decidedText } from "../wording/decided.ts";

interface DecisionFlags {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly forget?: boolean;
}

/** `deletions list`: prints the people who are marked. */
export function deletionsList(flags: { json?: boolean }, terminal: Terminal): Promise<number> {
  return withWired(async (wired) => {
    const list = await withLease(wired, () => pending(wired));
    if (flags.json) terminal.json({ schema: 1, pending: list });
    else if (list.length === 0) terminal.print(`${terminal.t("deletions.none")}\n`);
    else {
      const rows = list.map((one) => [
        String(one.personId),
        one.name,
        one.emails.join(", "),
        one.tag,
        terminal.when(one.since),
        terminal.t(`status.${one.member}` as "status.none"),
      ]);
      terminal.print(columns([terminal.t("deletions.column").split("\t"), ...rows]));
    }
    return EXIT.ok;
  });
}

/**
 * Performs one decision on some people or on all.
 * @param ids people's ids as typed
 * @returns the exit code: `partial` if a decision failed
 * @throws UsageError if no person is named, or a deletion is not confirmed (D4)
 */
export function deletionsCommand(
  decision: Decision | "restore",
  ids: readonly string[],
  flags: DecisionFlags,
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  if (ids.some((id) => !/^\d+$/.test(id)) || (ids.length === 0 && !flags.all && decision !== "restore"))
    throw new UsageError(t("deletions.needIds"));
  if (decision === "delete" && !flags.yes && !process.stdin.isTTY) throw new UsageError(t("deletions.needYes"));
  const stop = new AbortController().signal;
  return withWired((wired) =>
    withLease(wired, async () => {
      let failed = 0;
      const report = (done: Decided) => {
        if (isNotDone(done)) failed += 1;
        terminal.print(`${decidedLine(done, terminal)}\n`);
      };
      if (decision === "restore") {
        const copies = (await wired.store.copies()).filter((copy) => copy.restoredAs === null);
        if (ids.length === 0 && !flags.all) terminal.print(restorable(copies, terminal));
        else await restoreAll(wired, flags.all ? copies.map((copy) => copy.personId) : ids.map(Number), stop, report);
      } else {
        const list = await pending(wired);
        // Each person once, even if an id was typed twice
        const chosen = flags.all ? list.map((one) => one.personId) : [...new Set(ids.map(Number))];
        if (decision === "delete" && !flags.yes && !(await confirmed(chosen.length, terminal)))
          throw new UsageError(t("deletions.needYes"));
        await decideAll(wired, chosen, decision, flags.forget ?? false, stop, report);
      }
      return failed > 0 ? EXIT.partial : EXIT.ok;
    }),
  );
}

/** Returns the result for one person as a line. */
export function decidedLine(done: Decided, terminal: Terminal): string {
  const name = `${done.name} (${done.personId})`;
  return decidedText({ ...done, name }, terminal.t);
}

function restorable(copies: readonly KeptCopy[], terminal: Terminal): string {
  if (copies.length === 0) return `${terminal.t("deletions.noneRestorable")}\n`;
  const rows = copies.map((copy) => [
    String(copy.personId),
    copy.name,
    copy.emails.join(", "),
    terminal.when(copy.deletedAt),
  ]);
  return `${terminal.t("deletions.restorable")}\n${columns(rows)}`;
}

async function confirmed(count: number, terminal: Terminal): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${terminal.t("deletions.confirm", { count })} `);
  prompt.close();
  return answer.trim() === String(count);
}
