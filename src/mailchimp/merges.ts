/** Mailchimp's merge fields in the program's words ("Merge fields" in docs/apis/mailchimp.md). */
import { z } from "zod";
import type { MergeField } from "../domain/fields.ts";
import { decodeEntities } from "../domain/html-entities.ts";
import type { Kind } from "../domain/values.ts";

/** Merge fields as Mailchimp answers. */
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
/** Most characters of a text. */
const LONGEST_TEXT = 255;
/** How Mailchimp numbers the United States among its countries. */
const UNITED_STATES = "164";

/** Returns merge fields with what each can hold. */
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
