/** Tests what a reading knows of people and members, and what is reported of records that did not parse (A9, W10). */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { OddRecord } from "../ports/sides.ts";
import { membersOf, oddAddresses, oddNotes, personsOf } from "./record-kinds.ts";

const odd: readonly OddRecord[] = [
  { key: 7, addresses: ["Ana@X.fr", "b@x.fr"], why: "odd-record", detail: "emails" },
  { key: 8, addresses: [], why: "odd-record", detail: "" },
  { addresses: [], why: "no-address", detail: "" },
];

describe("people", () => {
  const put: Person[] = [];
  const asked: unknown[] = [];
  const confirm = async (ids: unknown) => {
    asked.push(ids);
    return [ana];
  };
  const kind = (records: readonly OddRecord[] = odd) =>
    personsOf(() => ({ odd: () => records, confirm }) as never, { put: (one: Person) => put.push(one) } as never);
  test("are known by their id, with Copper's time of change, and put into the index", async () => {
    const person = { ...ana, id: 4, modifiedAt: 9 };
    expect([kind().side, kind().key(person), kind().stamp(person)]).toEqual(["copper", 4, 9]);
    kind().seen(person);
    expect(put).toEqual([person]);
    expect(await kind().confirm?.([4])).toEqual([ana]);
    expect(asked).toEqual([[4]]);
  });
  test.each([
    [{}, false],
    [{ title: "", phone: "1" }, false],
    [{ title: "A", phone: null }, true],
  ])("V11: %j is not clear: %s", (fields, absent) => {
    expect(kind().absent({ ...ana, fields })).toBe(absent);
    expect(membersOf({ odd: () => [] } as never, {} as never).absent({ ...there, fields })).toBe(absent);
  });
  test("A9: some odd ones are known by their key, another may be anybody", () => {
    expect(kind().odd()).toEqual({ keys: new Set([7, 8]), nameless: true });
    expect(kind(odd.slice(0, 2)).odd()).toEqual({ keys: new Set([7, 8]), nameless: false });
    expect(kind([]).odd()).toEqual({ keys: new Set(), nameless: false });
  });
});
test("members are known by their key, with Mailchimp's time of change, and put into the index", () => {
  const put: Member[] = [];
  const reader = { odd: () => [{ ...odd[0], key: "k" }] };
  const kind = membersOf(reader as never, { put: (one: Member) => put.push(one) } as never);
  expect([kind.side, kind.key(there), kind.stamp(there)]).toEqual(["mailchimp", "k", 7]);
  kind.seen(there);
  expect(put).toEqual([there]);
  expect(kind.odd()).toEqual({ keys: new Set(["k"]), nameless: false });
  expect(kind.confirm).toBeUndefined();
});
test("A9, W10: each odd record is reported by its address, else its key, with what is odd about it", () => {
  expect(oddNotes(odd)).toStrictEqual([
    { contact: "Ana@X.fr", code: "odd-record", detail: "emails" },
    { contact: "8", code: "odd-record" },
    { contact: "", code: "no-address" },
  ]);
});
test("W1: addresses of odd records, as keys", () => {
  expect([...oddAddresses(odd)]).toEqual(["ana@x.fr", "b@x.fr"]);
});
