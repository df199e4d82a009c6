/** A1, A3, A5: how a run begins and ends, what it says of itself, and what a plan leaves alone. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../test/memory-world.ts";
import type { EngagementCounts } from "../plan/engagement-counts.ts";
import type { FailedContact } from "../plan/outcomes.ts";
import { type Finished, planRun, RunInProgress, run } from "./run.ts";
import type { RunOptions } from "./run-options.ts";

let own: MemoryWorld;
let stop: AbortController;
beforeEach(() => {
  own = new MemoryWorld();
  stop = new AbortController();
});
const options = (some: Partial<RunOptions> = {}): RunOptions => ({
  run: "r",
  holder: "here",
  connection: "main",
  full: false,
  yes: false,
  retryRejected: false,
  stop: stop.signal,
  report: ({ outcome }) => ({ text: outcome }),
  ...some,
});
const ran = (some: Partial<RunOptions> = {}): Promise<Finished> => run(own.parts, options(some));
const stored = async () => (await own.store.run("r"))!;
/** Lets the next write to a side be the last thing that happens. */
const broken = (side: "copper" | "mailchimp", error: Error) => {
  own.answers(side, () => {
    throw error;
  });
};
/** Copper cannot even be opened. */
const unopened = () => {
  own.parts.copper.open = () => {
    throw new Error("no answer");
  };
};
const counts = (some: Partial<EngagementCounts> = {}): EngagementCounts => ({
  told: 1,
  refused: 0,
  more: false,
  ...some,
});

describe("A5: the lease", () => {
  test("is needed, and who holds it is told", async () => {
    await own.store.lock("there");
    const refused = await ran().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RunInProgress);
    expect(refused).toMatchObject({ by: "there", since: own.time, message: `held by there since ${own.time}` });
    expect(await own.store.run("r")).toBeUndefined();
  });
  test.each([false, true])("is given back, also after an error (%s)", async (wrong) => {
    own.person();
    if (wrong) broken("mailchimp", new Error("no answer"));
    await ran();
    expect(await own.store.lock("there")).toEqual({ held: true });
  });
});

describe("the document", () => {
  test("of a run that went well is stored with its texts, and the operations are those that were carried out", async () => {
    own.person();
    const begun: unknown[] = [];
    const { beginRun } = own.store;
    own.store.beginRun = async (...all) => {
      begun.push(all);
      await beginRun(...all);
    };
    const remark = { contact: "", code: "log-unwritable" } as const;
    const finished = await ran({ remarks: () => [remark as never] });
    expect(begun).toEqual([["r", own.time]]);
    expect(finished.document).toMatchObject({
      run: "r",
      connection: "main",
      mode: "full",
      outcome: "ok",
      startedAt: own.time,
      finishedAt: own.time,
      mailchimp: { created: 1 },
      guard: null,
      attention: [],
      notes: [remark],
    });
    expect(finished).not.toHaveProperty("error");
    expect(finished.prepared!.plan.operations).toHaveLength(1);
    expect((await Array.fromAsync(finished.operations())).map((one) => one.operation)).toEqual(["create-member"]);
    expect(await stored()).toEqual({ document: finished.document, report: { text: "ok" } });
  });
  test("A3: of a run that an error stopped: what was planned, the error, and who was not reached waits", async () => {
    const { id } = own.person();
    const error = Object.assign(new Error("no answer"), { code: "unreachable" });
    broken("mailchimp", error);
    const finished = await ran();
    expect(finished.error).toBe(error);
    expect(finished.document.error).toStrictEqual({ code: "unreachable", message: "no answer" });
    expect(finished.document).toMatchObject({
      outcome: "failed",
      error: { code: "unreachable", message: "no answer" },
      copper: { read: 1 },
      attention: [],
    });
    expect(await own.store.standingsAt([`p${id}`])).toMatchObject([{ reason: "next-run" }]);
    expect((await stored()).report).toEqual({ text: "failed" });
  });
  test("of a run that could not even read", async () => {
    unopened();
    const finished = await ran();
    expect(finished).not.toHaveProperty("prepared");
    expect(finished.document).toMatchObject({ outcome: "failed", mode: "full", copper: { read: 0 }, summary: {} });
    expect(finished.document).not.toHaveProperty("attention");
  });
  test("A5: once the lease is lost nothing more is stored of the contacts", async () => {
    own.person();
    const changes: object[] = [];
    const { saveChanges } = own.store;
    own.answers("mailchimp", () => {
      own.store.holds = () => false;
      own.store.saveChanges = async (some) => {
        changes.push(some);
        await saveChanges(some);
      };
      throw new Error("lost");
    });
    expect((await ran()).document.outcome).toBe("failed");
    expect(changes).toEqual([]);
  });
  test("A3: at the end of a run that failed, those who were reached are not left waiting", async () => {
    own.person();
    const second = own.person({ name: "Cleo", email: "cleo@exemple.fr" });
    await own.sync();
    own.edit(1, { fields: { first_name: "Eva", last_name: "Lopez" } });
    own.edit(second.id, { tags: ["press"] });
    const changes: object[] = [];
    own.answers("mailchimp", () => {
      const { saveChanges } = own.store;
      own.store.saveChanges = async (some) => {
        changes.push(some);
        await saveChanges(some);
      };
      throw new Error("no answer");
    });
    await ran();
    expect(changes).toMatchObject([{ facts: { "looked at": expect.any(Number) } }]);
  });
  test("of a run that was to end", async () => {
    own.person();
    own.answers("mailchimp", () => {
      stop.abort();
      throw new Error("cut off");
    });
    const finished = await ran();
    expect(finished.document).toMatchObject({ outcome: "interrupted", copper: { read: 1 } });
    expect(finished).not.toHaveProperty("error");
    expect(finished.document).not.toHaveProperty("error");
  });
  test("G4: what the guard refused stays in it, unless it was confirmed", async () => {
    for (const name of ["a", "b", "c"]) own.person({ name, email: `${name}@exemple.fr` });
    await own.sync();
    own.truth.people.clear();
    own.truth.now += 60;
    expect((await ran({ full: true })).document).toMatchObject({ outcome: "refused", guard: { code: "empty-copper" } });
    expect((await planRun(own.parts, options({ full: true }))).document.outcome).toBe("refused");
  });
});

describe("work that was finished first", () => {
  const failure = { contact: "a@b.fr", code: "REFUSED" } as FailedContact;
  const first = (failures: readonly FailedContact[]) => ({
    first: async () => ({
      done: { counters: { copper: { deleted: 2 }, mailchimp: { archived: 3 }, summary: {} } as never },
      failures,
    }),
  });
  test("is counted with the rest", async () => {
    own.person();
    expect((await ran(first([]))).document).toMatchObject({
      outcome: "ok",
      copper: { deleted: 2 },
      mailchimp: { created: 1, archived: 3 },
      failures: [],
    });
  });
  test("what failed of it comes first, and the run is not whole", async () => {
    own.person();
    own.mishaps.push("refused");
    const { document } = await ran(first([failure]));
    expect([document.outcome, document.failures.map((one) => one.contact)]).toEqual([
      "partial",
      ["a@b.fr", "ana@exemple.fr"],
    ]);
    expect((await ran(first([failure]))).document.outcome).toBe("partial");
    unopened();
    expect((await ran(first([failure]))).document.outcome).toBe("failed");
  });
});

describe("engagement", () => {
  const asked = async (some: Partial<RunOptions>, answer: EngagementCounts | undefined = counts()) => {
    let times = 0;
    const engagement = async () => {
      times += 1;
      return answer as EngagementCounts;
    };
    const { document } = await ran({ engagement, ...some });
    return [times, document.outcome, document.engagement];
  };
  test("follows a run that went well, or in part", async () => {
    own.person();
    expect(await asked({})).toEqual([1, "ok", counts()]);
    own.person({ name: "Cleo", email: "cleo@exemple.fr" });
    own.mishaps.push("refused");
    expect(await asked({})).toEqual([1, "partial", counts()]);
    expect((await ran()).document).not.toHaveProperty("engagement");
    expect(await asked({ engagement: async () => undefined as never })).toEqual([0, "ok", undefined]);
  });
  test("its error is the run's", async () => {
    expect(await asked({}, counts({ error: "no" }))).toEqual([1, "partial", counts({ error: "no" })]);
  });
  test("cut off with the run", async () => {
    const engagement = async () => {
      stop.abort();
      return counts();
    };
    expect((await ran({ engagement })).document).toMatchObject({ outcome: "interrupted", engagement: counts() });
  });
  test("does not follow an undo, nor a run that was refused or interrupted", async () => {
    own.person();
    await own.sync();
    expect(await asked({ undo: "r1" })).toEqual([0, "ok", undefined]);
    own.truth.people.clear();
    expect((await asked({ full: true, run: "x" }))[0]).toBe(0);
    stop.abort();
    expect(await asked({ run: "y" })).toEqual([0, "interrupted", undefined]);
  });
});

describe("a plan", () => {
  test("says what would be done and how the numbers grow, and writes nothing", async () => {
    own.person();
    const read: unknown[] = [];
    const { document, operations, prepared } = await planRun(
      own.parts,
      options({ reading: (...all) => read.push(all) }),
    );
    expect(document).toMatchObject({
      outcome: "planned",
      run: "r",
      connection: "main",
      summary: { "create-member": { count: 1 } },
      startedAt: own.time,
    });
    expect([...(operations() as Iterable<unknown>)]).toHaveLength(1);
    expect([prepared!.plan.operations.length, own.written, await own.store.run("r")]).toEqual([1, [], undefined]);
    expect(document.growth).toBeDefined();
    expect(document.floor).toBeDefined();
    expect(read).not.toEqual([]);
  });
  test("after the first sync nothing is said of growth, nor for an undo", async () => {
    own.person();
    await own.sync();
    expect((await planRun(own.parts, options())).document).not.toHaveProperty("growth");
    const other = new MemoryWorld();
    other.person();
    other.mishaps.push("refused");
    await other.sync();
    expect((await planRun(other.parts, options({ undo: "r1" }))).document).not.toHaveProperty("growth");
  });
  test("that was cut off", async () => {
    own.person();
    stop.abort();
    expect((await planRun(own.parts, options())).document.outcome).toBe("interrupted");
  });
});
