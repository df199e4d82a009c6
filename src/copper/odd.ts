/** What can be told of a person whom Copper shows in a shape that is not known (A9). */
import { z } from "zod";
import type { OddRecord } from "../ports/sides.ts";

const known = z.looseObject({
  id: z.number().optional().catch(undefined),
  emails: z.array(z.looseObject({ email: z.string().catch("") }).catch({ email: "" })).catch([]),
});

/** Returns what of an odd record can be read all the same. @param error what is odd about it */
export function oddPerson(record: unknown, error: z.ZodError): OddRecord {
  const { id, emails } = known.safeParse(record).data ?? { id: undefined, emails: [] };
  return {
    ...(id !== undefined && { key: id }),
    addresses: emails.map((one) => one.email).filter((email) => email !== ""),
    why: "odd-record",
    detail: [...new Set(error.issues.map((issue) => issue.path.join(".") || issue.code))].join(", "),
  };
}
