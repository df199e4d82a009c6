/**
 * V12: for every pair of types, a value converted there and back is the same, or cannot be converted. It is never
 * another value, and never a blank.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { samePair, toCopper, toMailchimp } from "./conversions.ts";
import type { MappedField } from "./fields.ts";
import { isDay, numberIn, optionsIn } from "./readings.ts";
import { BETWEEN_OPTIONS, isBlank, type Kind, type PostalAddress, sameValue, type Value } from "./values.ts";

const OPTIONS = ["Press", "School", "Press, Radio", "10", "true", "Été", "été 2026", "2026-01-02"];
const COPPER: readonly Kind[] = ["text", "phone", "address", "number", "date", "url", "choice", "choices", "flag"];
const MERGE: readonly Kind[] = ["text", "phone", "address", "number", "date", "birthday", "url", "zip", "choice"];

const day = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((one) => one.toISOString().slice(0, 10));
const word = fc.constantFrom(
  "Ana",
  "12",
  "12.5",
  "12,5",
  "1,234",
  "007",
  "yes",
  "Oui",
  "11/24",
  "02/30",
  "75002",
  "https://exemple.fr",
);
const text = fc.oneof(word, day, fc.string({ maxLength: 300 }), fc.constantFrom(...OPTIONS));
const address: fc.Arbitrary<PostalAddress> = fc.record({
  addr1: word,
  addr2: fc.constant(""),
  city: fc.constantFrom("", "Paris"),
  state: fc.constantFrom("", "IDF"),
  zip: fc.constantFrom("", "75002"),
  country: fc.constantFrom("", "FR", "US"),
});
/** Returns values as Copper's fields of a kind hold them. */
const held: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  address,
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => String(Number(one))),
  date: day,
  choice: fc.constantFrom(...OPTIONS),
  choices: fc.subarray(OPTIONS, { minLength: 1 }).map((all) => all.join(BETWEEN_OPTIONS)),
  flag: fc.constantFrom("true", "false"),
};
const fieldOf = (source: Kind, merge: Kind): MappedField => ({
  copper: "custom:1",
  mailchimp: "ONE",
  direction: "both",
  pair: "custom:1|1:text",
  source: { kind: source, writable: true, choices: source === "choice" || source === "choices" ? OPTIONS : [] },
  merge: mergeField("ONE", { kind: merge, type: merge, choices: merge === "choice" ? ["Oui", "Non", ...OPTIONS] : [] }),
});
const pairs = COPPER.flatMap((copper) => MERGE.map((mailchimp) => [copper, mailchimp] as const));

describe("V12: there and back", () => {
  test.each(pairs)("a Copper %s and a Mailchimp %s", (copper, mailchimp) => {
    const field = fieldOf(copper, mailchimp);
    fc.assert(
      fc.property(held[copper] ?? text, (value) => {
        const there = toMailchimp(field, value);
        if (!there.ok) return;
        expect(isBlank(there.value), "became blank").toBe(isBlank(value));
        expect(samePair(field, value, there.value), "is a difference afterwards").toBe(true);
        const back = toCopper(field, there.value, value);
        if (!back.ok || isBlank(value)) return;
        expect(isBlank(back.value), "came back blank").toBe(false);
        const same = sameValue(copper, back.value, value) || samePair(field, value, there.value);
        expect(same, "came back as another value").toBe(true);
      }),
      { numRuns: 200 },
    );
  });
  test.each(pairs)("a Mailchimp value in a Copper %s, from a %s, is understood or left", (copper, mailchimp) => {
    const field = fieldOf(copper, mailchimp);
    fc.assert(
      fc.property(fc.oneof(text, address), fc.oneof(day, fc.constant("")), (value, now) => {
        const here = toCopper(field, value, now);
        if (here.ok) expect(isBlank(here.value)).toBe(isBlank(value));
        if (here.ok && copper === "date" && !isBlank(value)) expect(isDay(String(here.value))).toBe(true);
        if (here.ok && copper === "choice" && !isBlank(value)) expect(OPTIONS).toContain(here.value);
      }),
      { numRuns: 200 },
    );
  });
});

test.each(["number", "date", "choice", "choices", "flag"] as const)(
  "V12: a Copper %s in Copper's own spelling stays as it is",
  (kind) => {
    fc.assert(
      fc.property(held[kind]!, (value) => {
        expect(toCopper(fieldOf(kind, "text"), value, "")).toEqual({ ok: true, value });
      }),
    );
  },
);

describe("what people write", () => {
  test.each([
    ["12", "12"],
    ["12,5", "12.5"],
    ["1 234,50", "1234.5"],
    ["-3.25", "-3.25"],
    ["1,234", undefined],
    ["007", undefined],
    ["about 20k", undefined],
    ["", undefined],
    ["1e400", undefined],
  ])("%j as a number is %j", (said, number) => expect(numberIn(said)).toBe(number));
  test.each([
    ["Press, School", ["Press", "School"]],
    ["press;school", ["Press", "School"]],
    ["Press, Radio", ["Press, Radio"]],
    ["Press, Radio, School", ["Press, Radio", "School"]],
    ["Press, TV", undefined],
    ["School,", ["School"]],
  ])("%j lists %j", (said, options) => expect(optionsIn(said, OPTIONS)).toEqual(options));
  test("options that would come back as others are written with another sign between them, or not at all", () => {
    const field = fieldOf("choices", "text");
    const two = ["Press", "Radio"];
    const ambiguous = { ...field, source: { ...field.source, choices: [...two, "Press, Radio"] } };
    const there = toMailchimp(ambiguous, two.join(BETWEEN_OPTIONS));
    expect(there).toEqual({ ok: true, value: "Press; Radio" });
  });
});
