/** V10, V11: definitions that changed since they were stored are read again, and records with the new ones. */
import { expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import type { CustomField } from "../domain/fields.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import type { SetUp } from "../ports/facts.ts";
import type { MemberSide, PeopleSide } from "../ports/sides.ts";
import { type Mapping, Remapped } from "./field-definitions.ts";
import { openSides } from "./open-sides.ts";

const merges = ["FNAME", "LNAME", "SIZE"].map((tag) => mergeField(tag));
const size = (...options: string[]): CustomField =>
  ({ id: 90, name: "Size", dataType: "Dropdown", options: options.map((name, id) => ({ id, name })) }) as CustomField;
const OVERRIDES = [...DEFAULT_FIELDS, { copper: "custom:Size", mailchimp: "SIZE", direction: "both" as const }];

/** Both sides, with definitions that the services have by now. @returns the sides, and the definitions each was opened with */
function opened(now: { customs: CustomField[]; merges?: typeof merges }) {
  const setUp: SetUp = { signUpUrl: null, merges, customs: [size("S", "L")], contactTypes: [] };
  const { mapped } = mapFields(OVERRIDES, setUp.merges, setUp.customs);
  const openings: (readonly CustomField[])[] = [];
  const copper = {
    open: ({ customs }: { customs: readonly CustomField[] }) => {
      openings.push(customs);
      return {
        reader: { of: customs },
        writer: { of: customs, capabilities: () => ({ customsInPart: true }) },
      };
    },
    customFields: async () => now.customs,
  } as unknown as PeopleSide;
  const mailchimp = {
    open: () => ({ reader: {}, writer: { capabilities: () => ({ updatesInBulk: false }) } }),
    mergeFields: async () => now.merges ?? merges,
  } as unknown as MemberSide;
  const sides = openSides(copper, mailchimp, {
    mapping: { setUp, mapped } as unknown as Mapping,
    fieldOverrides: OVERRIDES,
    filter: undefined,
    zone: "UTC",
    capabilities: { searchLag: 2 } as never,
    stop: new AbortController().signal,
  });
  return { sides, openings };
}
const customsOf = (one: unknown) => (one as { of: readonly CustomField[] }).of;

test("definitions that are as before change nothing", async () => {
  const { sides, openings } = opened({ customs: [size("S", "L")] });
  expect(await sides.renew("copper")).toBe(false);
  expect(await sides.renew("mailchimp")).toBe(false);
  expect(openings).toHaveLength(1);
});
test("V11: after a new option, people are read and written with it", async () => {
  const { sides } = opened({ customs: [size("S", "L", "XL")] });
  expect(await sides.renew("copper")).toBe(true);
  expect(customsOf(sides.readers.copper())).toEqual([size("S", "L", "XL")]);
  expect(customsOf(sides.writers().copper)).toEqual([size("S", "L", "XL")]);
  // What was read at the beginning of the run is still unclear, whoever asks again
  const reader = sides.readers.copper();
  expect(await sides.renew("copper")).toBe(true);
  expect(sides.readers.copper()).toBe(reader);
});
test("V11: each side says only whether its own definitions changed", async () => {
  const longer = merges.map((one) => (one.tag === "SIZE" ? { ...one, choices: ["S", "L", "XL"] } : one));
  const { sides } = opened({ customs: [size("S", "L")], merges: longer });
  expect([await sides.renew("mailchimp"), await sides.renew("copper")]).toEqual([true, false]);
});
test("V10: a field that was made anew, or is gone, begins the run again with another mapping", async () => {
  const again = opened({ customs: [{ ...size("S", "L"), id: 91 }] });
  await expect(again.sides.renew("copper")).rejects.toBeInstanceOf(Remapped);
  const gone = opened({ customs: [] });
  await expect(gone.sides.renew("copper")).rejects.toBeInstanceOf(Remapped);
  const remade = merges.map((one) => (one.tag === "SIZE" ? { ...one, id: 9_999 } : one));
  await expect(opened({ customs: [size("S", "L")], merges: remade }).sides.renew("mailchimp")).rejects.toBeInstanceOf(
    Remapped,
  );
});
test("what earlier runs found out of the services is known, and what this one finds out", () => {
  const { sides } = opened({ customs: [] });
  expect(sides.capabilities()).toEqual({ searchLag: 2, updatesInBulk: false, customsInPart: true });
});
