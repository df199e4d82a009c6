/** The store (port `Store`) in memory: the same contract, nothing kept. For tests with thousands of runs. */
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { MEMORY } from "../plan/collections.ts";
import type { Operation } from "../plan/operations.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { noneSkipped } from "../plan/skipped.ts";
import { type KeptStanding, standingKey } from "../plan/standings.ts";
import type { PublishedActivities } from "../ports/engagement.ts";
import type {
  ConflictResolution,
  JournalEntry,
  KeptCopy,
  KnownContact,
  State,
  StateChanges,
  Store,
} from "../ports/store.ts";
import { addressesOf, addressNumber } from "./addresses.ts";
import { standingsIn } from "./memory-standings.ts";
import { table } from "./memory-table.ts";
import { seedsOf } from "./neighbours.ts";
import { engagementKey, goneKeys, hasAddress, nameText, runLine, searchKey, waitingAlone } from "./projections.ts";
import { relinked, touchedBy } from "./touched.ts";

interface Entry {
  readonly id: number;
  readonly run: string;
  readonly operation: Operation;
  state: string;
}

/** Returns an empty store. `now` returns the time (Unix ms). */
export function memoryStore(now: () => number): Store {
  const persons = table<Person>();
  const members = table<Member>();
  const links = table<Link>();
  const rejections = table<State["rejections"][number]>();
  const reviews = table<State["reviews"][number]>();
  const troubles = table<State["troubles"][number]>();
  const resolutions = table<ConflictResolution>();
  const deleted = table<string>();
  const engagements = table<PublishedActivities>();
  const standings = table<KeptStanding>();
  /** When each link was last written (Unix ms). */
  const linkedAt = new Map<number, number>();
  const facts = table<unknown>();
  const copies = table<KeptCopy>();
  const runs = new Map<string, { document: RunDocument; report: Readonly<Record<string, string>> }>();
  const journal: Entry[] = [];
  /** The highest position that a link was ever given. */
  let since = 0;
  /** The settings of the last decision on every contact, and the contacts touched since. */
  let by: string | undefined;
  const touched = new Set<string>();
  let lease: { holder: string; since: string } | undefined;

  function saveChanges(stateChanges: StateChanges): void {
    if (stateChanges.decided === undefined && by !== undefined) touch(stateChanges);
    const left = (stateChanges.standings === undefined ? (stateChanges.personsGone ?? []) : [])
      .flatMap((id) => members.get(links.get(id)?.memberKey) ?? [])
      .filter(({ key }) => !stateChanges.membersGone?.includes(key));
    for (const id of stateChanges.personsGone ?? []) persons.drop(id);
    for (const key of stateChanges.membersGone ?? []) members.drop(key);
    for (const id of stateChanges.unlinked ?? []) {
      links.drop(id);
      linkedAt.delete(id);
    }
    for (const key of goneKeys(stateChanges)) standings.drop(key);
    for (const address of stateChanges.rejectionsLifted ?? []) rejections.drop(address);
    for (const id of stateChanges.reviewsOver ?? []) reviews.drop(id);
    for (const contact of stateChanges.troublesOver ?? []) troubles.drop(contact);
    for (const address of stateChanges.restored ?? []) deleted.drop(address);
    for (const one of stateChanges.resolutionsOver ?? []) resolutions.drop(`${one.personId} ${one.field}`);
    for (const one of stateChanges.resolutions ?? []) resolutions.put(`${one.personId} ${one.field}`, one);
    for (const one of stateChanges.persons ?? []) persons.put(one.id, one);
    for (const one of stateChanges.members ?? []) members.put(one.key, one);
    for (const one of stateChanges.links ?? []) {
      links.put(one.personId, one);
      linkedAt.set(one.personId, now());
    }
    for (const one of stateChanges.rejections ?? []) rejections.put(one.address, one);
    for (const one of stateChanges.reviews ?? []) reviews.put(one.personId, one);
    for (const one of stateChanges.troubles ?? []) troubles.put(one.contact, one);
    for (const address of stateChanges.deleted ?? []) deleted.put(address, address);
    for (const one of stateChanges.engaged ?? []) engagements.put(engagementKey(one), one);
    for (const campaign of stateChanges.engagementOver ?? [])
      for (const one of engagements.all()) if (one.campaign === campaign) engagements.drop(engagementKey(one));
    for (const { key } of left) standings.put(`m${key}`, waitingAlone(key, now()));
    for (const one of stateChanges.standings ?? []) standings.put(standingKey(one), one);
    for (const key of stateChanges.standingsOver ?? []) {
      standings.drop(key);
      const personId = Number(key.slice(1));
      if (key.startsWith("p") && linkedAt.has(personId)) linkedAt.set(personId, now());
    }
    for (const [name, fact] of Object.entries(stateChanges.facts ?? {})) facts.put(name, fact);
    for (const one of stateChanges.links ?? []) since = Math.max(since, one.since);
    if (stateChanges.decided === undefined) return;
    touched.clear();
    by = stateChanges.decided?.by;
    for (const key of stateChanges.decided?.again ?? []) touched.add(key);
  }
  /** Marks the contacts that a change concerns as touched. */
  function touch(stateChanges: StateChanges): void {
    const { own, addresses } = touchedBy(stateChanges);
    const before = relinked(stateChanges).flatMap((id) => links.get(id) ?? []);
    for (const key of [...own, ...addresses, ...before.map(({ memberKey }) => standingKey({ memberKey }))])
      touched.add(key);
  }
  /** Yields the keys of the contacts with one of these addresses. */
  function* keysAt(numbers: readonly number[]): Iterable<string> {
    const wanted = new Set(numbers);
    for (const record of [...persons.all(), ...members.all()])
      for (const { address, key } of addressesOf(record)) if (wanted.has(address)) yield key;
  }
  const lists = () => ({
    collections: MEMORY,
    rejections: rejections.all(),
    reviews: reviews.all(),
    troubles: troubles.all(),
    resolutions: resolutions.all(),
    deleted: deleted.all(),
  });

  function knownOf(who: { readonly personId: number } | { readonly memberKey: string }): KnownContact {
    const link = links
      .all()
      .find((one) => ("personId" in who ? one.personId === who.personId : one.memberKey === who.memberKey));
    const personId = "personId" in who ? who.personId : link?.personId;
    const memberKey = "memberKey" in who ? who.memberKey : link?.memberKey;
    const person = persons.get(personId);
    const member = members.get(memberKey);
    return { ...(person && { person }), ...(member && { member }), ...(link && { link }) };
  }

  return {
    async load() {
      return {
        ...lists(),
        persons: new Map(persons.all().map((one) => [one.id, one])),
        members: new Map(members.all().map((one) => [one.key, one])),
        links: new Map(links.all().map((one) => [one.personId, one])),
        standings: new Map(standings.all().map((one) => [standingKey(one), one])),
      };
    },
    lists: async () => lists(),
    async some({ personIds, memberKeys }) {
      const [ids, keys] = [new Set(personIds), new Set(memberKeys)];
      return {
        persons: [...ids].flatMap((id) => persons.get(id) ?? []),
        members: [...keys].flatMap((key) => members.get(key) ?? []),
        links: links.all().filter((one) => ids.has(one.personId) || keys.has(one.memberKey)),
      };
    },
    having: async (addresses) => seedsOf(keysAt(addresses.map((one) => addressNumber(addressKey(one))))),
    decidedBy: async () => by,
    async touched() {
      const numbers = [...touched].filter((key) => key.startsWith("a")).map((key) => Number(key.slice(1)));
      return seedsOf(touched.union(new Set(keysAt(numbers))));
    },
    async skipped() {
      const counts = noneSkipped();
      for (const { counted } of standings.all()) if (counted !== undefined) counts[counted] += 1;
      return counts;
    },
    saveChanges: async (stateChanges) => saveChanges(stateChanges),
    fact: async (name) => facts.get(name) as never,
    async lock(holder) {
      if (lease !== undefined) return { held: false, by: lease.holder, since: lease.since };
      lease = { holder, since: new Date(now()).toISOString() };
      return { held: true };
    },
    holds: () => true,
    shared: async () => undefined,
    async unlock(holder) {
      if (lease?.holder === holder) lease = undefined;
    },
    async beginRun(run) {
      runs.set(run, { document: null as never, report: {} });
    },
    async journal(run, operations) {
      return operations.map((operation) => {
        journal.push({ id: journal.length + 1, run, operation: structuredClone(operation), state: "sent" });
        return journal.length;
      });
    },
    async answer(answers, stateChanges) {
      for (const { id, ok } of answers) journal[id - 1]!.state = ok ? "done" : "failed";
      saveChanges(stateChanges);
    },
    async inDoubt() {
      return structuredClone(journal.filter((one) => one.state === "sent")) as JournalEntry[];
    },
    async closeDoubts(ids) {
      for (const id of ids) journal[id - 1]!.state = "seen";
    },
    async *operations(run) {
      for (const one of journal) if (one.run === run && one.state === "done") yield one.operation;
    },
    async endRun(run, document, report) {
      runs.set(run, { document, report });
    },
    runs: async (limit, offset = 0, syncs = false) =>
      [...runs]
        .flatMap(([run, { document }]) => runLine(run, document) ?? [])
        .filter((line) => !syncs || line.kind === undefined)
        .reverse()
        .slice(offset, offset + limit),
    holdings: async () => ({
      persons: persons.all().length,
      members: members.all().length,
      links: links.all().length,
      since,
    }),
    waiting: async () => ({ reviews: reviews.all(), rejections: rejections.all(), troubles: troubles.all() }),
    resolutions: async () => resolutions.all(),
    engagements: async (of) => of.flatMap((one) => engagements.get(engagementKey(one)) ?? []),
    async search(text, limit) {
      const words = searchKey(text).split(" ").filter(Boolean);
      const has = (one: Person | Member) => words.every((word) => nameText(one).includes(word));
      const known = persons
        .all()
        .filter(has)
        .map(({ id }) => knownOf({ personId: id }));
      const linked = new Set(known.map((one) => one.member?.key));
      const strangers = members.all().filter((one) => has(one) && !linked.has(one.key));
      return [...known, ...strangers.map(({ key }) => knownOf({ memberKey: key }))].slice(0, limit);
    },
    async atAddress(address) {
      const known = persons
        .all()
        .filter((one) => hasAddress(one.emails, address))
        .map(({ id }) => knownOf({ personId: id }));
      const linked = new Set(known.map((one) => one.member?.key));
      const others = members.all().filter((one) => hasAddress([one.email], address) && !linked.has(one.key));
      return [...known, ...others.map(({ key }) => knownOf({ memberKey: key }))];
    },
    contact: async (who) => knownOf(who),
    contacts: async (ids) => ids.map((personId) => knownOf({ personId })).filter((one) => one.person !== undefined),
    ...standingsIn({
      persons,
      members,
      links,
      standings,
      knownOf,
      linkedAt,
      isLookedAt: () => facts.get("looked at") !== undefined,
    }),
    async history(personId, limit) {
      const own = journal.filter((one) => one.operation.personId === personId);
      return structuredClone(own.reverse().slice(0, limit)) as JournalEntry[];
    },
    run: async (id) => runs.get(id),
    keep: async (copy) => copies.put(copy.personId, copy),
    copies: async () => copies.all(),
    async restoredAs(personId, newId) {
      const copy = copies.get(personId);
      if (copy) copies.put(personId, { ...copy, restoredAs: newId });
    },
    close: async () => undefined,
  };
}
