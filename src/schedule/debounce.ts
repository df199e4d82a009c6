/**
 * Debouncing of notifications from the services. Several within a short time start one run; a flood starts an ordinary
 * run.
 */

/** A run is due after this long without another notification (ms), or this long after the first one (ms). */
const QUIET = 3_000;
const LONGEST = 20_000;
/** The least time between two runs that notifications started (ms). */
const APART = 15_000;
/** The most contacts to pass on. Beyond it the run gets none, and finds the changes itself. */
const MOST = 200;

/** Contacts that notifications named. */
export interface Gathered {
  readonly personIds: readonly number[];
  readonly emails: readonly string[];
}

/** Collects notifications until a run is due. */
export interface Debouncer {
  /**
   * Adds contacts from a notification.
   * @param now Unix ms
   */
  add(some: Gathered, now: number): void;
  /**
   * Returns the collected contacts and forgets them; `undefined` if no run is due.
   * @param now Unix ms
   */
  take(now: number): Gathered | undefined;
}

/** Makes a debouncer with nothing collected. */
export function debouncer(): Debouncer {
  let persons = new Set<number>();
  let emails = new Set<string>();
  let flood = false;
  let first: number | undefined;
  let last = 0;
  let taken = Number.NEGATIVE_INFINITY;
  return {
    add(some, now) {
      first ??= now;
      last = now;
      for (const id of some.personIds) persons.add(id);
      for (const email of some.emails) emails.add(email);
      if (persons.size + emails.size <= MOST) return;
      flood = true;
      persons = new Set();
      emails = new Set();
    },
    take(now) {
      if (first === undefined || now - taken < APART) return undefined;
      if (now - last < QUIET && now - first < LONGEST) return undefined;
      const due = flood ? { personIds: [], emails: [] } : { personIds: [...persons], emails: [...emails] };
      persons = new Set();
      emails = new Set();
      [flood, first, taken] = [false, undefined, now];
      return due;
    },
  };
}
