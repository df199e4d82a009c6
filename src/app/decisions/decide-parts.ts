/** What a decision works with, and one that is under way. */
import type { TagNames } from "../../domain/tags.ts";
import type { MemberSide, PeopleSide } from "../../ports/sides.ts";
import type { Store } from "../../ports/store.ts";
import type { Performer } from "./perform.ts";

export interface DecideParts extends Pick<Performer, "perform"> {
  readonly copper: Pick<PeopleSide, "fetch">;
  readonly mailchimp: Pick<MemberSide, "fetch">;
  readonly store: Store;
  readonly tagNames: TagNames;
  /** RFC 3339. */
  now(): string;
}
