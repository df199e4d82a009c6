/** What can be decided on a person who is marked for deletion, and what came of it. */

export type Decision = "archive" | "delete" | "ignore";

/** What became of one person. */
export interface Decided {
  readonly personId: number;
  readonly name: string;
  readonly result:
    | "archived"
    | "deleted"
    | "forgotten"
    | "ignored"
    | "unmarked"
    | "vanished"
    | "restored"
    | "there"
    | "unknown"
    | "unfinished"
    | "failed";
  readonly detail: string;
  /** What of a person who was restored no longer exists in Copper, by Copper's names. */
  readonly leftOut?: readonly string[];
  /** Set where somebody changed the member since, so that they stay as they are (C1). */
  readonly memberStays?: true;
}

/** A decision under way. It holds no address: what is kept of people is kept where it can be found and erased. */
export interface UnfinishedDecision {
  readonly personId: number;
  readonly name: string;
  readonly decision: "archive" | "delete";
  readonly forget: boolean;
  /** Runs that could not finish it. */
  readonly tries: number;
}
