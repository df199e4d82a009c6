/**
 * The mapping of Copper fields to merge fields, as chosen on a page: one line for each merge field.
 *
 *   | the merge field | the choice                 | the stored line                             |
 *   |-----------------|----------------------------|---------------------------------------------|
 *   | has a default   | the default                | none: the default applies anyway            |
 *   | has a default   | another field or direction | the line, which replaces the default        |
 *   | has a default   | nothing                    | the default with the direction `none`       |
 *   | has none        | a field                    | the line                                    |
 *   | has none        | nothing                    | none                                        |
 */
import {
  COPPER_FIELDS,
  type CustomField,
  DEFAULT_FIELDS,
  type Direction,
  type FieldOverride,
  type MappedField,
  type MergeField,
  mapFields,
} from "../domain/fields.ts";

/** A line of the mapping in the settings; the direction `none` disables a default line. */
export interface Line {
  readonly copper: string;
  readonly mailchimp: string;
  readonly direction: Direction | "none";
}

/** The choice for a merge field; `copper` is "" for none. */
export interface Choice {
  readonly copper: string;
  readonly direction: Direction;
}

/** A merge field that accepts any value, for reading the type of a Copper field. */
const ANY: MergeField = {
  id: 0,
  tag: "ANY",
  type: "text",
  kind: "text",
  required: false,
  choices: [],
  format: "",
  longest: 255,
};

/** Returns the Copper fields that can be chosen. Custom fields appear by name, or by id if several share a name. */
export function copperNames(customs: readonly CustomField[]): string[] {
  const names = customs.map((one) => one.name.trim().toLowerCase());
  const alone = (name: string) => names.filter((one) => one === name.trim().toLowerCase()).length === 1;
  return [...COPPER_FIELDS, ...customs.map((one) => `custom:${alone(one.name) ? one.name : one.id}`)];
}

/** Returns the mapped pair of a choice; `undefined` if Copper has no such field. */
export function pairOf(choice: Choice, merge: MergeField, customs: readonly CustomField[]): MappedField | undefined {
  return mapFields([{ ...choice, mailchimp: merge.tag }], [merge], customs).mapped[0];
}

/** Returns the type of a Copper field, whatever it is mapped to; `undefined` if there is no such field. */
export function copperField(copper: string, customs: readonly CustomField[]): MappedField | undefined {
  return pairOf({ copper, direction: "both" }, ANY, customs);
}

/** Returns all Copper fields as pairs, for reading people with every field. */
export function everyField(customs: readonly CustomField[]): MappedField[] {
  return copperNames(customs).flatMap((copper) => copperField(copper, customs) ?? []);
}

/** Returns the chosen direction, or `to-mailchimp` if Copper does not allow writing the field. */
export function possibleDirection(choice: Choice, merge: MergeField, customs: readonly CustomField[]): Direction {
  return pairOf(choice, merge, customs)?.source.writable === false ? "to-mailchimp" : choice.direction;
}

/**
 * Returns the initial choice for a merge field.
 * @param lines the saved lines; absent before the first choice
 * @param suggested pairs of the same name, which are used before the first choice
 */
export function chosenFor(
  merge: Pick<MergeField, "tag">,
  lines: readonly Line[] | undefined,
  suggested: readonly Pick<FieldOverride, "copper" | "mailchimp">[],
): Choice {
  const of = <T extends { readonly mailchimp: string }>(all: readonly T[]) =>
    all.find((one) => one.mailchimp.toUpperCase() === merge.tag.toUpperCase());
  const line = of(lines ?? []);
  if (line?.direction === "none") return { copper: "", direction: "both" };
  if (line !== undefined) return { copper: line.copper, direction: line.direction };
  // A merge field with a default keeps it until the visitor chooses otherwise
  const usual = of(DEFAULT_FIELDS);
  if (usual !== undefined) return { copper: usual.copper, direction: usual.direction };
  const alike = lines === undefined ? of(suggested) : undefined;
  return { copper: alike?.copper ?? "", direction: "both" };
}

/**
 * Returns the lines to save for some choices.
 * @param choices by merge tag
 */
export function linesFor(
  choices: ReadonlyMap<string, Choice>,
  merges: readonly MergeField[],
  customs: readonly CustomField[],
): Line[] {
  return merges.flatMap((merge): Line[] => {
    const choice = choices.get(merge.tag);
    if (choice === undefined) return [];
    const usual = DEFAULT_FIELDS.find((one) => one.mailchimp === merge.tag.toUpperCase());
    if (choice.copper === "")
      return usual === undefined ? [] : [{ copper: usual.copper, mailchimp: merge.tag, direction: "none" }];
    const direction = possibleDirection(choice, merge, customs);
    if (usual?.copper === choice.copper && usual.direction === direction) return [];
    return [{ copper: choice.copper, mailchimp: merge.tag, direction }];
  });
}

/** Returns the fields without a merge field, among default and custom fields, which people are likely to want. */
export function unmapped(choices: ReadonlyMap<string, Choice>, customs: readonly CustomField[]): string[] {
  const used = new Set([...choices.values()].map((one) => one.copper));
  const wanted = [...DEFAULT_FIELDS.map((one) => one.copper), ...copperNames(customs).slice(COPPER_FIELDS.length)];
  return wanted.filter((copper) => !used.has(copper));
}

/**
 * Returns the new lines with what the page did not ask about: lines of merge fields that the audience lacks, and the
 * conflict rules of the others.
 * @param before the saved lines
 */
export function withKept<L extends Line>(
  lines: readonly Line[],
  before: readonly L[],
  merges: readonly MergeField[],
): (Line | L)[] {
  const tags = new Set(merges.map((one) => one.tag.toUpperCase()));
  const named = (all: readonly Line[], tag: string) =>
    all.find((one) => one.mailchimp.toUpperCase() === tag.toUpperCase());
  const unseen = before.filter((one) => !tags.has(one.mailchimp.toUpperCase()));
  const ruled = before.filter((one) => {
    const usual = DEFAULT_FIELDS.find((each) => each.mailchimp === one.mailchimp.toUpperCase());
    const isUsual = usual?.copper === one.copper && usual.direction === one.direction;
    return (
      "conflict" in one && isUsual && tags.has(one.mailchimp.toUpperCase()) && named(lines, one.mailchimp) === undefined
    );
  });
  const changed = lines.map((one) => ({
    ...before.find((each) => each.mailchimp.toUpperCase() === one.mailchimp.toUpperCase()),
    ...one,
  }));
  return [...changed, ...ruled, ...unseen];
}
