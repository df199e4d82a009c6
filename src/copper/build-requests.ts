/** Builds one request body from several operations on a person. Pure. */
import { addressKey } from "../domain/address.ts";
import { tagKey } from "../domain/tags.ts";
import {
  type AddAddress,
  type ArchivePerson,
  assertNever,
  type PersonOperation,
  type TagPerson,
  type UpdatePerson,
} from "../plan/operations.ts";
import { type Body, type RawPerson, type Reading, toBody } from "./schema.ts";

/**
 * Returns whether a write replaces an array whole, so that the person must be read first ("Writing" in
 * docs/apis/copper.md).
 * @param customsInPart whether a PUT keeps custom fields that it does not name
 */
export function writesArray(operation: PersonOperation, customsInPart: boolean): boolean {
  const { operation: kind } = operation;
  if (kind === "tag-person" || kind === "archive-person" || kind === "add-address") return true;
  return (
    operation.operation === "update-person" &&
    Object.keys(operation.fields).some(
      (name) => name === "phone" || (name.startsWith("custom:") && !customsInPart) || name.startsWith("address."),
    )
  );
}

/** Operations that change a person who exists, and stays. */
export type Change = UpdatePerson | AddAddress | TagPerson | ArchivePerson;

/** Parts of a name, which Copper may refuse or ignore (W8). */
export const NAME_PARTS: readonly string[] = ["first_name", "last_name"];

/** Removes the parts of the name from a body that has the whole name. */
export function wholeNameOnly(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !("name" in body && NAME_PARTS.includes(name))));
}

/**
 * Builds one body for all changes to a person.
 * @param fresh the record as read just before, if an array is written
 */
export function bodyOf(
  operations: readonly Change[],
  fresh: RawPerson | undefined,
  reading: Pick<Reading, "customs" | "zone">,
): Body {
  const body: Record<string, unknown> = {};
  const refused: string[] = [];
  for (const one of operations) {
    switch (one.operation) {
      case "update-person": {
        const part = toBody(one.fields, reading, fresh);
        Object.assign(body, part.body, one.name !== undefined && { name: one.name });
        refused.push(...part.refused);
        break;
      }
      case "add-address": {
        const others = (fresh?.emails ?? []).filter((email) => addressKey(email.email) !== addressKey(one.email));
        body.emails = [{ email: one.email, category: "work" }, ...others];
        break;
      }
      case "tag-person":
      case "archive-person": {
        const kept = (fresh?.tags ?? []).filter((tag) => !one.remove.includes(tagKey(tag)));
        const there = new Set(kept.map(tagKey));
        body.tags = [...kept, ...one.add.filter((tag) => !there.has(tagKey(tag)))];
        break;
      }
      default:
        assertNever(one);
    }
  }
  return { body, refused };
}
