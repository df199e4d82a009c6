/** `plan`, `sync`, `undo` and `runs`: plan and perform runs, and show past ones. */
import { writeFileSync } from "node:fs";
import { confirm } from "@clack/prompts";
import { explain } from "../app/error-messages.ts";
import { AlreadyReported, EXIT, UsageError } from "../app/exit-codes.ts";
import { notify } from "../app/notify.ts";
import { type Finished, runReporting, type SyncFlags } from "../app/run-sync.ts";
import type { Wired } from "../app/wired.ts";
import { cleanHere } from "../config/mask-own-secrets.ts";
import { connectionNames } from "../config/yaml.ts";
import { notifyOfService } from "../main/alert-service-failure.ts";
import { chosenSettings } from "../main/chosen-settings.ts";
import { setAsideDatabase } from "../main/set-aside-database.ts";
import { withWired } from "../main/with-wired.ts";
import { operationView } from "../plan/operation-views.ts";
import type { Operation } from "../plan/operations.ts";
import type { OperationView, RunOutcome } from "../plan/run-document.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { serviceName } from "../services/services.ts";
import { showWaits, type Terminal, yesOrNo } from "../terminal/terminal.ts";

/** Exit codes by outcome. */
const EXITS: Readonly<Record<RunOutcome, number>> = {
  ok: EXIT.ok,
  planned: EXIT.ok,
  partial: EXIT.partial,
  refused: EXIT.refused,
  failed: EXIT.remote,
  interrupted: EXIT.interrupted,
};

/**
 * `sync` and `plan`, for one connection or for all that `sync.config.yaml` names.
 * @returns the exit code
 * @throws the errors that `error-messages.ts` explains
 */
export async function syncCommand(flags: SyncFlags, planOnly: boolean, terminal: Terminal): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    const file = flags.rebuild ? setAsideDatabase() : undefined;
    if (file !== undefined) process.stderr.write(`${terminal.t("rebuild.moved", { file })}\n`);
    // A chosen connection runs alone
    const names = process.env.SYNC_CONNECTION ? [] : connectionNames(process.cwd());
    if (names.length > 1) return await syncAll(names, flags, planOnly, terminal, stop.signal);
    return await syncOne(flags, planOnly, terminal, stop.signal, async ({ document, operations }) => {
      if (flags.json && (planOnly || flags.operations))
        await terminal.jsonWith(document, "operations", operationViews(operations()));
      else if (flags.json) terminal.json(document);
      else terminal.print(textReport(document, terminal.t, flags.undo));
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** Exit codes from worst to best. */
const GRAVEST: readonly number[] = [
  EXIT.interrupted,
  EXIT.wrong,
  EXIT.remote,
  EXIT.inProgress,
  EXIT.refused,
  EXIT.partial,
];

/**
 * Runs all connections, one after another. A failure of one does not stop the others.
 * @returns the worst exit code
 */
async function syncAll(
  names: readonly string[],
  flags: SyncFlags,
  planOnly: boolean,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<number> {
  const clean = cleanHere();
  const exits: number[] = [];
  const documents: unknown[] = [];
  for (const name of names) {
    if (stop.aborted) break;
    if (!flags.json) terminal.print(`${exits.length > 0 ? "\n" : ""}— ${name}\n`);
    try {
      const show = async ({ document, operations }: Finished) => {
        const told =
          planOnly || flags.operations ? { operations: await Array.fromAsync(operationViews(operations())) } : {};
        if (flags.json) documents.push({ ...document, ...told });
        else terminal.print(textReport(document, terminal.t, flags.undo));
      };
      exits.push(await syncOne(flags, planOnly, terminal, stop, show, name));
    } catch (error) {
      const { exit, code, text } = explain(error instanceof AlreadyReported ? error.cause : error, terminal.t);
      exits.push(exit);
      const message = clean(text);
      process.stderr.write(`${name}: ${message}\n`);
      if (flags.json && !(error instanceof AlreadyReported))
        documents.push({ schema: 1, connection: name, outcome: "failed", error: { code, message } });
    }
  }
  if (flags.json) terminal.json({ schema: 1, connections: documents });
  return GRAVEST.find((code) => exits.includes(code)) ?? EXIT.ok;
}

/**
 * Performs one run of one connection, and sends its alerts.
 * @param show prints the run document
 * @param name by default the connection in `SYNC_CONNECTION`
 */
function syncOne(
  flags: SyncFlags,
  planOnly: boolean,
  terminal: Terminal,
  stop: AbortSignal,
  show: (finished: Finished) => Promise<void>,
  name?: string,
): Promise<number> {
  const work = async (wired: Wired) => {
    const finished = await runOnce(wired, flags, planOnly, terminal, stop);
    wired.log(`run ${finished.document.run}: ${finished.document.outcome}`);
    // A plan changes nothing, so it sends no alerts
    const untold = planOnly ? [] : await notify(wired, terminal.language, finished.document);
    terminal.done();
    for (const line of untold) process.stderr.write(`${wired.clean(line)}\n`);
    await show(finished);
    if (finished.error !== undefined) throw new AlreadyReported(finished.error);
    return EXITS[finished.document.outcome];
  };
  return withWired(work, stop, { waits: showWaits(terminal) }, name).catch(async (error: unknown) => {
    if (!planOnly && !(error instanceof AlreadyReported))
      await chosenSettings(name)
        .then((settings) => notifyOfService(settings, terminal.language, error))
        .catch(() => undefined);
    throw error;
  });
}

/** Performs one run or plan, and shows its progress on the terminal. */
export function runOnce(
  wired: Wired,
  flags: SyncFlags,
  planOnly: boolean,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<Finished> {
  const { t } = terminal;
  return runReporting(wired, flags, planOnly, stop, {
    reading: (side, count) => terminal.progress(t("progress.reading", { service: serviceName(side), count })),
    applying: (done, of) => terminal.progress(t("progress.applying", { done, of })),
  });
}

async function* operationViews(
  operations: AsyncIterable<Operation> | Iterable<Operation>,
): AsyncIterable<OperationView> {
  for await (const operation of operations) yield operationView(operation);
}

/** `runs list`: prints the last hundred runs. */
export function runsList(flags: { json?: boolean }, terminal: Terminal): Promise<number> {
  return withWired(async ({ store }) => {
    const runs = await store.runs(100);
    if (flags.json) {
      const documents = await Promise.all(runs.map(async (one) => (await store.run(one.run))?.document));
      terminal.json({ schema: 1, runs: documents });
    } else if (runs.length === 0) terminal.print(`${terminal.t("runs.none")}\n`);
    for (const { run, startedAt, copper, mailchimp, outcome } of flags.json ? [] : runs) {
      const what = `${serviceName("copper")} +${copper.created} ~${copper.updated}  ${serviceName("mailchimp")} +${mailchimp.created} ~${mailchimp.updated} −${mailchimp.archived}`;
      terminal.print(`${run}  ${terminal.when(startedAt)}  ${what}  ${terminal.t(`outcome.${outcome}`)}\n`);
    }
    return EXIT.ok;
  });
}

/**
 * `runs show ID`: prints one run, or writes its report as HTML.
 * @throws UsageError if there is no such run
 */
export function runsShow(
  id: string,
  flags: { json?: boolean; operations?: boolean; html?: string },
  terminal: Terminal,
): Promise<number> {
  return withWired(async ({ store }) => {
    const found = await store.run(id);
    if (found?.document == null) throw new UsageError(terminal.t("error.noRun", { run: id }));
    if (flags.html !== undefined)
      writeFileSync(flags.html, htmlReport(found.document, terminal.language), { mode: 0o600 });
    if (flags.json && flags.operations)
      await terminal.jsonWith(found.document, "operations", operationViews(store.operations(id)));
    else if (flags.json) terminal.json(found.document);
    else if (flags.html === undefined)
      terminal.print(found.report[terminal.language] ?? textReport(found.document, terminal.t));
    return EXIT.ok;
  });
}

/**
 * `undo RUN`: shows the plan, asks for confirmation, then restores what can be restored (A6).
 * @throws UsageError if there is no such run, or no terminal to ask on without `--yes`
 */
export async function undoCommand(run: string, flags: SyncFlags, terminal: Terminal): Promise<number> {
  await withWired(async ({ store }) => {
    if ((await store.run(run))?.document == null) throw new UsageError(terminal.t("error.noRun", { run }));
  });
  const asked = { ...flags, undo: run };
  if (flags.dryRun) return syncCommand(asked, true, terminal);
  if (!flags.yes) {
    if (!process.stdin.isTTY) throw new UsageError(terminal.t("undo.needYes"));
    // Show the plan as text, also with `--json`: a person has to confirm it
    await syncCommand({ ...asked, json: false }, true, terminal);
    const agreed = await confirm(yesOrNo(terminal.t("undo.confirm"), terminal.t));
    if (agreed !== true) return EXIT.ok;
  }
  return syncCommand(asked, false, terminal);
}
