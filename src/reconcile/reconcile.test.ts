/** Invariants of reconciling, on random worlds: what a plan must never contain, and what it always must. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { DEFAULT_TAG_NAMES, tagKey } from "../domain/tags.ts";
import { MEMORY } from "../plan/collections.ts";
import { newLink } from "../plan/link-patch.ts";
import { changesOf } from "../plan/operations.ts";
import { standingKey, stateOf } from "../plan/standings.ts";
import { MatchIndex } from "./matching/match-index.ts";
import { reconcile } from "./reconcile.ts";
import type { Policy, World } from "./world.ts";

const merges = ["FNAME", "LNAME", "PHONE", "COMPANY"].map((tag) => mergeField(tag));
const { mapped } = mapFields(DEFAULT_FIELDS, merges, []);
const policy: Policy = {
  mapped,
  conflict: "copper",
  newMemberStatus: "subscribed",
  createInCopper: true,
  copperDeleted: "archive",
  maxRemovals: { share: 0.1 },
  maxChanges: { share: 0.1 },
  maxNew: { share: 0.25 },
  tagNames: DEFAULT_TAG_NAMES,
  tagStyle: "unicode",
  only: [],
};
const address = fc.constantFrom("a@x.fr", "A@X.FR", " b@x.fr ", "c@x.fr", "d@x.fr", "é@x.fr", "nope");
const word = fc.constantFrom("", "Ana", "Bob", "李", " Ana ");
const tag = fc.constantFrom(
  "VIP",
  "vip",
  "Été",
  "🗑️ À SUPPRIMER",
  "📥 inactif",
  "mailchimp:unsubscribed",
  "Ne pas supprimer",
);
const person = (id: number) =>
  fc.record({
    id: fc.constant(id),
    name: word,
    emails: fc.uniqueArray(address, { maxLength: 3 }),
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
    fields: fc.record({ first_name: word, last_name: word, phone: word, company_name: word }),
    createdAt: fc.nat(5),
    modifiedAt: fc.nat(100),
  }) satisfies fc.Arbitrary<Person>;
const status = fc.constantFrom("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived");
const member = (email: string, key: string) =>
  fc.record({
    key: fc.constant(key),
    id: fc.constant(`id-${key}`),
    email: fc.constant(email),
    status,
    fields: fc.record({ FNAME: word, LNAME: word, PHONE: word, COMPANY: word }),
    changedAt: fc.nat(100),
    tags: fc
      .uniqueArray(fc.constantFrom("VIP", "Été", "By hand"), { maxLength: 3 })
      .map((names) => names.map((name, id) => ({ id, name }))),
  }) as fc.Arbitrary<Member>;
const worlds = fc
  .tuple(
    fc.tuple(person(1), person(2), person(3)),
    fc.tuple(member("a@x.fr", "m1"), member("b@x.fr", "m2"), member("z@x.fr", "m3")),
    fc.array(
      fc.record({
        personId: fc.integer({ min: 1, max: 4 }),
        memberKey: fc.constantFrom("m1", "m2", "m3", "gone"),
        tagsPut: fc.uniqueArray(fc.constantFrom("vip", "été")),
      }),
      { maxLength: 2 },
    ),
  )
  .map(([persons, members, links]) => {
    const free = links.filter((one, index) => links.findIndex((other) => other.personId === one.personId) === index);
    return {
      persons: new Map(persons.map((one) => [one.id, one])),
      members: new Map(members.map((one) => [one.key, one])),
      links: new Map(
        free.map((one, index): [number, Link] => {
          const address = members.find((each) => each.key === one.memberKey)?.email ?? "old@x.fr";
          return [one.personId, { ...newLink(one.personId, one.memberKey, address, index + 1), tagsPut: one.tagsPut }];
        }),
      ),
      run: 1,
      since: links.length,
      rejected: new Map(),
      deleted: new Set(),
      setAside: new Set(),
    } satisfies World;
  });
const left = fc.record({ persons: fc.subarray([1, 2, 3]), members: fc.subarray(["m1", "m2", "m3"]) });
const runs = { numRuns: 2000 };

describe("always and never", () => {
  test("C1, C2, V9: no operation on a member who exists carries a status; cleaned and archived get none", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const one of reconcile(world, policy).operations) {
          if (one.operation !== "create-member" && one.operation !== "unarchive-member")
            expect(one).not.toHaveProperty("status");
          expect(one.operation).not.toBe("unarchive-member");
          if (one.side === "mailchimp" && "member" in one)
            expect(["cleaned", "archived"]).not.toContain(one.member.status);
          if (one.operation === "create-person") expect(one.member.status).toBe("subscribed");
        }
      }),
      runs,
    );
  });
  test("D2: nothing is ever written about a marked or archived person", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const one of reconcile(world, policy).operations) {
          const about = one.personId === undefined ? undefined : world.persons.get(one.personId);
          expect(
            about?.tags.some((name) => ["🗑a supprimer", "🗑 à supprimer", "📥 inactif"].includes(tagKey(name))) ?? false,
          ).toBe(false);
        }
      }),
      runs,
    );
  });
  test("V3: at first sight a blank never overwrites a value", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const one of reconcile(world, policy).operations)
          if (one.reason === "first-sight")
            for (const [before, after] of Object.values(changesOf(one)))
              expect(after === "" && before !== "").toBe(false);
      }),
      runs,
    );
  });
  test("G3: while the reading of a side ended early, nobody is created there", () => {
    fc.assert(
      fc.property(worlds, fc.subarray(["copper", "mailchimp"] as const), (world, sides) => {
        const { operations } = reconcile({ ...world, partly: new Set(sides) }, policy);
        const made = [...operations].filter((one) => /^create-/.test(one.operation)).map((one) => one.side);
        for (const side of sides) expect(made).not.toContain(side);
      }),
      runs,
    );
  });
  test("R1: whoever is not settled is looked at again by the next run, even if nothing about them changes", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { again, standings } = reconcile(world, policy);
        const unsettled = [...standings].filter((one) => !["in-step", "left-out"].includes(stateOf(one.reason)));
        for (const one of unsettled) expect(again).toContain(standingKey(one));
      }),
      runs,
    );
  });
  test("W4, W5: no address is moved to or added that another member, or another person, has", () => {
    // Links made under an address that both left, or that only the person still has
    const moved = fc.tuple(worlds, fc.boolean()).map(([world, both]) => {
      const since = (id: number) => addressKey((both ? undefined : world.persons.get(id)?.emails[0]) ?? "old@x.fr");
      return {
        ...world,
        links: new Map([...world.links].map(([id, link]) => [id, { ...link, address: since(id) }])),
      };
    });
    const met = { "move-address": 0, "add-address": 0 };
    fc.assert(
      fc.property(moved, (world) => {
        for (const one of reconcile(world, policy).operations) {
          if (one.operation !== "move-address" && one.operation !== "add-address") continue;
          met[one.operation] += 1;
          const key = addressKey(one.email);
          const others =
            one.operation === "move-address"
              ? [...world.members.values()].filter((member) => member.key !== one.member.key).map((each) => each.email)
              : [...world.persons.values()].filter((each) => each.id !== one.personId).flatMap((each) => each.emails);
          expect(others.map(addressKey)).not.toContain(key);
        }
      }),
      { numRuns: 6_000 },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(20);
  });
  test("T2: a tag is removed only when we put it there", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const one of reconcile(world, policy).operations)
          if (one.operation === "tag-member")
            for (const gone of one.remove)
              expect(
                [...world.links.values()]
                  .filter((link) => link.memberKey === one.member.key)
                  .flatMap((link) => link.tagsPut),
              ).toContain(tagKey(gone.name));
      }),
      runs,
    );
  });
  test("W3, W6: no address is written for two, and nobody is made for an address that somebody has", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { operations } = reconcile(world, policy);
        const made = [...operations].flatMap((one) =>
          one.operation === "create-member" || one.operation === "create-person"
            ? [one.email.trim().toLowerCase()]
            : [],
        );
        expect(new Set(made).size).toBe(made.length);
        const known = new Set(
          [...world.persons.values()].flatMap((one) => one.emails.map((email) => email.trim().toLowerCase())),
        );
        for (const one of operations) if (one.operation === "create-person") expect(known.has(one.email)).toBe(false);
        const members = new Set([...world.members.values()].map((one) => one.email));
        for (const one of operations)
          if (one.operation === "create-member") expect(members.has(one.email.trim().toLowerCase())).toBe(false);
      }),
      runs,
    );
  });
  test("one link a member: of two who are linked to one, only who was linked first is written about with him", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const first = new Map<string, number>();
        for (const link of world.links.values())
          if (world.persons.has(link.personId) && !first.has(link.memberKey)) first.set(link.memberKey, link.personId);
        const plan = reconcile(world, policy);
        for (const one of plan.operations)
          if ("member" in one && one.personId !== undefined && first.has(one.member.key))
            expect(one.personId).toBe(first.get(one.member.key));
        for (const link of plan.links) expect(link.personId).toBe(first.get(link.memberKey) ?? link.personId);
      }),
      runs,
    );
  });
  test("an index filled in as records come in, some of them twice, make the plan that everybody read at the end makes", () => {
    fc.assert(
      fc.property(worlds, worlds, left, (before, world, gone) => {
        const { persons, members } = before;
        const matchIndex = new MatchIndex({ persons, members, links: world.links });
        matchIndex.complete();
        for (const one of world.persons.values()) {
          persons.set(one.id, one);
          matchIndex.persons.put(one);
        }
        for (const one of world.members.values()) {
          members.set(one.key, one);
          matchIndex.members.put(one);
        }
        for (const id of gone.persons) for (const side of [world, before]) side.persons.delete(id);
        for (const key of gone.members) for (const side of [world, before]) side.members.delete(key);
        expect(reconcile({ ...world, persons, members }, policy, MEMORY, matchIndex)).toEqual(reconcile(world, policy));
      }),
      runs,
    );
  });
});
