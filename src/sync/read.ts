/**
 * Reading both sides into what is stored of them (the *mirror*), so that every run reconciles the whole world,
 * however little it had to read.
 *
 *   | a side is read whole when                                           | else what changed since  |
 *   |---------------------------------------------------------------------|--------------------------|
 *   | it is the first run, `--full`, or the last run did not end          |                          |
 *   | the account is small (up to 2,000 people and 10,000 members); where |                          |
 *   | runs follow within ten minutes, once an hour                        |                          |
 *   | it was read whole more than a day ago, or six hours where a probe   |                          |
 *   | found that changes of tags alone are not told                       |                          |
 *   | what changed does not add up to how many the service says there are |                          |
 *
 * A reading of what changed begins ten minutes before the last one began, on the *side's own* clock: the last stamp
 * seen, advanced by the time that has passed on ours. No clock needs to agree with another. It also tells how many
 * there are in all (Mailchimp) or that there is nobody left (Copper), so that deletions and an emptied side (G4) are
 * noticed without another request. Only a complete reading tells *who* is gone (G1, G3): see `scan.ts`.
 */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { Records } from "../plan/collections.ts";
import type { Cursor, Cursors } from "../plan/cursor.ts";
import type { DoubtedReading, RunMode } from "../plan/run-document.ts";
import type { Hints, MemberSide, OnPage, PeopleSide, Reading, SideContext } from "../ports/sides.ts";
import type { State, StateChanges } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/match-index.ts";
import type { BothChanges, Changes } from "./changes.ts";
import { cursorAfter } from "./cursors.ts";
import { membersOf, personsOf } from "./record-kinds.ts";
import { type RecordKind, type ScanResult, SideScan, type Trust } from "./scan.ts";

const DAY = 86_400;
/** Where changes of tags alone are not told by the time of change, everything is read more often, seconds. */
const QUARTER = 21_600;

/** How many people and members. */
interface Size {
  readonly persons: number;
  readonly members: number;
}

/** Accounts up to this size are read whole each time. */
export interface Small extends Size {
  /** Or only when they were read whole so long ago (s). */
  readonly every?: number;
}
const SMALL: Small = { persons: 2_000, members: 10_000 };

/** Intervals (s) below this are short. */
const SHORT = 600;
const HOUR = 3_600;

/**
 * Returns which accounts are read whole, and how often: at a short interval that would take requests from others.
 * @param interval seconds between two runs
 */
export function smallAt(interval: number): Small {
  return interval < SHORT ? { ...SMALL, every: HOUR } : SMALL;
}

/** Returns whether as little as possible is asked of an account: a large one, or one that is asked often. */
export function asksLittle({ persons, members }: Size, interval: number): boolean {
  return persons > SMALL.persons || members > SMALL.members || interval < SHORT;
}

export interface Seen {
  readonly mode: RunMode;
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  /** Of these persons and members; absent where they are not those that were known. */
  readonly matchIndex?: MatchIndex;
  readonly read: { readonly copper: number; readonly mailchimp: number };
  /** Which sides were read whole. */
  readonly whole: Whole;
  readonly before?: { readonly persons: number; readonly members: number };
  /** Readings that should have been complete and were not believed (G3). */
  readonly doubted: readonly DoubtedReading[];
  /** Sides whose reading ended early (G3). */
  readonly partly: ReadonlySet<"copper" | "mailchimp">;
  /** Known, but not shown by a reading that should have shown everybody and was not believed: left alone (G3, D2). */
  readonly unseen: { readonly persons: ReadonlySet<number>; readonly members: ReadonlySet<string> };
  /** What this reading changes in the store. */
  readonly stateChanges: StateChanges;
  /** How far each side has been read; absent where nothing of this reading is kept. */
  readonly cursors?: Cursors;
}

/** Whether each side must be read whole. */
export interface Whole {
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/**
 * Decides what is read whole, before anything is asked.
 * @param known how many there are on each side
 * @param now our clock, Unix seconds
 */
export function readsWhole(
  cursors: Cursors | undefined,
  known: Size,
  small: Small = SMALL,
  now: number,
  full: boolean,
  capabilities: Capabilities = {},
): Whole {
  // Marks of an earlier version know one time for both sides
  if (full || cursors?.wholeAt === undefined) return { copper: true, mailchimp: true };
  const { every = 0 } = small;
  const isSmall = known.persons <= small.persons && known.members <= small.members;
  const due = (at: number, tagsTold: boolean | undefined) =>
    now - at >= (isSmall ? every : tagsTold === false ? QUARTER : DAY) || now < at;
  return {
    copper: due(cursors.wholeAt.copper, capabilities.tagsMovePerson),
    mailchimp: due(cursors.wholeAt.mailchimp, capabilities.tagsMoveMember),
  };
}

/** What reading needs besides the two sides. */
export interface Reader {
  readonly state: Pick<State, "persons" | "members">;
  /** Of these records; filled in as they come in. */
  readonly matchIndex: MatchIndex;
  readonly cursors: Cursors | undefined;
  readonly whole: Whole;
  readonly trust: Trust;
  /** What has changed, for a side that is not read whole. */
  readonly changes: BothChanges;
  /** Contacts that are read afresh besides, where not everybody is. */
  readonly hints?: Hints;
  /** When the reading begins, on our clock, Unix seconds. */
  readonly startedAt: number;
  /** Whether only some of those who are known are here: what concerns everybody cannot go on then. */
  readonly some?: boolean;
  /**
   * Asks for a side's definitions again, where those that are known may be old (V11). @returns whether they are others.
   * Throws where other fields are mapped now.
   */
  renew?(side: "copper" | "mailchimp"): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
  readonly contexts: { readonly copper: SideContext; readonly mailchimp: SideContext };
}

/** What was read concerns everybody, and only some of those who are known are here. */
export class EverybodyNeeded extends Error {
  constructor() {
    super("a reading of some has to become one of everybody");
  }
}

/**
 * Reads both sides at once. Throws EverybodyNeeded where the changes do not add up, or are not all there, and only some
 * are here.
 */
export async function readSides(copper: PeopleSide, mailchimp: MemberSide, reader: Reader): Promise<Seen> {
  const { state, matchIndex, cursors, trust, contexts, changes, startedAt, some = false } = reader;
  const before = { persons: state.persons.size, members: state.members.size };
  const [people, members] = await Promise.all([
    reading(copper, personsOf(copper, contexts.copper, matchIndex.persons), state.persons, {
      whole: reader.whole.copper,
      changes: changes.copper,
      some,
      context: contexts.copper,
      // Nobody at all: whether that is so, only a complete reading can say to the guard (G4)
      addsUp: (there) => there > 0 || before.persons === 0,
      trust,
      ...(reader.renew && {
        async clarified(ids) {
          return (await reader.renew?.("copper")) ? copper.confirm(ids, contexts.copper) : [];
        },
      }),
      gone(records) {
        const found = new Set(records.map((one) => one.id));
        return (reader.hints?.personIds ?? []).filter((id) => !found.has(id));
      },
    }),
    reading(mailchimp, membersOf(mailchimp, matchIndex.members), state.members, {
      whole: reader.whole.mailchimp,
      changes: changes.mailchimp,
      some,
      context: contexts.mailchimp,
      addsUp: (there, size) => there - size === (cursors?.surplus ?? 0),
      trust,
      ...(reader.renew && {
        async clarified() {
          await reader.renew?.("mailchimp");
          return [];
        },
      }),
      gone(records) {
        const emails = new Set(reader.hints?.emails);
        for (const { email } of records) emails.delete(addressKey(email));
        const gone: string[] = [];
        if (emails.size > 0)
          for (const one of state.members.values()) if (emails.has(addressKey(one.email))) gone.push(one.key);
        return gone;
      },
    }),
  ]);
  const lasted = Math.max(0, Math.floor(reader.now() / 1000) - startedAt);
  const doubted = [people.scanned.doubted, members.scanned.doubted].filter((one) => one !== undefined);
  const partly = new Set<"copper" | "mailchimp">();
  if (!people.reading.complete) partly.add("copper");
  if (!members.reading.complete) partly.add("mailchimp");
  // What a reading that ended early did not show is looked for again
  const moved = (side: "copper" | "mailchimp", { reading, scanned: { latest }, whole }: Ended): Cursor => {
    const before = cursors?.[side];
    if (!reading.complete) return before ?? { side: 0, ours: startedAt };
    const newest = whole ? latest : before?.newest && Math.max(before.newest, latest);
    const reached = cursorAfter(before, startedAt, latest - lasted, cursors?.ahead?.[side]);
    return { ...reached, ...(newest !== undefined && { newest }) };
  };
  const wholeAt = (side: "copper" | "mailchimp", { scanned: { doubted }, whole }: Ended) =>
    whole && doubted === undefined ? startedAt : (cursors?.wholeAt?.[side] ?? 0);
  const { there } = members.reading;
  const next: Cursors = {
    copper: moved("copper", people),
    mailchimp: moved("mailchimp", members),
    wholeAt: {
      copper: wholeAt("copper", people),
      mailchimp: wholeAt("mailchimp", members),
    },
    ...(cursors?.ahead && { ahead: cursors.ahead }),
    surplus: members.whole && there !== undefined ? there - members.scanned.now.size : (cursors?.surplus ?? 0),
  };
  // An empty answer is shown to the guard as it is (G4); nothing of it is stored
  const emptied = people.scanned.emptied || members.scanned.emptied;
  return {
    mode: people.whole && members.whole ? "full" : "incremental",
    persons: people.scanned.now,
    members: members.scanned.now,
    read: { copper: people.scanned.read, mailchimp: members.scanned.read },
    whole: { copper: people.whole, mailchimp: members.whole },
    ...(cursors && { before }),
    doubted,
    partly,
    unseen: { persons: people.scanned.unseen, members: members.scanned.unseen },
    ...(!emptied && { cursors: next, matchIndex }),
    stateChanges: emptied
      ? {}
      : {
          persons: people.scanned.changed,
          members: members.scanned.changed,
          personsGone: people.scanned.gone,
          membersGone: members.scanned.gone,
          facts: { marks: next },
        },
  };
}

/** How one side is read. */
interface Way<Key, R> {
  readonly whole: boolean;
  readonly changes: Changes<R>;
  /** Whether only some of those who are known are here. */
  readonly some: boolean;
  readonly context: SideContext;
  /** Whether a reading of what changed agrees with how many there are. @param size how many are known with it */
  addsUp(there: number, size: number): boolean;
  readonly trust: Trust;
  /** Records that cannot be understood, once more; absent where what is known of their fields is fresh. */
  clarified?(keys: readonly Key[]): Promise<readonly R[]>;
  /** Those of whom something was told and who are gone. @param there the others */
  gone(there: readonly R[]): readonly Key[];
}

/** How a side's reading ended. */
interface Ended {
  readonly reading: Reading;
  readonly scanned: Pick<ScanResult<unknown, unknown>, "latest" | "doubted">;
  readonly whole: boolean;
}

async function reading<Key extends string | number, R>(
  side: { readAll(onPage: OnPage<R>, context: SideContext): Promise<Reading> },
  kind: RecordKind<Key, R>,
  known: Records<Key, R>,
  way: Way<Key, R>,
): Promise<{ reading: Reading; scanned: ScanResult<Key, R>; whole: boolean }> {
  const scan = new SideScan(kind, known, way.trust);
  const onPage: OnPage<R> = (records) => scan.addPage(records);
  if (!way.whole) {
    const changes = await way.changes.read(onPage);
    const records = await way.changes.hinted();
    scan.addPage(records);
    scan.lose(way.gone(records));
    const fits = () => changes.there === undefined || way.addsUp(changes.there, scan.size);
    if (way.some && !(changes.complete && fits())) throw new EverybodyNeeded();
    await clarify(scan, way);
    if (fits()) return { reading: changes, scanned: await scan.end(false, changes.complete), whole: false };
    if (way.some) throw new EverybodyNeeded();
    scan.again();
  }
  const all = await side.readAll(onPage, way.context);
  await clarify(scan, way);
  return { reading: all, scanned: await scan.end(true, all.complete), whole: true };
}

/** Reads again what shows that our knowledge of the fields may be old (V11). */
async function clarify<Key extends string | number, R>(scan: SideScan<Key, R>, way: Way<Key, R>): Promise<void> {
  const absent = scan.absent;
  if (absent.length > 0 && way.clarified !== undefined) scan.retake(await way.clarified(absent));
}
