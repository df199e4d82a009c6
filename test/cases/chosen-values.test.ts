/** What becomes of a value that the operator chose in a conflict (V2): written once, or told, and never for ever. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shown } from "../../src/simulators/mailchimp-rules.ts";
import { inWired, type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  await own.sync();
});
afterEach(() => own.close());
const person = () => [...own.worlds.copper.people.values()][0]!;
const choose = (value: string) =>
  inWired(own, ({ store }) =>
    store.saveChanges({ resolutions: [{ personId: person().id, field: "first_name", value }] }),
  );
const chosen = () => inWired(own, ({ store }) => store.resolutions());

/** Refuses, or passes over, each write of a first name to a member. */
const fault = (how: "refused" | "passed over") => {
  own.mailchimp.fault = ({ method, body }) => {
    if (method === "GET" || !JSON.stringify(body ?? {}).includes("FNAME")) return undefined;
    const errors = [{ field: "merge_fields.FNAME", message: "is wrong" }];
    const refusal = { status: 400, title: "Invalid Resource", detail: "The resource is invalid.", errors };
    const there = own.at("ana@exemple.fr")!;
    return how === "refused"
      ? { when: "before", reply: { status: 400, body: refusal } }
      : { when: "before", reply: { status: 200, body: shown(there, own.worlds.mailchimp, false) } };
  };
};
const attempts = () => own.writes().filter((one) => one.startsWith("mailchimp")).length;

test("it is written to both sides, and then it is over", async () => {
  await choose("Anna");
  await own.sync();
  expect([person().first_name, own.at("ana@exemple.fr")?.merge_fields.FNAME]).toEqual(["Anna", "Anna"]);
  expect(await chosen()).toEqual([]);
  own.writes();
  await own.sync();
  expect(own.writes()).toEqual([]);
});

describe("A10, V13: a side that will not have it", () => {
  test("is told once what it refuses; the choice is over, and no run asks again", async () => {
    fault("refused");
    await choose("Anna");
    const first = await own.sync();
    expect(first.notes.map((one) => [one.code, one.value])).toContainEqual(["refused-before", "Anna"]);
    expect(await chosen()).toEqual([]);
    own.writes();
    for (let run = 0; run < 6; run += 1) await own.sync();
    expect(attempts()).toBe(0);
  });
  test("and passes over it is asked again at growing intervals, and has it in the end", async () => {
    fault("passed over");
    await choose("Anna");
    await own.sync();
    own.writes();
    for (let run = 0; run < 12; run += 1) await own.sync();
    expect(attempts()).toBeLessThanOrEqual(4);
    expect((await chosen()).map((one) => one.value)).toEqual(["Anna"]);
    own.mailchimp.fault = undefined;
    for (let run = 0; run < 25; run += 1) await own.sync();
    expect([person().first_name, own.at("ana@exemple.fr")?.merge_fields.FNAME]).toEqual(["Anna", "Anna"]);
    expect(await chosen()).toEqual([]);
  });
});

test("D1, A6: an undo of a choice writes nothing about somebody who is marked by now", async () => {
  await choose("Anna");
  const { run } = await own.sync();
  person().tags.push("🗑️ À SUPPRIMER");
  own.writes();
  const undone = await own.sync({ undo: run });
  expect(own.writes()).toEqual([]);
  expect(undone.notes.map((one) => one.code)).toContain("undo-left-alone");
  expect(person().first_name).toBe("Anna");
});
