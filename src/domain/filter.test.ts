/** Tests who belongs to the audience by its filter, and what the filter needs to read. */
import { describe, expect, test } from "vitest";
import type { CustomField } from "./fields.ts";
import { belongs, CONTACT_TYPE, type Filter, traitsFor, UnknownFilterError, unknownTo } from "./filter.ts";

const custom = (id: number, name: string): CustomField => ({ id, name, dataType: "String", options: [] });
const account = { customs: [custom(7, "Région"), custom(8, "Size")], contactTypes: [[1, "Client"]] as const };

describe("what a filter names and the account does not have", () => {
  test.each([
    [undefined, []],
    [{}, []],
    [{ tags: ["anything"] }, []],
    [{ contactTypes: ["client"], fields: { REGION: ["x"], Size: ["S"] } }, ["REGION"]],
    [{ contactTypes: ["Client", "Lead"], fields: { RÉGION: ["x"] } }, ["Lead"]],
    [{ contactTypes: ["Lead"], fields: { Color: ["x"] } }, ["Lead", "Color"]],
  ] as const)("%j: %j", (filter, unknown) => {
    expect(unknownTo(account, filter)).toEqual(unknown);
    const traits = () => traitsFor(filter, account);
    if (unknown.length > 0) expect(traits).toThrow(UnknownFilterError);
    else expect(traits).not.toThrow();
  });
  test("is all contact types, if they were not read", () => {
    expect(unknownTo({ customs: [] }, { contactTypes: ["Client"] })).toEqual(["Client"]);
  });
});
test("a filter needs the custom fields that it names, and contact types only if it names some", () => {
  expect(traitsFor({ fields: { size: ["S"] } }, account)).toStrictEqual({ fields: [account.customs[1]] });
  expect(traitsFor({ contactTypes: ["Client"] }, account)).toEqual({
    fields: [],
    contactTypes: new Map([[1, "Client"]]),
  });
  for (const filter of [undefined, {}, { tags: ["VIP"] }])
    expect(traitsFor(filter, account)).toStrictEqual({ fields: [] });
});

const person = {
  tags: ["VIP", "Press"],
  traits: { [CONTACT_TYPE]: "Client", région: "Nord, Est", size: "S\nL" },
};
test.each([
  [undefined, true],
  [{}, true],
  [{ tags: ["vip", "other"] }, true],
  [{ tags: ["other"] }, false],
  [{ tags: [] }, false],
  [{ contactTypes: ["CLIENT"] }, true],
  [{ contactTypes: ["Lead"] }, false],
  [{ fields: { Région: ["nord, est"] } }, true],
  [{ fields: { Région: ["Nord"] } }, false],
  [{ fields: { SIZE: ["L"] } }, true],
  [{ fields: { Size: ["S\nL"] } }, true],
  [{ fields: { Size: ["M"] } }, false],
  [{ fields: { Size: ["S"], Région: ["Sud"] } }, false],
  [{ fields: { Other: ["x"] } }, false],
  [{ fields: { Other: [""] } }, true],
  [{ tags: ["VIP"], contactTypes: ["Client"], fields: { Size: ["S"] } }, true],
  [{ tags: ["no"], contactTypes: ["Client"], fields: { Size: ["S"] } }, false],
  [{ tags: ["VIP"], contactTypes: ["no"], fields: { Size: ["S"] } }, false],
  [{ tags: ["VIP"], contactTypes: ["Client"], fields: { Size: ["no"] } }, false],
] as readonly (readonly [Filter | undefined, boolean])[])("a person meets the filter %j: %s", (filter, yes) => {
  expect(belongs(person, filter)).toBe(yes);
});
test("of whom no traits were read, nothing but tags can match", () => {
  expect(belongs({ tags: ["VIP"] }, { tags: ["VIP"] })).toBe(true);
  expect(belongs({ tags: ["VIP"] }, { contactTypes: ["Client"] })).toBe(false);
});
