/**
 * A person's name (W8). Copper surely accepts the whole name only; its documentation does not say whether it accepts
 * the parts ("Writing" in docs/apis/copper.md). So every write includes the whole name. Words that belong to neither
 * part stay.
 *
 *   | name            | first, last    | becomes first, last | name            |
 *   |-----------------|----------------|---------------------|-----------------|
 *   | Ana Lopez       | Ana, Lopez     | Anna, Lopez         | Anna Lopez      |
 *   | Dr Ana M. Lopez | Ana, Lopez     | Anna, Lopez         | Dr Anna M. Lopez |
 *   | Lopez           | –, Lopez       | Ana, Lopez          | Ana Lopez       |
 *   | ana@ex.fr       | –, –           | Ana, –              | Ana             |
 *   | Ana Lopez       | Ana, Lopez     | –, –                | the address, since Copper wants a name |
 */
import { mailable } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { type ShownFields, sameValue, shownField, type Values } from "../domain/values.ts";

/** Returns first and last name in one line, "" if both are blank. */
export function wholeName(fields: ShownFields): string {
  return `${part(fields, "first_name")} ${part(fields, "last_name")}`.trim();
}

/**
 * Returns the whole name to write with a change of first or last name, or `undefined` if neither changes.
 * @param changes the values to be written to the person
 * @param standIn whether the name is only an address, which a real name replaces
 */
export function renamed(
  { name, fields, emails }: Pick<Person, "name" | "fields" | "emails">,
  changes: Values,
  standIn: boolean,
): string | undefined {
  if (!("first_name" in changes || "last_name" in changes)) return undefined;
  const next = { ...fields, ...changes };
  const whole = wholeName(next);
  // Copper requires a name. Without any address, the person keeps the present one
  if (whole === "") return emails.map(mailable).find((email) => email !== "");
  if (standIn) return whole;
  const [first, last] = [wordsOf(part(fields, "first_name")), wordsOf(part(fields, "last_name"))];
  const words = exchanged(wordsOf(name), first, wordsOf(part(next, "first_name")), "front", last.length);
  const both = words && exchanged(words, last, wordsOf(part(next, "last_name")), "back", first.length);
  return both === undefined || both.length === 0 ? whole : both.join(" ");
}

/** Returns whether a field is a part of the name. */
export function isNamePart({ copper }: Pick<MappedField, "copper">): boolean {
  return copper === "first_name" || copper === "last_name";
}

/**
 * Returns whether a person has a whole name, however Copper splits it.
 * @param wanted the whole name
 */
export function hasName({ name, fields }: Pick<Person, "name" | "fields">, wanted: string | undefined): boolean {
  return wanted !== undefined && sameValue("text", name, wanted) && sameValue("text", wholeName(fields), wanted);
}

/**
 * Returns whether both sides hold one name that each splits in another place: `Marie Claire`, `Dupont` and `Marie`,
 * `Claire Dupont`. At first sight that is no difference.
 */
export function isSameName(person: Person, member: Member, mapped: readonly MappedField[]): boolean {
  const tag = (copper: string) => mapped.find((one) => one.copper === copper)?.mailchimp ?? "";
  const there = {
    first_name: shownField(member.fields, tag("first_name")),
    last_name: shownField(member.fields, tag("last_name")),
  };
  // If a part is blank, it is another name or half of it
  const parts = [person.fields, there].flatMap((fields) => [part(fields, "first_name"), part(fields, "last_name")]);
  return parts.every((one) => one !== "") && sameValue("text", wholeName(person.fields), wholeName(there));
}

/**
 * Replaces words in a name; returns `undefined` if the words to be replaced are not in it.
 * @param end the end of the name at which the part belongs
 * @param others how many of the words belong to the other part
 */
function exchanged(
  name: readonly string[],
  before: readonly string[],
  after: readonly string[],
  end: "front" | "back",
  others: number,
): readonly string[] | undefined {
  if (before.join(" ") === after.join(" ")) return name;
  if (before.length === 0) {
    // The whole name may already contain the part that was blank
    const there = end === "front" ? name.slice(0, after.length) : name.slice(-after.length);
    if (name.length - others >= after.length && there.join(" ") === after.join(" ")) return name;
    return end === "front" ? [...after, ...name] : [...name, ...after];
  }
  const places = name.map((_, at) => at).filter((at) => before.every((word, index) => name[at + index] === word));
  const at = end === "front" ? places[0] : places.at(-1);
  return at === undefined ? undefined : [...name.slice(0, at), ...after, ...name.slice(at + before.length)];
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}

function part(fields: ShownFields, name: string): string {
  const value = shownField(fields, name);
  return typeof value === "string" ? value.trim() : "";
}
