/** What a page, the terminal or a service may ask for, and how it goes on. Plain data: a queue carries it. */
import type { Decided, Decision } from "../plan/decision.ts";
import type { Hints } from "./sides.ts";

/** A command for one connection. */
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

/** A command that makes a run of its own, with a document. */
export type RunCommand = Extract<Command, { readonly do: "plan" | "sync" | "undo" }>;

/** Returns whether a command makes a run that may write: its outcome is news for people. */
export function isWritingRun(command: Command): boolean {
  return command.do === "sync" || (command.do === "undo" && !command.plan);
}

/** Told how a command goes on. */
export interface CommandProgress {
  reading(side: "copper" | "mailchimp", read: number): void;
  applying(done: number, of: number): void;
  /** A decision was carried out, or could not be. */
  decided(done: Decided): void;
  /** The account's limit is used up: nothing is sent for so many seconds. */
  waits?(service: "copper" | "mailchimp", seconds: number): void;
}
