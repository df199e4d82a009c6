/** Decisions about people marked for deletion, and their results. */

/** What an operator can decide about a marked person (D3). */
export type Decision = "archive" | "delete" | "ignore";

/** The result of a decision for one person. */
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
  /** Parts of a restored person that no longer exist in Copper, by Copper's names. */
  readonly leftOut?: readonly string[];
  /** Set if the member changed since it was archived, so that it stays archived (C1). */
  readonly memberStays?: true;
}

/**
 * A decision that has begun and not ended. It holds no address: an erasure finds it by the person, and takes the name.
 */
export interface UnfinishedDecision {
  readonly personId: number;
  readonly name: string;
  readonly decision: "archive" | "delete";
  readonly forget: boolean;
  /** Runs that tried to finish it and could not. */
  readonly tries: number;
}
