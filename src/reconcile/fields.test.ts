/** Tests the operator's choice in a conflict (V2). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { agreed } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import { decideFields } from "./fields.ts";

const { mapped } = mapFields(DEFAULT_FIELDS, [mergeField("FNAME")], []);
const [field] = mapped;
const { pair } = field!;

describe("V2: the value that the operator chose", () => {
  const name = fc.constantFrom("Ana", "Anna", "Anne");
  const decided = (copper: string, mailchimp: string, chosen: string, held?: string) =>
    decideFields(
      { mapped, conflict: "copper", run: 3 },
      { ...ana, fields: { first_name: copper } },
      { ...there, fields: { FNAME: mailchimp } },
      { ...newLink(1, "k", "ana@exemple.fr", 1), baseline: held === undefined ? {} : { [pair]: held } },
      new Map([[field!.copper, chosen]]),
    );
  test("goes to each side that holds another, and to no other; then it is agreed", () => {
    fc.assert(
      fc.property(name, name, name, fc.option(name, { nil: undefined }), (copper, mailchimp, chosen, held) => {
        const verdict = decided(copper, mailchimp, chosen, held);
        expect(verdict.toCopper).toEqual(copper === chosen ? {} : { first_name: chosen });
        expect(verdict.toMailchimp).toEqual(mailchimp === chosen ? {} : { FNAME: chosen });
        for (const after of [verdict.afterCopper, verdict.afterMailchimp])
          expect(after).toEqual({ [pair]: agreed(chosen, chosen) });
        expect([verdict.conflicts, verdict.notes]).toEqual([[], []]);
      }),
    );
  });
});
