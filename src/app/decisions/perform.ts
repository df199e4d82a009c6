/**
 * The operations of decisions go the one way of every write (A12): journalled, applied, settled and counted like those of
 * a run. What a decision reads is not read in the mapped fields, so that what is stored of them stays.
 */
import type { Link, Member, Person } from "../../domain/contact.ts";
import type { Operation } from "../../plan/operations.ts";
import type { Failure, Outcome } from "../../plan/outcomes.ts";
import { type KeptStanding, standingKey } from "../../plan/standings.ts";
import type { Journal } from "../../ports/sides.ts";
import type { StateChanges } from "../../ports/store.ts";
import { type ApplyParts, apply } from "../../sync/apply.ts";
import { OutcomeApplier } from "../../sync/apply-outcomes.ts";
import type { SyncParts } from "../../sync/prepare.ts";

/** What became of an operation, as it is believed. */
export type Performed =
  | { readonly ok: true; readonly person?: Person; readonly member?: Member; readonly leftOut: readonly string[] }
  | { readonly ok: false; readonly failure: Failure };

export interface Performer {
  /** What was done so far. */
  readonly applier: OutcomeApplier;
  /**
   * Carries out one operation. Throws ServiceError where it is not known what became of it.
   * @param link the person's, where the answer is to be kept with it
   */
  perform(operation: Operation, link?: Link): Promise<Performed>;
}

/**
 * Returns where those stand meanwhile whom an operation has changed: they wait, until it is looked at them again (R1), be
 * it by the next run where this one dies.
 * @param known what was stored of the person before, and the member with whom they stand
 */
function waiting(
  outcomes: readonly Outcome[],
  { person: before, memberKey }: { readonly person: Person | undefined; readonly memberKey: string | undefined },
  since: string,
): StateChanges {
  const standings: KeptStanding[] = [];
  const standingsOver: string[] = [];
  const waits = (who: Pick<KeptStanding, "personId" | "memberKey">) =>
    standings.push({ ...who, reason: "next-run", since });
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    const { operation, person } = outcome;
    if (operation.operation === "restore-person") {
      if (person) waits({ personId: person.id });
    } else if (operation.operation === "delete-person") {
      standingsOver.push(standingKey({ personId: operation.personId }));
      if (memberKey !== undefined) waits({ memberKey });
    } else if (before !== undefined) {
      const stays = memberKey !== undefined && operation.operation !== "forget-member";
      waits({ personId: before.id, ...(stays && { memberKey }) });
    }
  }
  return { standings, standingsOver };
}

/** Decisions end after the one in hand: what is begun is carried out. */
const NEVER = new AbortController().signal;

/**
 * Makes what carries out decisions as a part of a run.
 * @param begin called before each operation: the run may not have been begun yet
 */
export function performerOf(parts: SyncParts, run: string, begin: () => Promise<void> = async () => {}): Performer {
  const { store } = parts;
  const applier = new OutcomeApplier({
    read: { copper: 0, mailchimp: 0 },
    persons: new Map(),
    members: new Map(),
    links: new Map(),
    rejected: new Map(),
    since: 0,
    troubles: new Set(),
    policy: { mapped: [], tagNames: parts.policy.tagNames },
    run: 0,
    toldAlone: new Map(),
  });
  const answers: Outcome[] = [];
  const kept = <O extends Operation>(journal: Journal<O>): Journal<O> => ({
    ...journal,
    async answered(outcomes) {
      const whole: Outcome<O>[] = [];
      for (const outcome of outcomes) whole.push(await asStored(outcome));
      answers.push(...whole);
      await journal.answered(whole);
    },
  });
  async function asStored<O extends Operation>(outcome: Outcome<O>): Promise<Outcome<O>> {
    if (!outcome.ok) return outcome;
    const { person, member } = outcome;
    const stored = person && (await store.contact({ personId: person.id })).person;
    const known = member && (await store.contact({ memberKey: member.key })).member;
    return {
      ...outcome,
      ...(person && stored && { person: { ...stored, tags: person.tags, modifiedAt: person.modifiedAt } }),
      ...(member && known && { member: { ...known, status: member.status, changedAt: member.changedAt } }),
    };
  }
  const { writer: people } = parts.copper.open({ mapped: [], customs: [], zone: "UTC" }, NEVER);
  const { writer: members } = parts.mailchimp.open({ mapped: [] }, NEVER);
  const writing: ApplyParts = {
    ...parts,
    copper: { apply: (list, journal) => people.apply(list, kept(journal)) },
    // A decision changes no member's tags, and knows the members of nobody else
    mailchimp: { apply: (list, journal) => members.apply(list, kept(journal), async () => new Map()) },
  };
  return {
    applier,
    async perform(operation, link) {
      await begin();
      if (link !== undefined) applier.links.set(link.personId, link);
      const failures = applier.failures.length;
      answers.length = 0;
      const { personId } = operation;
      const known = personId === undefined ? {} : await store.contact({ personId });
      // They may stand with a member whom no link is kept with yet
      const stands = personId === undefined ? [] : await store.standingsAt([standingKey({ personId })]);
      const memberKey = known.member?.key ?? stands[0]?.memberKey;
      const since = new Date(parts.clock.now()).toISOString();
      await apply(writing, { run, stop: NEVER }, [operation], applier, (outcomes) =>
        waiting(outcomes, { person: known.person, memberKey }, since),
      );
      const failed = applier.failures[failures];
      if (failed !== undefined) return { ok: false, failure: failed };
      // Neither service has to do with it
      if (operation.operation === "ignore-person") return { ok: true, leftOut: [] };
      const last = answers.at(-1);
      if (last?.ok !== true) throw new Error(`no answer: ${operation.operation}`);
      const { person, member, refused = [] } = last;
      return { ok: true, ...(person && { person }), ...(member && { member }), leftOut: refused };
    },
  };
}
