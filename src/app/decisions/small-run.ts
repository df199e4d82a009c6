/**
 * Makes small runs, which write without syncing: decisions, and the clean-up after a probe. The history shows them, and
 * the operator can undo them, like any other run (A12).
 */

import type { Decided } from "../../plan/decision.ts";
import type { RunDocument, RunKind } from "../../plan/run-document.ts";
import { emptyDocument, withDone } from "../../sync/document.ts";
import { refreshStandings } from "../../sync/refresh-standings.ts";
import type { SyncParts } from "../../sync/run-context.ts";
import type { DecideParts } from "./decide-parts.ts";
import { type Performer, performerOf } from "./perform-operation.ts";

/** Names of a small run, and how to report it. */
export interface SmallRunOptions {
  readonly run: string;
  readonly kind: RunKind;
  /** The connection's name. */
  readonly connection: string;
  /** Makes the texts stored with the run. */
  report(document: RunDocument): Readonly<Record<string, string>>;
}

interface SmallRun extends Pick<Performer, "perform"> {
  /** Ends the run, if an operation began it. @param well whether everything asked for was done */
  end(well: boolean): Promise<void>;
}

/** Creates a small run. Begins it with the first operation. The caller holds the connection's lease. */
export function smallRun(sync: SyncParts, { run, kind, connection, report }: SmallRunOptions): SmallRun {
  const { store, copper, mailchimp } = sync;
  const now = () => new Date(sync.clock.now()).toISOString();
  let startedAt: string | undefined;
  const { applier, perform } = performerOf(sync, run, async () => {
    if (startedAt !== undefined) return;
    const at = now();
    await store.beginRun(run, at, kind);
    startedAt = at;
  });
  const watched = standing(sync, perform);
  return {
    perform: watched.perform,
    async end(well) {
      if (startedAt === undefined) return;
      // Update the standings now, so that the decision shows before the next run (R1)
      await watched.again();
      const { reviews } = await store.waiting();
      const empty = emptyDocument(run, connection, startedAt);
      const document: RunDocument = {
        ...withDone(
          {
            ...empty,
            copper: { ...empty.copper, requests: copper.requests() },
            mailchimp: { ...empty.mailchimp, requests: mailchimp.requests() },
          },
          applier,
        ),
        kind,
        mode: "incremental",
        outcome: well && applier.failures.length === 0 ? "ok" : "partial",
        finishedAt: now(),
        failures: applier.failures,
        pendingDeletions: reviews.filter((review) => !review.ignored).length,
      };
      await store.endRun(run, document, report(document));
    },
  };
}

/** Wraps `perform`, and remembers its contacts. Its `again` updates their standings (R1). */
export function standing(
  sync: SyncParts,
  perform: Performer["perform"],
): Pick<Performer, "perform"> & { again(): Promise<void> } {
  const persons = new Set<number>();
  const members = new Set<string>();
  return {
    async perform(operation, link) {
      if (operation.personId !== undefined) persons.add(operation.personId);
      if ("member" in operation) members.add(operation.member.key);
      const performed = await perform(operation, link);
      if (performed.ok && performed.person) persons.add(performed.person.id);
      return performed;
    },
    again: () => refreshStandings(sync, [...persons], [...members]),
  };
}

/** Results that do not fulfil a decision. */
const NOT_DONE: readonly Decided["result"][] = ["failed", "unfinished", "unknown"];

/** Returns whether a decision was not carried out. */
export function isNotDone({ result }: Decided): boolean {
  return NOT_DONE.includes(result);
}

/** Returns the dependencies of decisions. @param perform carries out operations as part of a run */
export function decidePartsOf(sync: SyncParts, perform: Performer["perform"]): DecideParts {
  const now = () => new Date(sync.clock.now()).toISOString();
  return { ...sync, tagNames: sync.policy.tagNames, now, perform };
}
