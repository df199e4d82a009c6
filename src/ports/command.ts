import type { Decision } from "../plan/decision.ts";
import type { Hints } from "./sides.ts";

/** The commands that a run carries out. */
export type RunCommand = Extract<Command, { readonly do: "plan" | "sync" | "undo" }>;

/** A command of the operator, from the terminal or a page. */
export type Command =
  | { readonly do: "plan" }
  | {
      readonly do: "sync";
      readonly yes: boolean;
      readonly hints?: Hints;
      /** Tries again the addresses that were refused and the contacts that were set aside (A3, C5). */
      readonly retry?: boolean;
    }
  | { readonly do: "undo"; readonly run: string; readonly plan: boolean }
  | { readonly do: "decide"; readonly ids: readonly number[]; readonly decision: Decision; readonly forget: boolean }
  | { readonly do: "restore"; readonly ids: readonly number[] };
