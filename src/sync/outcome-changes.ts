/** The changes to the store that outcomes cause, while they are gathered. */
import type { Link, Member, Person, Rejection } from "../domain/contact.ts";
import type { Review } from "../ports/store.ts";

/** Lists to add to. The names are those of `StateChanges`. */
export type OutcomeChanges = ReturnType<typeof noChanges>;

/** Returns empty lists. */
export function noChanges() {
  return {
    persons: [] as Person[],
    personsGone: [] as number[],
    members: [] as Member[],
    membersGone: [] as string[],
    links: [] as Link[],
    rejections: [] as Rejection[],
    rejectionsLifted: [] as string[],
    reviews: [] as Review[],
  };
}
