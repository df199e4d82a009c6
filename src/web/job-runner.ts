/**
 * Long work that the dashboard has been asked for: one at a time, going on without a browser, told to whoever looks.
 */
import type { Command } from "../ports/command.ts";
import type { DashboardBackend } from "./backend.ts";
import type { JobView } from "./views/job.tsx";

/** Whether a job is to be shown on the page of decisions: always while it goes on, afterwards only if it was one. */
export function concernsReview(job: JobView): boolean {
  return job.state === "going" || job.kind === "decide" || job.kind === "restore";
}

export interface JobRunner {
  /** What is going on, or was last; `undefined` at first. */
  current(): JobView | undefined;
  /** Begins, or says `false` when something is going on. */
  start(command: Command): boolean;
  /** Ends what is going on after the request in hand. */
  stop(): void;
  /** Calls back at every change until the signal is aborted. */
  follow(onChange: () => void, until: AbortSignal): void;
  /** Ends what is going on, and waits for it. */
  close(): Promise<void>;
}

/** @param backend what does the work */
export function jobRunner(backend: DashboardBackend): JobRunner {
  const followers = new Set<() => void>();
  let view: JobView | undefined;
  let stop = new AbortController();
  let work: Promise<void> = Promise.resolve();
  const change = (some: Partial<JobView>) => {
    // Whatever happens next ends a wait
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
      work = carryOut(command).then(
        () => change({ state: stop.signal.aborted ? "stopped" : "ended" }),
        (error: unknown) => change({ state: "failed", error }),
      );
      return true;
    },
    stop: () => {
      if (view?.state !== "going") return;
      stop.abort();
      change({ stopping: true });
    },
    follow(onChange, until) {
      followers.add(onChange);
      until.addEventListener("abort", () => followers.delete(onChange));
    },
    async close() {
      stop.abort();
      await work;
    },
  };
}
