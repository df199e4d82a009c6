/** The rules of operations on people: what a response proves, what is in doubt without one, and what undoes them. */
import { addressKey, validKeys } from "../../domain/address.ts";
import type { Person } from "../../domain/contact.ts";
import { tagKey } from "../../domain/tags.ts";
import type { ArchivePerson, IgnorePerson, PersonOperation, TagPerson } from "../../plan/operations.ts";
import { hasName } from "../names.ts";
import { arrivedFields, arrivedName, hasBothParts, statusTagsThere } from "./fields-in-doubt.ts";
import {
  believed,
  CHANGED,
  GONE,
  type InResponse,
  type OperationRules,
  type Proof,
  readAgain,
  undoOf,
} from "./operation-rules.ts";
import { fieldsBack } from "./undo-fields.ts";

/** Unfinished decisions read the person again (A12). */
const decisionReadsAgain = readAgain;

/** Each kind of operation on people. */
export const PERSON_OPERATIONS: {
  readonly [Kind in (PersonOperation | IgnorePerson)["operation"]]: OperationRules<
    Extract<PersonOperation | IgnorePerson, { operation: Kind }>
  >;
} = {
  "create-person": {
    proof: believed,
    // The person is found by their address and compared as if we saw them for the first time
    inDoubt: readAgain,
    inverse: () => ({ why: "undo-person" }),
  },

  "update-person": {
    proof: (_, { person, taken }) => (person !== undefined && taken() === 0 ? "not-done" : "done"),
    inDoubt(operation, { link, person, mapped }) {
      if (person === undefined) return {};
      return hasName(person, operation.name) && hasBothParts(person)
        ? arrivedName(operation, link, person, mapped)
        : arrivedFields(operation, person.fields, mapped);
    },
    inverse: fieldsBack,
  },

  "add-address": {
    proof: ({ email }, { person }) =>
      person !== undefined && !person.emails.some((one) => addressKey(one) === addressKey(email)) ? "not-done" : "done",
    inDoubt: ({ email, settles }, { person }) =>
      person !== undefined && validKeys(person.emails).includes(addressKey(email)) ? settles : {},
    inverse: () => ({ why: "undo-address" }),
  },

  "tag-person": {
    proof: tagsShown,
    inDoubt: (operation, { link, person }) =>
      person === undefined ? {} : { toldPut: statusTagsThere(operation, person, link.toldPut) },
    inverse(operation, { person, told }) {
      if (person === undefined) return GONE;
      const keys = keysOf(person);
      const remove = operation.add.map(tagKey).filter((key) => keys.has(key));
      const add = operation.remove.filter((key) => !keys.has(key));
      if (remove.length + add.length === 0) return CHANGED;
      // Keep our status tags exact, as before, for the next run (C3, C7)
      const toldPut = told.filter((key) => !remove.includes(key)).concat(add.map(tagKey));
      return { ...operation, ...undoOf(operation), personId: operation.personId, add, remove, settles: { toldPut } };
    },
  },

  "archive-person": {
    proof: tagsShown,
    inDoubt: decisionReadsAgain,
    inverse(operation, { person }) {
      if (person === undefined) return GONE;
      const keys = keysOf(person);
      const { add, remove, removed } = operation;
      const stands = add.every((tag) => keys.has(tagKey(tag))) && !remove.some((key) => keys.has(key));
      if (!stands) return CHANGED;
      return { ...operation, reason: "undo", add: removed, remove: add.map(tagKey), removed: add, settles: {} };
    },
  },
  "delete-person": {
    proof: believed,
    inDoubt: decisionReadsAgain,
    inverse: () => ({ why: "undo-deleted" }),
  },
  "restore-person": {
    proof: believed,
    inDoubt: decisionReadsAgain,
    inverse: () => ({ why: "undo-person" }),
  },
  "ignore-person": {
    proof: believed,
    inDoubt: decisionReadsAgain,
    inverse(operation, { person }) {
      if (person === undefined) return GONE;
      if (!keysOf(person).has(tagKey(operation.tag))) return CHANGED;
      return { ...operation, reason: "undo", ignored: !operation.ignored, settles: {} };
    },
  },
};

/** Compares the tags in a response with those put on and taken off. */
function tagsShown({ add, remove }: TagPerson | ArchivePerson, { person }: InResponse): Proof {
  if (person === undefined) return "done";
  const there = keysOf(person);
  return add.every((name) => there.has(tagKey(name))) && !remove.some((key) => there.has(key)) ? "done" : "retry";
}

function keysOf({ tags }: Person): ReadonlySet<string> {
  return new Set(tags.map(tagKey));
}
