/** Decides which activities a campaign causes, one for each person and kind. Pure. */
import type { EngagementKind } from "../../domain/engagement.ts";
import type { Engaged, PublishedActivities } from "../../ports/engagement.ts";

/** An activity to create. */
export interface DueActivities {
  readonly personId: number;
  /** The kinds that were published before. */
  readonly before: readonly EngagementKind[];
  /** The kinds that Copper refused before. */
  readonly refused: readonly EngagementKind[];
  /** The new kinds, each with its first time (Unix seconds). */
  readonly kinds: readonly { readonly kind: EngagementKind; readonly at: number }[];
}

/** The first time of each kind of event (Unix seconds), by person id. */
export type Happened = Map<number, Map<EngagementKind, number>>;

/**
 * Adds events of people whom Copper knows.
 * @param personAt returns the id of the person with an address
 */
export function gather(into: Happened, engaged: readonly Engaged[], personAt: (email: string) => number | undefined) {
  for (const { email, kind, at } of engaged) {
    const person = personAt(email);
    if (person === undefined) continue;
    const there = into.get(person) ?? new Map<EngagementKind, number>();
    into.set(person, there);
    there.set(kind, Math.min(at, there.get(kind) ?? at));
  }
}

/** Returns the activities to create, without what was published or refused before. */
export function dueActivities(happened: Happened, told: readonly PublishedActivities[]): DueActivities[] {
  const known = new Map(told.map((one) => [one.personId, one]));
  return [...happened].flatMap(([personId, all]) => {
    const { kinds: before = [], refused = [] } = known.get(personId) ?? {};
    const kinds = [...all]
      .filter(([kind]) => !before.includes(kind) && !refused.includes(kind))
      .map(([kind, at]) => ({ kind, at }))
      .sort((one, other) => one.at - other.at);
    return kinds.length === 0 ? [] : [{ personId, before, refused, kinds }];
  });
}
