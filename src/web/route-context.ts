/** What the routes of the dashboard share. */
import type { Context } from "hono";
import type { Command } from "../ports/command.ts";
import type { Session } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import type { JobRunner } from "./job-runner.ts";
import type { View } from "./views/layout.tsx";

/** What every answer may look up. */
export interface Env {
  Variables: {
    session: Session;
    /** How much waits for a human, where the answer is a page of a connection. */
    todo?: number;
  };
}
export type AppContext = Context<Env>;

/** What the routes share. */
export interface RouteContext {
  readonly backend: DashboardBackend;
  readonly runner: JobRunner;
  /** Starts a command, unless something is going on; who asked for it is written down. */
  start(c: AppContext, command: Command): void;
  /** The reader's language and the session's token, for a page. */
  view(c: AppContext): View;
  /** What stopped the work asked for last, in the reader's language; `undefined` where nothing did. */
  failure(c: AppContext): string | undefined;
}
