/** Describes a person whose record does not parse, so that the report can name it (A9). */
import { z } from "zod";
import type { OddRecord } from "../ports/sides.ts";

const known = z.looseObject({
  id: z.number().optional().catch(undefined),
  emails: z.array(z.looseObject({ email: z.string().catch("") }).catch({ email: "" })).catch([]),
});

/**
 * Reads what it can from a record that did not parse: id, addresses, and the fields that are odd.
 * @param record the record as Copper sent it
 * @param error why it did not parse
 */
export function oddPerson(record: unknown, error: z.ZodError): OddRecord {
  const { id, emails } = known.safeParse(record).data ?? { id: undefined, emails: [] };
  return {
    ...(id !== undefined && { key: id }),
    addresses: emails.map((one) => one.email).filter((email) => email !== ""),
    why: "odd-record",
    detail: [...new Set(error.issues.map((issue) => issue.path.join(".") || issue.code))].join(", "),
  };
}
