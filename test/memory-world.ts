/**
 * Both services and the store in memory, and the program that works on them, without a mapping of fields but of names:
 * for tests of decisions and runs that say what becomes of one contact. The services are those of the histories.
 */
import { decide } from "../src/app/decisions/decide.ts";
import type { DecideParts } from "../src/app/decisions/decide-parts.ts";
import { restore } from "../src/app/decisions/restore.ts";
import { decidePartsOf, smallRun } from "../src/app/decisions/small-run.ts";
import { finishDecisions } from "../src/app/decisions/unfinished.ts";
import { addressKey } from "../src/domain/address.ts";
import type { Member, Person } from "../src/domain/contact.ts";
import { DEFAULT_FIELDS } from "../src/domain/fields.ts";
import type { Decided, Decision } from "../src/plan/decision.ts";
import type { Operation } from "../src/plan/operations.ts";
import type { Outcome } from "../src/plan/outcomes.ts";
import type { RunDocument } from "../src/plan/run-document.ts";
import type { PeopleSide } from "../src/ports/sides.ts";
import type { KeptCopy, Store } from "../src/ports/store.ts";
import { memoryStore } from "../src/store/memory.ts";
import { type Finished, run } from "../src/sync/run.ts";
import type { SyncParts } from "../src/sync/run-context.ts";
import type { RunOptions } from "../src/sync/run-options.ts";
import { CALM, type Mishap } from "./histories/faults.ts";
import { mailchimpIn } from "./histories/member-side.ts";
import { copperIn } from "./histories/people-side.ts";
import { MARK, POLICY } from "./histories/steps.ts";
import type { Truth } from "./histories/truth.ts";
import { mergeField } from "./merge-field.ts";

export { MARK } from "./histories/steps.ts";

/** Answers the first question as one does, and all others as another does. */
export function inTurn<A, R>(
  first: (about: A) => Promise<R>,
  then: (about: A) => Promise<R>,
): (about: A) => Promise<R> {
  let asked = 0;
  return (about) => {
    asked += 1;
    return asked === 1 ? first(about) : then(about);
  };
}

/** A run or a decision that has ended, with its document and what it did. */
interface Ended {
  readonly document: RunDocument;
  readonly operations: readonly Operation[];
}

export class MemoryWorld {
  readonly truth: Truth;
  /** What befalls the next writes, one after another. */
  readonly mishaps: Mishap[] = [];
  /** All that was written, in order. */
  readonly written: Operation[] = [];
  readonly store: Store = memoryStore(() => this.truth.now * 1000);
  /** What the program works with; a test may put another method in a place. */
  readonly parts: SyncParts;
  #runs = 0;

  /** @param truth what both services hold; nothing at first */
  constructor(
    truth: Truth = {
      now: 1_700_000_000,
      nextId: 1,
      people: new Map(),
      members: new Map(),
      forgotten: new Set(),
      merges: ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
      odd: new Set(),
    },
  ) {
    this.truth = truth;
    const faults = {
      ...CALM,
      mishap: () => this.mishaps.shift() ?? "none",
      written: (operation: Operation) => {
        this.written.push(operation);
      },
    };
    this.parts = {
      copper: copperIn(this.truth, faults),
      mailchimp: mailchimpIn(this.truth, faults),
      store: this.store,
      clock: { now: () => this.truth.now * 1000, wait: async () => undefined },
      fieldOverrides: DEFAULT_FIELDS.slice(0, 2),
      policy: POLICY,
      small: { persons: 0, members: 0 },
    };
  }

  /** Time, as the store and the journal write it. */
  get time(): string {
    return new Date(this.truth.now * 1000).toISOString();
  }

  person(some: Partial<Person> & { readonly email?: string } = {}): Person {
    const { email = "ana@exemple.fr", ...rest } = some;
    const { now } = this.truth;
    const id = this.truth.nextId++;
    const whole: Person = {
      id,
      name: "Ana Lopez",
      emails: [email],
      fields: { first_name: "Ana", last_name: "Lopez" },
      tags: ["vip"],
      createdAt: now,
      modifiedAt: now,
      ...rest,
    };
    this.truth.people.set(whole.id, whole);
    return whole;
  }
  member(email: string, some: Partial<Member> = {}): Member {
    const whole: Member = {
      key: `k${this.truth.nextId++}`,
      id: addressKey(email),
      email,
      status: "subscribed",
      fields: {},
      tags: [],
      changedAt: this.truth.now,
      ...some,
    };
    this.truth.members.set(whole.key, whole);
    return whole;
  }
  /** Somebody's hand in Copper, a minute later. */
  edit(id: number, change: Partial<Person>): void {
    this.truth.now += 60;
    this.truth.people.set(id, { ...this.truth.people.get(id)!, ...change, modifiedAt: this.truth.now });
  }
  /** Somebody's hand in Mailchimp, a minute later. */
  change(email: string, change: Partial<Member>): void {
    this.truth.now += 60;
    const member = this.at(email)!;
    this.truth.members.set(member.key, { ...member, ...change, changedAt: this.truth.now });
  }
  /** The member at an address, as Mailchimp has it. */
  at(email: string): Member | undefined {
    return [...this.truth.members.values()].find((one) => addressKey(one.email) === addressKey(email));
  }

  /** Lets a service's answers be others than the ones it would give; `undefined` is none at all. */
  answers(side: "copper" | "mailchimp", other: (outcome: Outcome) => Outcome | undefined): void {
    const service = this.parts[side] as PeopleSide;
    const { open } = service;
    service.open = (...mapping) => {
      const { reader, writer } = open(...mapping);
      const apply: typeof writer.apply = (operations, journal) =>
        writer.apply(operations, {
          ...journal,
          answered: (all) => journal.answered(all.flatMap((one) => (other(one) as typeof one | undefined) ?? [])),
        });
      return { reader, writer: { ...writer, apply } };
    };
  }
  /** Somebody who is in step besides Bob, then marked for deletion, and listed for review. */
  async marked(some: Parameters<MemoryWorld["person"]>[0] = {}): Promise<Person> {
    this.person({ email: "bob@exemple.fr", name: "Bob", fields: { first_name: "Bob" } });
    const person = this.person(some);
    await this.sync();
    this.edit(person.id, { tags: ["vip", MARK] });
    await this.sync();
    this.written.splice(0);
    return person;
  }

  async sync(options: Partial<RunOptions> = {}): Promise<Finished & Ended> {
    this.truth.now += 60;
    this.#runs += 1;
    const finished = await run(this.parts, {
      run: `r${this.#runs}`,
      holder: "here",
      connection: "default",
      full: false,
      yes: false,
      retryRejected: false,
      stop: new AbortController().signal,
      first: (id) => finishDecisions(this.parts, id, options.retryRejected ?? false),
      report: () => ({}),
      ...options,
    });
    if (finished.error !== undefined) throw finished.error;
    return Object.assign(finished, { operations: await Array.fromAsync(finished.operations()) }) as never;
  }

  /** Does something as a small run of its own. @returns what it gave, and the run */
  async small<T>(
    work: (parts: DecideParts) => Promise<T>,
    well = true,
  ): Promise<Partial<Ended> & { readonly result: T }> {
    this.truth.now += 60;
    this.#runs += 1;
    const id = `r${this.#runs}`;
    const { perform, end } = smallRun(this.parts, {
      run: id,
      kind: "decisions",
      connection: "default",
      report: ({ outcome }) => ({ text: outcome }),
    });
    const result = await work(decidePartsOf(this.parts, perform));
    await end(well);
    const document = (await this.store.run(id))?.document;
    return { result, ...(document && { document }), operations: await Array.fromAsync(this.store.operations(id)) };
  }
  /** What becomes of a decision on somebody. */
  async decide(personId: number, decision: Decision, forget = false): Promise<Decided> {
    return (await this.small((parts) => decide(parts, personId, decision, forget))).result;
  }
  /** What becomes of bringing somebody back. */
  async restore(personId: number): Promise<Decided> {
    const copy = await this.copy(personId);
    return (await this.small((parts) => restore(parts, copy))).result;
  }
  /** The copy that was kept of somebody. */
  async copy(personId: number): Promise<KeptCopy> {
    return (await this.store.copies()).find((one) => one.personId === personId)!;
  }
}
