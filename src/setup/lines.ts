/**
 * Which Copper field goes to which merge field, as somebody chooses it: one line a merge field.
 *
 *   | the merge field | the choice            | the line that is kept                      |
 *   |-----------------|-----------------------|--------------------------------------------|
 *   | has a default   | the default           | none: the default is in force anyway       |
 *   | has a default   | another field, or way | the line, which stands in the default's place |
 *   | has a default   | nothing               | the default with the direction `none`      |
 *   | has none        | a field               | the line                                   |
 *   | has none        | nothing               | none                                       |
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

/** A line of the mapping as the settings hold it; `none` switches a default line off. */
export interface Line {
  readonly copper: string;
  readonly mailchimp: string;
  readonly direction: Direction | "none";
}

/** What is chosen for a merge field; `copper` is "" for nothing. */
export interface Choice {
  readonly copper: string;
  readonly direction: Direction;
}

/** A merge field that takes whatever there is: only for asking what a Copper field is. */
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

/** Returns the Copper fields that can be chosen, custom fields by name; those of one name by their number. */
export function copperNames(customs: readonly CustomField[]): string[] {
  const names = customs.map((one) => one.name.trim().toLowerCase());
  const alone = (name: string) => names.filter((one) => one === name.trim().toLowerCase()).length === 1;
  return [...COPPER_FIELDS, ...customs.map((one) => `custom:${alone(one.name) ? one.name : one.id}`)];
}

/** Returns the pair that a choice makes; `undefined` if Copper has no such field. */
export function pairOf(choice: Choice, merge: MergeField, customs: readonly CustomField[]): MappedField | undefined {
  return mapFields([{ ...choice, mailchimp: merge.tag }], [merge], customs).mapped[0];
}

/** Returns what a field of Copper is, whatever it goes to; `undefined` if there is none of that name. */
export function copperField(copper: string, customs: readonly CustomField[]): MappedField | undefined {
  return pairOf({ copper, direction: "both" }, ANY, customs);
}

/** Returns fields for reading people with all that a mapping may name. */
export function everyField(customs: readonly CustomField[]): MappedField[] {
  return copperNames(customs).flatMap((copper) => copperField(copper, customs) ?? []);
}

/** Returns the way a field can go at most: what Copper does not let be written goes to Mailchimp only. */
export function possibleDirection(choice: Choice, merge: MergeField, customs: readonly CustomField[]): Direction {
  return pairOf(choice, merge, customs)?.source.writable === false ? "to-mailchimp" : choice.direction;
}

/**
 * Returns what is chosen for a merge field before anybody changes it.
 * @param lines those that are kept; absent where nobody has chosen yet
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
  const usual = of(DEFAULT_FIELDS);
  if (usual !== undefined) return { copper: usual.copper, direction: usual.direction };
  const alike = lines === undefined ? of(suggested) : undefined;
  return { copper: alike?.copper ?? "", direction: "both" };
}

/** Returns the lines to be kept for what is chosen, by merge tag. */
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

/** Returns the fields of Copper that nothing is chosen for, of those that people are likely to want. */
export function unmapped(choices: ReadonlyMap<string, Choice>, customs: readonly CustomField[]): string[] {
  const used = new Set([...choices.values()].map((one) => one.copper));
  const wanted = [...DEFAULT_FIELDS.map((one) => one.copper), ...copperNames(customs).slice(COPPER_FIELDS.length)];
  return wanted.filter((copper) => !used.has(copper));
}

/**
 * Returns lines with what nobody was asked about: lines of merge fields that the audience does not show, and the conflict
 * rules of those that it does.
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
