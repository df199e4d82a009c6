/** Tests how operations are shown: by kind with a few examples, each with before and after. */
import { expect, test } from "vitest";
import { there } from "../../test/undoing.ts";
import { operationView, SHOWN, summarize } from "./operation-views.ts";
import { memberRef, type Operation } from "./operations.ts";

const update = (contact: string): Operation => ({
  side: "mailchimp",
  operation: "update-member",
  contact,
  reason: "changed-in-copper",
  personId: 1,
  member: memberRef(there),
  fields: { TITLE: "Boss\nChief" },
  before: { TITLE: "A" },
  settles: {},
});
const moved: Operation = { ...update("z"), operation: "move-address", email: "b@x.fr" } as Operation;

test("an operation is shown with what it changes, each value in one line", () => {
  expect(operationView(update("a"))).toEqual({
    side: "mailchimp",
    operation: "update-member",
    contact: "a",
    reason: "changed-in-copper",
    changes: { TITLE: ["A", "Boss, Chief"] },
  });
});
test("all are counted by kind, and the first few are examples", () => {
  const names = Array.from({ length: SHOWN + 2 }, (_, index) => `c${index}`);
  const summary = summarize([...names.map(update), moved]);
  expect(Object.keys(summary)).toEqual(["update-member", "move-address"]);
  expect(summary["update-member"]?.count).toBe(SHOWN + 2);
  expect(summary["update-member"]?.first.map((one) => one.contact)).toEqual(names.slice(0, SHOWN));
  expect(summary["move-address"]).toMatchObject({ count: 1, first: [{ contact: "z" }] });
  expect(summarize([])).toEqual({});
});
