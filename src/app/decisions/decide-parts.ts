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

/** A decision under way. It holds no address: what is kept of people is kept where it can be found and erased. */
export interface Unfinished {
  readonly personId: number;
  readonly name: string;
  readonly decision: "archive" | "delete";
  readonly forget: boolean;
  /** Runs that could not finish it. */
  readonly tries: number;
}
