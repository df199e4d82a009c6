/** Contacts left out of a run, by why. */

/** How many are left out. */
export interface Skipped {
  markedForDeletion: number;
  archived: number;
  noEmail: number;
  invalidEmail: number;
  duplicateEmail: number;
  unsubscribed: number;
  cleaned: number;
  forgotten: number;
  /** Without one of the tags that the audience is for. */
  filtered: number;
}

/** As what a contact is counted that is left out. */
export type SkippedAs = keyof Skipped;

/** Returns the counts of nobody. */
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

/** Returns the sum of both, or what is left where `sign` is -1. */
export function addedUp(one: Readonly<Skipped>, other: Readonly<Skipped>, sign: 1 | -1 = 1): Skipped {
  const sum = { ...one };
  for (const name of Object.keys(sum) as SkippedAs[]) sum[name] += sign * other[name];
  return sum;
}
