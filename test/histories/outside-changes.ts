/** What people do by hand on both sides, and what the invariants have to know of it. */
import { addressKey } from "../../src/domain/address.ts";
import type { Link, Member, Person } from "../../src/domain/contact.ts";
import { deletionTagOf } from "../../src/domain/deletion-tag.ts";
import type { MemberStatus } from "../../src/domain/status.ts";
import { tagKey } from "../../src/domain/tags.ts";
import { shownField } from "../../src/domain/values.ts";
import { mergeField } from "../merge-field.ts";
import type { Changes } from "./invariants.ts";
import { type Edit, FIELDS, MAPPINGS, MARK, TAGS } from "./steps.ts";
import type { Truth } from "./truth.ts";

/** Both sides, with hands that change them. */
export class OutsideChanges {
  /** Whether any record was odd since both sides were last right: becoming readable is no change that a service tells. */
  wasOdd = false;
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
  protected readonly emptied = new Set<string>();
  protected fieldOverrides = MAPPINGS[0]!;
  /** Tags that somebody set on a member by hand, outside a run (T2). */
  protected readonly byHand = new Map<string, Set<string>>();
  /** Members whom we archived and nobody touched since, with the status they had (C1). */
  protected readonly archivedByUs = new Map<string, MemberStatus>();
  /** Addresses of people whom a decision has deleted and that no hand has given to somebody since (D3). */
  protected readonly deleted = new Set<string>();
  protected readonly changes: Changes = { set: new Map(), during: new Set(), undone: new Set() };
  protected links: readonly Link[] = [];
  /** Tags whose writing is in doubt: whether a hand or we put them there cannot be known. */
  protected doubtful = new Set<string>();
  /** Members who were cleaned or archived when the run began (V9). */
  protected resting = new Set<string>();
  protected running = false;

  edit(edit: Edit): void {
    const { truth } = this;
    if ("email" in edit) this.deleted.delete(addressKey(edit.email));
    truth.now += "who" in edit ? edit.who % 3 : 1;
    if (edit.do === "remap") {
      this.fieldOverrides = MAPPINGS[edit.mapping % MAPPINGS.length]!;
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
      this.archivedByUs.delete(member.key);
      // Touched during the run he may have been read as one who does not rest
      this.resting.delete(member.key);
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
        if (person && edit.value === "") this.emptied.add(`${person.id} ${name}`);
        if (person && shownField(person.fields, name) !== edit.value) this.#note(person.id, name, "copper", edit.value);
        return;
      }
      case "set-member": {
        const [field, name] = FIELDS[edit.field % FIELDS.length]!;
        const { [name]: _, ...rest } = member?.fields ?? {};
        if (!truth.merges.some((one) => one.tag === name)) return;
        if (member && edit.value === "") this.emptied.add(`${member.key} ${field}`);
        alter({ fields: edit.value === "" ? rest : { ...rest, [name]: edit.value } });
        if (
          member &&
          shownField(member.fields, name) !== edit.value &&
          this.fieldOverrides.some((one) => one.mailchimp === name)
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
        if (member && edit.on) this.wasOdd = true;
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
        change({ tags: (person?.tags ?? []).filter((tag) => deletionTagOf([tag], []) === undefined) });
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
    for (const link of this.links) this.changes.during.add(`${link.personId} ${field}`);
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
    const hand = this.byHand.get(member.key) ?? new Set<string>();
    this.byHand.set(member.key, hand);
    if (on && !there) {
      // Taken off and put back between two runs it is still ours: nobody saw it gone
      const ours = this.links.some((one) => one.memberKey === member.key && one.tagsPut.includes(key));
      if (!this.running && !ours && !this.doubtful.has(key)) hand.add(key);
      alter({ tags: [...member.tags, { id: key.length * 31 + key.charCodeAt(0), name }] });
    }
    if (!on) {
      hand.delete(key);
      alter({ tags: member.tags.filter((tag) => tagKey(tag.name) !== key) });
    }
  }
  /** Remembers a change of a field that both sides had agreed on. */
  #note(who: number | string, field: string, side: "copper" | "mailchimp", value: string): void {
    if (this.running) this.changes.during.add(`${who} ${field}`);
    const link = this.links.find((one) => one.personId === who || one.memberKey === who);
    // Of a pair that is new by now nothing is agreed (V10)
    const agreed = this.fieldOverrides
      .filter((one) => one.copper === field)
      .flatMap((one) => this.truth.merges.filter((merge) => merge.tag === one.mailchimp))
      .some((merge) => link !== undefined && `${field}|${merge.id}:${merge.type}` in link.baseline);
    if (link !== undefined && agreed)
      this.changes.set.set(`${side} ${link.personId} ${link.memberKey} ${field}`, value);
  }
}
