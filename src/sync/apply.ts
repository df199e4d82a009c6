/** Carries out a plan on both sides in parallel: in chunks, each journalled. */
import { dueBreak } from "../limits/breaks.ts";
import { chunks as inParts, type Series } from "../plan/collections.ts";
import type { IgnorePerson, MemberOperation, Operation, PersonOperation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/sides.ts";
import type { StateChanges, Store } from "../ports/store.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";
import type { Writers } from "./open-sides.ts";
import { tagIdsOf } from "./tag-ids.ts";

/** Operations of one side per chunk, limited by the memory of a cheap server. */
const TOGETHER = 5_000;

/** Responses to process before we may yield to other work, such as web pages and the lease's renewal. */
const SETTLED_TOGETHER = 250;

/** Dependencies of `apply`: the writers of both sides, the store and the clock. */
export interface ApplyParts extends Writers {
  readonly store: Store;
  readonly clock: Clock;
}

/** What sending needs to know about the run. */
export interface ApplyOptions {
  /** The run's id, for the journal. */
  readonly run: string;
  /** Aborts when no further chunk may be sent. */
  readonly stop: AbortSignal;
  /** Reports how many operations of this round have their response. */
  applying?(done: number, of: number): void;
}

/**
 * Sends the operations of one round on both sides in parallel. Journals each before it is sent and after its response
 * (A1). If one side throws, the other still finishes; then throws its error.
 * @param applier processes the responses
 * @param believed receives the outcomes after we checked them; returns further changes to the store
 */
export async function apply(
  parts: ApplyParts,
  options: ApplyOptions,
  operations: Series<Operation>,
  applier: OutcomeApplier,
  believed: (outcomes: readonly Outcome[]) => StateChanges = () => ({}),
): Promise<void> {
  const { copper, store } = parts;
  const all = operations.length;
  let done = 0;
  const journal = <O extends Operation>(): Journal<O> => {
    const ids = new Map<Operation, number>();
    return {
      async sending(list) {
        const written = await store.journal(options.run, list);
        for (const [index, operation] of list.entries()) ids.set(operation, written[index]!);
      },
      async answered(answered: readonly Outcome<O>[]) {
        for (const part of inParts(answered, SETTLED_TOGETHER)) {
          await settled(part);
          const wait = dueBreak();
          if (wait !== undefined) await wait;
        }
      },
      async left(batch, running) {
        const others = ((await store.fact("batches")) ?? []).filter((one) => one !== batch);
        await store.saveChanges({ facts: { batches: running ? [...others, batch] : others } });
      },
    };
    async function settled(answered: readonly Outcome<O>[]): Promise<void> {
      const { outcomes, stateChanges } = applier.applyOutcomes(answered, Math.floor(parts.clock.now() / 1000));
      const answers = outcomes.flatMap((outcome) => {
        const id = ids.get(outcome.operation);
        // Without a response the entry stays in doubt: the next run checks what happened
        const doubtful =
          !outcome.ok && (outcome.failure.code === "TEMPORARY" || outcome.failure.code === "UNKNOWN_ANSWER");
        return id === undefined || doubtful
          ? []
          : [{ id, ok: outcome.ok, answer: outcome.ok ? null : outcome.failure }];
      });
      await store.answer(answers, { ...stateChanges, ...believed(outcomes) });
      done += outcomes.length;
      options.applying?.(done, all);
    }
  };
  async function each<O extends Operation>(
    mine: (operation: Operation) => operation is O,
    send: (part: readonly O[]) => Promise<void>,
  ): Promise<void> {
    for await (const part of operationChunks(operations, mine)) {
      if (options.stop.aborted) return;
      await send(part);
    }
  }
  const results = await Promise.allSettled([
    each(
      (one): one is IgnorePerson => one.operation === "ignore-person",
      async (part) => {
        const own = journal<IgnorePerson>();
        await own.sending(part);
        await own.answered(part.map((operation) => ({ operation, ok: true })));
      },
    ),
    each(
      (one): one is PersonOperation => one.side === "copper" && one.operation !== "ignore-person",
      (part) => copper.apply(part, journal<PersonOperation>()),
    ),
    each(
      (one): one is MemberOperation => one.side === "mailchimp",
      (part) => applyToMembers(parts, part, journal<MemberOperation>(), applier),
    ),
  ]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Yields one side's operations in chunks. Keeps the operations of one contact in the same chunk. */
async function* operationChunks<O extends Operation>(
  operations: Iterable<Operation>,
  mine: (operation: Operation) => operation is O,
): AsyncIterable<O[]> {
  let part: O[] = [];
  for (const operation of operations) {
    const wait = dueBreak();
    if (wait !== undefined) await wait;
    if (!mine(operation)) continue;
    if (part.length >= TOGETHER && part.at(-1)?.personId !== operation.personId) {
      yield part;
      part = [];
    }
    part.push(operation);
  }
  if (part.length > 0) yield part;
}

/**
 * Writes members. Unarchives first. If a member stays archived, skips its other operations: we do not write to an
 * archived member (V9).
 */
async function applyToMembers(
  { mailchimp, store }: ApplyParts,
  members: readonly MemberOperation[],
  journal: Journal<MemberOperation>,
  applier: OutcomeApplier,
): Promise<void> {
  const returning = members.filter((one) => one.operation === "unarchive-member");
  const others = members.filter((one) => one.operation !== "unarchive-member");
  const tagIds = () => tagIdsOf(store, applier.members);
  if (returning.length === 0) return mailchimp.apply(others, journal, tagIds);
  const keys = returning.map((one) => one.member.key);
  await mailchimp.apply(returning, journal, tagIds);
  const resting = new Set(keys.filter((key) => applier.members.get(key)?.status === "archived"));
  const rest = others.filter((one) => !("member" in one && resting.has(one.member.key)));
  if (rest.length > 0) await mailchimp.apply(rest, journal, tagIds);
}
