/**
 * Reads both sides into the stored records (the *mirror*). So every run reconciles all of them, however little it had
 * to read. `reads-whole.ts` decides which side is read whole.
 *
 * A reading of changes begins ten minutes before the last one began, on the *side's own* clock: the latest timestamp
 * seen, plus the time since on our clock. So the clocks need not agree. The reading also shows the total (Mailchimp),
 * or that no person is left (Copper). So it shows deletions and an emptied side (G4) without another request. Only a
 * complete reading shows *which* records are gone (G1, G3): see `scan.ts`.
 */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { Records } from "../plan/collections.ts";
import type { Cursor, Cursors } from "../plan/cursor.ts";
import type { DoubtedReading, RunMode } from "../plan/run-document.ts";
import type { Hints, OnPage, OnProgress, Reading } from "../ports/sides.ts";
import type { State, StateChanges } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/matching/match-index.ts";
import { cursorAfter } from "./cursors.ts";
import type { Readers } from "./open-sides.ts";
import type { BothChanges, Changes } from "./read-changes.ts";
import type { Whole } from "./reads-whole.ts";
import { membersOf, personsOf } from "./record-kinds.ts";
import { type RecordKind, type ScanResult, SideScan, type Trust } from "./scan.ts";

/** The records of both sides after the reading. */
export interface Seen {
  readonly mode: RunMode;
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  /** Index of these people and members; `undefined` if a side was emptied. */
  readonly matchIndex?: MatchIndex;
  readonly read: { readonly copper: number; readonly mailchimp: number };
  /** Which sides were read whole. */
  readonly whole: Whole;
  /** Number of records before the reading; `undefined` in the first run. */
  readonly before?: { readonly persons: number; readonly members: number };
  /** Readings that we do not trust to be complete (G3). */
  readonly doubted: readonly DoubtedReading[];
  /** Sides whose reading ended early (G3). */
  readonly partly: ReadonlySet<"copper" | "mailchimp">;
  /** Stored records that this reading could not confirm: left unchanged (G3, D2). */
  readonly unseen: { readonly persons: ReadonlySet<number>; readonly members: ReadonlySet<string> };
  /** The changes to the store. */
  readonly stateChanges: StateChanges;
  /** How far each side has been read; `undefined` if nothing of this reading is kept. */
  readonly cursors?: Cursors;
}

/** What reading needs besides the two sides. */
export interface ReadOptions {
  /** The stored records. The reading changes them. */
  readonly state: Pick<State, "persons" | "members">;
  /** Index of these records, filled with each new or changed one. */
  readonly matchIndex: MatchIndex;
  readonly cursors: Cursors | undefined;
  readonly whole: Whole;
  readonly trust: Trust;
  /** The changes of a side that is not read whole. */
  readonly changes: BothChanges;
  /** Contacts that notifications named. */
  readonly hints?: Hints;
  /** When the reading begins, on our clock (Unix seconds). */
  readonly startedAt: number;
  /** Whether only some stored records are loaded: then the reading cannot turn into a complete one. */
  readonly some?: boolean;
  /**
   * Reads a side's definitions again, because ours may be outdated (V11). @returns whether they changed. Throws
   * Remapped if other fields are mapped now.
   */
  renew?(side: "copper" | "mailchimp"): Promise<boolean>;
  /** Our clock (ms since 1970). */
  now(): number;
  /** Called after each page. */
  readonly progress: { readonly copper: OnProgress; readonly mailchimp: OnProgress };
}

/** Thrown if a reading must become complete while only some stored records are loaded. */
export class EverybodyNeeded extends Error {
  constructor() {
    super("a reading of some has to become one of everybody");
  }
}

/**
 * Reads both sides in parallel. Throws EverybodyNeeded if only some records are loaded and the changes do not add up or
 * are not complete. Throws ServiceError.
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
      // No person at all: only a complete reading can prove that to the guard (G4)
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
  // If the reading ended early, keep the old cursor, so that the next run reads the rest
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
  // Pass an empty side on to the guard (G4), but store nothing of it
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

/** How to read one side. */
interface Way<Key, R> {
  readonly whole: boolean;
  /** Reads everything. */
  readAll(onPage: OnPage<R>): Promise<Reading>;
  readonly changes: Changes<R>;
  /** Whether only some stored records are loaded. */
  readonly some: boolean;
  /** Returns whether the changes fit the total. @param there the service's total @param size our records by now */
  addsUp(there: number, size: number): boolean;
  readonly trust: Trust;
  /** Reads records with unclear fields again; `undefined` if the definitions are fresh. */
  clarified?(keys: readonly Key[]): Promise<readonly R[]>;
  /** Returns the keys that notifications named and that are gone. @param there those that exist */
  gone(there: readonly R[]): readonly Key[];
}

/** How a side's reading ended. */
interface Ended {
  readonly reading: Reading;
  readonly scanned: Pick<ScanResult<unknown, unknown>, "latest" | "doubted">;
  readonly whole: boolean;
}

/** Reads one side: the changes or, if asked or if they do not add up, everything. */
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
    const fits = changes.there === undefined || way.addsUp(changes.there, scan.size);
    if (way.some && !(changes.complete && fits)) throw new EverybodyNeeded();
    await clarify(scan, way);
    if (fits) return { reading: changes, scanned: await scan.end(false, changes.complete), whole: false };
    scan.again();
  }
  const all = await way.readAll(onPage);
  await clarify(scan, way);
  return { reading: all, scanned: await scan.end(true, all.complete), whole: true };
}

/** Reads records with unclear fields again, because our definitions of the fields may be outdated (V11). */
async function clarify<Key extends string | number, R>(scan: SideScan<Key, R>, way: Way<Key, R>): Promise<void> {
  const absent = scan.absent;
  if (absent.length > 0 && way.clarified !== undefined) scan.retake(await way.clarified(absent));
}
