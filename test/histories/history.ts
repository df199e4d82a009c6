/** Random histories: what people do on both sides, runs with mishaps, and the laws that hold whatever happens. */
import { expect } from "vitest";
import { addressKey } from "../../src/contact/address.ts";
import type { Link, Member, Person } from "../../src/contact/contact.ts";
import { deletionMark } from "../../src/contact/mark.ts";
import type { MemberStatus } from "../../src/contact/status.ts";
import { tagKey } from "../../src/contact/tags.ts";
import { fieldValue, shownField } from "../../src/contact/values.ts";
import type { Operation } from "../../src/plan/operations.ts";
import type { Store } from "../../src/plan/ports.ts";
import { memoryStore } from "../../src/store/memory.ts";
import type { SyncParts } from "../../src/sync/prepare.ts";
import { planRun, type RunOptions, run } from "../../src/sync/run.ts";
import { mergeField } from "../merge-field.ts";
import { CALM, type Fate, Killed, killing, unplugged } from "./fate.ts";
import { type Changes, everybodyOnce, inStep } from "./laws.ts";
import { copperIn, mailchimpIn, type Truth } from "./sides.ts";
import { type Edit, FIELDS, isKeptInStep, MAPPINGS, MARK, POLICY, type RunStep, TAGS } from "./steps.ts";

/** Undisturbed runs after which nothing that was not taken may be left. */
const PATIENCE = 80;

/** A world that lives through a history, with the laws checked on every write. */
export class History {
  readonly truth: Truth = {
    now: 1_000_000,
    nextId: 1,
    people: new Map(),
    members: new Map(),
    forgotten: new Set(),
    merges: TAGS.map((tag) => mergeField(tag)),
    odd: new Set(),
  };
  /** Fields that a hand has emptied, by person or member and Copper's name (V10, V11). */
  readonly #emptied = new Set<string>();
  #wishes = MAPPINGS[0]!;
  /** Members whose records could not be read when the run began (A9). */
  #odd = new Set<string>();
  readonly store: Store = memoryStore(() => this.truth.now * 1000);
  /** Tags that somebody set on a member by hand, outside a run (T2). */
  readonly #byHand = new Map<string, Set<string>>();
  /** Members whom we archived and nobody touched since, with the status they had (C1). */
  readonly #archivedByUs = new Map<string, MemberStatus>();
  readonly #changes: Changes = { set: new Map(), during: new Set() };
  #links: readonly Link[] = [];
  /** Tags whose writing is in doubt: whether a hand or we put them there cannot be known. */
  #doubtful = new Set<string>();
  /** Whether each run reads everything, or what changed as soon as it may. */
  readonly #whole: boolean;
  #marked = new Set<number>();
  /** Members who were cleaned or archived when the run began (V9). */
  #resting = new Set<string>();
  #running = false;
  #runs = 0;

  constructor(whole: boolean) {
    this.#whole = whole;
  }

  edit(edit: Edit): void {
    const { truth } = this;
    truth.now += "who" in edit ? edit.who % 3 : 1;
    if (edit.do === "remap") {
      this.#wishes = MAPPINGS[edit.mapping % MAPPINGS.length]!;
      this.#unsure("phone");
      return;
    }
    if (edit.do === "field-gone" || edit.do === "field-made" || edit.do === "field-remade") {
      this.#refield(edit.do, TAGS[edit.field % TAGS.length]!);
      return;
    }
    const pick = <T>(map: Map<unknown, T>, index: number) => [...map.values()][index % Math.max(1, map.size)];
    if (edit.do === "add-person" || edit.do === "add-member") {
      this.#add(edit as Extract<Edit, { value: string; status: MemberStatus }>);
      return;
    }
    const { who } = edit as Extract<Edit, { who: number }>;
    const person = pick(truth.people, who);
    const member = pick(truth.members, who);
    const change = (some: Partial<Person>) => {
      if (person) truth.people.set(person.id, { ...person, ...some, modifiedAt: truth.now });
    };
    const alter = (some: Partial<Member>) => {
      if (member === undefined) return;
      this.#archivedByUs.delete(member.key);
      // Touched during the run he may have been read as one who does not rest
      this.#resting.delete(member.key);
      // A change within the second of our own cannot be told from it
      truth.now += 1;
      truth.members.set(member.key, { ...member, ...some, changedAt: truth.now });
    };
    const free = (email: string) =>
      ![...truth.people.values()].some((one) => one.emails.some((each) => addressKey(each) === addressKey(email)));
    switch (edit.do) {
      case "set-person": {
        const [name] = FIELDS[edit.field % FIELDS.length]!;
        const { [name]: _, ...rest } = person?.fields ?? {};
        change({ fields: edit.value === "" ? rest : { ...rest, [name]: edit.value } });
        if (person && edit.value === "") this.#emptied.add(`${person.id} ${name}`);
        if (person && shownField(person.fields, name) !== edit.value) this.#note(person.id, name, "copper", edit.value);
        return;
      }
      case "set-member": {
        const [field, name] = FIELDS[edit.field % FIELDS.length]!;
        const { [name]: _, ...rest } = member?.fields ?? {};
        if (!truth.merges.some((one) => one.tag === name)) return;
        if (member && edit.value === "") this.#emptied.add(`${member.key} ${field}`);
        alter({ fields: edit.value === "" ? rest : { ...rest, [name]: edit.value } });
        if (
          member &&
          shownField(member.fields, name) !== edit.value &&
          this.#wishes.some((one) => one.mailchimp === name)
        )
          this.#note(member.key, field, "mailchimp", edit.value);
        return;
      }
      case "tag-person":
        if (person === undefined) return;
        change({
          tags: edit.on ? [...new Set([...person.tags, edit.tag])] : person.tags.filter((tag) => tag !== edit.tag),
        });
        return;
      case "tag-member":
        this.#tagMember(member, edit.tag, edit.on, alter);
        return;
      case "move-person":
        if (free(edit.email)) change({ emails: [edit.email, ...(person?.emails.slice(1) ?? [])] });
        return;
      case "second-address":
        if (free(edit.email)) change({ emails: [...(person?.emails ?? []), edit.email] });
        return;
      case "move-member":
        if ([...truth.members.values()].every((one) => addressKey(one.email) !== addressKey(edit.email)))
          alter({ email: edit.email, id: addressKey(edit.email) });
        return;
      case "odd":
        if (member && edit.on) truth.odd.add(member.key);
        else if (member) truth.odd.delete(member.key);
        return;
      case "status":
        alter({ status: edit.status });
        return;
      case "mark":
        change({ tags: [...(person?.tags ?? []).filter((tag) => tag !== MARK), MARK] });
        return;
      case "unmark":
        change({ tags: (person?.tags ?? []).filter((tag) => deletionMark([tag], []) === undefined) });
        return;
      case "delete-person":
        if (person) truth.people.delete(person.id);
        return;
      case "delete-member":
      case "forget":
        if (member) truth.members.delete(member.key);
        if (member && edit.do === "forget") truth.forgotten.add(addressKey(member.email));
    }
  }
  #add({ do: what, email, value, status }: Extract<Edit, { value: string; status: MemberStatus }>): void {
    const { truth } = this;
    const id = truth.nextId++;
    if (what === "add-person") {
      const taken = [...truth.people.values()].some((one) =>
        one.emails.some((each) => addressKey(each) === addressKey(email)),
      );
      const fields = value === "" ? {} : { first_name: value };
      const at = { createdAt: truth.now, modifiedAt: truth.now };
      if (!taken) truth.people.set(id, { id, name: value || "?", emails: [email], fields, tags: [], ...at });
      return;
    }
    if ([...truth.members.values()].some((one) => addressKey(one.email) === addressKey(email))) return;
    const fields = value === "" ? {} : { FNAME: value };
    const key = `k${id}`;
    truth.members.set(key, { key, id: addressKey(email), email, status, fields, tags: [], changedAt: truth.now });
  }
  /** Where another field is meant by now, what of it crosses over is not told by what was given before. */
  #unsure(field: string): void {
    for (const link of this.#links) this.#changes.during.add(`${link.personId} ${field}`);
  }
  /** A merge field comes or goes; nobody's date of change moves. */
  #refield(what: "field-gone" | "field-made" | "field-remade", tag: string): void {
    const { truth } = this;
    if (what !== "field-made") {
      truth.merges = truth.merges.filter((one) => one.tag !== tag);
      for (const [key, { fields, ...member }] of truth.members) {
        const { [tag]: _, ...rest } = fields;
        truth.members.set(key, { ...member, fields: rest });
      }
      this.#unsure(FIELDS.find(([, name]) => name === tag)?.[0] ?? "phone");
    }
    if (what !== "field-gone" && !truth.merges.some((one) => one.tag === tag))
      truth.merges = [...truth.merges, mergeField(tag)];
  }
  #tagMember(member: Member | undefined, name: string, on: boolean, alter: (some: Partial<Member>) => void): void {
    if (member === undefined) return;
    const key = tagKey(name);
    const there = member.tags.some((tag) => tagKey(tag.name) === key);
    const hand = this.#byHand.get(member.key) ?? new Set<string>();
    this.#byHand.set(member.key, hand);
    if (on && !there) {
      // Taken off and put back between two runs it is still ours: nobody saw it gone
      const ours = this.#links.some((one) => one.memberKey === member.key && one.tagsPut.includes(key));
      if (!this.#running && !ours && !this.#doubtful.has(key)) hand.add(key);
      alter({ tags: [...member.tags, { id: key.length * 31 + key.charCodeAt(0), name }] });
    }
    if (!on) {
      hand.delete(key);
      alter({ tags: member.tags.filter((tag) => tagKey(tag.name) !== key) });
    }
  }
  /** Remembers a change of a field that both sides had agreed on. */
  #note(who: number | string, field: string, side: "copper" | "mailchimp", value: string): void {
    if (this.#running) this.#changes.during.add(`${who} ${field}`);
    const link = this.#links.find((one) => one.personId === who || one.memberKey === who);
    if (link !== undefined && Object.keys(link.baseline).some((pair) => pair.startsWith(`${field}|`)))
      this.#changes.set.set(`${side} ${link.personId} ${link.memberKey} ${field}`, value);
  }

  /** One run, killed or not. */
  async run(step: RunStep, yes = false): Promise<void> {
    this.truth.now += step.later;
    this.#running = true;
    let [request, write] = [0, 0];
    const fate: Fate = {
      meanwhile: () => {
        request += 1;
        for (const { at, edit } of step.meanwhile) if (at === request) this.edit(edit);
      },
      mishap: () => step.mishaps[write++] ?? "none",
      cut: (side) => (step.cut?.side === side ? step.cut.after : undefined),
      written: (operation, before) => this.#lawful(operation, before),
    };
    this.#marked = new Set(
      [...this.truth.people.values()].filter((one) => deletionMark(one.tags, [])).map((one) => one.id),
    );
    // Who was not read is written to as he was last seen
    const unread = step.cut?.side === "mailchimp";
    this.#resting = new Set(
      unread ? [] : [...this.truth.members.values()].filter((one) => !isKeptInStep(one.status)).map((one) => one.key),
    );
    this.#odd = new Set(this.truth.odd);
    const store = unplugged(this.store, () => fate.killed === true);
    const parts = this.#parts(killing(fate), store);
    const holder = `h${this.#runs}`;
    try {
      const { error } = await run(parts, { ...this.#options(yes), holder });
      if (error !== undefined && !(error instanceof Killed)) throw error;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      // A dead process holds no lease
      await this.store.unlock(holder);
      this.#links = [...(await this.store.load()).links.values()];
      const doubts = (await this.store.inDoubt()).map((one) => one.operation);
      this.#doubtful = new Set(
        doubts
          .flatMap((one) =>
            one.operation === "tag-member" ? one.add : one.operation === "create-member" ? one.tags : [],
          )
          .map(tagKey),
      );
      this.#running = false;
    }
  }
  #options(yes: boolean): RunOptions {
    this.#runs += 1;
    return {
      run: `r${this.#runs}`,
      holder: "",
      connection: "default",
      full: false,
      yes,
      retryRejected: yes,
      stop: new AbortController().signal,
      report: () => ({}),
    };
  }
  #parts(fate: Fate, store: Store): SyncParts {
    return {
      copper: copperIn(this.truth, fate),
      mailchimp: mailchimpIn(this.truth, fate),
      store,
      clock: { now: () => this.truth.now * 1000, wait: async () => undefined },
      wishes: this.#wishes,
      policy: POLICY,
      ...(!this.#whole && { small: { persons: 0, members: 0 } }),
    };
  }

  /** The laws of a single write. */
  #lawful(operation: Operation, before: Person | Member | undefined): void {
    if (operation.personId !== undefined && this.#marked.has(operation.personId)) {
      const now = this.truth.people.get(operation.personId);
      expect(now !== undefined && deletionMark(now.tags, []) !== undefined, "D2: written about a marked person").toBe(
        false,
      );
    }
    if ("before" in operation && "fields" in operation && operation.reason === "first-sight")
      for (const [name, value] of Object.entries(operation.fields))
        expect(value === "" && fieldValue(operation.before, name) !== "", "V3: a blank overwrote").toBe(false);
    this.#clears(operation, before);
    if (operation.operation === "create-person")
      expect(operation.member.status, "C4: made a person of somebody not subscribed").toBe("subscribed");
    if (operation.side === "copper" || before === undefined || !("key" in before)) return;
    expect(this.#odd.has(before.key) && this.truth.odd.has(before.key), "A9: written to whom nobody could read").toBe(
      false,
    );
    if (operation.operation !== "unarchive-member")
      expect(this.#resting.has(before.key) && !isKeptInStep(before.status), "V9: written to a resting member").toBe(
        false,
      );
    if (operation.operation === "archive-member") this.#archivedByUs.set(before.key, before.status);
    else if (operation.operation === "unarchive-member") {
      expect(operation.status, "C1: back to another status than he had").toBe(this.#archivedByUs.get(before.key));
      this.#archivedByUs.delete(before.key);
    }
    if (operation.operation === "tag-member")
      for (const tag of operation.remove)
        expect(this.#byHand.get(before.key)?.has(tagKey(tag.name)) ?? false, `T2: ${tag.name} was set by hand`).toBe(
          false,
        );
  }

  /** V10, V11: nothing becomes blank that no hand has emptied, on either side. */
  #clears(operation: Operation, before: Person | Member | undefined): void {
    if (operation.operation !== "update-member" && operation.operation !== "update-person") return;
    for (const [name, value] of Object.entries(operation.fields)) {
      if (value !== "" || (before?.fields[name] ?? "") === "") continue;
      const { personId } = operation;
      const link = this.#links.find((one) => one.personId === personId);
      const fields = this.#wishes.filter((one) => one[operation.side] === name).map((one) => one.copper);
      // By way of the person, also from another merge field of the same member (V14)
      const hand = fields.some((field) =>
        [personId, link?.memberKey].some((who) => this.#emptied.has(`${who} ${field}`)),
      );
      expect(hand, `V10, V11: ${name} was emptied by nobody`).toBe(true);
    }
  }

  /** Whether something is remembered that is to be sent again. */
  async #waits(): Promise<boolean> {
    const links = [...(await this.store.load()).links.values()];
    return links.some((link) => Object.values(link.refused).some((one) => one.again !== undefined));
  }

  /** After an undisturbed run: nothing is left to do, and both sides hold the same (V6 and all the rest). */
  async settled(): Promise<void> {
    // A day later: who was deleted is noticed by the next complete reading at the latest
    this.truth.odd.clear();
    const quiet: RunStep = { do: "run", later: 90_000, meanwhile: [], mishaps: [], cut: undefined };
    const before = await this.store.load();
    await this.run(quiet, true);
    // What a service did not take is tried again some runs later, not at every run (A10, V13)
    for (let runs = 0; runs < PATIENCE && (await this.#waits()); runs += 1)
      await this.run({ ...quiet, later: 30 }, true);
    if (this.truth.people.size === 0 || this.truth.members.size === 0) return;
    this.truth.now += 30;
    const { prepared } = await planRun(this.#parts(CALM, this.store), { ...this.#options(true), retryRejected: false });
    expect(prepared!.plan.operations, "V6: a second run writes nothing").toEqual([]);
    const links = [...(await this.store.load()).links.values()];
    const linked = links.map((link) => link.memberKey);
    expect(new Set(linked).size, "W3: a member has two links").toBe(linked.length);
    for (const link of links) inStep(link, [...before.links.values()], this.truth, this.#wishes, this.#changes);
    everybodyOnce(this.truth);
  }
}
