/**
 * Reads both sides into what is stored of them (the *mirror*), so that every run reconciles the whole world, however
 * little it had to read. `reads-whole.ts` decides which side is read whole.
 *
 * A reading of what changed begins ten minutes before the last one began, on the *side's own* clock: the last stamp
 * seen, advanced by the time that has passed on ours. No clock needs to agree with another. It also says how many
 * there are in all (Mailchimp), or that nobody is left (Copper): deletions and an emptied side (G4) are noticed without
 * another request. Only a complete reading says *who* is gone (G1, G3): see `scan.ts`.
 */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { Records } from "../plan/collections.ts";
import type { Cursor, Cursors } from "../plan/cursor.ts";
import type { DoubtedReading, RunMode } from "../plan/run-document.ts";
import type { Hints, OnPage, OnProgress, Reading } from "../ports/sides.ts";
import type { State, StateChanges } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/match-index.ts";
import type { BothChanges, Changes } from "./changes.ts";
import { cursorAfter } from "./cursors.ts";
import type { Whole } from "./reads-whole.ts";
import { membersOf, personsOf } from "./record-kinds.ts";
import type { Readers } from "./run-sides.ts";
import { type RecordKind, type ScanResult, SideScan, type Trust } from "./scan.ts";

/** What was read, beside what was known before. */
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

/** What reading needs besides the two sides. */
export interface ReadOptions {
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
  /** Called after each page. */
  readonly progress: { readonly copper: OnProgress; readonly mailchimp: OnProgress };
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
export async function readSides(readers: Readers, options: ReadOptions): Promise<Seen> {
  const { state, matchIndex, cursors, trust, progress, changes, startedAt, some = false } = options;
  const before = { persons: state.persons.size, members: state.members.size };
  const [people, members] = await Promise.all([
    reading(personsOf(readers.copper, matchIndex.persons), state.persons, {
      whole: options.whole.copper,
      readAll: (onPage) => readers.copper().readAll(onPage, progress.copper),
      changes: changes.copper,
      some,
      // Nobody at all: whether that is so, only a complete reading can say to the guard (G4)
      addsUp: (there) => there > 0 || before.persons === 0,
      trust,
      ...(options.renew && {
        async clarified(ids) {
          return (await options.renew?.("copper")) ? readers.copper().confirm(ids) : [];
        },
      }),
      gone(records) {
        const found = new Set(records.map((one) => one.id));
        return (options.hints?.personIds ?? []).filter((id) => !found.has(id));
      },
    }),
    reading(membersOf(readers.mailchimp, matchIndex.members), state.members, {
      whole: options.whole.mailchimp,
      readAll: (onPage) => readers.mailchimp.readAll(onPage, progress.mailchimp),
      changes: changes.mailchimp,
      some,
      addsUp: (there, size) => there - size === (cursors?.surplus ?? 0),
      trust,
      ...(options.renew && {
        async clarified() {
          await options.renew?.("mailchimp");
          return [];
        },
      }),
      gone(records) {
        const emails = new Set(options.hints?.emails);
        for (const { email } of records) emails.delete(addressKey(email));
        const gone: string[] = [];
        if (emails.size > 0)
          for (const one of state.members.values()) if (emails.has(addressKey(one.email))) gone.push(one.key);
        return gone;
      },
    }),
  ]);
  const lasted = Math.max(0, Math.floor(options.now() / 1000) - startedAt);
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
  /** Reads everything. */
  readAll(onPage: OnPage<R>): Promise<Reading>;
  readonly changes: Changes<R>;
  /** Whether only some of those who are known are here. */
  readonly some: boolean;
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
  const all = await way.readAll(onPage);
  await clarify(scan, way);
  return { reading: all, scanned: await scan.end(true, all.complete), whole: true };
}

/** Reads again what shows that our knowledge of the fields may be old (V11). */
async function clarify<Key extends string | number, R>(scan: SideScan<Key, R>, way: Way<Key, R>): Promise<void> {
  const absent = scan.absent;
  if (absent.length > 0 && way.clarified !== undefined) scan.retake(await way.clarified(absent));
}
