/** Whatever is learnt of somebody, they are decided on again by a run that loads only whom something concerns. */
import { expect, test } from "vitest";
import { member, person } from "../../test/records.ts";
import { newLink } from "../plan/link-patch.ts";
import type { StateChanges } from "../ports/store.ts";
import { touchedBy } from "./touched.ts";

const since = "2026-01-01T00:00:00.000Z";
const rows: readonly (readonly [StateChanges, readonly string[]])[] = [
  [{ persons: [person] }, ["p7"]],
  [{ members: [member] }, ["mk"]],
  [{ personsGone: [1] }, ["p1"]],
  [{ membersGone: ["k"] }, ["mk"]],
  [{ unlinked: [1] }, ["p1"]],
  [{ links: [newLink(1, "k", "a@b.fr", 1)] }, ["p1", "mk"]],
  [{ reviews: [{ personId: 1, tag: "T", since, ignored: false }] }, ["p1"]],
  [{ reviewsOver: [1] }, ["p1"]],
  [{ resolutions: [{ personId: 1, field: "title", value: "x" }] }, ["p1"]],
  [{ resolutionsOver: [{ personId: 1, field: "title", value: "x" }] }, ["p1"]],
  [{ standings: [{ personId: 1, memberKey: "k", reason: "marked", since }] }, ["p1", "mk"]],
  [{ standings: [{ memberKey: "k", reason: "cleaned", since }] }, ["mk"]],
  [{ standings: [{ personId: 1, reason: "no-email", since }] }, ["p1"]],
  [{ standingsOver: ["p1", "mk"] }, ["p1", "mk"]],
  [{}, []],
];
test.each(rows)("%j touches %j", (stateChanges, keys) => {
  expect([...new Set(touchedBy(stateChanges).own)].sort()).toEqual([...keys].sort());
});
test("what is told of an address touches whoever has it", () => {
  const address = "a@b.fr";
  const last = { side: "mailchimp", contact: address, operation: "x", code: "x", message: "", retry: true } as never;
  const alike: readonly StateChanges[] = [
    { rejections: [{ address, code: "FORGOTTEN_EMAIL", message: "" }] },
    { rejectionsLifted: [address] },
    { troubles: [{ contact: address, runs: 1, last }] },
    { troublesOver: [address] },
  ];
  const touched = alike.map((one) => [...touchedBy(one).own, ...touchedBy(one).addresses]);
  for (const keys of touched) {
    expect(keys).toHaveLength(1);
    expect(keys).toEqual(touched[0]);
  }
  expect([
    ...touchedBy({ rejectionsLifted: ["c@d.fr"] }).own,
    ...touchedBy({ rejectionsLifted: ["c@d.fr"] }).addresses,
  ]).not.toEqual(touched[0]);
});
