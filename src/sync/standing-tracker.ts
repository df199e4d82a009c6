/**
 * Tracks the standing of every contact during a run. Planned contacts wait until they are written, so that the
 * standings are correct even after a crash (R1). Stores only differences.
 *
 *   | a planned contact               | its standing                                                   |
 *   |---------------------------------|----------------------------------------------------------------|
 *   | was written                     | by what both sides hold now (`standing-of-pair.ts`)            |
 *   | failed, and must be retried     | failed, or set aside after five runs, with the service's words |
 *   | has a refused address           | forgotten, must-resubscribe, fake-address                      |
 *   | was not reached                 | waiting, as before                                             |
 */
import { addressKey, validKeys } from "../domain/address.ts";
import type { Rejection } from "../domain/contact.ts";
import { inSteps } from "../limits/breaks.ts";
import { lookUp, type Records, type Series } from "../plan/collections.ts";
import type { FailedContact, Failure, Outcome } from "../plan/outcomes.ts";
import type { Plan } from "../plan/plan.ts";
import type { StandingView } from "../plan/run-document.ts";
import {
  type KeptStanding,
  type Standing,
  type StandingReason,
  standingKey,
  stateOf,
  updating,
} from "../plan/standings.ts";
import type { StateChanges, Trouble } from "../ports/store.ts";
import { standingOfPair } from "../reconcile/standing-of-pair.ts";
import { refusedBecause } from "../reconcile/standing-reasons.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";
import { failing, staysAs, TRIED_AGAIN, type Words, who, worded } from "./failure-reasons.ts";
import { withOdd } from "./odd-record-standings.ts";
import type { Prepared } from "./prepare.ts";

/** Changes to the stored standings. */
type StandingChanges = Required<Pick<StateChanges, "standings" | "standingsOver" | "facts">>;

/** A run's records at some moment. */
type Now = Pick<OutcomeApplier, "persons" | "members" | "links"> & { readonly rejected: ReadonlyMap<string, string> };

/** Contacts that a run names per reason. */
const NAMED = 20;

/** Computes the changes to the stored standings, before, during and after the writes of a run. */
export class StandingTracker {
  readonly #prepared: Prepared;
  /** The standings as stored. */
  readonly #kept: Records<string, KeptStanding>;
  readonly #since: string;
  /** The last failure, by the keys of the contact. */
  readonly #failures = new Map<string, Failure | FailedContact>();
  /** People created from members, by member key. */
  readonly #made = new Map<string, number>();

  /** Contacts that need the operator, by reason. */
  attention: readonly StandingView[] = [];
  /** Address keys of the contacts that wait, fail or need a decision, as of the last look at the plan. */
  unsettled: ReadonlySet<string> = new Set();

  /** @param since the time of new reasons (RFC 3339) */
  constructor(prepared: Prepared, since: string) {
    this.#prepared = prepared;
    this.#kept = prepared.state.standings;
    this.#since = since;
  }

  /**
   * Updates standings after responses that we checked.
   * @param now the run's records after these outcomes
   * @returns changes to store together with the outcomes
   */
  answered(outcomes: readonly Outcome[], now: OutcomeApplier): Pick<StandingChanges, "standings" | "standingsOver"> {
    const planned = new Map<string, Standing>();
    if (this.#isEmptied()) return { standings: this.#unread(outcomes, now), standingsOver: [] };
    for (const outcome of outcomes) {
      this.#noted(outcome);
      const { operation } = outcome;
      const key = "member" in operation ? operation.member.key : "";
      const there = this.#kept.get(`p${operation.personId}`) ?? this.#kept.get(`m${key}`);
      if (there === undefined || (there.reason !== "next-run" && !TRIED_AGAIN.includes(there.reason))) continue;
      const gone = operation.reason === "person-gone" || operation.reason === "outside-filter";
      const waits: Standing = { ...who(there.personId, there.memberKey), reason: "next-run" };
      planned.set(standingKey(there), { ...waits, ...(gone && { afterwards: operation.reason }) });
    }
    const standings: KeptStanding[] = [];
    const standingsOver: string[] = [];
    for (const [key, before] of planned) {
      const standing = this.#resolved(before, now, this.#prepared.state.troubles);
      const after = standingKey(standing);
      if (after !== key || standing.reason === "in-step") {
        this.#kept.delete(key);
        standingsOver.push(key);
      }
      const there = this.#kept.get(after);
      if (standing.reason === "in-step" || (there !== undefined && standing.reason === "next-run")) continue;
      const next = { ...standing, since: there?.reason === standing.reason ? there.since : this.#since };
      this.#kept.set(after, next);
      standings.push(next);
    }
    return { standings, standingsOver };
  }

  /** Returns whether a side was empty: such a reading says nothing about any contact, so none is stored (G4). */
  #isEmptied(): boolean {
    return this.#prepared.seen.cursors === undefined;
  }

  /** Returns waiting standings for contacts written after an empty reading, which an undo can do. */
  #unread(outcomes: readonly Outcome[], now: OutcomeApplier): KeptStanding[] {
    return outcomes.flatMap(({ operation }): KeptStanding[] => {
      const link = lookUp(now.links, operation.personId);
      if (link === undefined || !now.members.has(link.memberKey)) return [];
      const { personId, memberKey } = link;
      if (this.#kept.get(`p${personId}`) ?? this.#kept.get(`m${memberKey}`)) return [];
      return [{ personId, memberKey, reason: "next-run", since: this.#since }];
    });
  }

  /** Remembers failures and created people. */
  #noted(outcome: Outcome): void {
    const { operation } = outcome;
    if (outcome.ok) {
      if (operation.operation === "create-person" && outcome.person)
        this.#made.set(operation.member.key, outcome.person.id);
      return;
    }
    const member = "member" in operation ? operation.member.key : undefined;
    if (operation.personId !== undefined) this.#failures.set(`p${operation.personId}`, outcome.failure);
    if (member !== undefined) this.#failures.set(`m${member}`, outcome.failure);
  }

  /** Returns the changes to store before the first write. */
  before(): Promise<StandingChanges> {
    const { plan, state, seen, world } = this.#prepared;
    const now = { persons: seen.persons, members: seen.members, links: state.links, rejected: world.rejected };
    return this.#differences(withOdd(plan.standings, this.#prepared), now, state.troubles, state.rejections);
  }

  /**
   * Returns the changes to store at the end of a run, also if it was stopped.
   * @param plan the last plan @param now the run's records @param troubles failures of this run
   */
  after(plan: Plan, now: OutcomeApplier, troubles: readonly Trouble[]): Promise<StandingChanges> {
    const resolve = (one: Standing) => this.#resolved(one, now, troubles);
    function* all(): Generator<Standing | undefined> {
      for (const one of plan.standings) {
        const standing = one.reason === "next-run" ? resolve(one) : one;
        yield standing.reason === "in-step" ? undefined : standing;
      }
    }
    const { state } = this.#prepared;
    const over = new Set(troubles.map((one) => one.contact));
    const known = [...troubles, ...state.troubles.filter((one) => !over.has(one.contact))];
    const rejections = [...now.newlyRejected, ...state.rejections];
    return this.#differences(withOdd(all(), this.#prepared), now, known, rejections);
  }

  /** Returns the changes to store if the guard refused the plan. Nothing else of the reading is stored. */
  async refused(): Promise<Partial<StandingChanges>> {
    const { plan, state } = this.#prepared;
    // An empty side says nothing about any contact
    if (plan.guard === null || !plan.guard.yesHelps) return {};
    const persons = new Map<string, number>();
    for (const { personId, memberKey } of state.links.values()) persons.set(memberKey, personId);
    const standings: KeptStanding[] = [];
    const over: string[] = [];
    for (const { personId, memberKey, reason } of plan.standings) {
      if (reason !== "next-run") continue;
      const because = { reason: "guard-refused", since: this.#since } as const;
      const owner = lookUp(persons, memberKey);
      if (personId !== undefined && memberKey !== undefined && owner !== personId)
        standings.push({ ...because, personId }, { ...because, memberKey });
      else {
        const person = personId ?? owner;
        standings.push({
          ...because,
          ...(person !== undefined && { personId: person }),
          ...(memberKey !== undefined && { memberKey }),
        });
        if (person !== undefined && memberKey !== undefined) over.push(`m${memberKey}`);
      }
    }
    return { standings, standingsOver: over };
  }

  /** Returns the standing of a planned contact after its outcomes. */
  #resolved(planned: Standing, now: Now, troubles: readonly Trouble[]): Standing {
    const { personId = lookUp(this.#made, planned.memberKey), memberKey } = planned;
    const failure = this.#failures.get(`p${personId}`) ?? this.#failures.get(`m${memberKey}`);
    const failed = failure && failing(failure, troubles, this.#addressesOf(personId, memberKey, now));
    if (planned.afterwards !== undefined) {
      const done = lookUp(now.members, memberKey)?.status === "archived";
      const because = done ? { reason: planned.afterwards } : (failed ?? { reason: planned.reason });
      return { ...because, ...who(planned.personId, memberKey) };
    }
    const person = lookUp(now.persons, personId);
    if (person === undefined) return { ...(failed ?? planned), ...who(planned.personId, memberKey) };
    const link = now.links.get(person.id);
    const member = link && now.members.get(link.memberKey);
    if (link === undefined || member === undefined) {
      const code = validKeys(person.emails).map((address) => now.rejected.get(address))[0];
      const refused = code === undefined ? undefined : refusedBecause(code);
      return { ...(refused ?? failed ?? planned), ...who(person.id, undefined) };
    }
    const { world, policy } = this.#prepared;
    const because = standingOfPair(person, member, link, { ...world, rejected: now.rejected }, policy);
    const told =
      because.reason === "value-not-taken" ? { ...because, detail: { ...failed?.detail, ...because.detail } } : because;
    return { ...(because.reason === "next-run" && failed ? failed : told), ...who(person.id, member.key) };
  }

  #addressesOf(personId: number | undefined, memberKey: string | undefined, now: Now): string[] {
    const person = lookUp(now.persons, personId);
    const member = lookUp(now.members, memberKey ?? lookUp(now.links, personId)?.memberKey);
    return [...(member ? [addressKey(member.email)] : []), ...validKeys(person?.emails ?? [])];
  }

  /** @param standings `undefined` for a contact that is in step */
  async #differences(
    standings: Iterable<Standing | undefined>,
    now: Now,
    troubles: readonly Trouble[],
    rejections: readonly Rejection[],
  ): Promise<StandingChanges> {
    const { state, world } = this.#prepared;
    if (this.#isEmptied()) return { standings: [], standingsOver: [], facts: {} };
    const known: Words = {
      troubles: new Map(troubles.map((one) => [one.contact, one.last])),
      rejections: new Map(rejections.map((one) => [one.address, one.message])),
    };
    const kept = this.#kept;
    const since = this.#since;
    const changed: Series<KeptStanding> = state.collections.series();
    const still = new Set<string>();
    const calling = new Map<StandingReason, StandingView>();
    const unsettled = new Set<string>();
    this.unsettled = unsettled;
    const addresses = ({ personId, memberKey }: Standing) => this.#addressesOf(personId, memberKey, now);
    const words = (standing: Standing) => worded(standing, known, () => addresses(standing));
    const note = (standing: Standing) => this.#noteHuman(standing, now, calling);
    function* compare(): Generator<void, void> {
      for (const standing of standings) {
        yield;
        if (standing === undefined) continue;
        const key = standingKey(standing);
        const before = kept.get(key);
        if (before !== undefined) still.add(key);
        if (stateOf(standing.reason) !== "left-out" && standing.reason !== "in-step")
          for (const address of addresses(standing)) unsettled.add(address);
        if (before !== undefined && staysAs(before, standing)) {
          // Keep the reason, but update the keys: the contact may have another member now
          const { personId: _, memberKey, ...rest } = before;
          if (memberKey !== standing.memberKey)
            changed.push({ ...who(standing.personId, standing.memberKey), ...rest });
          continue;
        }
        note(words(standing));
        const { reason, detail: shown, personId, memberKey, unstored, counted } = words(standing);
        // Keep the service's words about a refused value until it is retried
        const said = before?.reason === reason && reason === "value-not-taken" ? before.detail : undefined;
        const detail = shown && { ...said, ...shown };
        const next: KeptStanding = {
          ...who(personId, memberKey),
          ...(unstored && { unstored }),
          reason,
          ...(detail && { detail }),
          ...(counted && { counted }),
          since: before?.reason === reason ? before.since : since,
        };
        if (before !== undefined && JSON.stringify(before) === JSON.stringify(next)) continue;
        changed.push(next);
      }
    }
    await inSteps(compare());
    const over = await inSteps(updating(kept, still, changed));
    this.attention = [...calling.values()].sort((one, other) => (one.reason < other.reason ? -1 : 1));
    return { standings: changed, standingsOver: over, facts: { "looked at": world.run } };
  }

  /** Counts contacts that need the operator, and names the first of each reason. */
  #noteHuman(standing: Standing, now: Now, calling: Map<StandingReason, StandingView>): void {
    const { reason, personId, memberKey, detail } = standing;
    const state = stateOf(reason);
    if (state !== "failing" && state !== "to-decide") return;
    const { count, first } = calling.get(reason) ?? { count: 0, first: [] };
    const name = lookUp(now.persons, personId)?.name ?? "";
    const contact = this.#addressesOf(personId, memberKey, now)[0] ?? detail?.address ?? "";
    const one = { contact, name, ...(detail && { detail }) };
    calling.set(reason, { reason, count: count + 1, first: first.length < NAMED ? [...first, one] : first });
  }
}
