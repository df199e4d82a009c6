import type { Hints } from "../plan/sides.ts";
import type { Decision } from "./decision.ts";

/** What of it a run fulfils. */
export type RunWish = Extract<Wish, { readonly do: "plan" | "sync" | "undo" }>;

/** What somebody may ask for. */
export type Wish =
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
