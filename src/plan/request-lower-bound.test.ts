/** Tests the fewest requests, and the least time, in which what a run moved can be moved. */
import { expect, test } from "vitest";
import { memberRef, type Operation } from "./operations.ts";
import { Load, leastTime, requestLowerBound } from "./request-lower-bound.ts";

const member = (key: string) =>
  memberRef({ key, id: key, email: `${key}@b.fr`, status: "subscribed", fields: {}, tags: [], changedAt: 0 });
const common = { contact: "", reason: "first-sight", settles: {} } as const;
const tagged = (key: string, add: string[]): Operation => ({
  ...common,
  side: "mailchimp",
  operation: "tag-member",
  member: member(key),
  add,
  remove: [],
});

test("nothing read and nothing to do still needs a look at each side", () => {
  expect(new Load({ copper: 0, mailchimp: 0 }).lowerBound()).toEqual({ copper: 1, mailchimp: 1 });
});
test("pages and writes are filled: 10,000 a side, 4,000 people to make, 5,000 members with three tags", () => {
  const load = new Load({ copper: 10_000, mailchimp: 10_000 });
  for (let index = 0; index < 4_000; index += 1)
    load.add({
      ...common,
      side: "copper",
      operation: "create-person",
      member: member("x"),
      name: "",
      email: "",
      fields: {},
    });
  for (let index = 0; index < 5_000; index += 1) load.add(tagged(`k${index}`, ["A", "B", "C"]));
  expect(load.lowerBound()).toEqual({ copper: 50 + 400, mailchimp: 10 + 30 });
});
test.each([
  ["restore-person", "copper", 1],
  ["delete-person", "copper", 1],
  ["archive-person", "copper", 1],
  ["add-address", "copper", 1],
  ["ignore-person", "copper", 0],
  ["create-member", "mailchimp", 1],
  ["update-member", "mailchimp", 1],
  ["move-address", "mailchimp", 1],
  ["archive-member", "mailchimp", 1],
  ["unarchive-member", "mailchimp", 1],
  ["forget-member", "mailchimp", 1],
] as const)("one %s costs %s so many requests more: %i", (operation, side, more) => {
  const load = new Load({ copper: 1, mailchimp: 1 });
  load.add({ ...common, side, operation, personId: 7, member: member("k"), add: [], remove: [] } as never);
  expect(load.lowerBound()).toEqual({ copper: 1, mailchimp: 1, [side]: 1 + more });
});
test("several operations on one person are one change", () => {
  const load = new Load({ copper: 1, mailchimp: 1 });
  const person = { ...common, side: "copper", personId: 7 } as const;
  load.add({ ...person, operation: "update-person", fields: {}, before: {} });
  load.add({ ...person, operation: "tag-person", add: ["x"], remove: [] });
  expect(load.lowerBound().copper).toBe(2);
});
test("many operations on one person are one change, and each single one on several is a request", () => {
  const person = {
    ...common,
    side: "copper",
    personId: 7,
    operation: "update-person",
    fields: {},
    before: {},
  } as const;
  const read = { copper: 1, mailchimp: 1 };
  expect(requestLowerBound(read, Array(11).fill(person))).toEqual({ copper: 2, mailchimp: 1 });
  const gone = [1, 2, 3].map(
    (personId): Operation => ({ ...common, side: "copper", operation: "delete-person", personId }),
  );
  expect(requestLowerBound(read, gone)).toEqual({ copper: 4, mailchimp: 1 });
});
test("taking tags off counts as putting them on does", () => {
  const off = (key: string): Operation =>
    ({ ...tagged(key, []), remove: [{ id: 1, name: "A" }] }) as unknown as Operation;
  const many = Array.from({ length: 501 }, (_, index) => off(`k${index}`));
  expect(requestLowerBound({ copper: 1, mailchimp: 1 }, many).mailchimp).toBe(3);
});
test("the least time comes from the limit that binds", () => {
  const limits = { perMinute: 180, bulkPerSecond: 3, connections: 10, latency: 300 };
  expect(leastTime({ copper: 180, mailchimp: 1 }, 0, limits)).toBe(300);
  expect(leastTime({ copper: 181, mailchimp: 1 }, 0, limits)).toBe(60_300);
  expect(leastTime({ copper: 100, mailchimp: 1 }, 91, limits)).toBe(30_600);
  // Fifty reads at once use a part of the first minute, so the minute after them has less room
  expect(leastTime({ copper: 411, mailchimp: 1 }, 361, limits)).toBe(136_300);
  expect(leastTime({ copper: 1, mailchimp: 1_000 }, 0, limits)).toBe(30_000);
  expect(leastTime({ copper: 3, mailchimp: 0 }, 3, limits)).toBe(300);
  expect(leastTime({ copper: 0, mailchimp: 1 }, 0, limits)).toBe(300);
});
