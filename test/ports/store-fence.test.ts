import type { RootOperationNode } from "kysely";
import { expect, test, vi } from "vitest";
import { LeaseLost } from "../../src/ports/connection-repository.ts";
import type { Store } from "../../src/ports/store.ts";
import { holderName } from "../../src/store/lease-holder.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";
import { emptyDocument } from "../../src/sync/document.ts";

import { operation, person } from "../records.ts";
import { onEachDatabase } from "./each-database.ts";

onEachDatabase("a store’s lease", (around) => {
  test("A5: a lease is held by one, ends by itself, and falls at once with its process", async () => {
    const [one, two] = [await around.open(), await around.open()];
    around.alive.add(process.pid);
    const [first, second] = [holderName(), holderName()];
    expect(await one.lock(first)).toEqual({ held: true });
    expect(await two.lock(second)).toMatchObject({ held: false, by: first });
    around.alive.clear();
    expect(await two.lock(second)).toEqual({ held: true });
    around.alive.add(process.pid);
    expect(await one.lock(first)).toMatchObject({ held: false });
    around.time += 1_000_000;
    expect(await one.lock(first)).toEqual({ held: true });
    await one.unlock(first);
    expect(await two.lock(second)).toEqual({ held: true });
    await two.unlock(second);
    await Promise.all([one.close(), two.close()]);
  });
  test("A1, A5: whoever lost the lease writes nothing more, neither what is to be sent nor what was answered", async () => {
    const [late, next] = [await around.open("1:fence"), await around.open("1:fence")];
    around.alive.add(process.pid);
    await late.lock("other-machine:1:late");
    await late.beginRun("r1", "2026-01-01T00:00:00Z");
    const [id] = await late.journal("r1", [operation]);
    around.time += 1_000_000;
    expect(await next.lock("other-machine:2:next")).toEqual({ held: true });
    await expect(late.journal("r1", [operation])).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.answer([{ id: id!, ok: true, answer: null }], {})).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.saveChanges({ facts: { grown: true } })).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.endRun("r1", emptyDocument("r1", "c", ""), {})).rejects.toBeInstanceOf(LeaseLost);
    expect((await next.inDoubt()).map((entry) => entry.id)).toEqual([id]);
    expect(await next.fact("grown")).toBeUndefined();
    // Nobody took it: renewed, however late
    around.time += 1_000_000;
    expect(await next.journal("r2", [operation])).toHaveLength(1);
    // Sure of it without asking only as long as it cannot have run out, by either of this machine's clocks
    expect([late.holds(), next.holds()]).toEqual([false, true]);
    for (const [clock, now] of [
      [vi.spyOn(performance, "now"), performance.now()],
      [vi.spyOn(Date, "now"), Date.now()],
    ] as const) {
      clock.mockReturnValue(now + 46_000);
      expect(next.holds()).toBe(false);
      clock.mockRestore();
      expect(next.holds()).toBe(true);
    }
    await Promise.all([late.close(), next.close()]);
  });
  test("A5: every change of the store goes through the fence, and every method is a change or a look", async () => {
    const [late, next] = [await around.open("1:every"), await around.open("1:every")];
    await late.lock("other-machine:1:late");
    await late.keep({ personId: 7, emails: [], restoredAs: null } as never);
    const [id] = await late.journal("r1", [operation]);
    around.time += 1_000_000;
    expect(await next.lock("other-machine:2:next")).toEqual({ held: true });
    const changes: Partial<Record<keyof Store, () => Promise<unknown>>> = {
      saveChanges: () => late.saveChanges({ facts: { grown: true } }),
      beginRun: () => late.beginRun("r2", "2026-01-01T00:00:00Z"),
      journal: () => late.journal("r1", [operation]),
      answer: () => late.answer([{ id: id!, ok: true, answer: null }], {}),
      closeDoubts: () => late.closeDoubts([id!]),
      endRun: () => late.endRun("r1", emptyDocument("r1", "c", ""), {}),
      keep: () => late.keep({ personId: 8, emails: [], restoredAs: null } as never),
      restoredAs: () => late.restoredAs(7, 9),
    };
    const looks: readonly (keyof Store)[] = [
      "shared",
      ...(["load", "fact", "inDoubt", "operations", "runs", "run", "holdings", "waiting", "resolutions"] as const),
      ...(["engagements", "search", "contact", "contacts", "history", "copies", "atAddress"] as const),
      ...(["lists", "some", "having", "decidedBy", "touched", "skipped"] as const),
      ...(["standingCounts", "standingCount", "standings", "standingsAt", "standingOf"] as const),
      ...(["lock", "unlock", "holds", "close"] as const),
    ];
    expect(Object.keys(late).sort()).toEqual([...Object.keys(changes), ...looks].sort());
    for (const [name, change] of Object.entries(changes))
      await expect(change(), name).rejects.toBeInstanceOf(LeaseLost);
    expect(await next.copies()).toMatchObject([{ personId: 7, restoredAs: null }]);
    expect(await next.inDoubt()).toHaveLength(1);
    await Promise.all([late.close(), next.close()]);
  });
  test("thousands of answers are a few statements, whatever they say", async () => {
    let asked = 0;
    const counted = {
      transformQuery: ({ node }: { node: RootOperationNode }) => {
        asked += 1;
        return node;
      },
      transformResult: async <R>({ result }: { result: R }) => result,
    };
    const database = (await openDatabase(around.url())).withPlugin(counted);
    const store = databaseStore(database, "1:answers", () => around.time, { clock: async () => around.time });
    const ids: number[] = [];
    for (let portion = 0; portion < 4; portion += 1)
      ids.push(
        ...(await store.journal(
          "r1",
          Array.from({ length: 500 }, () => operation),
        )),
      );
    asked = 0;
    await store.answer(
      ids.map((id, index) => ({
        id,
        ok: index % 2 === 0,
        answer: index % 2 === 0 ? null : { message: `no ${index}` },
      })),
      {},
    );
    expect(asked).toBeLessThan(12);
    const rows = await database.selectFrom("journal").selectAll().where("connection", "=", "1:answers").execute();
    const told = new Map(rows.map((row) => [Number(row.id), [row.state, row.answer]]));
    expect(ids.map((id) => told.get(id))).toEqual(
      ids.map((_, index) => (index % 2 === 0 ? ["done", "null"] : ["failed", `{"message":"no ${index}"}`])),
    );
    await store.close();
  });
  test("A5: tens of thousands of rows leave the event loop its turns: pages and leases live meanwhile", async () => {
    const store = await around.open("1:turns");
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const many = Array.from({ length: 20_000 }, (_, at) => ({ ...person, id: at + 1, name: `Person ${at}` }));
    const during = async (work: () => Promise<unknown>) => {
      turns = 0;
      await work();
      return turns;
    };
    expect(await during(() => store.saveChanges({ persons: many }))).toBeGreaterThan(3);
    expect(await during(() => store.load())).toBeGreaterThan(0);
    clearInterval(counting);
    await store.saveChanges({ personsGone: many.map((one) => one.id) });
    await store.close();
  });
});
