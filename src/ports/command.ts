import type { Decision } from "../plan/decision.ts";
import type { Hints } from "./sides.ts";

/** Those that a run carries out. */
export type RunCommand = Extract<Command, { readonly do: "plan" | "sync" | "undo" }>;

/** What somebody may ask for. */
export type Command =
  | { readonly do: "plan" }
  | {
      readonly do: "sync";
      readonly yes: boolean;
      readonly hints?: Hints;
      /** Tries again what was refused or set aside (A3, C5). */
      readonly retry?: boolean;
    }
  | { readonly do: "undo"; readonly run: string; readonly plan: boolean }
  | { readonly do: "decide"; readonly ids: readonly number[]; readonly decision: Decision; readonly forget: boolean }
  | { readonly do: "restore"; readonly ids: readonly number[] };
