/** Dependencies of the operator's decisions. */
import type { TagNames } from "../../domain/tags.ts";
import type { MemberSide, PeopleSide } from "../../ports/sides.ts";
import type { Store } from "../../ports/store.ts";
import type { Performer } from "./perform-operation.ts";

/** What carrying out a decision needs. */
export interface DecideParts extends Pick<Performer, "perform"> {
  readonly copper: Pick<PeopleSide, "fetch">;
  readonly mailchimp: Pick<MemberSide, "fetch">;
  readonly store: Store;
  readonly tagNames: TagNames;
  /** Returns our time (RFC 3339). */
  now(): string;
}
