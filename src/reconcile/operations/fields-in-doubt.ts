/** Finds out which fields, names and status tags of a write without a response are there (A1). */
import { agreed, bothSides, heldOf, type Link, type Person } from "../../domain/contact.ts";
import type { MappedField } from "../../domain/fields.ts";
import { tagKey } from "../../domain/tags.ts";
import { fieldValue, isBlank, type ShownFields, sameValue, shownField } from "../../domain/values.ts";
import type { LinkPatch } from "../../plan/link-patch.ts";
import type { TagPerson, UpdateMember, UpdatePerson } from "../../plan/operations.ts";
import { isNamePart } from "../names.ts";

/** Returns the baseline of the fields that hold the values we sent. @param now the fields of the written record */
export function arrivedFields(
  { fields, settles, side }: UpdateMember | UpdatePerson,
  now: ShownFields,
  mapped: readonly MappedField[],
): LinkPatch {
  const arrived = mapped.filter((field) => {
    const shown = shownField(now, field[side]);
    const kind = side === "copper" ? field.source.kind : field.merge.kind;
    return field[side] in fields && shown !== null && sameValue(kind, shown, fieldValue(fields, field[side]));
  });
  const known = settles.baseline ?? {};
  return {
    baseline: Object.fromEntries(
      arrived.flatMap(({ pair, copper, inherits }) => {
        const held = known[pair] ?? (inherits ? known[copper] : undefined);
        return held === undefined ? [] : [[pair, held]];
      }),
    ),
  };
}

/** Returns whether both name parts are filled. If one is blank, a person may have moved or cleared it. */
export function hasBothParts({ fields }: Person): boolean {
  return ["first_name", "last_name"].every((name) => !isBlank(shownField(fields, name) ?? ""));
}

/** Returns the baseline if the whole name is there. Copper splits it in its own way, which is no change (W8). */
export function arrivedName(
  operation: UpdatePerson,
  link: Link,
  person: Person,
  mapped: readonly MappedField[],
): LinkPatch {
  const arrived = arrivedFields(operation, person.fields, mapped).baseline;
  const parts = mapped.filter(isNamePart).flatMap((field) => {
    const held = operation.settles.baseline?.[field.pair] ?? heldOf(link, field);
    const shown = shownField(person.fields, field.copper);
    return held === undefined || shown === null ? [] : [[field.pair, agreed(shown, bothSides(held)[1])] as const];
  });
  return { baseline: { ...arrived, ...Object.fromEntries(parts) } };
}

/**
 * Returns the keys of our status tags on a person. A tag of an operation in doubt is ours if the person has it (C7).
 * @param known keys that count as ours before the operation; `undefined` if unknown
 */
export function statusTagsThere(
  { add, remove }: TagPerson,
  { tags }: Person,
  known: readonly string[] | undefined,
): readonly string[] {
  const there = new Set(tags.map(tagKey));
  // We only remove tags that count as ours
  const keys = new Set((known ?? remove).filter((key) => there.has(key) || !remove.includes(key)));
  for (const key of add.map(tagKey)) if (there.has(key)) keys.add(key);
  return [...keys];
}
