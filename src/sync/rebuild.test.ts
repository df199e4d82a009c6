/** `--rebuild` keeps a link only where the records themselves show it, and forgets what was agreed (W2). */
import { expect, test } from "vitest";
import type { Link, Member, Person } from "../domain/contact.ts";
import { newLink } from "../plan/link-patch.ts";
import { rebuilt } from "./rebuild.ts";

const person = (id: number, ...emails: string[]) => [id, { id, emails } as unknown as Person] as const;
const member = (key: string, email: string) => [key, { key, email } as unknown as Member] as const;
const link = (personId: number, key: string): [number, Link] => [
  personId,
  { ...newLink(personId, key, "old@x.fr", personId), baseline: { first_name: "Ana" }, tagsPut: ["vip"] },
];

test("a pair that shares an address stays, without its baseline; one that does not is dropped; one half read is left", () => {
  const links = new Map([link(1, "m1"), link(2, "m2"), link(3, "gone"), link(4, "m4")]);
  const moved = new Set<number>();
  const dropped = rebuilt(
    links,
    new Map([person(1, "b@x.fr", "Ana@x.fr"), person(2, "other@x.fr"), person(3, "c@x.fr")]),
    new Map([member("m1", "ana@X.fr"), member("m2", "b@x.fr"), member("m4", "d@x.fr")]),
    moved,
  );
  expect(dropped).toEqual([2]);
  expect([...moved]).toEqual([1]);
  expect(links.get(1)).toMatchObject({ address: "ana@x.fr", baseline: {}, refused: {}, tagsPut: ["vip"] });
  expect(links.has(2)).toBe(false);
  // Nothing is concluded from a record that is not there
  for (const id of [3, 4])
    expect(links.get(id)).toMatchObject({ address: "old@x.fr", baseline: { first_name: "Ana" } });
});
