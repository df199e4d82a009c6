/** What holds once an undisturbed run has been through. */
import { expect } from "vitest";
import { validKeys } from "../../src/domain/address.ts";
import type { Link } from "../../src/domain/contact.ts";
import { deletionTagOf } from "../../src/domain/deletion-tag.ts";
import type { FieldOverride } from "../../src/domain/fields.ts";
import { statusTagOf } from "../../src/domain/status.ts";
import { DEFAULT_TAG_NAMES, isArchiveTag, memberTags, tagKey } from "../../src/domain/tags.ts";
import { sameValue, shownField, valueOr } from "../../src/domain/values.ts";
import type { Known } from "../../src/plan/collections.ts";
import type { Operation } from "../../src/plan/operations.ts";
import { FIELDS, isKeptInStep } from "./steps.ts";
import type { Truth } from "./truth.ts";

/** What hands did to fields. */
export interface Changes {
  /** Values that somebody set since everything was last in step: by person, field and side. */
  readonly set: Map<string, string>;
  /** Fields changed while a run went on: whether before or after it read them is not told. */
  readonly during: Set<string>;
  /** Fields that an undo has put back, so that each side has its own: by person. */
  readonly undone: Set<string>;
}

/** A pair after an undisturbed run: both sides hold the same (T1, C3), and what one side alone was given (V1). */
export function inStep(
  link: Link,
  before: readonly Link[],
  truth: Truth,
  fieldOverrides: readonly FieldOverride[],
  { set, during, undone }: Changes,
): void {
  const person = truth.people.get(link.personId);
  const member = truth.members.get(link.memberKey);
  if (person === undefined || member === undefined || !isKeptInStep(member.status)) return;
  if (deletionTagOf(person.tags, []) || person.tags.some((tag) => isArchiveTag(tag, DEFAULT_TAG_NAMES))) return;
  const addresses = validKeys(person.emails);
  if (addresses.length === 0) return;
  const shared = [...truth.people.values()].some(
    (one) => one.id !== person.id && validKeys(one.emails).some((each) => addresses.includes(each)),
  );
  if (shared) return;
  for (const { copper, mailchimp } of fieldOverrides) {
    if (!truth.merges.some((one) => one.tag === mailchimp)) continue;
    if (undone.has(`${person.id} ${copper}`)) continue;
    const [one, other] = [valueOr(shownField(person.fields, copper)), valueOr(shownField(member.fields, mailchimp))];
    expect(sameValue("text", one, other), `${copper}: ${String(one)} and ${String(other)}`).toBe(true);
    // What one side alone was given since everything was in step has gone to the other
    const given = set.get(`copper ${person.id} ${member.key} ${copper}`);
    const received = set.get(`mailchimp ${person.id} ${member.key} ${copper}`);
    if (during.has(`${person.id} ${copper}`) || during.has(`${member.key} ${copper}`)) continue;
    const known = before.some((each) => each.personId === person.id && each.memberKey === member.key);
    if (known && given !== undefined && received === undefined) expect(one, "V1: Copper's is lost").toBe(given);
    if (known && received !== undefined && given === undefined) expect(other, "V1: Mailchimp's is lost").toBe(received);
  }
  for (const [field] of FIELDS) {
    for (const side of ["copper", "mailchimp"]) set.delete(`${side} ${person.id} ${member.key} ${field}`);
    for (const who of [person.id, member.key]) during.delete(`${who} ${field}`);
  }
  const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
  for (const key of memberTags(person.tags, DEFAULT_TAG_NAMES, "unicode").keys())
    expect(there.has(key), `T1: ${key} is not on the member`).toBe(true);
  const told = statusTagOf(member.status);
  for (const [state, name] of Object.entries(DEFAULT_TAG_NAMES.told))
    expect(person.tags.map(tagKey).includes(tagKey(name!)), `C3: ${name} and ${member.status}`).toBe(state === told);
}

/** W3: no address has two people made by us, no member is nobody's who should be somebody's (C4). */
export function everybodyOnce(truth: Truth): void {
  const addresses = [...truth.people.values()].flatMap((one) => [...new Set(validKeys(one.emails))]);
  expect(new Set(addresses).size, "W3: an address on two people").toBe(addresses.length);
}

/** Whether an operation carries what a hand set between two runs, so that a reading of what changed must have shown it. */
export function isGiven(
  operation: Operation,
  links: Known<number, Link>,
  fieldOverrides: readonly FieldOverride[],
  { set, during, undone }: Changes,
): boolean {
  if (operation.operation !== "update-member" && operation.operation !== "update-person") return false;
  const { personId = 0, fields, side } = operation;
  const key = links.get(personId)?.memberKey;
  return fieldOverrides.some(
    ({ copper: field, [side]: name }) =>
      name in fields &&
      (set.has(`copper ${personId} ${key} ${field}`) || set.has(`mailchimp ${personId} ${key} ${field}`)) &&
      ![...during, ...undone].some((one) => one === `${personId} ${field}` || one === `${key} ${field}`),
  );
}
