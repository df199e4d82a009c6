/** One operation that is undone in a small world. */
import { expect } from "vitest";
import type { Link, Member, Person } from "../src/domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../src/domain/fields.ts";
import { DEFAULT_TAG_NAMES } from "../src/domain/tags.ts";
import { newLink } from "../src/plan/link-patch.ts";
import { memberRef, type Operation } from "../src/plan/operations.ts";
import { undo } from "../src/reconcile/undo.ts";
import type { Policy, World } from "../src/reconcile/world.ts";
import { mergeField } from "./merge-field.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME", "PHONE", "COMPANY"].map((tag) => mergeField(tag)),
  [],
);
const policy = { mapped, tagNames: DEFAULT_TAG_NAMES, only: [] } as unknown as Policy;
export const pairOf = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;

/** A person, the member and their link, as they are where a test says nothing else. */
export const ana: Person = {
  id: 1,
  name: "Ana Lopez",
  emails: ["ana@exemple.fr"],
  tags: ["VIP"],
  fields: { first_name: "Ana", last_name: "Lopez" },
  createdAt: 0,
  modifiedAt: 0,
};
export const there: Member = {
  key: "k",
  id: "h",
  email: "ana@exemple.fr",
  status: "subscribed",
  fields: { FNAME: "Ana", LNAME: "Lopez" },
  tags: [{ id: 5, name: "VIP" }],
  changedAt: 7,
};
/** Returns a write of the member's first name. */
export const renaming = (some: object = {}) =>
  ({
    side: "mailchimp",
    operation: "update-member",
    contact: "ana@exemple.fr",
    reason: "changed-in-copper",
    personId: 1,
    member: memberRef(there),
    fields: { FNAME: "Ana" },
    before: { FNAME: "A" },
    settles: {},
    ...some,
  }) as unknown as Operation;
const linked: Link = { ...newLink(1, "k", "ana@exemple.fr", 1), tagsPut: ["vip"] };

/** What is otherwise by now. */
export interface Now {
  /** `null` where they are gone. */
  readonly person?: Partial<Person> | null;
  readonly member?: Partial<Member> | null;
  readonly link?: Partial<Link> | null;
  readonly others?: readonly Member[];
  readonly world?: Partial<World>;
  readonly policy?: Partial<Policy>;
}
/** Undoes one operation on them. */
export function undone(some: object, now: Now = {}) {
  const operation = {
    contact: "ana@exemple.fr",
    personId: 1,
    reason: "x",
    settles: {},
    ...some,
  } as unknown as Operation;
  const world = {
    persons: new Map(now.person === null ? [] : [[1, { ...ana, ...now.person }]]),
    members: new Map([
      ...(now.member === null ? [] : [["k", { ...there, ...now.member }] as const]),
      ...(now.others ?? []).map((one) => [one.key, one] as const),
    ]),
    links: new Map(now.link === null ? [] : [[1, { ...linked, ...now.link }]]),
    run: 2,
    rejected: new Map(),
    deleted: new Set<string>(),
    setAside: new Set<string>(),
    ...now.world,
  } as World;
  return undo([operation], world, { ...policy, ...now.policy });
}
/** Checks that nothing is written, and that this alone is told of it. */
export function told(some: object, now: Now, ...notes: object[]) {
  const { operations, notes: said } = undone(some, now);
  expect(operations).toEqual([]);
  expect(said).toEqual(notes.map((one) => ({ contact: "ana@exemple.fr", ...one })));
}
