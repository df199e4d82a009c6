/** Runs the dashboard's long jobs, one at a time. A job continues without a browser, and every open page follows it. */
import type { Command } from "../ports/command.ts";
import type { DashboardBackend } from "./backend.ts";
import type { JobView } from "./views/job.tsx";

/** Returns whether the review page shows a job: always while it runs, afterwards only if it was about decisions. */
export function concernsReview(job: JobView): boolean {
  return job.state === "going" || job.kind === "decide" || job.kind === "restore";
}

/** Runs one job at a time for one connection. */
export interface JobRunner {
  /** Returns the running job or the last one; `undefined` before the first. */
  current(): JobView | undefined;
  /** Starts a job. @returns `false` if another one is running */
  start(command: Command): boolean;
  /** Stops the running job after the request in progress. */
  stop(): void;
  /** Calls back at every change until the signal aborts. */
  follow(onChange: () => void, until: AbortSignal): void;
  /** Returns whether the connection was removed, or the server ends. */
  closed(): boolean;
  /** Stops the running job and waits for its end. Tells the followers at once. */
  close(): Promise<void>;
}

/** The reason of a signal that stops a job because the server ends, and nobody asked for it. */
export const CLOSING = "closing";

/**
 * Creates the job runner of one connection.
 * @param backend performs the jobs
 */
export function jobRunner(backend: DashboardBackend): JobRunner {
  const followers = new Set<() => void>();
  let view: JobView | undefined;
  let stop = new AbortController();
  let work: Promise<void> = Promise.resolve();
  let closed = false;
  const change = (some: Partial<JobView>) => {
    // Any progress means that the wait for the rate limit is over
    const { waiting: _, ...before } = view!;
    view = { ...before, ...some };
    for (const tell of followers) tell();
  };

  async function carryOut(command: Command): Promise<void> {
    const document = await backend.perform(command, stop.signal, {
      reading: (side, read) => change({ read: { ...view!.read, [side]: read } }),
      applying: (done, of) => change({ done, of }),
      decided: (done) => change({ done: view!.done + 1, decided: [...view!.decided, done] }),
      waits: (service, seconds) => change({ waiting: { service, seconds } }),
    });
    if (document !== undefined) change({ document });
  }

  return {
    current: () => view,
    start(command) {
      // A second job would wait for the connection's lease, and would seem to hang
      if (view?.state === "going") return false;
      stop = new AbortController();
      view = {
        kind: command.do,
        state: "going",
        startedAt: new Date(backend.now()).toISOString(),
        done: 0,
        of: "ids" in command ? command.ids.length : 0,
        read: { copper: 0, mailchimp: 0 },
        decided: [],
        ...(command.do === "undo" && { undoing: command.run, planned: command.plan }),
      };
      change({});
      // Catch every error here: no page may be open to see it, and it must not end the process
      work = carryOut(command).then(
        () => change({ state: stop.signal.aborted ? "stopped" : "ended" }),
        (error: unknown) => change({ state: "failed", error }),
      );
      return true;
    },
    stop: () => {
      if (view?.state !== "going") return;
      // Only a signal: the job ends after its current request, so that no response is lost
      stop.abort();
      change({ stopping: true });
    },
    follow(onChange, until) {
      followers.add(onChange);
      until.addEventListener("abort", () => followers.delete(onChange));
    },
    closed: () => closed,
    async close() {
      closed = true;
      stop.abort(CLOSING);
      for (const tell of followers) tell();
      await work;
    },
  };
}
