/**
 * One run in one function: read, link, reconcile, guard, apply, report. The database holds the lease while it lasts
 * (A5), every write is journalled before it is sent and after it is answered (A1), and one contact's failure stops
 * nobody else (A3).
 *
 * What the answers teach can make further work (a refused address is told to Copper, C3): the plan is made again
 * from what is known now, without reading, until nothing new is in it, three times at most.
 */
import { addressKey } from "../contact/address.ts";
import { floorOf } from "../plan/floor.ts";
import type { MemberOperation, Operation, PersonOperation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Guard, Plan } from "../plan/plan.ts";
import type { Hints, Journal, MemberSide, SideContext, Trouble } from "../plan/ports.ts";
import type { RunDocument, RunOutcome } from "../plan/run-document.ts";
import { summarize } from "../plan/summary.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { emptyDocument, told } from "./document.ts";
import { type Prepared, prepare, type SyncParts } from "./prepare.ts";
import { sharpened } from "./read.ts";
import { Settling } from "./settle.ts";

const ROUNDS = 3;

export interface RunOptions {
  readonly run: string;
  readonly holder: string;
  readonly connection: string;
  readonly full: boolean;
  /** Answers the guard (G4). */
  readonly yes: boolean;
  readonly retryRejected: boolean;
  /** Finds out again who is who and what both sides hold (`--rebuild`). */
  readonly rebuild?: boolean;
  /** Contacts of whom a service has told: read afresh. */
  readonly hints?: Hints;
  /** The run to be undone (A6). */
  readonly undo?: string;
  readonly stop: AbortSignal;
  /** Makes the texts kept with the run. */
  report(document: RunDocument): Readonly<Record<string, string>>;
  reading?(side: "copper" | "mailchimp", read: number): void;
  planned?(prepared: Prepared): void;
  applying?(done: number, of: number): void;
}

/** Another run holds this connection. Exit 4. */
export class RunInProgress extends Error {
  readonly by: string;
  readonly since: string;
  constructor(by: string, since: string) {
    super(`held by ${by} since ${since}`);
    this.by = by;
    this.since = since;
  }
}

/** A finished run; `error` is what stopped it, where something did. */
export interface Finished {
  readonly document: RunDocument;
  /** What the plan means to do, or what the run did. */
  operations(): AsyncIterable<Operation> | Iterable<Operation>;
  readonly prepared?: Prepared;
  readonly error?: unknown;
}

/** Shows what a run would do; nothing is written, neither to the services nor to the store. */
export async function planRun(parts: SyncParts, options: RunOptions): Promise<Finished> {
  const startedAt = now(parts);
  const prepared = await prepare(parts, { ...options, ...(options.reading && { progress: options.reading }) });
  const document: RunDocument = {
    ...emptyDocument(options.run, options.connection, startedAt),
    ...told(parts, prepared),
    outcome: options.stop.aborted ? "interrupted" : prepared.plan.guard ? "refused" : "planned",
    finishedAt: now(parts),
    summary: summarize(prepared.plan.operations),
    floor: floorOf(prepared.seen.read, prepared.plan.operations),
  };
  return { document, prepared, operations: () => prepared.plan.operations };
}

/** Runs once. Throws RunInProgress; whatever else stops the run is in the answer, with what was done journalled. */
export async function run(parts: SyncParts, options: RunOptions): Promise<Finished> {
  const { store } = parts;
  const lease = await store.lock(options.holder);
  if (!lease.held) throw new RunInProgress(lease.by, lease.since);
  try {
    const startedAt = now(parts);
    await store.beginRun(options.run, startedAt);
    let document = emptyDocument(options.run, options.connection, startedAt);
    const progress: Progress = {};
    let error: unknown;
    try {
      const outcome = await work(parts, options, progress);
      document = { ...document, outcome };
    } catch (caught) {
      if (!options.stop.aborted) error = caught;
      document = options.stop.aborted
        ? { ...document, outcome: "interrupted" }
        : {
            ...document,
            outcome: "failed",
            error: { code: errorCode(caught), message: caught instanceof Error ? caught.message : String(caught) },
          };
    }
    const { prepared } = progress;
    if (prepared !== undefined) document = { ...document, ...told(parts, prepared, progress.last, progress.settling) };
    // A guard that was answered has refused nothing
    if (document.outcome !== "refused") document = { ...document, guard: null };
    document = { ...document, finishedAt: now(parts) };
    await store.endRun(options.run, document, options.report(document));
    return {
      document,
      operations: () => store.operations(options.run),
      ...(prepared && { prepared }),
      ...(error !== undefined && { error }),
    };
  } finally {
    await store.unlock(options.holder);
  }
}

/** What is known when a run stops early. */
interface Progress {
  prepared?: Prepared;
  settling?: Settling;
  last?: Plan;
}

async function work(parts: SyncParts, options: RunOptions, progress: Progress): Promise<RunOutcome> {
  const { store } = parts;
  const prepared = await prepare(parts, { ...options, ...(options.reading && { progress: options.reading }) });
  if (options.stop.aborted) return "interrupted";
  progress.prepared = prepared;
  options.planned?.(prepared);
  const { plan, world, policy } = prepared;
  if (refuses(plan.guard, options.yes)) return "refused";
  const links = new Map(world.links.map((link) => [link.personId, link]));
  const unlinked = [...prepared.dropped, ...plan.unlinked];
  for (const id of plan.unlinked) links.delete(id);
  for (const link of plan.links) links.set(link.personId, link);
  await store.learn({
    ...prepared.seen.learnt,
    links: options.full || options.rebuild || prepared.doubts.length > 0 ? [...links.values()] : plan.links,
    unlinked,
    reviews: prepared.reviews,
    reviewsOver: prepared.reviewsOver,
    ...((options.retryRejected || options.rebuild) && {
      troublesOver: prepared.state.troubles.map((one) => one.contact),
    }),
  });
  // Where somebody was not read, what became of the writes about him is still not known
  if (prepared.seen.doubted.length === 0) await store.closeDoubts(prepared.doubts.map((doubt) => doubt.id));
  const settling = new Settling(
    prepared.seen.read,
    world.persons,
    world.members,
    links.values(),
    world.rejected,
    policy,
  );
  progress.settling = settling;
  const attempted = new Set<string>();
  let todo = plan.operations;
  for (let round = 0; round < ROUNDS && todo.length > 0 && !options.stop.aborted; round += 1) {
    for (const operation of todo) attempted.add(nameOf(operation));
    settling.further = false;
    await apply(parts, options, todo, settling);
    if (!settling.further || options.undo !== undefined) break;
    const again = reconcile(
      {
        ...world,
        persons: settling.persons,
        members: settling.members,
        links: [...settling.links.values()],
        rejected: settling.rejected,
        retryRejected: false,
      },
      policy,
    );
    progress.last = { ...again, conflicts: plan.conflicts, notes: plan.notes };
    for (const link of again.links) settling.links.set(link.personId, link);
    await store.learn({ links: again.links });
    todo = again.operations.filter((operation) => !attempted.has(nameOf(operation)));
  }
  await store.learn({
    ...troubles(prepared, settling),
    wishesOver: prepared.state.wishes.filter((wish) => settling.fulfilled(wish)),
    facts: {
      unsettled: settling.unsettled || options.stop.aborted,
      findings: { ...parts.mailchimp.findings() },
      ...(prepared.seen.marks && { marks: sharpened(prepared.seen.marks, settling.ahead) }),
    },
  });
  if (options.stop.aborted) return "interrupted";
  return settling.failures.length > 0 ? "partial" : "ok";
}

/** Sends the operations of one round, both sides at once. */
async function apply(
  parts: SyncParts,
  options: RunOptions,
  operations: Operation[],
  settling: Settling,
): Promise<void> {
  const { copper, mailchimp, store } = parts;
  const all = operations.length;
  let done = 0;
  const journal = <O extends Operation>(): Journal<O> => {
    const ids = new Map<string, number>();
    return {
      async sending(list) {
        const written = await store.journal(options.run, list);
        for (const [index, operation] of list.entries()) ids.set(nameOf(operation), written[index]!);
      },
      async answered(outcomes: readonly Outcome<O>[]) {
        const learnt = settling.settle(outcomes, Math.floor(parts.clock.now() / 1000));
        const answers = outcomes.flatMap((outcome) => {
          const id = ids.get(nameOf(outcome.operation));
          // Without an answer it stays in doubt: the next run looks what became of it
          const doubtful =
            !outcome.ok && (outcome.failure.code === "TEMPORARY" || outcome.failure.code === "UNKNOWN_ANSWER");
          return id === undefined || doubtful
            ? []
            : [{ id, ok: outcome.ok, answer: outcome.ok ? null : outcome.failure }];
        });
        await store.answer(answers, learnt);
        done += outcomes.length;
        options.applying?.(done, all);
      },
      async left(batch, running) {
        const others = ((await store.fact<string[]>("batches")) ?? []).filter((one) => one !== batch);
        await store.learn({ facts: { batches: running ? [...others, batch] : others } });
      },
    };
  };
  const people = operations.filter((one): one is PersonOperation => one.side === "copper");
  const members = operations.filter((one): one is MemberOperation => one.side === "mailchimp");
  operations.length = 0;
  const context = { stop: options.stop };
  const results = await Promise.allSettled([
    people.length > 0 ? copper.apply(people, journal<PersonOperation>(), context) : undefined,
    members.length > 0 ? applyToMembers(mailchimp, members, journal<MemberOperation>(), context, settling) : undefined,
  ]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Who comes back from the archive does so first: what was meant for him is left out where he did not (V9). */
async function applyToMembers(
  mailchimp: MemberSide,
  members: MemberOperation[],
  journal: Journal<MemberOperation>,
  context: SideContext,
  settling: Settling,
): Promise<void> {
  const { returning = [], others = [] } = Object.groupBy(members, (one) =>
    one.operation === "unarchive-member" ? "returning" : "others",
  );
  members.length = 0;
  if (returning.length === 0) return mailchimp.apply(others, journal, context);
  const keys = returning.flatMap((one) => ("member" in one ? [one.member.key] : []));
  await mailchimp.apply(returning, journal, context);
  const resting = new Set(keys.filter((key) => settling.members.get(key)?.status === "archived"));
  const rest = others.filter((one) => !("member" in one && resting.has(one.member.key)));
  if (rest.length > 0) await mailchimp.apply(rest, journal, context);
}

function nameOf(operation: Operation): string {
  const who = operation.personId ?? operation.contact;
  return `${operation.side} ${operation.operation} ${who}`;
}

function refuses(guard: Guard | null, yes: boolean): boolean {
  return guard !== null && !(yes && guard.yesHelps);
}

/** Contacts that failed once more, and those that went through again (A3). */
function troubles(prepared: Prepared, settling: Settling): { troubles: Trouble[]; troublesOver: string[] } {
  const known = new Map(prepared.state.troubles.map((one) => [one.contact, one]));
  const failed = new Map(settling.failures.filter((one) => one.retry).map((one) => [addressKey(one.contact), one]));
  return {
    troubles: [...failed].map(([contact, last]) => ({ contact, last, runs: (known.get(contact)?.runs ?? 0) + 1 })),
    troublesOver: [...known.keys()].filter((contact) => settling.succeeded.has(contact) && !failed.has(contact)),
  };
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "internal";
}

function now(parts: SyncParts): string {
  return new Date(parts.clock.now()).toISOString();
}
