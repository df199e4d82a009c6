import { expect, test } from "vitest";
import type { Value } from "../domain/values.ts";
import type { UpdateMember } from "../plan/operations.ts";
import { firstAttempt, nextAttempt } from "./attempts.ts";

const ADDRESS: Value = { addr1: "1 rue de la Paix", addr2: "", city: "Paris", state: "", zip: "75001", country: "FR" };
const update = {
  operation: "update-member",
  fields: { FNAME: "Ana", CITY: "Paris", ADDRESS },
} as unknown as UpdateMember;
const first = firstAttempt(update);
const named = (...names: string[]) => names.map((name) => ({ name }));

test("V5: a field that was sent is left out", () => {
  const next = nextAttempt(update, first, named("CITY"));
  expect(Object.keys(next!.fields)).toEqual(["FNAME", "ADDRESS"]);
  expect(next).toMatchObject({ refused: ["CITY"], skip: false });
});
test("V15: an address without a state is sent with the other stand-in, and only then left out", () => {
  const next = nextAttempt(update, first, named("ADDRESS"));
  expect(next).toEqual({ ...first, standIn: "n/a" });
  expect(nextAttempt(update, next!, named("ADDRESS"))).toMatchObject({ refused: ["ADDRESS"] });
});
test("A10: a field that was not sent is past our power once Mailchimp's own check is skipped", () => {
  const next = nextAttempt(update, first, named("OTHER"));
  expect(next).toEqual({ ...first, skip: true });
  expect(nextAttempt(update, next!, named("OTHER"))).toBeUndefined();
});
test("nothing is sent again if the refusal names no field, or if no field would be left", () => {
  expect(nextAttempt(update, first, [])).toBeUndefined();
  const alone = { ...first, fields: { FNAME: "Ana" } };
  expect(nextAttempt(update, alone, named("FNAME"))).toBeUndefined();
  const create = { ...update, operation: "create-member" } as never;
  expect(nextAttempt(create, alone, named("FNAME"))).toMatchObject({ fields: {}, refused: ["FNAME"] });
});
