/** `deletions list|archive|delete|ignore|restore`: what a human decides about people marked for deletion (D3–D5). */
import { createInterface } from "node:readline/promises";
import { type Decision, decide, restore } from "../deletions/decide.ts";
import { holderName } from "../store/store.ts";
import { prepare } from "../sync/prepare.ts";
import { RunInProgress } from "../sync/run.ts";
import { EXIT, UsageWrong } from "./failures.ts";
import { withWired } from "./sync-commands.ts";
import type { Terminal } from "./terminal.ts";
import type { Wired } from "./wire.ts";

interface DecisionFlags {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly forget?: boolean;
}

/** Those who wait for a decision, from both sides as they are now. */
async function pending(wired: Wired) {
  const prepared = await prepare(wired, {
    full: false,
    yes: false,
    retryRejected: false,
    stop: new AbortController().signal,
  });
  await wired.store.learn({
    ...prepared.seen.learnt,
    links: prepared.plan.links,
    unlinked: prepared.plan.unlinked,
    reviews: prepared.reviews,
    reviewsOver: prepared.reviewsOver,
  });
  const ignored = new Set(prepared.reviews.filter((review) => review.ignored).map((review) => review.personId));
  const list = prepared.plan.marked
    .filter((one) => !ignored.has(one.personId))
    .map((one) => ({
      personId: one.personId,
      name: one.name,
      emails: one.emails,
      tag: one.tag,
      since: prepared.reviews.find((review) => review.personId === one.personId)!.since,
      member: (one.memberKey !== null && prepared.seen.members.get(one.memberKey)?.status) || "none",
    }));
  return { list, state: await wired.store.load() };
}

/** `deletions list`. */
export function deletionsList(flags: { json?: boolean }, terminal: Terminal): Promise<number> {
  return withWired(async (wired) => {
    const { list } = await locked(wired, () => pending(wired));
    if (flags.json) terminal.json({ schema: 1, pending: list });
    else if (list.length === 0) terminal.print(`${terminal.t("deletions.none")}\n`);
    else {
      const rows = list.map((one) => [
        String(one.personId),
        one.name,
        one.emails.join(", "),
        one.tag,
        terminal.when(one.since),
        one.member,
      ]);
      terminal.print(table([terminal.t("deletions.column").split("\t"), ...rows]));
    }
    return EXIT.ok;
  });
}

/** One decision for some or all. Throws UsageWrong when nobody is named, or a delete is not confirmed (D4). */
export function deletionsCommand(
  decision: Decision | "restore",
  ids: readonly string[],
  flags: DecisionFlags,
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  if (ids.some((id) => !/^\d+$/.test(id)) || (ids.length === 0 && !flags.all && decision !== "restore"))
    throw new UsageWrong(t("deletions.needIds"));
  if (decision === "delete" && !flags.yes && !process.stdin.isTTY) throw new UsageWrong(t("deletions.needYes"));
  return withWired((wired) =>
    locked(wired, async () => {
      const parts = { ...wired, tagNames: wired.policy.tagNames, now: () => new Date(wired.clock.now()).toISOString() };
      if (decision === "restore") return restoreCommand(parts, ids.map(Number), flags.all ?? false, terminal);
      const { list, state } = await pending(wired);
      const chosen = flags.all ? list.map((one) => one.personId) : [...new Set(ids.map(Number))];
      if (decision === "delete" && !flags.yes && !(await confirmed(chosen.length, terminal)))
        throw new UsageWrong(t("deletions.needYes"));
      let failed = 0;
      for (const id of chosen) {
        const done = await decide(parts, state, id, decision, flags.forget ?? false);
        if (done.result === "failed" || done.result === "unknown") failed += 1;
        wired.log(`deletions ${decision} ${id}: ${done.result}`);
        terminal.print(`${t(`deletions.${done.result}`, { name: `${done.name} (${id})`, detail: done.detail })}\n`);
      }
      return failed > 0 ? EXIT.partial : EXIT.ok;
    }),
  );
}

async function restoreCommand(
  parts: Parameters<typeof restore>[0],
  ids: readonly number[],
  all: boolean,
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  const copies = (await parts.store.copies()).filter((copy) => copy.restoredAs === null);
  if (ids.length === 0 && !all) {
    terminal.print(
      `${t("deletions.restorable")}\n${table(copies.map((copy) => [String(copy.personId), copy.name, copy.emails.join(", "), terminal.when(copy.deletedAt)]))}`,
    );
    return EXIT.ok;
  }
  let failed = 0;
  for (const id of all ? copies.map((copy) => copy.personId) : ids) {
    const copy = copies.find((one) => one.personId === id);
    if (copy === undefined) failed += 1;
    const name = copy?.name ?? String(id);
    try {
      terminal.print(
        `${copy === undefined ? t("deletions.failed", { name, detail: "?" }) : t("deletions.restored", { name, id: String(await restore(parts, copy)) })}\n`,
      );
    } catch (error) {
      failed += 1;
      terminal.print(
        `${t("deletions.failed", { name, detail: error instanceof Error ? error.message : String(error) })}\n`,
      );
    }
  }
  return failed > 0 ? EXIT.partial : EXIT.ok;
}

/** Holds the connection's lease while something is decided (A5). */
async function locked<T>(wired: Wired, work: () => Promise<T>): Promise<T> {
  const holder = holderName();
  const lease = await wired.store.lock(holder);
  if (!lease.held) throw new RunInProgress(lease.by, lease.since);
  try {
    return await work();
  } finally {
    await wired.store.unlock(holder);
  }
}

async function confirmed(count: number, terminal: Terminal): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${terminal.t("deletions.confirm", { count })} `);
  prompt.close();
  return answer.trim() === String(count);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
