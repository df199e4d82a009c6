/** Where contacts stand, on every store alike (R1). */
import { expect, test } from "vitest";
import { newLink } from "../../src/plan/link-patch.ts";
import { type KeptStanding, REASONS, stateOf, totalsOf } from "../../src/plan/standings.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { openDatabase } from "../../src/store/open.ts";
import { erase, keptOf } from "../../src/store/privacy/data-subject.ts";
import { databaseStore } from "../../src/store/store.ts";
import { member, person } from "../records.ts";
import { onEachDatabase } from "./each-database.ts";

const since = "2026-01-01T00:00:00.000Z";
const people = [1, 2, 3, 4].map((id) => ({ ...person, id, emails: [`p${id}@ex.fr`] }));
const members = ["a", "b", "c"].map((key) => ({ ...member, key, id: `h${key}`, email: `${key}@ex.fr` }));
const standings: KeptStanding[] = [
  { personId: 2, memberKey: "b", reason: "value-kept-back", detail: { fields: ["phone"] }, since },
  { personId: 3, reason: "no-email", since },
  { personId: 4, reason: "no-email", since },
  { memberKey: "c", reason: "cleaned", since },
  { unstored: { side: "copper", name: "9" }, reason: "odd-record", detail: { address: "odd@ex.fr" }, since },
];

async function filled(store: Store): Promise<Store> {
  const links = [newLink(1, "a", "a@ex.fr", 1), newLink(2, "b", "b@ex.fr", 2)];
  await store.saveChanges({ persons: people, members, links, standings, facts: { "looked at": 1 } });
  return store;
}

onEachDatabase("where contacts stand", (around) => {
  test("R1: the figures add up; those plainly in step are the rest, and records that could not be read count too", async () => {
    const [own, memory] = [await around.open("20:a"), memoryStore(() => around.time)];
    for (const store of [own, memory]) {
      await filled(store);
      const counts = await store.standingCounts();
      expect(counts).toEqual([
        { reason: "in-step", copper: 1, mailchimp: 1, contacts: 1 },
        { reason: "value-kept-back", copper: 1, mailchimp: 1, contacts: 1 },
        { reason: "no-email", copper: 2, mailchimp: 0, contacts: 2 },
        { reason: "cleaned", copper: 0, mailchimp: 1, contacts: 1 },
        { reason: "odd-record", copper: 1, mailchimp: 0, contacts: 1 },
      ]);
      expect(await store.standingCount(["no-email", "cleaned", "marked"])).toBe(3);
      expect(await store.standingCount([])).toBe(0);
      const { copper, mailchimp } = totalsOf(counts);
      expect(copper).toEqual({ total: 5, inStep: 2, waiting: 0, leftOut: 2, failing: 1, toDecide: 0 });
      expect(mailchimp).toEqual({ total: 3, inStep: 2, waiting: 0, leftOut: 1, failing: 0, toDecide: 0 });
    }
    await own.close();
  });
  test("lists by reason, page by page, those plainly in step with them, each with its records", async () => {
    const [own, memory] = [await around.open("21:a"), memoryStore(() => around.time)];
    for (const store of [own, memory]) {
      await filled(store);
      const keysOf = async (limit: number, offset: number) =>
        (await store.standings(REASONS, limit, offset)).map(
          ({ standing, person: one, member: other }) => `${standing.reason} ${one?.id ?? "-"} ${other?.key ?? "-"}`,
        );
      const all = await keysOf(50, 0);
      expect([...all].sort()).toEqual([
        "cleaned - c",
        "in-step 1 a",
        "no-email 3 -",
        "no-email 4 -",
        "odd-record - -",
        "value-kept-back 2 b",
      ]);
      expect([...(await keysOf(4, 0)), ...(await keysOf(4, 4))]).toEqual(all);
      expect((await store.standings(["no-email"], 1, 1)).map((one) => one.person?.id)).toEqual([4]);
      const [plain] = await store.standings(["in-step"], 10);
      expect(plain?.standing).toEqual({
        personId: 1,
        memberKey: "a",
        reason: "in-step",
        since: new Date(around.time).toISOString(),
      });
      const found = await store.standingOf([
        ...(await store.atAddress("b@ex.fr")),
        ...(await store.atAddress("p1@ex.fr")),
      ]);
      expect(found.map((one) => one.standing.reason)).toEqual(["value-kept-back", "in-step"]);
      expect(await store.standingsAt(["p3", "p1"])).toEqual([standings[1]]);
    }
    await own.close();
  });
  test("who is in step again is so since then; until everybody was looked at once nobody is in step", async () => {
    const [own, memory] = [await around.open("22:a"), memoryStore(() => around.time)];
    const time = around.time;
    for (const store of [own, memory]) {
      await filled(store);
      around.time += 5_000;
      await store.saveChanges({ standingsOver: ["p2"] });
      const plain = await store.standings(["in-step"], 10);
      expect(plain.map((one) => [one.person?.id, one.standing.since])).toEqual([
        [1, new Date(time).toISOString()],
        [2, new Date(around.time).toISOString()],
      ]);
      around.time = time;
    }
    const fresh = await around.open("23:a");
    await fresh.saveChanges({ persons: people });
    expect((await fresh.standingCounts()).map((one) => [stateOf(one.reason), one.copper])).toEqual([["waiting", 4]]);
    await Promise.all([own.close(), fresh.close()]);
  });
  test("what is kept of one address goes, and what names it of others; they stand where they stood", async () => {
    const database = await openDatabase(await around.fresh("standings"));
    const store = await filled(databaseStore(database, "1:a", () => around.time));
    await store.saveChanges({
      standings: [{ personId: 4, reason: "address-taken", detail: { address: "p3@ex.fr" }, since }],
    });
    for (const address of ["p3@ex.fr", "odd@ex.fr"]) await erase(database, await keptOf(database, address), () => ({}));
    expect(await store.standingsAt(["p3", "?copper 9"])).toEqual([]);
    expect(await store.standingsAt(["p4"])).toEqual([{ personId: 4, reason: "address-taken", since }]);
    expect((await keptOf(database, "p3@ex.fr")).rows).toEqual([]);
    await store.close();
  });
});
