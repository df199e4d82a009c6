/** Tests the figures of a run: a contact that was updated counts once a side, each tag of each member counts. */
import { expect, test } from "vitest";
import { there } from "../../test/undoing.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import { RunCounters } from "./run-counters.ts";

const NONE_IN_COPPER = { created: 0, updated: 0, deleted: 0 };
const NONE_IN_MAILCHIMP = { created: 0, updated: 0, archived: 0, deleted: 0, tagsAdded: 0, tagsRemoved: 0 };
const did = (side: "copper" | "mailchimp", operation: Operation["operation"], some: object = {}) =>
  ({
    side,
    operation,
    contact: "ana@exemple.fr",
    reason: "x",
    personId: 1,
    settles: {},
    fields: {},
    before: operation === "add-address" ? [] : {},
    ...(side === "copper" && { add: ["x"], remove: ["y"], removed: ["Y"], tags: ["z"] }),
    ...(side === "mailchimp" && operation !== "create-member" && { member: memberRef(there) }),
    ...some,
  }) as unknown as Operation;
function counted(...operations: readonly Operation[]) {
  const counters = new RunCounters({ copper: 1, mailchimp: 1 });
  for (const one of operations) counters.add(one);
  return counters;
}

test.each([
  ["create-member", { tags: ["a", "b"] }, { created: 1, tagsAdded: 2 }],
  ["update-member", {}, { updated: 1 }],
  ["move-address", { email: "b@x.fr" }, { updated: 1 }],
  ["unarchive-member", { status: "subscribed" }, { updated: 1 }],
  ["tag-member", { add: ["a", "b"], remove: [{ id: 1, name: "c" }] }, { tagsAdded: 2, tagsRemoved: 1 }],
  ["archive-member", {}, { archived: 1 }],
  ["forget-member", {}, { deleted: 1 }],
] as const)("in Mailchimp, %s %j counts as %j", (operation, some, counts) => {
  const { mailchimp, copper } = counted(did("mailchimp", operation, some));
  expect(mailchimp).toEqual({ ...NONE_IN_MAILCHIMP, ...counts });
  expect(copper).toEqual(NONE_IN_COPPER);
});
test.each([
  ["create-person", { created: 1 }],
  ["restore-person", { created: 1 }],
  ["update-person", { updated: 1 }],
  ["add-address", { updated: 1 }],
  ["tag-person", { updated: 1 }],
  ["archive-person", { updated: 1 }],
  ["delete-person", { deleted: 1 }],
  ["ignore-person", {}],
] as const)("in Copper, %s counts as %j", (operation, counts) => {
  const { mailchimp, copper } = counted(did("copper", operation));
  expect(copper).toEqual({ ...NONE_IN_COPPER, ...counts });
  expect(mailchimp).toEqual(NONE_IN_MAILCHIMP);
});
test("T2: of a created member, the tags that the service shows count", () => {
  const counters = counted();
  counters.add(did("mailchimp", "create-member", { tags: ["VIP", "press"] }), { tags: [{ id: 1, name: "vip" }] });
  expect(counters.mailchimp).toEqual({ ...NONE_IN_MAILCHIMP, created: 1, tagsAdded: 1 });
});
test("a contact with several updates counts once a side, two contacts count twice", () => {
  const { copper, mailchimp } = counted(
    did("copper", "update-person"),
    did("copper", "tag-person"),
    did("copper", "update-person", { personId: 2 }),
    did("mailchimp", "update-member"),
    did("mailchimp", "move-address", { email: "b@x.fr" }),
  );
  expect([copper.updated, mailchimp.updated]).toEqual([2, 1]);
});
test("operations are summed up by kind, and for the fewest requests", () => {
  const counters = counted(
    did("copper", "update-person"),
    did("copper", "update-person"),
    did("copper", "delete-person"),
  );
  expect(Object.entries(counters.summary).map(([kind, { count }]) => [kind, count])).toEqual([
    ["update-person", 2],
    ["delete-person", 1],
  ]);
  expect(counters.load.lowerBound()).toEqual({ copper: 3, mailchimp: 1 });
});
