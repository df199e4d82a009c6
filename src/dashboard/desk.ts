/**
 * Long work that the dashboard has been asked for: one at a time, going on without a browser, told to whoever looks.
 */
import type { Decided } from "../deletions/decision.ts";
import type { Wish } from "../deletions/wish.ts";
import type { JobView } from "../pages/job.tsx";
import type { House } from "./house.ts";

/** Whether a job is to be shown on the page of decisions: always while it goes on, afterwards only if it was one. */
export function concernsReview(job: JobView): boolean {
  return job.state === "going" || job.kind === "decide" || job.kind === "restore";
}

export interface Desk {
  /** What is going on, or was last; `undefined` at first. */
  current(): JobView | undefined;
  /** Begins, or says `false` when something is going on. */
  ask(wish: Wish): boolean;
  /** Ends what is going on after the request in hand. */
  stop(): void;
  /** Calls back at every change until the signal is aborted. */
  follow(onChange: () => void, until: AbortSignal): void;
  /** Ends what is going on, and waits for it. */
  close(): Promise<void>;
}

/** @param house what does the work */
export function desk(house: House): Desk {
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

  async function carryOut(wish: Wish): Promise<void> {
    const decided = (done: Decided) => change({ done: view!.done + 1, decided: [...view!.decided, done] });
    if (wish.do === "decide") return house.decide(wish.ids, wish.decision, wish.forget, stop.signal, decided);
    if (wish.do === "restore") return house.restore(wish.ids, stop.signal, decided);
    const document = await house.run(wish, stop.signal, {
      reading: (side, read) => change({ read: { ...view!.read, [side]: read } }),
      applying: (done, of) => change({ done, of }),
      waits: (service, seconds) => change({ waiting: { service, seconds } }),
    });
    change({ document });
  }

  return {
    current: () => view,
    ask(wish) {
      if (view?.state === "going") return false;
      stop = new AbortController();
      view = {
        kind: wish.do,
        state: "going",
        startedAt: new Date(house.now()).toISOString(),
        done: 0,
        of: "ids" in wish ? wish.ids.length : 0,
        read: { copper: 0, mailchimp: 0 },
        decided: [],
        ...(wish.do === "undo" && { undoing: wish.run, planned: wish.plan }),
      };
      change({});
      work = carryOut(wish).then(
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
