/** Which activities a campaign makes, each person and kind once. Pure. */
import type { EngagementKind } from "../../domain/engagement.ts";
import type { Engaged, PublishedActivities } from "../../ports/engagement.ts";

/** An activity to be: whose, and what of him is new. */
export interface Note {
  readonly personId: number;
  /** What has been told already. */
  readonly before: readonly EngagementKind[];
  /** What Copper refused before. */
  readonly refused: readonly EngagementKind[];
  /** With the first time of each, Unix seconds. */
  readonly kinds: readonly { readonly kind: EngagementKind; readonly at: number }[];
}

/** What happened, by person: of each kind the first time. */
export type Happened = Map<number, Map<EngagementKind, number>>;

/** Takes in what happened to people whom Copper knows. */
export function gather(into: Happened, engaged: readonly Engaged[], personAt: (email: string) => number | undefined) {
  for (const { email, kind, at } of engaged) {
    const person = personAt(email);
    if (person === undefined) continue;
    const there = into.get(person) ?? new Map<EngagementKind, number>();
    into.set(person, there);
    there.set(kind, Math.min(at, there.get(kind) ?? at));
  }
}

/** What is to be told: what has been told already, or was refused, is left out. */
export function notesOf(happened: Happened, told: readonly PublishedActivities[]): Note[] {
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
