/** Translates Mailchimp's merge fields into the program's types ("Merge fields" in docs/apis/mailchimp.md). */
import { z } from "zod";
import type { MergeField } from "../domain/fields.ts";
import { decodeEntities } from "../domain/html-entities.ts";
import type { Kind } from "../domain/values.ts";

/** Merge fields as Mailchimp sends them. */
export const rawMerges = z.looseObject({
  merge_fields: z.array(
    z.looseObject({
      merge_id: z.number().nullish(),
      tag: z.string(),
      name: z.string().nullish(),
      type: z.string(),
      required: z.boolean().nullish(),
      options: z
        .looseObject({
          choices: z.array(z.string()).nullish(),
          phone_format: z.string().nullish(),
          date_format: z.string().nullish(),
          default_country: z.union([z.number(), z.string()]).nullish(),
        })
        .nullish(),
    }),
  ),
});

/** Kind of value by Mailchimp's type. Other types count as text. */
const KINDS: Readonly<Record<string, Kind>> = {
  number: "number",
  address: "address",
  phone: "phone",
  date: "date",
  birthday: "birthday",
  url: "url",
  imageurl: "url",
  radio: "choice",
  dropdown: "choice",
  zip: "zip",
};
/** Longest text (characters). */
const LONGEST_TEXT = 255;
/** Mailchimp's number for the United States. */
const UNITED_STATES = "164";

/** Translates merge fields, with the values that each can hold. */
export function toMerges({ merge_fields }: z.infer<typeof rawMerges>): MergeField[] {
  return merge_fields.map(({ merge_id, tag, type, required, options }) => ({
    id: merge_id ?? 0,
    tag,
    type,
    kind: KINDS[type] ?? "text",
    required: required ?? false,
    choices: (options?.choices ?? []).map(decodeEntities),
    format: options?.phone_format ?? options?.date_format ?? "",
    longest: LONGEST_TEXT,
    ...(String(options?.default_country ?? "") === UNITED_STATES && { stateNeeded: true }),
  }));
}
