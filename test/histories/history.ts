/** Random histories: what people do on both sides, runs with mishaps, and the invariants that hold whatever happens. */
import { expect } from "vitest";
import { decide } from "../../src/app/decisions/decide.ts";
import { restore } from "../../src/app/decisions/restore.ts";
import { decidePartsOf, smallRun } from "../../src/app/decisions/small-run.ts";
import { finishDecisions } from "../../src/app/decisions/unfinished.ts";
import { addressKey, validKeys } from "../../src/domain/address.ts";
import type { Member, Person } from "../../src/domain/contact.ts";
import { deletionTagOf } from "../../src/domain/deletion-tag.ts";
import { tagKey } from "../../src/domain/tags.ts";
import { fieldValue } from "../../src/domain/values.ts";
import type { Operation, RestorePerson } from "../../src/plan/operations.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { planRun, run } from "../../src/sync/run.ts";
import type { SyncParts } from "../../src/sync/run-context.ts";
import type { RunOptions } from "../../src/sync/run-options.ts";
import { CALM, type Faults, Killed, killing, notKilled, unplugged } from "./faults.ts";
import { everybodyOnce, inStep, isGiven } from "./invariants.ts";
import { mailchimpIn } from "./member-side.ts";
import { asFromEverybody } from "./neighbourhood-invariant.ts";
import { OutsideChanges } from "./outside-changes.ts";
import { copperIn } from "./people-side.ts";
import { everybodyAccountedFor, figuresAreTheServices, inStepIsTrue } from "./standing-invariants.ts";
import { type DecideStep, FIELDS, isKeptInStep, PATIENCE, POLICY, type RunStep, type UndoStep } from "./steps.ts";

/** A world that lives through a history, with the invariants checked on every write. */
export class History extends OutsideChanges {
  /** Members whose records could not be read when the run began (A9). */
  #odd = new Set<string>();
  readonly store: Store = memoryStore(() => this.truth.now * 1000);
  /** Whether each run reads everything, or what changed as soon as it may. */
  readonly #whole: boolean;
  #marked = new Set<number>();
  /** The mapping that the run goes by, which may have been changed since it began. */
  #mapping = this.fieldOverrides;
  #runs = 0;
  /** The first invariant that a write has broken. */
  #broken: unknown;

  constructor(whole: boolean) {
    super();
    this.#whole = whole;
  }

  /** One run, killed or not. */
  async run(step: RunStep, yes = false): Promise<void> {
    await this.#through(step, async (parts, holder) => {
      const { error } = await run(parts, { ...this.#options(yes, parts), holder });
      if (error !== undefined && !(error instanceof Killed)) throw error;
    });
  }

  /** A run that takes back an earlier one (A6). */
  async undo(step: UndoStep): Promise<void> {
    const [undone] = await this.store.runs(1, step.back);
    if (undone === undefined) return;
    await this.#through({ ...step, do: "run", cut: undefined }, async (parts, holder) => {
      const { error } = await run(parts, { ...this.#options(true, parts), holder, undo: undone.run });
      if (error !== undefined && !(error instanceof Killed)) throw error;
    });
    // A hand may have done the very same at that moment
    for await (const one of this.store.operations(`r${this.#runs}`)) if (one.reason === "undo") this.#undone(one);
    // Likewise where the answer was lost: the effect, whoever made it, is taken for the undo's
    for (const { operation } of await this.store.inDoubt()) if (operation.reason === "undo") this.#undone(operation);
  }

  /** A human decides on somebody who is marked, or brings somebody back (D3). */
  async decide(step: DecideStep): Promise<void> {
    const marked = [...this.truth.people.values()].filter((one) => deletionTagOf(one.tags, []) !== undefined);
    const person = marked[step.who % Math.max(1, marked.length)];
    const copies = (await this.store.copies()).filter((one) => one.restoredAs === null);
    const copy = copies[step.who % Math.max(1, copies.length)];
    await this.#through({ ...step, do: "run", cut: undefined }, async (parts, holder) => {
      await parts.store.lock(holder);
      this.#runs += 1;
      const { perform, end } = smallRun(parts, {
        run: `r${this.#runs}`,
        kind: "decisions",
        connection: "default",
        report: () => ({}),
      });
      const deciding = decidePartsOf(parts, perform);
      if (step.decision === "restore") {
        if (copy !== undefined) await restore(deciding, copy).catch(notKilled);
      } else if (person !== undefined) {
        const decision = step.decision === "forget" ? "delete" : step.decision;
        await decide(deciding, person.id, decision, step.decision === "forget");
      }
      await end(true);
    });
  }

  /** Goes through something that may be killed on its way. */
  async #through(step: RunStep, work: (parts: SyncParts, holder: string) => Promise<void>): Promise<void> {
    this.truth.now += step.later;
    this.running = true;
    let [request, write] = [0, 0];
    const faults: Faults = {
      meanwhile: () => {
        request += 1;
        for (const { at, edit } of step.meanwhile) if (at === request) this.edit(edit);
      },
      mishap: () => step.mishaps[write++] ?? "none",
      cut: (side) => (step.cut?.side === side ? step.cut.after : undefined),
      written: (operation, before) => {
        try {
          this.#lawful(operation, before);
        } catch (error) {
          this.#broken ??= error;
          throw error;
        }
      },
    };
    this.#marked = new Set(
      [...this.truth.people.values()].filter((one) => deletionTagOf(one.tags, [])).map((one) => one.id),
    );
    // Who was not read is written to as he was last seen
    const unread = step.cut?.side === "mailchimp";
    this.resting = new Set(
      unread ? [] : [...this.truth.members.values()].filter((one) => !isKeptInStep(one.status)).map((one) => one.key),
    );
    this.#odd = new Set(this.truth.odd);
    this.#mapping = this.fieldOverrides;
    const store = unplugged(this.store, () => faults.killed === true);
    const parts = this.#parts(killing(faults), store);
    const holder = `h${this.#runs}`;
    try {
      await work(parts, holder);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      // A dead process holds no lease
      await this.store.unlock(holder);
      this.links = [...(await this.store.load()).links.values()];
      const doubts = (await this.store.inDoubt()).map((one) => one.operation);
      this.doubtful = new Set(
        doubts
          .flatMap((one) =>
            one.operation === "tag-member" ? one.add : one.operation === "create-member" ? one.tags : [],
          )
          .map(tagKey),
      );
      this.running = false;
    }
    // Whatever the program made of it
    if (this.#broken !== undefined) throw this.#broken;
    await inStepIsTrue(await everybodyAccountedFor(this.store), this.store);
  }
  #options(yes: boolean, parts: SyncParts): RunOptions {
    this.#runs += 1;
    return {
      run: `r${this.#runs}`,
      holder: "",
      connection: "default",
      full: false,
      yes,
      retryRejected: yes,
      stop: new AbortController().signal,
      first: (run) => finishDecisions(parts, run, yes),
      planned: (prepared) => asFromEverybody(prepared, this.store),
      report: () => ({}),
    };
  }
  #parts(faults: Faults, store: Store): SyncParts {
    return {
      copper: copperIn(this.truth, faults),
      mailchimp: mailchimpIn(this.truth, faults),
      store,
      clock: { now: () => this.truth.now * 1000, wait: async () => undefined },
      fieldOverrides: this.fieldOverrides,
      policy: POLICY,
      ...(!this.#whole && { small: { persons: 0, members: 0 } }),
    };
  }

  /** The invariants of a single write. */
  #lawful(operation: Operation, before: Person | Member | undefined): void {
    const decided = operation.reason === "decision" || operation.reason === "undo";
    if (!decided && operation.personId !== undefined && this.#marked.has(operation.personId)) {
      const now = this.truth.people.get(operation.personId);
      expect(now !== undefined && deletionTagOf(now.tags, []) !== undefined, "D2: written about a marked person").toBe(
        false,
      );
    }
    if ("before" in operation && "fields" in operation && operation.reason === "first-sight")
      for (const [name, value] of Object.entries(operation.fields))
        expect(value === "" && fieldValue(operation.before, name) !== "", "V3: a blank overwrote").toBe(false);
    if (operation.reason === "undo") this.#undone(operation);
    else this.#clears(operation, before);
    if (operation.operation === "delete-person" && before !== undefined && "emails" in before)
      for (const address of validKeys(before.emails)) this.deleted.add(address);
    if (operation.operation === "restore-person") this.#restored(operation);
    if (operation.operation === "create-person" || operation.operation === "create-member")
      expect(this.deleted.has(addressKey(operation.email)), "D3: recreated who was deleted").toBe(false);
    if (operation.operation === "create-person")
      expect(operation.member.status, "C4: made a person of somebody not subscribed").toBe("subscribed");
    if (operation.side === "copper" || before === undefined || !("key" in before)) return;
    expect(this.#odd.has(before.key) && this.truth.odd.has(before.key), "A9: written to whom nobody could read").toBe(
      false,
    );
    if (operation.operation !== "unarchive-member" && operation.operation !== "forget-member")
      expect(
        this.resting.has(before.key) && !isKeptInStep(before.status),
        `V9: ${JSON.stringify(operation)} of a resting member`,
      ).toBe(false);
    if (operation.operation === "archive-member") this.archivedByUs.set(before.key, before.status);
    else if (operation.operation === "unarchive-member") {
      expect(operation.status, "C1: back to another status than he had").toBe(this.archivedByUs.get(before.key));
      this.archivedByUs.delete(before.key);
    }
    if (operation.operation === "tag-member")
      for (const tag of operation.remove)
        expect(this.byHand.get(before.key)?.has(tagKey(tag.name)) ?? false, `T2: ${tag.name} was set by hand`).toBe(
          false,
        );
  }

  /** They are the newest person by now, and what held of their fields holds still. */
  #restored({ personId, record }: RestorePerson): void {
    for (const address of validKeys((record as Person).emails)) this.deleted.delete(address);
    for (const [field] of FIELDS)
      for (const known of [this.emptied, this.changes.undone])
        if (known.has(`${personId} ${field}`)) known.add(`${this.truth.nextId - 1} ${field}`);
  }

  /** What an undo puts back, each side has of its own from then on. */
  #undone(operation: Operation): void {
    if (operation.operation !== "update-member" && operation.operation !== "update-person") return;
    for (const name of Object.keys(operation.fields))
      for (const { copper } of this.#mapping.filter((one) => one[operation.side] === name))
        this.changes.undone.add(`${operation.personId} ${copper}`);
  }

  /** V10, V11: nothing becomes blank that no hand has emptied, on either side. */
  #clears(operation: Operation, before: Person | Member | undefined): void {
    if (operation.operation !== "update-member" && operation.operation !== "update-person") return;
    for (const [name, value] of Object.entries(operation.fields)) {
      if (value !== "" || (before?.fields[name] ?? "") === "") continue;
      const { personId } = operation;
      const link = this.links.find((one) => one.personId === personId);
      const addresses = new Set(this.truth.people.get(personId ?? 0)?.emails.map(addressKey));
      const members = [...this.truth.members.values()].filter((one) => addresses.has(addressKey(one.email)));
      const who = [personId, link?.memberKey, ...members.map((one) => one.key)];
      const fields = this.#mapping.filter((one) => one[operation.side] === name).map((one) => one.copper);
      // By way of the person, also from another merge field of the same member (V14)
      const hand = fields.some((field) => who.some((one) => this.emptied.has(`${one} ${field}`)));
      expect(hand, `V10, V11: ${JSON.stringify(operation)}: ${name} was emptied by nobody`).toBe(true);
    }
  }

  /** Whether something is remembered that is to be sent again. */
  async #waits(): Promise<boolean> {
    const links = [...(await this.store.load()).links.values()];
    return links.some((link) => Object.values(link.refused).some((one) => one.again !== undefined));
  }

  /** A reading of what changed has shown all that changed: everything read leaves nothing to write but about who is gone. */
  async #nothingMissed(quiet: RunStep): Promise<void> {
    await this.run({ ...quiet, later: 1_000 }, true);
    this.truth.now += 30;
    const parts = this.#parts(CALM, this.store);
    const { prepared } = await planRun(parts, { ...this.#options(true, parts), retryRejected: false, full: true });
    // What a service did not take is sent again some runs later
    if (await this.#waits()) return;
    const { plan, state } = prepared!;
    const missed = [...plan.operations].filter((one) => isGiven(one, state.links, this.fieldOverrides, this.changes));
    expect(missed, "what somebody changed was not read").toEqual([]);
  }

  /** After an undisturbed run: nothing is left to do, and both sides hold the same (V6 and all the rest). */
  async settled(): Promise<void> {
    // A day later: who was deleted is noticed by the next complete reading at the latest
    const { wasOdd } = this;
    this.wasOdd = false;
    this.truth.odd.clear();
    const quiet: RunStep = { do: "run", later: 90_000, meanwhile: [], mishaps: [], cut: undefined };
    const before = await this.store.load();
    if (!this.#whole && !wasOdd) await this.#nothingMissed(quiet);
    await this.run(quiet, true);
    // What a service did not take is tried again some runs later, not at every run (A10, V13)
    for (let runs = 0; runs < PATIENCE && (await this.#waits()); runs += 1)
      await this.run({ ...quiet, later: 30 }, true);
    if (this.truth.people.size === 0 || this.truth.members.size === 0) return;
    await figuresAreTheServices(this.store, this.truth);
    this.truth.now += 30;
    const parts = this.#parts(CALM, this.store);
    const { prepared } = await planRun(parts, { ...this.#options(true, parts), retryRejected: false });
    expect(prepared!.plan.operations, "V6: a second run writes nothing").toEqual([]);
    const links = [...(await this.store.load()).links.values()];
    const linked = links.map((link) => link.memberKey);
    expect(new Set(linked).size, "W3: a member has two links").toBe(linked.length);
    expect(await this.store.fact("decisions"), "A1: a decision is left half done").toSatisfy(
      (left) => left === undefined || (left as unknown[]).length === 0,
    );
    for (const link of links) inStep(link, [...before.links.values()], this.truth, this.fieldOverrides, this.changes);
    everybodyOnce(this.truth);
  }
}
