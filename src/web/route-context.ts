/** What the dashboard's routes share. */
import type { Context } from "hono";
import type { Command } from "../ports/command.ts";
import type { Session } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import type { JobRunner } from "./job-runner.ts";
import type { View } from "./views/layout.tsx";

/** What the middleware puts into the context of a request. */
export interface Env {
  Variables: {
    session: Session;
    /** How many things need a person; set only for pages of a connection. */
    todo?: number;
  };
}
/** The context of a request to the dashboard. */
export type AppContext = Context<Env>;

/** What the routes of one connection share. */
export interface RouteContext {
  readonly backend: DashboardBackend;
  readonly runner: JobRunner;
  /** Starts a command, unless a job is running, and records who asked for it. */
  start(c: AppContext, command: Command): void;
  /** Returns whether the visitor may still see this connection: they keep streams open for long. */
  admits(c: AppContext): Promise<boolean>;
  /** Returns what a page needs of its visitor: texts, language, CSRF token, paths. */
  view(c: AppContext): View;
  /** Returns what stopped the last job, in the reader's language; `undefined` if it did not fail. */
  failure(c: AppContext): string | undefined;
}
