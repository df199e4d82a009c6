/** Reads contacts by their standing in pages, for lists that may be as long as the accounts. */

import type { StandingReason } from "../plan/standings.ts";
import type { StandingContact, Store } from "../ports/store.ts";

/** Contacts of one query. */
const PAGE = 500;

/** Yields all contacts whose standing has one of these reasons, in the order of the reasons. */
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
