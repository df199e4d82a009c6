/** The plan: everything that one run wants to write or report. */
import type { Link } from "../domain/contact.ts";
import { serviceName } from "../services/services.ts";
import type { Series } from "./collections.ts";
import type { Conflict, Note } from "./notes.ts";
import type { Operation } from "./operations.ts";
import type { Skipped } from "./skipped.ts";
import type { Standing } from "./standings.ts";

/** A person who carries the deletion tag (D1). */
export interface Marked {
  readonly personId: number;
  readonly name: string;
  readonly emails: readonly string[];
  /** The deletion tag as written. */
  readonly tag: string;
  readonly memberKey: string | null;
}

/** Why the guard refuses a plan (G4, G5, R4). Figures rather than an exception, so that they can be shown. */
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
  /** The contacts concerned, by address. */
  readonly contacts: readonly string[];
  /**
   * The side, if one field of too many contacts would change (G5), or too many contacts are new (R4). `field` and
   * `value` only for G5.
   */
  readonly side?: "copper" | "mailchimp";
  readonly field?: string;
  readonly value?: string;
}

/** Returns the values for the placeholders in the text of a refusal. */
export function refusalFigures({ removals, limit, linked, side, field = "", value = "" }: PlanRefusal) {
  return { removals, limit, linked, field, value, service: side === undefined ? "" : serviceName(side) };
}

/** Everything that one run wants to write or report. The same world gives the same plan. */
export interface Plan {
  /** In the order of display. Each side chooses its own order when it applies them. */
  readonly operations: Series<Operation>;
  /** Links that are new or changed without any write. */
  readonly links: Series<Link>;
  /** The highest position in the order of links (`Link.since`). */
  readonly since: number;
  /** Ids of people whose link is given up, because another person takes over the member. */
  readonly unlinked: readonly number[];
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly Note[];
  readonly marked: readonly Marked[];
  readonly skipped: Skipped;
  /** The standing of every contact that is not plainly in step, before anything is written. */
  readonly standings: Series<Standing>;
  /**
   * Contacts (`standingKey`) that the next run must look at although nothing about them has changed. They need a write,
   * a message, or another try later. `null` if there are too many to store.
   */
  readonly again: readonly string[] | null;
  readonly guard: PlanRefusal | null;
}
