/** The plan: everything one run means to do, and everything it tells without doing. */
import type { Link } from "../domain/contact.ts";
import type { Series } from "./collections.ts";
import type { Conflict, Note, Operation } from "./operations.ts";
import type { Skipped } from "./skipped.ts";
import type { Standing } from "./standings.ts";

/** A person carrying the deletion tag (D1). */
export interface Marked {
  readonly personId: number;
  readonly name: string;
  readonly emails: readonly string[];
  /** The tag as written. */
  readonly tag: string;
  readonly memberKey: string | null;
}

/** Why a plan may not be written (G4, G5, R4): figures, not an exception. */
export interface PlanRefusal {
  readonly code:
    | "too-many-removals"
    | "empty-copper"
    | "empty-mailchimp"
    | "too-many-cleared"
    | "too-many-alike"
    | "too-many-new";
  /** How many contacts it concerns. */
  readonly removals: number;
  readonly limit: number;
  readonly linked: number;
  /** Whether `--yes` lets the plan through. */
  readonly yesHelps: boolean;
  /** Those contacts. */
  readonly contacts: readonly string[];
  /** Where a field would change of too many (G5): on which side, which one, and the value; where too many are new (R4). */
  readonly side?: "copper" | "mailchimp";
  readonly field?: string;
  readonly value?: string;
}

/** Returns what the text of a guard's verdict is filled with. */
export function refusalFigures({ removals, limit, linked, side, field = "", value = "" }: PlanRefusal) {
  return { removals, limit, linked, field, value, service: side === "copper" ? "Copper" : "Mailchimp" };
}

export interface Plan {
  /** In the order in which they are told; each side makes its own when it applies them. */
  readonly operations: Series<Operation>;
  /** Links that are new or moved without any write. */
  readonly links: Series<Link>;
  /** The highest place in the order of links (`Link.since`). */
  readonly since: number;
  /** Persons whose link is given up (another person takes the member over). */
  readonly unlinked: readonly number[];
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly Note[];
  readonly marked: readonly Marked[];
  readonly skipped: Skipped;
  /** Where every contact stands that is not plainly in step, as things are before anything is written. */
  readonly standings: Series<Standing>;
  /**
   * Contacts (`standingKey`) that a later run looks at again although nothing of them has changed: something is to be
   * done or told about them, or remembered until it is tried again. `null` where that is too many to remember.
   */
  readonly again: readonly string[] | null;
  readonly guard: PlanRefusal | null;
}
