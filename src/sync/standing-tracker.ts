/**
 * Where every contact stands, from before the first write of a run to its end. What is planned waits for the next run
 * until it is written, so that a run that dies leaves nothing untrue (R1). Only differences are stored.
 *
 *   | planned, and then               | stands                                                      |
 *   |---------------------------------|-------------------------------------------------------------|
 *   | written                         | as both sides hold it now (`standing-of-pair.ts`)                     |
 *   | failed, and still to be done    | failed, or set aside after five runs, with the answer's words |
 *   | refused as an address           | forgotten, must-resubscribe, fake-address                   |
 *   | not reached                     | waiting, as before                                          |
 */
import { addressKey, validKeys } from "../domain/address.ts";
import type { Rejection } from "../domain/contact.ts";
import type { Records, Series } from "../plan/collections.ts";
import type { FailedContact, Failure, Outcome } from "../plan/outcomes.ts";
import type { Plan } from "../plan/plan.ts";
import type { StandingView } from "../plan/run-document.ts";
import { type KeptStanding, type Standing, type StandingReason, standingKey, stateOf } from "../plan/standings.ts";
import type { StateChanges, Trouble } from "../ports/store.ts";
import { refusedBecause } from "../reconcile/standing.ts";
import { standingOfPair } from "../reconcile/standing-of-pair.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";
import { failing, staysAs, TRIED_AGAIN, who } from "./kept-reasons.ts";
import { withOdd } from "./odd-standings.ts";
import type { Prepared } from "./prepare.ts";
import { inSteps } from "./turns.ts";

/** What changes in the store of where contacts stand. */
type StandingChanges = Required<Pick<StateChanges, "standings" | "standingsOver" | "facts">>;

/** What a run knows of its contacts at some moment. */
type Now = Pick<OutcomeApplier, "persons" | "members" | "links"> & { readonly rejected: ReadonlyMap<string, string> };

/** Contacts of one reason that a run names. */
const NAMED = 20;

/** What services said, by address. */
interface Words {
  readonly troubles: ReadonlyMap<string, FailedContact>;
  readonly rejections: ReadonlyMap<string, string>;
}

export class StandingTracker {
  readonly #prepared: Prepared;
  /** As they are stored. */
  readonly #kept: Records<string, KeptStanding>;
  readonly #since: string;
  /** By a contact's keys, what failed last. */
  readonly #failures = new Map<string, Failure | FailedContact>();
  /** Persons who were made of members, by the member's key. */
  readonly #made = new Map<string, number>();

  /** Who needs a human, by reason, as reckoned last. */
  attention: readonly StandingView[] = [];

  /** @param prepared what the run goes by @param since the time that a new reason bears; RFC 3339 */
  constructor(prepared: Prepared, since: string) {
    this.#prepared = prepared;
    this.#kept = prepared.state.standings;
    this.#since = since;
  }

  /**
   * Takes answers in, as they are believed.
   * @param now what the run knows with them
   * @returns what is stored together with what they taught
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

  /** Whether a side answered with nobody at all: nothing of that is stored, and it tells nothing of anybody (G4). */
  #isEmptied(): boolean {
    return this.#prepared.seen.cursors === undefined;
  }

  /** What was written all the same, where nobody was read (an undo), waits to be looked at. */
  #unread(outcomes: readonly Outcome[], now: OutcomeApplier): KeptStanding[] {
    return outcomes.flatMap(({ operation }): KeptStanding[] => {
      const { personId } = operation;
      const memberKey = now.links.get(personId ?? -1)?.memberKey;
      if (personId === undefined || memberKey === undefined || !now.members.has(memberKey)) return [];
      if (this.#kept.get(`p${personId}`) ?? this.#kept.get(`m${memberKey}`)) return [];
      return [{ personId, memberKey, reason: "next-run", since: this.#since }];
    });
  }

  /** Remembers what failed, and who was made. */
  #noted(outcome: Outcome): void {
    const { operation } = outcome;
    const member = "member" in operation ? operation.member.key : undefined;
    if (outcome.ok) {
      if (operation.operation === "create-person" && member !== undefined && outcome.person)
        this.#made.set(member, outcome.person.id);
      return;
    }
    if (operation.personId !== undefined) this.#failures.set(`p${operation.personId}`, outcome.failure);
    if (member !== undefined) this.#failures.set(`m${member}`, outcome.failure);
  }

  /** Returns what is stored before anything is written. */
  before(): Promise<StandingChanges> {
    const { plan, state, seen, world } = this.#prepared;
    const now = { persons: seen.persons, members: seen.members, links: state.links, rejected: world.rejected };
    return this.#differences(withOdd(plan.standings, this.#prepared), now, state.troubles, state.rejections);
  }

  /**
   * Returns what is stored at the end of a run, or where it was stopped.
   * @param plan the one made last @param now what the run knows by now @param troubles those of this run
   */
  after(plan: Plan, now: OutcomeApplier, troubles: readonly Trouble[]): Promise<StandingChanges> {
    const resolve = (one: Standing) => this.#resolved(one, now, troubles);
    function* all(): Generator<Standing> {
      for (const one of plan.standings) {
        const standing = one.reason === "next-run" ? resolve(one) : one;
        if (standing.reason !== "in-step") yield standing;
      }
    }
    const { state } = this.#prepared;
    const over = new Set(troubles.map((one) => one.contact));
    const known = [...troubles, ...state.troubles.filter((one) => !over.has(one.contact))];
    const rejections = [...now.newlyRejected, ...state.rejections];
    return this.#differences(withOdd(all(), this.#prepared), now, known, rejections);
  }

  /** Returns what is stored where a guard refused the plan: nothing else of the reading is kept. */
  async refused(): Promise<Partial<StandingChanges>> {
    const { plan, state } = this.#prepared;
    // An empty answer tells nothing of anybody
    if (plan.guard === null || !plan.guard.yesHelps) return {};
    const persons = new Map<string, number>();
    for (const { personId, memberKey } of state.links.values()) persons.set(memberKey, personId);
    const standings: KeptStanding[] = [];
    const over: string[] = [];
    for (const { personId, memberKey, reason } of plan.standings) {
      if (reason !== "next-run") continue;
      const because = { reason: "guard-refused", since: this.#since } as const;
      const owner = memberKey === undefined ? undefined : persons.get(memberKey);
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

  /** What was planned, as it has become. */
  #resolved(planned: Standing, now: Now, troubles: readonly Trouble[]): Standing {
    const { personId = this.#made.get(planned.memberKey ?? ""), memberKey } = planned;
    const failure = this.#failures.get(`p${personId}`) ?? this.#failures.get(`m${memberKey}`);
    const failed = failure && failing(failure, troubles, this.#addressesOf(personId, memberKey, now));
    if (planned.afterwards !== undefined) {
      const done = now.members.get(memberKey ?? "")?.status === "archived";
      const because = done ? { reason: planned.afterwards } : (failed ?? { reason: planned.reason });
      return { ...because, ...who(planned.personId, memberKey) };
    }
    const person = personId === undefined ? undefined : now.persons.get(personId);
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
    const person = personId === undefined ? undefined : now.persons.get(personId);
    const member = now.members.get(memberKey ?? now.links.get(personId ?? -1)?.memberKey ?? "");
    return [...(member ? [addressKey(member.email)] : []), ...validKeys(person?.emails ?? [])];
  }

  async #differences(
    standings: Iterable<Standing>,
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
    const words = (standing: Standing) => this.#worded(standing, known, now);
    const kept = this.#kept;
    const since = this.#since;
    const changed: Series<KeptStanding> = state.collections.series();
    const still = new Set<string>();
    const calling = new Map<StandingReason, StandingView>();
    const note = (standing: Standing) => this.#noteHuman(standing, now, calling);
    function* compare(): Generator<void, void> {
      for (const standing of standings) {
        yield;
        const key = standingKey(standing);
        const before = kept.get(key);
        if (before !== undefined) still.add(key);
        if (before !== undefined && staysAs(before, standing)) {
          // The reason stays; the records may be others by now
          const { personId: _, memberKey, ...rest } = before;
          if (memberKey !== standing.memberKey)
            changed.push({ ...who(standing.personId, standing.memberKey), ...rest });
          continue;
        }
        note(words(standing));
        const { reason, detail: shown, personId, memberKey, unstored, counted } = words(standing);
        // What the service said when it did not take something is said until it is tried again
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
    const over = [...kept.keys()].filter((key) => !still.has(key));
    for (const key of over) kept.delete(key);
    this.attention = [...calling.values()].sort((one, other) => (one.reason < other.reason ? -1 : 1));
    for (const one of changed) kept.set(standingKey(one), one);
    return { standings: changed, standingsOver: over, facts: { "looked at": world.run } };
  }

  /** Counts a contact among those who need a human, and names the first of them. */
  #noteHuman(standing: Standing, now: Now, calling: Map<StandingReason, StandingView>): void {
    const { reason, personId, memberKey, detail } = standing;
    const state = stateOf(reason);
    if (state !== "failing" && state !== "to-decide") return;
    const { count, first } = calling.get(reason) ?? { count: 0, first: [] };
    const name = (personId === undefined ? undefined : now.persons.get(personId)?.name) ?? "";
    const contact = this.#addressesOf(personId, memberKey, now)[0] ?? detail?.address ?? "";
    const one = { contact, name, ...(detail && { detail }) };
    calling.set(reason, { reason, count: count + 1, first: first.length < NAMED ? [...first, one] : first });
  }

  /** A standing with the service's words, where they are kept elsewhere. */
  #worded(standing: Standing, { troubles, rejections }: Words, now: Now): Standing {
    if (standing.detail !== undefined) return standing;
    const { reason, personId, memberKey } = standing;
    if (reason === "set-aside") {
      const addresses = this.#addressesOf(personId, memberKey, now);
      const last = addresses.flatMap((address) => troubles.get(address) ?? [])[0];
      return last === undefined ? standing : { ...standing, detail: { code: last.code, words: last.message } };
    }
    if (reason !== "forgotten" && reason !== "must-resubscribe" && reason !== "fake-address") return standing;
    const addresses = this.#addressesOf(personId, memberKey, now);
    const words = addresses.flatMap((address) => rejections.get(address) ?? [])[0];
    return words ? { ...standing, detail: { words } } : standing;
  }
}
