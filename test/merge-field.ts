/** A merge field of the audience, for tests that need no service. */
import type { MergeField } from "../src/domain/fields.ts";

let ids = 0;

/** @param some what is not as usual: a text field of its own that takes anything */
export function mergeField(tag: string, some: Partial<MergeField> = {}): MergeField {
  ids += 1;
  return { id: ids, tag, type: "text", kind: "text", required: false, choices: [], format: "", longest: 255, ...some };
}
