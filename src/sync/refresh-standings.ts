/**
 * Updates the standings of some contacts after an operator's decision. So the decision shows before the next run (R1).
 * Runs the ordinary reconciliation on the stored records of these contacts, so that its rules exist only once.
 */
import { addressKey, validKeys } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { isSetAside } from "../plan/outcomes.ts";
import { type KeptStanding, standingKey } from "../plan/standings.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import type { Policy, World } from "../reconcile/world.ts";

/** Dependencies of `refreshStandings`. */
interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Omit<Policy, "mapped">;
}

/**
 * Updates the standings of these people and members, and of the records linked to them. Changes no others. Does nothing
 * before the first run has stored standings.
 * @param personIds ids of people in Copper
 * @param memberKeys keys of members, as stored
 */
export async function refreshStandings(
  { store, clock, policy }: Parts,
  personIds: readonly number[],
  memberKeys: readonly string[] = [],
): Promise<void> {
  if (personIds.length + memberKeys.length === 0) return;
  if ((await store.fact("looked at")) === undefined) return;
  const before = await store.standingsAt(personIds.map((personId) => standingKey({ personId })));
  const persons = new Map<number, Person>();
  const members = new Map<string, Member>();
  const links = new Map<number, Link>();
  const known = await Promise.all([
    ...personIds.map((personId) => store.contact({ personId })),
    ...memberKeys.map((memberKey) => store.contact({ memberKey })),
    ...before.flatMap(({ memberKey }) => (memberKey === undefined ? [] : [store.contact({ memberKey })])),
  ]);
  for (const { person, member, link } of known) {
    if (person) persons.set(person.id, person);
    if (member) members.set(member.key, member);
    if (link) links.set(link.personId, link);
  }
  const { standings } = reconcile(await worldOf(store, { persons, members, links }), {
    ...policy,
    // Skip mappings of an earlier version: they lack the kinds of fields
    mapped: ((await store.fact("mapping")) ?? []).filter((one) => one.source !== undefined),
  });
  const keys = [
    // Includes records that are gone by now
    ...[...personIds, ...persons.keys()].map((personId) => standingKey({ personId })),
    ...[...memberKeys, ...members.keys()].map((memberKey) => standingKey({ memberKey })),
    ...before.map(standingKey),
  ];
  const since = new Date(clock.now()).toISOString();
  const there = new Map(before.map((one) => [standingKey(one), one]));
  const next = [...standings].map(({ afterwards: _, ...one }): KeptStanding => {
    const same = there.get(standingKey(one));
    return { ...one, since: same?.reason === one.reason ? same.since : since };
  });
  const still = new Set(next.map(standingKey));
  await store.saveChanges({ standings: next, standingsOver: keys.filter((key) => !still.has(key)) });
}

/** Builds a world of these records only, with the stored rejections, reviews, troubles and chosen values. */
async function worldOf(store: Store, records: Pick<World, "persons" | "members" | "links">): Promise<World> {
  const [waiting, resolutions, copies, runs] = await Promise.all([
    store.waiting(),
    store.resolutions(),
    store.copies(),
    store.fact("runs"),
  ]);
  const deleted = copies.filter((one) => one.restoredAs === null).flatMap((one) => validKeys(one.emails));
  const byPerson = Map.groupBy(resolutions, (one) => one.personId);
  return {
    ...records,
    run: (runs ?? 0) + 1,
    // No link is made here
    since: 0,
    rejected: new Map(waiting.rejections.map((one) => [addressKey(one.address), one.code])),
    reviewed: new Map(waiting.reviews.map((one) => [one.personId, one.ignored])),
    setAside: new Set(waiting.troubles.filter(isSetAside).map((one) => addressKey(one.contact))),
    deleted: new Set(deleted),
    chosenValues: new Map([...byPerson].map(([id, list]) => [id, new Map(list.map((one) => [one.field, one.value]))])),
  };
}
