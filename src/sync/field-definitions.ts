/**
 * Reads the field definitions of both services, and maps the fields. Keeps the definitions between two complete
 * readings, so that an ordinary run need not request them. Reads them again if they may be outdated, or before a write
 * that could be wrong because of that (V10, V11): see `open-sides.ts`.
 */

import type { Link, Member, Person } from "../domain/contact.ts";
import { type FieldOverride, type MappedField, mapFields, type ShownField } from "../domain/fields.ts";
import { type Filter, traitsFor, unknownTo } from "../domain/filter.ts";
import { isBlank, type ShownFields } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";
import type { Note } from "../plan/notes.ts";
import { isUpdate, type Operation } from "../plan/operations.ts";
import type { SetUp } from "../ports/facts.ts";
import type { MemberSide, PeopleSide } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";

/** Thrown if other fields are mapped now: the run must read everything again with the new mapping. */
export class Remapped extends Error {
  readonly setUp: SetUp;
  constructor(setUp: SetUp) {
    super("the fields that go together are others by now");
    this.setUp = setUp;
  }
}

/** Reads the definitions of both services; contact types only if the filter needs them. Throws ServiceError. */
export async function askSetUp(copper: PeopleSide, mailchimp: MemberSide, filter: Filter | undefined): Promise<SetUp> {
  const [{ signUpUrl }, merges, customs, contactTypes] = await Promise.all([
    mailchimp.audience(),
    mailchimp.mergeFields(),
    copper.customFields(),
    filter?.contactTypes ? copper.contactTypes() : [],
  ]);
  return { signUpUrl, merges, customs, contactTypes: [...contactTypes] };
}

/** Returns the stored definitions if they suffice: an earlier version stored less, or the filter names a new field. */
export function usable(kept: SetUp | undefined, filter: Filter | undefined): SetUp | undefined {
  if (kept === undefined || kept.merges.some((one) => one.id === undefined || one.kind === undefined)) return undefined;
  return unknownTo(kept, filter).length === 0 ? kept : undefined;
}

/** The mapped fields, and the definitions behind them. */
export interface Mapping {
  readonly setUp: SetUp;
  readonly mapped: readonly MappedField[];
  /** Notes on lines of the mapping whose fields do not exist. */
  readonly notes: readonly Note[];
  /** Fields that records are read with. If it changes, all records must be read again. */
  readonly key: string;
  /** Pair by Copper field, for baselines that an earlier version stored under the Copper field's name. */
  readonly inherited: Readonly<Record<string, string>>;
}

/**
 * Maps the fields. Throws UnknownFilterError.
 * @param fieldOverrides the lines of the mapping in the settings
 * @param filter which people belong to the audience; `undefined` for all
 * @param zone the account's time zone (an IANA name)
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
 * Returns the links with baselines or refusals of pairs that are no longer mapped, without these. If such a pair is
 * mapped again, its fields may have changed meanwhile, so they are compared afresh (V10). Processes one link per step.
 */
export function* lapsed(links: Iterable<Link>, mapped: readonly MappedField[]): Generator<void, Link[]> {
  const changed: Link[] = [];
  const inForce = new Set(mapped.flatMap((one) => (one.inherits ? [one.pair, one.copper] : [one.pair])));
  for (const link of links) {
    yield;
    const baseline = Object.entries(link.baseline).filter(([name]) => inForce.has(name));
    // Names without "|" are addresses and tags, which belong to no pair
    const refused = Object.entries(link.refused).filter(([name]) => !name.includes("|") || inForce.has(name));
    const same =
      baseline.length === Object.keys(link.baseline).length && refused.length === Object.keys(link.refused).length;
    if (!same) changed.push({ ...link, baseline: Object.fromEntries(baseline), refused: Object.fromEntries(refused) });
  }
  return changed;
}

/** Records of both sides, and the keys of those that the reading did not show. */
interface PartlySeen {
  readonly persons: Known<number, Person>;
  readonly members: Known<string, Member>;
  readonly unseen: { readonly persons: Iterable<number>; readonly members: Iterable<string> };
}

/**
 * Returns the records that could not be read after the mapping changed, with all mapped fields unknown. Their stored
 * values may come from other fields of the same names (V10, V11).
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

/** Returns these records with `null` for each field. @param names the mapped fields, as this side names them */
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

/** Returns pairs by Copper field, if the field was and is mapped to one merge field only. */
async function inheritance(pairs: readonly MappedField[], store: Store): Promise<Record<string, string>> {
  const before = new Set((await store.fact("fields"))?.split(","));
  const single = pairs.filter(
    (one) =>
      before.has(`${one.copper}=${one.mailchimp}`) && pairs.filter((other) => other.copper === one.copper).length === 1,
  );
  return Object.fromEntries(single.map((one) => [one.copper, one.pair]));
}

/**
 * Returns the sides whose definitions the run must read again before these writes. Processes one operation per step.
 * @param kept whether the definitions come from the store
 */
export function* definitionsToRenew(
  operations: Iterable<Operation>,
  kept: boolean,
): Generator<void, ReadonlySet<"copper" | "mailchimp">> {
  const sides = new Set<"copper" | "mailchimp">();
  for (const one of operations) {
    yield;
    if (one.reason === "undo" || !isUpdate(one)) continue;
    // A recreated merge field is blank for all members, which looks as if a person had cleared it
    if (one.side === "copper" && Object.values(one.before).some((value) => !isBlank(value))) sides.add("mailchimp");
    // The same holds for a recreated custom field, if our definitions are stored ones
    const custom = Object.keys(one.settles.baseline ?? {}).some((pair) => pair.startsWith("custom:"));
    if (kept && custom && one.side === "mailchimp")
      for (const [name, value] of Object.entries(one.fields))
        if (isBlank(value) && !isBlank(one.before[name] ?? "")) sides.add("copper");
  }
  return sides;
}

/** Returns notes on merge fields that the audience requires but the mapping does not fill. */
export function requiredNotes({ setUp, mapped }: Mapping): Note[] {
  const filled = new Set(mapped.filter((one) => one.direction !== "to-copper").map((one) => one.mailchimp));
  return setUp.merges
    .filter((one) => one.required && !filled.has(one.tag))
    .map((one): Note => ({ contact: "", code: "required-field", field: one.tag }));
}

/** Returns the mapping for display, with the names of custom fields. */
export function shownMapping({ mapped, setUp }: Mapping): ShownField[] {
  return mapped.map((field) => {
    const custom = setUp.customs.find((one) => field.copper === `custom:${one.id}`);
    return { ...field, label: custom?.name ?? field.copper };
  });
}
