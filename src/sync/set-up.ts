/**
 * Asks both services, before they are read, about their fields, and finds out which of them go together. The answers
 * are kept between two complete readings, so that an ordinary run need not ask. If something shows that they may be old,
 * or before a value of Copper is overwritten because of them, the run asks again (V10, V11): see `run-sides.ts`.
 */

import type { Link, Member, Person } from "../domain/contact.ts";
import { type FieldOverride, type MappedField, mapFields, type ShownField } from "../domain/fields.ts";
import { type Filter, traitsFor, unknownTo } from "../domain/filter.ts";
import { isBlank, type ShownFields } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";
import type { Note } from "../plan/notes.ts";
import type { Operation } from "../plan/operations.ts";
import type { SetUp } from "../ports/facts.ts";
import type { MemberSide, PeopleSide } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";

/** Other fields go together than those that were read: everything is read once more, by them. */
export class Remapped extends Error {
  readonly setUp: SetUp;
  constructor(setUp: SetUp) {
    super("the fields that go together are others by now");
    this.setUp = setUp;
  }
}

/** Asks both services. */
export async function askSetUp(copper: PeopleSide, mailchimp: MemberSide, filter: Filter | undefined): Promise<SetUp> {
  const [{ signUpUrl }, merges, customs, contactTypes] = await Promise.all([
    mailchimp.audience(),
    mailchimp.mergeFields(),
    copper.customFields(),
    filter?.contactTypes ? copper.contactTypes() : [],
  ]);
  return { signUpUrl, merges, customs, contactTypes: [...contactTypes] };
}

/** Returns what was kept, where it still serves: an earlier version kept less, and a filter may name what is newer. */
export function usable(kept: SetUp | undefined, filter: Filter | undefined): SetUp | undefined {
  if (kept === undefined || kept.merges.some((one) => one.id === undefined || one.kind === undefined)) return undefined;
  return unknownTo(kept, filter).length === 0 ? kept : undefined;
}

/** Which fields go together, and what that rests on. */
export interface Mapping {
  readonly setUp: SetUp;
  readonly mapped: readonly MappedField[];
  /** What is told of lines of the mapping that nothing answers to. */
  readonly notes: readonly Note[];
  /** Another text where records must be read anew, because other fields of them are looked at. */
  readonly key: string;
  /** To which pair belongs what an earlier version kept under a Copper field's name. */
  readonly inherited: Readonly<Record<string, string>>;
}

/**
 * Puts the fields together.
 * @param filter for whom the audience is
 * @param zone the account's time zone
 */
export async function mappingOf(
  setUp: SetUp,
  fieldOverrides: readonly FieldOverride[],
  filter: Filter | undefined,
  zone: string,
  store: Store,
): Promise<Mapping> {
  const { mapped: pairs, unmet } = mapFields(fieldOverrides, setUp.merges, setUp.customs);
  const inherited = (await store.fact("inherited")) ?? (await inheritance(pairs, store));
  const mapped = pairs.map((one) => (inherited[one.copper] === one.pair ? { ...one, inherits: true } : one));
  const traits = traitsFor(filter, setUp);
  const scanned = [...(traits.contactTypes ? ["contact type"] : []), ...traits.fields.map((one) => `trait ${one.id}`)];
  const notes = unmet
    .filter((one) => one.asked)
    .map((one): Note => ({ contact: "", code: "unmet-field", field: `${one.copper} ↔ ${one.mailchimp}` }));
  const read = mapped.map((one) => `${one.pair}=${one.mailchimp}`);
  return { setUp, mapped, notes, inherited, key: [...read, ...scanned, zone].join() };
}

/**
 * Returns the links that remember something of pairs that are not mapped, without it: should such a pair come back, it is
 * at first sight, since nobody knows what its fields have held meanwhile (V10). Looks at one link a step.
 */
export function* lapsed(links: Iterable<Link>, mapped: readonly MappedField[]): Generator<void, Link[]> {
  const changed: Link[] = [];
  const inForce = new Set(mapped.flatMap((one) => (one.inherits ? [one.pair, one.copper] : [one.pair])));
  for (const link of links) {
    yield;
    const baseline = Object.entries(link.baseline).filter(([name]) => inForce.has(name));
    // What is kept of addresses and tags is of no pair
    const refused = Object.entries(link.refused).filter(([name]) => !name.includes("|") || inForce.has(name));
    const same =
      baseline.length === Object.keys(link.baseline).length && refused.length === Object.keys(link.refused).length;
    if (!same) changed.push({ ...link, baseline: Object.fromEntries(baseline), refused: Object.fromEntries(refused) });
  }
  return changed;
}

/** Records of both sides, and which of them the reading did not show. */
interface PartlySeen {
  readonly persons: Known<number, Person>;
  readonly members: Known<string, Member>;
  readonly unseen: { readonly persons: Iterable<number>; readonly members: Iterable<string> };
}

/**
 * Returns the records that could not be read when other fields came to be mapped, with none of these fields: what is
 * stored of them was read when the same names meant other fields (V10, V11).
 */
export function fieldlessOf({ persons, members, unseen }: PartlySeen, mapped: readonly MappedField[]) {
  return {
    persons: fieldless(
      persons,
      unseen.persons,
      mapped.map(({ copper }) => copper),
    ),
    members: fieldless(
      members,
      unseen.members,
      mapped.map(({ mailchimp }) => mailchimp),
    ),
  };
}

/** @param names the mapped fields, as this side names them */
function fieldless<Key, R extends { readonly fields: ShownFields }>(
  known: Known<Key, R>,
  unread: Iterable<Key>,
  names: readonly string[],
): R[] {
  const fields: ShownFields = Object.fromEntries(names.map((name) => [name, null]));
  return [...unread].flatMap((key): R[] => {
    const record = known.get(key);
    return record === undefined ? [] : [{ ...record, fields }];
  });
}

/** What an earlier version kept by Copper field goes to the one pair that the field was and is mapped to. */
async function inheritance(pairs: readonly MappedField[], store: Store): Promise<Record<string, string>> {
  const before = new Set((await store.fact("fields"))?.split(","));
  const single = pairs.filter(
    (one) =>
      before.has(`${one.copper}=${one.mailchimp}`) && pairs.filter((other) => other.copper === one.copper).length === 1,
  );
  return Object.fromEntries(single.map((one) => [one.copper, one.pair]));
}

/** Returns the sides whose definitions are asked for once more before these are written; looks at one a step. */
export function* toBeSure(
  operations: Iterable<Operation>,
  kept: boolean,
): Generator<void, ReadonlySet<"copper" | "mailchimp">> {
  const sides = new Set<"copper" | "mailchimp">();
  for (const one of operations) {
    yield;
    if (one.reason === "undo" || one.reason === "decision") continue;
    // A merge field made anew is blank for everybody, and looks as if somebody had cleared it
    if (one.operation === "update-person" && Object.values(one.before).some((value) => !isBlank(value)))
      sides.add("mailchimp");
    // So does a custom field, in what was kept
    const custom = Object.keys(one.settles.baseline ?? {}).some((pair) => pair.startsWith("custom:"));
    if (kept && custom && one.operation === "update-member")
      for (const [name, value] of Object.entries(one.fields))
        if (isBlank(value) && !isBlank(one.before[name] ?? "")) sides.add("copper");
  }
  return sides;
}

/** What is told of merge fields that the audience requires and nothing fills. */
export function requiredNotes({ setUp, mapped }: Mapping): Note[] {
  const filled = new Set(mapped.filter((one) => one.direction !== "to-copper").map((one) => one.mailchimp));
  return setUp.merges
    .filter((one) => one.required && !filled.has(one.tag))
    .map((one): Note => ({ contact: "", code: "required-field", field: one.tag }));
}

/** Returns the mapping for people to look at, with custom fields by their names. */
export function shownMapping({ mapped, setUp }: Mapping): ShownField[] {
  return mapped.map((field) => {
    const custom = setUp.customs.find((one) => field.copper === `custom:${one.id}`);
    return { ...field, label: custom?.name ?? field.copper };
  });
}
