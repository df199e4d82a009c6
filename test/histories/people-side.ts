/**
 * Copper in memory, as a port: unkind (tags in lower case, an address belongs to one person), with hands that change
 * things meanwhile, answers that get lost, and a plug that can be pulled at any write.
 */
import { addressKey } from "../../src/domain/address.ts";
import type { Person } from "../../src/domain/contact.ts";
import type { MappedField } from "../../src/domain/fields.ts";
import { tagKey } from "../../src/domain/tags.ts";
import type { Operation, PersonOperation } from "../../src/plan/operations.ts";
import type { Failure, Outcome } from "../../src/plan/outcomes.ts";
import type { OnPage, OnProgress, OpenPeople, PeopleSide } from "../../src/ports/sides.ts";
import { carryOut, refused } from "./carry-out.ts";
import type { Faults } from "./faults.ts";
import { show, type Truth } from "./truth.ts";

/** Returns a person in the mapped fields, with tags in lower case. */
function shownPerson(person: Person, mapped: readonly MappedField[]): Person {
  const isMapped = (name: string) => mapped.some((one) => one.copper === name);
  return {
    ...person,
    fields: Object.fromEntries(Object.entries(person.fields).filter(([name]) => isMapped(name))),
    tags: person.tags.map((tag) => tag.toLowerCase()),
  };
}

export function copperIn(truth: Truth, faults: Faults): PeopleSide {
  return {
    identity: async () => ({ id: "1", byTeam: false, zone: "UTC" }),
    customFields: async () => [],
    contactTypes: async () => new Map(),
    fetch: async (id) => {
      const person = truth.people.get(id);
      return person && { person: shownPerson(person, []), raw: person };
    },
    open: ({ mapped }, stop) => openPeople(truth, faults, mapped, stop),
    requests: () => 0,
  };
}

function openPeople(truth: Truth, faults: Faults, mapped: readonly MappedField[], stop: AbortSignal): OpenPeople {
  const shown = (person: Person) => shownPerson(person, mapped);
  const taken = (email: string, id: number) =>
    [...truth.people.values()].some(
      (one) => one.id !== id && one.emails.some((each) => addressKey(each) === addressKey(email)),
    );
  const save = (operation: Operation, before: Person | undefined, next: Person): Person => {
    const person = { ...next, modifiedAt: truth.now };
    faults.written(operation, before);
    truth.people.set(person.id, person);
    return shown(person);
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
  const read = (onPage: OnPage<Person>, onProgress?: OnProgress, since = 0) => {
    const all = [...truth.people.values()].map(shown);
    const cut = faults.cut("copper");
    faults.meanwhile();
    const some = (cut === undefined ? all : all.slice(0, cut)).filter((one) => one.modifiedAt >= since);
    return { complete: show(some, onPage, onProgress, stop) && cut === undefined };
  };
  const foundAfterLoss = (operation: PersonOperation): Outcome<PersonOperation> | undefined => {
    if (operation.operation !== "create-person") return undefined;
    const there = [...truth.people.values()].find((one) =>
      one.emails.some((each) => addressKey(each) === addressKey(operation.email)),
    );
    return there && { operation, ok: true, person: shown(there), found: true };
  };
  const asBefore = (operation: PersonOperation): Outcome<PersonOperation> | undefined => {
    const { operation: kind } = operation;
    // What is gone or made anew is seen to be so
    if (kind === "create-person" || kind === "delete-person" || kind === "restore-person") return undefined;
    const person = truth.people.get(operation.personId);
    return person && { operation, ok: true, person: shown(person) };
  };
  return {
    reader: {
      readAll: async (onPage, onProgress) => read(onPage, onProgress),
      readSince: async (since, onPage, onProgress) => {
        const there = truth.people.size;
        return { ...read(onPage, onProgress, since.at), ...(there === 0 && { there }) };
      },
      confirm: async (ids) => ids.flatMap((id) => truth.people.get(id) ?? []).map(shown),
      odd: () => [],
    },
    writer: {
      apply: (operations, journal) => carryOut(operations, journal, stop, faults, effect, foundAfterLoss, asBefore),
      capabilities: () => ({}),
    },
  };
}
