/**
 * Carries out the operations of decisions like those of a run: journalled, applied and counted (A12). Decisions read
 * records without the mapped fields, so the stored fields are kept.
 */
import type { Link, Member, Person } from "../../domain/contact.ts";
import type { Operation } from "../../plan/operations.ts";
import type { Failure, Outcome } from "../../plan/outcomes.ts";
import { type KeptStanding, standingKey } from "../../plan/standings.ts";
import type { Journal } from "../../ports/sides.ts";
import type { StateChanges } from "../../ports/store.ts";
import { type ApplyParts, apply } from "../../sync/apply.ts";
import { OutcomeApplier } from "../../sync/apply-outcomes.ts";
import type { SyncParts } from "../../sync/run-context.ts";

/** Result of an operation after we checked its response. */
export type Performed =
  | { readonly ok: true; readonly person?: Person; readonly member?: Member; readonly leftOut: readonly string[] }
  | { readonly ok: false; readonly failure: Failure };

/** Carries out operations as part of a run, and counts them. */
export interface Performer {
  /** What was done so far. */
  readonly applier: OutcomeApplier;
  /**
   * Carries out one operation. Throws ServiceError if we cannot know its result.
   * @param link the person's link, if the outcome must change it
   */
  perform(operation: Operation, link?: Link): Promise<Performed>;
}

/**
 * Returns waiting standings for the contacts that an operation changed (R1). If the program dies, the next run updates
 * them.
 * @param known the person as stored before, and the key of the member that shares the standing
 * @param since the time of the standings (RFC 3339)
 */
function waiting(
  outcomes: readonly Outcome[],
  { person: before, memberKey }: { readonly person: Person | undefined; readonly memberKey: string | undefined },
  since: string,
): StateChanges {
  const standings: KeptStanding[] = [];
  const waits = (who: Pick<KeptStanding, "personId" | "memberKey">) =>
    standings.push({ ...who, reason: "next-run", since });
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    const { operation, person } = outcome;
    if (operation.operation === "restore-person") {
      waits({ personId: person!.id });
    } else if (operation.operation === "delete-person") {
      if (memberKey !== undefined) waits({ memberKey });
    } else if (before !== undefined) {
      const stays = memberKey !== undefined && operation.operation !== "forget-member";
      waits({ personId: before.id, ...(stays && { memberKey }) });
    }
  }
  return { standings };
}

/** Never aborts: an operation that has begun is always finished. */
const NEVER = new AbortController().signal;

/**
 * Creates the performer for one run.
 * @param run the run's id
 * @param begin called before each operation, to begin the run if necessary
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
    // Decisions never change tags of members, so they need no tag ids
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
      // The person may share a standing with a member that has no link yet
      const [stands] = await store.standingsAt([standingKey(operation)]);
      const memberKey = known.member?.key ?? stands?.memberKey;
      const since = new Date(parts.clock.now()).toISOString();
      await apply(writing, { run, stop: NEVER }, [operation], applier, (outcomes) =>
        waiting(outcomes, { person: known.person, memberKey }, since),
      );
      const failed = applier.failures[failures];
      if (failed !== undefined) return { ok: false, failure: failed };
      // Ignoring a person sends no request
      if (operation.operation === "ignore-person") return { ok: true, leftOut: [] };
      const last = answers.at(-1);
      if (last?.ok !== true) throw new Error(`no answer: ${operation.operation}`);
      const { person, member, refused = [] } = last;
      return { ok: true, ...(person && { person }), ...(member && { member }), leftOut: refused };
    },
  };
}
