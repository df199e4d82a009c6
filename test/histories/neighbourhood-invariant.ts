/** The law of runs that load only whom something concerns: what they plan is what everybody would have them plan. */
import { expect } from "vitest";
import { PartialRecords } from "../../src/plan/partial-records.ts";
import { addedUp } from "../../src/plan/skipped.ts";
import { type Standing, standingKey } from "../../src/plan/standings.ts";
import type { Store } from "../../src/ports/store.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { Prepared } from "../../src/sync/prepare.ts";

/** How often it was looked at, and how often that was less than everybody: a law that never applies holds nothing. */
export const looked = { some: 0, fewer: 0 };

/** Notes that a run tells besides what is decided. */
const BESIDES = ["unmet-field", "required-field", "odd-record", "no-address"];

const sorted = (things: Iterable<unknown>) => [...things].map((one) => JSON.stringify(one)).sort();
const because = ({ reason, detail, afterwards, counted }: Standing) =>
  JSON.stringify({ reason, detail, afterwards, counted });

/** Checks a plan before anything of it is written. */
export async function asFromEverybody(prepared: Prepared, store: Store): Promise<void> {
  const { state, seen, world, policy, plan } = prepared;
  if (!(state.persons instanceof PartialRecords)) return;
  looked.some += 1;
  const all = await store.load();
  if ([...state.persons.keys()].length < all.persons.size) looked.fewer += 1;
  const persons = new Map([...all.persons.values(), ...state.persons.values()].map((one) => [one.id, one]));
  const members = new Map([...all.members.values(), ...state.members.values()].map((one) => [one.key, one]));
  const links = new Map([...all.links.values(), ...state.links.values()].map((one) => [one.personId, one]));
  for (const id of seen.stateChanges.personsGone ?? []) persons.delete(id);
  for (const key of seen.stateChanges.membersGone ?? []) members.delete(key);
  const whole = reconcile({ ...world, persons, members, links }, policy);
  const law = (what: string) => `a run of some, ${what}`;
  expect([persons.size, members.size, links.size], law("sizes")).toEqual([
    state.persons.size,
    state.members.size,
    state.links.size,
  ]);
  expect(sorted(plan.operations), law("operations")).toEqual(sorted(whole.operations));
  expect(sorted(plan.links), law("links")).toEqual(sorted(whole.links));
  expect(sorted(plan.conflicts), law("conflicts")).toEqual(sorted(whole.conflicts));
  expect(sorted(plan.marked), law("marked people")).toEqual(sorted(whole.marked));
  expect(sorted(plan.notes.filter((one) => !BESIDES.includes(one.code))), law("notes")).toEqual(sorted(whole.notes));
  expect([plan.since, sorted(plan.unlinked)], law("links given up")).toEqual([whole.since, sorted(whole.unlinked)]);
  expect({ ...plan.guard, contacts: sorted(plan.guard?.contacts ?? []) }, law("guard")).toEqual({
    ...whole.guard,
    contacts: sorted(whole.guard?.contacts ?? []),
  });
  expect(plan.again === null ? null : sorted(plan.again), law("looked at again")).toEqual(
    whole.again === null ? null : sorted(whole.again),
  );
  const odd = [...prepared.odd.copper, ...prepared.odd.mailchimp].filter((one) => one.why === "no-address").length;
  const told = addedUp(plan.skipped, prepared.besides);
  expect({ ...told, noEmail: told.noEmail - odd }, law("left out")).toEqual(whole.skipped);
  const near = new Map([...plan.standings].map((one) => [standingKey(one), one]));
  const here = (one: Standing) => state.persons.has(one.personId ?? -1) || state.members.has(one.memberKey ?? "");
  for (const one of whole.standings) {
    const kept = here(one) ? near.get(standingKey(one)) : all.standings.get(standingKey(one));
    expect(kept && because(kept), law(`where ${standingKey(one)} stands`)).toBe(because(one));
  }
}
