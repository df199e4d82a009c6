/**
 * Adds odd records, which did not parse, to the standings (A9, W10). A reading of changes shows only some of them. The
 * others stay odd until they parse, are gone, or their side is read whole.
 */

import type { Because, KeptStanding, Standing } from "../plan/standings.ts";
import type { OddRecord } from "../ports/sides.ts";
import type { Prepared } from "./prepare.ts";

type Side = "copper" | "mailchimp";

/**
 * Yields all standings. If a contact's record is odd, replaces the reason that was decided.
 * @param standings `undefined` for a contact that is in step
 */
export function* withOdd(
  standings: Iterable<Standing | undefined>,
  prepared: Prepared,
): Generator<Standing | undefined> {
  const odd = [...freshOf("copper", prepared.odd.copper), ...freshOf("mailchimp", prepared.odd.mailchimp)];
  const all = [...odd, ...stillOdd(prepared, new Set(odd.map(nameOf)))];
  if (all.length === 0) {
    yield* standings;
    return;
  }
  const persons = new Map(all.map((one) => [one.personId ?? Number.NaN, one]));
  const members = new Map(all.map((one) => [one.memberKey ?? "", one]));
  const told = new Set<Standing>();
  for (const standing of standings) {
    if (standing === undefined) {
      yield;
      continue;
    }
    const found = persons.get(standing.personId ?? -1) ?? members.get(standing.memberKey ?? "?");
    if (found !== undefined) told.add(found);
    yield found === undefined ? standing : { ...standing, ...because(found), unstored: found.unstored! };
  }
  for (const one of all) if (!told.has(one)) yield one;
}

/** Returns the reason and detail of a standing. */
function because({ reason, detail }: Standing): Because {
  return { reason, ...(detail && { detail }) };
}

/** Returns a key for an odd record: its side and name. */
function nameOf({ unstored }: Standing): string {
  return `${unstored?.side} ${unstored?.name}`;
}

/** Returns the standings of the odd records that this run's reading showed. */
function freshOf(side: Side, records: readonly OddRecord[]): Standing[] {
  return records.map(({ key, addresses, why, detail }, at) => ({
    ...(typeof key === "number" && { personId: key }),
    ...(typeof key === "string" && { memberKey: key }),
    unstored: { side, name: String(key ?? addresses[0] ?? at) },
    reason: why === "no-address" ? "phone-only" : "odd-record",
    detail: { ...(detail !== "" && { words: detail }), ...(addresses[0] !== undefined && { address: addresses[0] }) },
  }));
}

/** Returns the odd records of earlier readings that this reading did not show. */
function stillOdd({ state, seen }: Prepared, shown: ReadonlySet<string>): KeptStanding[] {
  const before = [...state.standings.values()].filter(
    (one) => one.unstored !== undefined && !seen.whole[one.unstored.side] && !shown.has(nameOf(one)),
  );
  if (before.length === 0) return [];
  const { persons = [], members = [], personsGone = [], membersGone = [] } = seen.stateChanges;
  const read = new Set<string>();
  for (const { id } of persons) read.add(`copper ${id}`);
  for (const { key } of members) read.add(`mailchimp ${key}`);
  for (const id of personsGone) read.add(`copper ${id}`);
  for (const key of membersGone) read.add(`mailchimp ${key}`);
  return before.filter((one) => !read.has(nameOf(one)));
}
