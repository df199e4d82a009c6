/** W2, W3, W6: matching in numbers gives what the rule in plain lines gives, on random worlds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Link, Member, Person } from "../../domain/contact.ts";
import { newLink } from "../../plan/link-patch.ts";
import { AddressIndex } from "./address-index.ts";
import { type Contact, match, type Rest } from "./match.ts";
import { matchPlainly, type PlainWorld } from "./match-reference.ts";

const address = fc.constantFrom("a@x.fr", "A@X.FR", " b@x.fr ", "c@x.fr", "d@x.fr", "e@x.fr", "nope");
const person = fc.record({
  emails: fc.array(address, { maxLength: 3 }),
  createdAt: fc.nat(2),
});
const member = fc.record({
  email: address,
  status: fc.constantFrom("subscribed" as const, "subscribed" as const, "cleaned" as const, "archived" as const),
  tags: fc.constantFrom([], [{ id: 1, name: "VIP" }]),
});
const AT_MOST = 6;
/** Two more than there are: links of people who are gone, and to members who are. */
const someone = fc.integer({ min: 1, max: AT_MOST + 2 });
const worlds: fc.Arbitrary<PlainWorld> = fc
  .record({
    people: fc.array(person, { maxLength: AT_MOST }),
    members: fc.array(member, { maxLength: AT_MOST }),
    links: fc.uniqueArray(fc.record({ personId: someone, memberKey: someone, archived: fc.boolean() }), {
      selector: (one) => one.personId,
      maxLength: AT_MOST,
    }),
    since: fc.nat(10),
    inDoubt: fc.subarray([1, 2, 3]),
  })
  .map(({ people, members, links, since, inDoubt }) => {
    const persons = people.map((one, index): Person => {
      const id = 100 - index;
      return { id, name: `P${id}`, tags: [], fields: {}, modifiedAt: 0, ...one };
    });
    const list = members.map((one, index): Member => {
      const key = `m${index + 1}`;
      return { key, id: `id-${key}`, fields: {}, changedAt: 0, ...one };
    });
    const personOf = (number: number) => 101 - number;
    return {
      persons: new Map(persons.map((one) => [one.id, one])),
      members: new Map(list.map((one) => [one.key, one])),
      links: new Map(
        links.map(({ personId, memberKey, archived }, index): [number, Link] => {
          const link = newLink(personOf(personId), `m${memberKey}`, "old@x.fr", index + 1);
          const by = { from: "subscribed" as const, why: "gone" as const, at: 7 };
          return [link.personId, { ...link, tagsPut: ["vip"], archived: archived ? by : null }];
        }),
      ),
      run: 1,
      since,
      toldAlone: new Map(inDoubt.map((number) => [personOf(number), ["unsubscribed"]])),
      tagsInDoubt: new Map(inDoubt.map((number) => [personOf(number), ["VIP", "New"]])),
      namesInDoubt: new Map(inDoubt.map((number) => [`m${number}`, { first_name: "Ana" }])),
      rejected: new Map(),
      deleted: new Set<string>(),
      setAside: new Set<string>(),
    };
  });

/** Matches in numbers to the end. */
function inNumbers(world: PlainWorld): { contacts: Contact[]; rest: Rest } {
  const steps = match(world, new AddressIndex(world));
  const contacts: Contact[] = [];
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) if (step.value !== undefined) contacts.push(step.value);
  return { contacts, rest: step.value };
}
const plain = ({ strangers, taken, ...rest }: Rest) => ({
  ...rest,
  strangers: [...strangers],
  taken: ["a@x.fr", "b@x.fr", "c@x.fr", "d@x.fr", "e@x.fr", "nope", "new@x.fr"].filter(taken),
});

test("W2, W3, W6: the same pairs, order, links, duplicates and leftovers", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const [numbers, rule] = [inNumbers(world), matchPlainly(world)];
      expect(numbers.contacts).toEqual(rule.contacts);
      expect(plain(numbers.rest)).toEqual(plain(rule.rest));
    }),
    { numRuns: 3_000 },
  );
});
