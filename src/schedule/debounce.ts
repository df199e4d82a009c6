/**
 * When what a service has told of begins a run: many at once are gathered, a flood becomes one ordinary run. Pure but
 * for what it holds.
 */

/** Nothing more has come for so long (ms), or the first has waited so long: then it is time. */
const QUIET = 3_000;
const LONGEST = 20_000;
/** Between two runs that were hastened, ms: a flood of notifications is no flood of runs. */
const APART = 15_000;
/** Of more contacts than this nobody is named: the run finds them by itself. */
const MOST = 200;

export interface Gathered {
  readonly personIds: readonly number[];
  readonly emails: readonly string[];
}

export interface Debouncer {
  /** Somebody of whom something was told. @param now ms */
  add(some: Gathered, now: number): void;
  /** What is due, taken out; `undefined` where nothing is. */
  take(now: number): Gathered | undefined;
}

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
