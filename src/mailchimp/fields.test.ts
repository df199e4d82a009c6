/** Merge fields as Mailchimp sends them, and what each can hold ("Merge fields" in docs/apis/mailchimp.md). */
import { expect, test } from "vitest";
import { rawMerges, toMerges } from "./fields.ts";

const merge = (some: object) => {
  const raw = { merge_id: 3, tag: "F", name: "Field", type: "text", required: true, ...some };
  return toMerges(rawMerges.parse({ merge_fields: [raw] }))[0]!;
};

test("a field with all its parts", () => {
  const options = { choices: ["Caf&eacute;", "R&amp;D"], date_format: "DD/MM/YYYY", default_country: 164 };
  expect(merge({ type: "date", options })).toStrictEqual({
    id: 3,
    tag: "F",
    type: "date",
    kind: "date",
    required: true,
    choices: ["Caf&eacute;", "R&D"],
    format: "DD/MM/YYYY",
    longest: 255,
    stateNeeded: true,
  });
});
test("what is left out: an optional field without a number, choices and format", () => {
  for (const nothing of [null, undefined]) {
    const bare = { id: 0, required: false, choices: [], format: "" };
    expect(merge({ merge_id: nothing, required: nothing, options: nothing })).toMatchObject(bare);
    expect(merge({ options: { choices: nothing, phone_format: nothing, date_format: nothing } })).toMatchObject({
      choices: [],
      format: "",
    });
  }
});
test.each([
  ["text", "text"],
  ["number", "number"],
  ["address", "address"],
  ["phone", "phone"],
  ["date", "date"],
  ["birthday", "birthday"],
  ["url", "url"],
  ["imageurl", "url"],
  ["radio", "choice"],
  ["dropdown", "choice"],
  ["zip", "zip"],
  ["invented", "text"],
])("a field of the type %s holds a value of the kind %s", (type, kind) => {
  expect(merge({ type })).toMatchObject({ type, kind });
});
test("the format of a phone number", () => {
  expect(merge({ type: "phone", options: { phone_format: "US", date_format: "MM/DD" } }).format).toBe("US");
});
test.each([
  [164, true],
  ["164", true],
  [75, undefined],
  [null, undefined],
  [undefined, undefined],
])("V15: whether an address of the country %j needs a state", (default_country, stateNeeded) => {
  expect(merge({ type: "address", options: { default_country } }).stateNeeded).toBe(stateNeeded);
  expect(merge({ type: "address" })).not.toHaveProperty("stateNeeded");
});
