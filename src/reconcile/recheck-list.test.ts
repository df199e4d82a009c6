/** Tests whom the next run looks at although nothing about them has changed (R1). */
import { expect, test } from "vitest";
import { newLink } from "../plan/link-patch.ts";
import type { StandingReason } from "../plan/standings.ts";
import { RecheckList } from "./recheck-list.ts";

const list = (persons = 0, members = 0) =>
  new RecheckList({ persons: { size: persons }, members: { size: members } } as never);
const link = newLink(1, "k", "a@x.fr", 1);
const refused = { ...link, refused: { told: { from: "mailchimp", value: "x", why: "not-taken" } } } as const;

test.each([
  ["in-step", false, undefined, false],
  ["no-email", false, undefined, false],
  ["in-step", false, link, false],
  ["next-run", false, undefined, true],
  ["failed", false, link, true],
  ["marked", false, undefined, true],
  ["in-step", true, link, true],
  ["no-email", true, undefined, true],
  ["in-step", false, refused, true],
  ["no-email", false, refused, true],
] as const satisfies readonly (readonly [StandingReason, boolean, typeof link | undefined, boolean])[])(
  "somebody who is %s (something to write or tell: %s; linked: %j) is looked at again: %s",
  (reason, gathered, its, again) => {
    const found = list();
    found.look({ personId: 1, memberKey: "k" }, { reason }, gathered, its);
    expect(found.keys).toEqual(again ? ["p1"] : []);
  },
);
test("nothing is to write or tell unless it is said", () => {
  const found = list();
  found.look({ memberKey: "k" }, { reason: "in-step" });
  expect(found.keys).toEqual([]);
});
test.each([
  ["2,000 at least", 0, 0, 2_000],
  ["a twentieth of all records", 40_000, 20_000, 3_000],
])("the list holds %s; where there are more, all are looked at", (_, persons, members, most) => {
  const found = list(persons, members);
  const look = (personId: number) => found.look({ personId }, { reason: "next-run" });
  for (let id = 0; id < most; id += 1) look(id);
  expect(found.keys).toHaveLength(most);
  look(most);
  expect(found.keys).toBeNull();
  look(most + 1);
  expect(found.keys).toBeNull();
});
