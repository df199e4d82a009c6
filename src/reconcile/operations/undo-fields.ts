/** Puts back the former values of fields that still hold what a run wrote (A6). */
import { type Agreed, agreed } from "../../domain/contact.ts";
import { isKeptInStep } from "../../domain/status.ts";
import { fieldValue, sameValue, shownField, type Value, valueOr } from "../../domain/values.ts";
import type { Note } from "../../plan/notes.ts";
import { memberRef, type UpdateMember, type UpdatePerson } from "../../plan/operations.ts";
import { renamed } from "../names.ts";
import { CHANGED, GONE, type Now, type Undoing } from "./operation-rules.ts";

/** Returns a field's value if it is still what the run wrote and may be written; otherwise `undefined`. */
function stillWritten(operation: UpdateMember | UpdatePerson, name: string, now: Now): Value | undefined {
  const { side } = operation;
  if (side === "mailchimp" && now.member !== undefined && !isKeptInStep(now.member.status)) return undefined;
  const record = side === "copper" ? now.person : now.member;
  const current = record === undefined ? null : shownField(record.fields, name);
  // What was agreed with the write belongs to exactly these fields (V10)
  const settled = operation.settles.baseline ?? {};
  const field = now.mapped.find(
    (one) => one[side] === name && (one.pair in settled || (one.inherits && one.copper in settled)),
  );
  const kind = side === "copper" ? field?.source.kind : field?.merge.kind;
  if (current === null || kind === undefined) return undefined;
  return sameValue(kind, current, fieldValue(operation.fields, name)) ? current : undefined;
}

/** Returns the write of the former values, and a note for each field that holds another value by now. */
export function fieldsBack(operation: UpdateMember | UpdatePerson, now: Now): Undoing {
  const { side, contact } = operation;
  const { why: code } = (side === "copper" ? now.person : now.member) === undefined ? GONE : CHANGED;
  const notes: Note[] = [];
  const fields: Record<string, Value> = {};
  const before: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  for (const name of Object.keys(operation.fields)) {
    const value = fieldValue(operation.before, name);
    const current = stillWritten(operation, name, now);
    if (current === undefined) {
      notes.push({ contact, code, field: name, value });
      continue;
    }
    fields[name] = value;
    before[name] = current;
    for (const one of now.mapped.filter((each) => each[side] === name))
      baseline[one.pair] =
        side === "mailchimp"
          ? agreed(valueOr(shownField(now.person?.fields ?? {}, one.copper)), value)
          : agreed(value, valueOr(shownField(now.member?.fields ?? {}, one.mailchimp)));
  }
  if (Object.keys(fields).length === 0) return { operations: [], notes };
  const common = { ...operation, reason: "undo" as const, fields, before, settles: { baseline } };
  if (common.operation === "update-member") {
    // The member's address may have moved since, and belong to another contact by now
    const { member } = now;
    const operations = member === undefined ? [] : [{ ...common, contact: member.email, member: memberRef(member) }];
    return { operations, notes };
  }
  if (now.person === undefined) return { operations: [], notes };
  const { name: _, ...rest } = common;
  const name = renamed(now.person, fields, false);
  return { operations: [{ ...rest, ...(name !== undefined && { name }) }], notes };
}
