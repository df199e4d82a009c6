/** Counts of contacts left out of a run, by reason. */

/** How many contacts are left out. */
export interface Skipped {
  markedForDeletion: number;
  archived: number;
  noEmail: number;
  invalidEmail: number;
  duplicateEmail: number;
  unsubscribed: number;
  cleaned: number;
  forgotten: number;
  /** Outside the audience's filter. */
  filtered: number;
}

/** The reason under which a left-out contact is counted. */
export type SkippedAs = keyof Skipped;

/** Returns counts of zero. */
export function noneSkipped(): Skipped {
  return {
    markedForDeletion: 0,
    archived: 0,
    noEmail: 0,
    invalidEmail: 0,
    duplicateEmail: 0,
    unsubscribed: 0,
    cleaned: 0,
    forgotten: 0,
    filtered: 0,
  };
}

/** Returns the sum of two counts, or their difference if `sign` is -1. */
export function addedUp(one: Readonly<Skipped>, other: Readonly<Skipped>, sign: 1 | -1 = 1): Skipped {
  const sum = { ...one };
  for (const name of Object.keys(sum) as SkippedAs[]) sum[name] += sign * other[name];
  return sum;
}
