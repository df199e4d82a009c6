/**
 * Reading both sides into what is stored of them (the *mirror*), so that every run reconciles the whole world,
 * however little it had to read.
 *
 *   | the run is                                                          | reads                    |
 *   |---------------------------------------------------------------------|--------------------------|
 *   | the first, asked with `--full`, after a run that did not end        | everything               |
 *   | of a small account (up to 2,000 people and 10,000 members)          | everything               |
 *   | more than a day after the last complete reading                     | everything               |
 *   | with nobody left on a side that held contacts (G4)                  | everything               |
 *   | any other                                                           | what changed since       |
 *
 * An incremental reading begins ten minutes before the last one began, on the *side's own* clock: the last stamp
 * seen, advanced by the time that has passed on ours. No clock needs to agree with another.
 * Only a complete reading tells who is gone, and each is looked for once more before it is believed (G1, G3).
 */
import type { Member, Person } from "../contact/contact.ts";
import { alike } from "../contact/pool.ts";
import type { Clock, Learnt, Mark, MemberSide, PeopleSide, SideContext, State, Store } from "../plan/ports.ts";
import type { DoubtedReading, RunMode } from "../plan/run-document.ts";

const MARGIN = 600;
const DAY = 86_400;
const SMALL_PERSONS = 2_000;
const SMALL_MEMBERS = 10_000;
/** A complete reading that shows less than this share of the last one is not believed to be complete (G3). */
const FAR_FEWER = 0.5;

/** What is kept between runs about reading. */
interface Marks {
  readonly copper: Mark;
  readonly mailchimp: Mark;
  /** When everything was read last, on our clock, Unix seconds. */
  readonly fullAt: number;
}

export interface Seen {
  readonly mode: RunMode;
  readonly persons: ReadonlyMap<number, Person>;
  readonly members: ReadonlyMap<string, Member>;
  readonly read: { readonly copper: number; readonly mailchimp: number };
  readonly before?: { readonly persons: number; readonly members: number };
  /** Readings that should have been complete and were not believed (G3). */
  readonly doubted: readonly DoubtedReading[];
  /** Known, but not shown by a reading that should have shown everybody and was not believed: left alone (G3, D2). */
  readonly unseen: { readonly persons: ReadonlySet<number>; readonly members: ReadonlySet<string> };
  /** What the store is to learn of this reading. */
  readonly learnt: Learnt;
}

/**
 * Reads both sides at once.
 * @param full whether everything must be read
 * @param trust whether somebody vouches for far fewer contacts than before (`yes`), and whether what is stored counts
 *   for nothing beside what is read (`rebuild`)
 */
export async function readSides(
  copper: PeopleSide,
  mailchimp: MemberSide,
  store: Store,
  state: State,
  clock: Clock,
  full: boolean,
  trust: { readonly yes: boolean; readonly rebuild?: boolean },
  contexts: { readonly copper: SideContext; readonly mailchimp: SideContext },
): Promise<Seen> {
  const marks = await store.fact<Marks>("marks");
  const { yes: trusted, rebuild = false } = trust;
  const startedAt = Math.floor(clock.now() / 1000);
  const small = state.persons.length <= SMALL_PERSONS && state.members.length <= SMALL_MEMBERS;
  const everything =
    full ||
    marks === undefined ||
    small ||
    startedAt - marks.fullAt >= DAY ||
    startedAt < marks.fullAt ||
    (await emptied(copper, mailchimp, state));
  const [people, members] = await Promise.all(
    everything
      ? [copper.readAll(contexts.copper), mailchimp.readAll(contexts.mailchimp)]
      : [
          copper.readSince(since(marks.copper, startedAt), contexts.copper),
          mailchimp.readSince(since(marks.mailchimp, startedAt), contexts.mailchimp),
        ],
  );
  const lasted = Math.max(0, Math.floor(clock.now() / 1000) - startedAt);
  const known = {
    persons: new Map(state.persons.map((person) => [person.id, person])),
    members: new Map(state.members.map((member) => [member.key, member])),
  };
  // A search lags behind writes: what is older than what was seen already is not news
  const believed = <T>(record: T | undefined) => (rebuild ? undefined : record);
  const personsNow = new Map(
    people.records.map((read) => [read.id, newer(read, believed(known.persons.get(read.id)), (one) => one.modifiedAt)]),
  );
  const membersNow = new Map(
    members.records.map((read) => [
      read.key,
      newer(read, believed(known.members.get(read.key)), (one) => one.changedAt),
    ]),
  );
  // Two versions of one second: only the record itself tells which is true
  const unsure = people.records.filter((read) => {
    const there = believed(known.persons.get(read.id));
    return there !== undefined && there.modifiedAt === read.modifiedAt && differs(read, there);
  });
  if (unsure.length > 0)
    for (const person of await copper.confirm(
      unsure.map((one) => one.id),
      contexts.copper,
    ))
      personsNow.set(person.id, person);
  const changedPersons = [...personsNow.values()].filter((person) => differs(person, known.persons.get(person.id)));
  const changedMembers = [...membersNow.values()].filter((member) => differs(member, known.members.get(member.key)));
  const before = marks && { persons: known.persons.size, members: known.members.size };
  const doubted: DoubtedReading[] = [];
  const personsGone: number[] = [];
  let membersGone: string[] = [];
  const unseen = { persons: new Set<number>(), members: new Set<string>() };
  if (everything) {
    const absent = [...known.persons.keys()].filter((id) => !personsNow.has(id));
    const emptied = personsNow.size === 0 && known.persons.size > 0;
    if (people.complete && (trusted || !farFewer(personsNow.size, known.persons.size))) {
      const found = absent.length === 0 ? [] : await copper.confirm(absent, contexts.copper);
      for (const person of found) {
        personsNow.set(person.id, person);
        changedPersons.push(person);
      }
      personsGone.push(...absent.filter((id) => !personsNow.has(id)));
    } else {
      doubted.push({ side: "copper", read: personsNow.size, known: known.persons.size });
      unseen.persons = new Set(absent);
    }
    const missing = [...known.members.keys()].filter((key) => !membersNow.has(key));
    if (members.complete && (trusted || !farFewer(membersNow.size, known.members.size))) membersGone = missing;
    else {
      doubted.push({ side: "mailchimp", read: membersNow.size, known: known.members.size });
      unseen.members = new Set(missing);
    }
    // An empty answer is shown to the guard as it is (G4); nothing of it is stored
    if (emptied || (membersNow.size === 0 && known.members.size > 0))
      return {
        mode: "full",
        persons: personsNow,
        members: membersNow,
        read: { copper: people.records.length, mailchimp: members.records.length },
        ...(before && { before }),
        doubted,
        unseen,
        learnt: {},
      };
  }
  for (const person of personsNow.values()) known.persons.set(person.id, person);
  for (const member of membersNow.values()) known.members.set(member.key, member);
  for (const id of personsGone) known.persons.delete(id);
  for (const key of membersGone) known.members.delete(key);
  const next: Marks = {
    copper: mark(
      marks?.copper,
      startedAt,
      lasted,
      people.records.map((person) => person.modifiedAt),
    ),
    mailchimp: mark(
      marks?.mailchimp,
      startedAt,
      lasted,
      members.records.map((member) => member.changedAt),
    ),
    fullAt: everything && doubted.length === 0 ? startedAt : (marks?.fullAt ?? 0),
  };
  return {
    mode: everything ? "full" : "incremental",
    persons: known.persons,
    members: known.members,
    read: { copper: people.records.length, mailchimp: members.records.length },
    ...(before && { before }),
    doubted,
    unseen,
    learnt: { persons: changedPersons, members: changedMembers, personsGone, membersGone, facts: { marks: next } },
  };
}

/** Whether a side that held contacts shows nobody any more: only a complete reading can say so to the guard (G4). */
async function emptied(copper: PeopleSide, mailchimp: MemberSide, state: State): Promise<boolean> {
  const [noPeople, noMembers] = await Promise.all([copper.isEmpty(), mailchimp.isEmpty()]);
  return (noPeople && state.persons.length > 0) || (noMembers && state.members.length > 0);
}

/** Where the next reading begins: a time the side's clock had surely passed, less a margin for late searches. */
export function since(mark: Mark, ours: number): number {
  return Math.min(mark.side, ours) - MARGIN;
}

/**
 * What the side's clock had surely reached when this reading began: the last mark, advanced by the time passed on
 * ours, or the highest stamp seen, less the time the reading took.
 * @param lasted seconds from the beginning to the end of the reading
 */
export function mark(before: Mark | undefined, startedAt: number, lasted: number, stamps: readonly number[]): Mark {
  const advanced = before === undefined ? 0 : before.side + Math.max(0, startedAt - before.ours);
  const highest = stamps.reduce((high, stamp) => Math.max(high, stamp), 0);
  return { side: Math.max(advanced, highest - lasted), ours: startedAt };
}

function newer<T>(read: T, known: T | undefined, stamp: (one: T) => number): T {
  return known !== undefined && stamp(known) > stamp(read) ? known : read;
}

function farFewer(now: number, before: number): boolean {
  return now < before * FAR_FEWER;
}

function differs(now: unknown, before: unknown): boolean {
  return !alike(now, before);
}
