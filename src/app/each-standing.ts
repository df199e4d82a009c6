/** Contacts by where they stand, for a list that may be as long as the accounts: some at a time. */

import type { StandingReason } from "../plan/standings.ts";
import type { StandingContact, Store } from "../ports/store.ts";

/** Contacts asked of the store at once. */
const PAGE = 500;

/** Yields all contacts that stand for one of these reasons. */
export async function* eachStanding(
  store: Pick<Store, "standings">,
  reasons: readonly StandingReason[],
): AsyncIterable<StandingContact> {
  for (const reason of reasons)
    for (let offset = 0; ; offset += PAGE) {
      const page = await store.standings([reason], PAGE, offset);
      yield* page;
      if (page.length < PAGE) break;
    }
}
