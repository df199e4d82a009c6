import { expect, test } from "vitest";
import { refused } from "../../test/fake-http.ts";
import type { Value } from "../domain/values.ts";
import type { MoveAddress, UpdateMember } from "../plan/operations.ts";
import { attemptsOf, failureAfter, firstAttempt, nextAttempt } from "./attempts.ts";

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
test("V15: an operation keeps its stand-in, also when another one has been learnt since", () => {
  let known: "nbsp" | "n/a" = "nbsp";
  const attempts = attemptsOf(() => known);
  expect(attempts.get(update).standIn).toBe("nbsp");
  known = "n/a";
  expect([attempts.get(update).standIn, attempts.get({ ...update }).standIn]).toEqual(["nbsp", "n/a"]);
});
test("V5: a refusal of fields that were not sent is one of the whole write, which is tried again", () => {
  const answer = (field: string) =>
    refused(400, { title: "Invalid Resource", errors: [{ field, message: "This value should not be blank." }] });
  expect(failureAfter(update, first, answer("CITY"))).toMatchObject({ code: "FIELD_REFUSED", fields: ["CITY"] });
  expect(failureAfter(update, first, answer("OTHER"))).toMatchObject({ code: "REFUSED", retry: true });
  const move = { operation: "move-address", email: "a@b.fr" } as unknown as MoveAddress;
  expect(failureAfter(move, firstAttempt(move), answer("OTHER"))).toMatchObject({ code: "REFUSED", retry: true });
});
