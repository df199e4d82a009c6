/**
 * Both services in memory, as ports: unkind (tags in lower case, an address belongs to one person), with hands that
 * change things meanwhile, answers that get lost, and a plug that can be pulled at any write.
 */
import { addressKey } from "../../src/domain/address.ts";
import type { Member, Person } from "../../src/domain/contact.ts";
import type { MappedField, MergeField } from "../../src/domain/fields.ts";
import { tagKey } from "../../src/domain/tags.ts";
import type { MemberOperation, Operation, PersonOperation } from "../../src/plan/operations.ts";
import type { Failure, Outcome } from "../../src/plan/outcomes.ts";
import type { MemberSide, OnPage, OnProgress, OpenMembers, PeopleSide } from "../../src/ports/sides.ts";
import { carryOut, refused } from "./carry-out.ts";
import type { Faults } from "./faults.ts";

/** Everything that is, and was never asked of the program. */
export interface Truth {
  now: number;
  nextId: number;
  readonly people: Map<number, Person>;
  readonly members: Map<string, Member>;
  readonly forgotten: Set<string>;
  /** The audience's merge fields by now. */
  merges: readonly MergeField[];
  /** Members whose records come in a shape that nobody knows. */
  readonly odd: Set<string>;
}

const lower = (person: Person): Person => ({ ...person, tags: person.tags.map((tag) => tag.toLowerCase()) });

export function copperIn(truth: Truth, faults: Faults): PeopleSide {
  const taken = (email: string, id: number) =>
    [...truth.people.values()].some(
      (one) => one.id !== id && one.emails.some((each) => addressKey(each) === addressKey(email)),
    );
  const save = (operation: Operation, before: Person | undefined, next: Person): Person => {
    const person = { ...next, modifiedAt: truth.now };
    faults.written(operation, before);
    truth.people.set(person.id, person);
    return lower(person);
  };
  function effect(operation: PersonOperation): Outcome<PersonOperation> {
    const fail = (code: Failure["code"]): Outcome<PersonOperation> => ({
      operation,
      ok: false,
      failure: refused(code, true),
    });
    if (operation.operation === "create-person") {
      if (taken(operation.email, 0)) return fail("REFUSED");
      const made: Person = {
        id: truth.nextId++,
        name: operation.name,
        emails: [operation.email],
        fields: operation.fields,
        tags: [],
        createdAt: truth.now,
        modifiedAt: truth.now,
      };
      return { operation, ok: true, person: save(operation, undefined, made) };
    }
    if (operation.operation === "restore-person") {
      const before = operation.record as Person;
      if (before.emails.some((email) => taken(email, 0))) return fail("REFUSED");
      const made = { ...before, id: truth.nextId++, tags: [...operation.tags], createdAt: truth.now };
      return { operation, ok: true, person: save(operation, undefined, made) };
    }
    const person = truth.people.get(operation.personId);
    if (operation.operation === "delete-person") {
      if (person !== undefined) faults.written(operation, person);
      truth.people.delete(operation.personId);
      return { operation, ok: true };
    }
    if (person === undefined) return fail("NOT_FOUND");
    if (operation.operation === "update-person") {
      const fields = Object.fromEntries(
        Object.entries({ ...person.fields, ...operation.fields }).filter(([, value]) => value !== ""),
      );
      return {
        operation,
        ok: true,
        person: save(operation, person, { ...person, fields, name: operation.name ?? person.name }),
      };
    }
    if (operation.operation === "add-address") {
      if (taken(operation.email, person.id)) return fail("ADDRESS_TAKEN");
      const others = person.emails.filter((each) => addressKey(each) !== addressKey(operation.email));
      return {
        operation,
        ok: true,
        person: save(operation, person, { ...person, emails: [operation.email, ...others] }),
      };
    }
    const kept = person.tags.filter((tag) => !operation.remove.includes(tagKey(tag)));
    const there = new Set(kept.map(tagKey));
    const tags = [...kept, ...operation.add.filter((tag) => !there.has(tagKey(tag)))];
    return { operation, ok: true, person: save(operation, person, { ...person, tags }) };
  }
  const read = (onPage: OnPage<Person>, onProgress: OnProgress | undefined, stop: AbortSignal, since = 0) => {
    if (stop.aborted) return { complete: false };
    const all = [...truth.people.values()].map(lower);
    const cut = faults.cut("copper");
    onProgress?.(all.length);
    faults.meanwhile();
    onPage((cut === undefined ? all : all.slice(0, cut)).filter((one) => one.modifiedAt >= since));
    return { complete: cut === undefined };
  };
  const foundAfterLoss = (operation: PersonOperation): Outcome<PersonOperation> | undefined => {
    if (operation.operation !== "create-person") return undefined;
    const there = [...truth.people.values()].find((one) =>
      one.emails.some((each) => addressKey(each) === addressKey(operation.email)),
    );
    return there && { operation, ok: true, person: lower(there), found: true };
  };
  const asBefore = (operation: PersonOperation): Outcome<PersonOperation> | undefined => {
    const { operation: kind } = operation;
    // What is gone or made anew is seen to be so
    if (kind === "create-person" || kind === "delete-person" || kind === "restore-person") return undefined;
    const person = truth.people.get(operation.personId);
    return person && { operation, ok: true, person: lower(person) };
  };
  return {
    identity: async () => ({ id: "1", byTeam: false, zone: "UTC" }),
    customFields: async () => [],
    contactTypes: async () => new Map(),
    fetch: async (id) => {
      const person = truth.people.get(id);
      return person && { person: lower(person), raw: person };
    },
    open: (_, stop) => ({
      reader: {
        readAll: async (onPage, onProgress) => read(onPage, onProgress, stop),
        readSince: async (since, onPage, onProgress) => {
          const there = truth.people.size;
          return { ...read(onPage, onProgress, stop, since.at), ...(there === 0 && { there }) };
        },
        confirm: async (ids) => ids.flatMap((id) => truth.people.get(id) ?? []).map(lower),
        odd: () => [],
      },
      writer: {
        apply: (operations, journal) => carryOut(operations, journal, stop, faults, effect, foundAfterLoss, asBefore),
        capabilities: () => ({}),
      },
    }),
    requests: () => 0,
  };
}

/** Returns a member with those merge fields only that are there. */
function shownMember(truth: Truth, member: Member, mapped: readonly MappedField[]): Member {
  const exists = (name: string) => truth.merges.some((one) => one.tag === name);
  return {
    ...member,
    fields: {
      ...Object.fromEntries(Object.entries(member.fields).filter(([name]) => exists(name))),
      ...Object.fromEntries(mapped.filter((one) => !exists(one.mailchimp)).map((one) => [one.mailchimp, null])),
    },
  };
}

export function mailchimpIn(truth: Truth, faults: Faults): MemberSide {
  /** Keys of the members whom the last reading could not read. */
  const odd: { keys: readonly string[] } = { keys: [] };
  return {
    audience: async () => ({ id: "a", name: "A", signUpUrl: null, members: truth.members.size }),
    mergeFields: async () => truth.merges,
    fetch: async (id) => {
      const member = [...truth.members.values()].find((one) => one.id === id && !truth.odd.has(one.key));
      return member && { member: shownMember(truth, member, []), raw: member };
    },
    awaitLeft: async (batches) => batches,
    open: ({ mapped }, stop) => openMembers(truth, faults, odd, mapped, stop),
    requests: () => 0,
  };
}

function openMembers(
  truth: Truth,
  faults: Faults,
  odd: { keys: readonly string[] },
  mapped: readonly MappedField[],
  stop: AbortSignal,
): OpenMembers {
  const at = (email: string) => [...truth.members.values()].find((one) => addressKey(one.email) === addressKey(email));
  const save = (operation: Operation, before: Member | undefined, next: Member): Member => {
    const member = { ...next, changedAt: truth.now };
    faults.written(operation, before);
    truth.members.set(member.key, member);
    return shown(member);
  };
  const exists = (name: string) => truth.merges.some((one) => one.tag === name);
  const shown = (member: Member) => shownMember(truth, member, mapped);
  const there = (fields: Member["fields"]) =>
    Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== "" && exists(name)));
  const tag = (name: string) => ({ id: tagKey(name).length * 31 + tagKey(name).charCodeAt(0), name });
  function effect(operation: MemberOperation): Outcome<MemberOperation> {
    const fail = (code: Failure["code"], retry = true): Outcome<MemberOperation> => ({
      operation,
      ok: false,
      failure: refused(code, retry),
    });
    if (operation.operation === "create-member") {
      if (truth.forgotten.has(addressKey(operation.email))) return fail("FORGOTTEN_EMAIL", false);
      if (at(operation.email)) return fail("MEMBER_EXISTS");
      const made: Member = {
        key: `k${truth.nextId++}`,
        id: addressKey(operation.email),
        email: operation.email,
        status: operation.status,
        fields: there(operation.fields),
        tags: operation.tags.map(tag),
        changedAt: truth.now,
      };
      return { operation, ok: true, member: save(operation, undefined, made) };
    }
    const member = [...truth.members.values()].find((one) => one.id === operation.member.id);
    if (member === undefined) return fail("NOT_FOUND");
    const done = (next: Member): Outcome<MemberOperation> => ({
      operation,
      ok: true,
      member: save(operation, member, next),
    });
    switch (operation.operation) {
      case "update-member":
        return done({
          ...member,
          fields: there({ ...member.fields, ...operation.fields }),
        });
      case "move-address":
        if (member.status !== "subscribed") return fail("MOVE_REFUSED", false);
        if (at(operation.email) && at(operation.email) !== member) return fail("MEMBER_EXISTS");
        return done({ ...member, email: operation.email, id: addressKey(operation.email) });
      case "tag-member": {
        const gone = new Set(operation.remove.map((each) => tagKey(each.name)));
        const kept = member.tags.filter((each) => !gone.has(tagKey(each.name)));
        const there = new Set(kept.map((each) => tagKey(each.name)));
        const added = operation.add.filter((name) => !there.has(tagKey(name))).map(tag);
        // The service answers nothing here
        save(operation, member, { ...member, tags: [...kept, ...added] });
        return { operation, ok: true };
      }
      case "archive-member":
        if (["archived", "cleaned", "pending"].includes(member.status)) return fail("CANNOT_ARCHIVE");
        if (member.status !== operation.member.status) return fail("CHANGED_MEANWHILE");
        return done({ ...member, status: "archived" });
      case "unarchive-member":
        if (member.status !== "archived" || member.changedAt !== operation.changedAt) return fail("CHANGED_MEANWHILE");
        return done({ ...member, status: operation.status });
      case "forget-member":
        faults.written(operation, member);
        truth.members.delete(member.key);
        truth.forgotten.add(addressKey(member.email));
        return { operation, ok: true };
    }
  }
  const read = (onPage: OnPage<Member>, onProgress?: OnProgress, since = 0) => {
    if (stop.aborted) return { complete: false };
    const all = [...truth.members.values()].filter((one) => !truth.odd.has(one.key)).map(shown);
    odd.keys = [...truth.odd].filter((key) => truth.members.has(key));
    const cut = faults.cut("mailchimp");
    onProgress?.(all.length);
    faults.meanwhile();
    onPage((cut === undefined ? all : all.slice(0, cut)).filter((one) => one.changedAt >= since));
    return { complete: cut === undefined };
  };
  const foundAfterLoss = (operation: MemberOperation): Outcome<MemberOperation> | undefined => {
    const there = operation.operation === "create-member" ? at(operation.email) : undefined;
    return there && { operation, ok: true, member: shown(there), found: true };
  };
  const asBefore = (operation: MemberOperation): Outcome<MemberOperation> | undefined => {
    const member =
      "member" in operation &&
      operation.operation !== "archive-member" &&
      operation.operation !== "forget-member" &&
      operation.operation !== "unarchive-member"
        ? [...truth.members.values()].find((one) => one.id === operation.member.id)
        : undefined;
    if (member === undefined) return undefined;
    return operation.operation === "tag-member"
      ? { operation, ok: true }
      : { operation, ok: true, member: shown(member) };
  };
  return {
    reader: {
      readAll: async (onPage, onProgress) => read(onPage, onProgress),
      readSince: async (since, onPage, onProgress) => ({
        ...read(onPage, onProgress, since.at),
        there: truth.members.size,
      }),
      at: async (emails) => emails.flatMap((email) => at(email) ?? []).map(shown),
      odd: () =>
        odd.keys.map((key) => ({
          key,
          addresses: [truth.members.get(key)?.email ?? ""],
          why: "odd-record",
          detail: "",
        })),
    },
    writer: {
      apply: (operations, journal) => carryOut(operations, journal, stop, faults, effect, foundAfterLoss, asBefore),
      capabilities: () => ({}),
    },
  };
}
