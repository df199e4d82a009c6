/** What a history is made of. */
import { DEFAULT_FIELDS, type FieldOverride } from "../../src/domain/fields.ts";
import type { MemberStatus } from "../../src/domain/status.ts";
import { DEFAULT_TAG_NAMES } from "../../src/domain/tags.ts";
import type { SyncParts } from "../../src/sync/run-context.ts";
import type { Mishap } from "./faults.ts";

/** Something somebody does by hand, on either side. */
export type Edit =
  | {
      readonly do: "add-person" | "add-member";
      readonly email: string;
      readonly value: string;
      readonly status: MemberStatus;
    }
  | { readonly do: "set-person" | "set-member"; readonly who: number; readonly field: number; readonly value: string }
  | { readonly do: "tag-person" | "tag-member"; readonly who: number; readonly tag: string; readonly on: boolean }
  | { readonly do: "move-person" | "move-member" | "second-address"; readonly who: number; readonly email: string }
  | { readonly do: "status"; readonly who: number; readonly status: MemberStatus }
  /** A merge field is deleted, made, or both, under one tag; by its place among {@link TAGS}. */
  | { readonly do: "field-gone" | "field-made" | "field-remade"; readonly field: number }
  /** The mapping becomes another one; by its place among {@link MAPPINGS}. */
  | { readonly do: "remap"; readonly mapping: number }
  /** A member's record comes in a shape that nobody knows, or no longer does. */
  | { readonly do: "odd"; readonly who: number; readonly on: boolean }
  | { readonly do: "delete-person" | "delete-member" | "forget" | "mark" | "unmark"; readonly who: number };

/** A run with what befalls it. */
export interface RunStep {
  readonly do: "run";
  /** Seconds since the last step. */
  readonly later: number;
  /** Edits at the n-th request. */
  readonly meanwhile: readonly { readonly at: number; readonly edit: Edit }[];
  readonly mishaps: readonly Mishap[];
  readonly cut: { readonly side: "copper" | "mailchimp"; readonly after: number } | undefined;
}
/** What a human decides on somebody who is marked, and the way back; whom, by their place among those there are. */
export interface DecideStep extends Omit<RunStep, "do" | "cut"> {
  readonly do: "decide";
  readonly who: number;
  readonly decision: "archive" | "delete" | "forget" | "ignore" | "restore";
}
/** An earlier run is undone; which one, counted back from the last. */
export interface UndoStep extends Omit<RunStep, "do" | "cut"> {
  readonly do: "undo";
  readonly back: number;
}
export type Step = Edit | RunStep | DecideStep | UndoStep;

/** Undisturbed runs after which nothing that was not taken may be left. */
export const PATIENCE = 80;

/** The settings in force. */
export const POLICY: SyncParts["policy"] = {
  conflict: "copper",
  newMemberStatus: "subscribed",
  createInCopper: true,
  copperDeleted: "archive",
  maxRemovals: { share: 1 },
  maxChanges: { share: 1 },
  maxNew: { share: 1 },
  tagNames: DEFAULT_TAG_NAMES,
  tagStyle: "unicode",
  only: [],
};

/** The mapped fields, by Copper's name and the merge tag. */
export const FIELDS = [
  ["first_name", "FNAME"],
  ["last_name", "LNAME"],
  ["phone", "PHONE"],
] as const;
/** The audience's merge fields. */
export const TAGS = ["FNAME", "LNAME", "PHONE", "MOBILE"] as const;

const NAMES = DEFAULT_FIELDS.slice(0, 2);
const phone = (mailchimp: string): FieldOverride => ({ copper: "phone", mailchimp, direction: "both" });
/** Mappings that a user may change between. */
export const MAPPINGS: readonly (readonly FieldOverride[])[] = [
  [...NAMES, phone("PHONE")],
  [...NAMES, phone("MOBILE")],
  [...NAMES, phone("PHONE"), phone("MOBILE")],
];
export const MARK = "🗑️ À SUPPRIMER";

/** Whom V9 gives writes; said here once more, so that the invariants do not lean on what they check. */
export const isKeptInStep = (status: MemberStatus) => status !== "cleaned" && status !== "archived";
