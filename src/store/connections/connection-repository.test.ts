import { expect, test, vi } from "vitest";
import { freshDatabase } from "../../../test/fresh-database.ts";
import { postgresStatements } from "../../../test/postgres-statements.ts";
import { withoutRowLocks } from "../../../test/row-locks.ts";
import type { StoredConnection } from "../../ports/connection-repository.ts";
import { emptyDocument } from "../../sync/document.ts";
import { databaseStore } from "../store.ts";
import { accessTokens } from "./access-tokens.ts";
import { connectionRepository, glancesOf, takeDue } from "./connection-repository.ts";

const alpha: StoredConnection = {
  id: "id-alpha",
  name: "alpha",
  state: "active",
  scope: "1:a",
  audience: "Lettre",
  own: { name: "alpha" },
  sealed: "sealed once",
  interval: 3_600,
  due: 1_000,
  failures: 0,
  trouble: null,
  added: "2026-01-01T00:00:00Z",
};
const [paused, beta, gamma]: readonly StoredConnection[] = [
  { ...alpha, id: "id-paused", name: "paused", scope: "1:p", state: "paused" },
  { ...alpha, id: "id-beta", name: "beta", scope: "1:b", due: 500 },
  { ...alpha, id: "id-gamma", name: "gamma", scope: "1:c", due: 2_000 },
] as const;

/** Opens a repository that holds these connections. */
async function holding(...connections: readonly StoredConnection[]) {
  const database = await freshDatabase();
  const repository = connectionRepository(database);
  for (const one of connections) await repository.add(one);
  return { database, repository, tokens: accessTokens(database) };
}

test("a connection is found by its name and by its id, as it was added; no other is found", async () => {
  const { repository } = await holding(alpha, paused);
  expect(await repository.find("alpha")).toEqual(alpha);
  expect(await repository.get("id-paused")).toEqual(paused);
  expect(await repository.find("id-alpha")).toBeUndefined();
  expect(await repository.get("alpha")).toBeUndefined();
});
test("the links of a connection end with it, and with another that takes its place", async () => {
  for (const gone of ["removed", "replaced"]) {
    const { repository, tokens } = await holding(alpha);
    await tokens.create(alpha.id, 0, 9_000);
    if (gone === "removed") await repository.remove(alpha.id);
    else await repository.add({ ...alpha, id: "id-other" }, alpha);
    expect(await tokens.of(alpha.id, 1), gone).toEqual([]);
  }
});
test("what takes the place of a connection under its own id keeps its links and the lease of its run", async () => {
  const { database, repository, tokens } = await holding(alpha);
  await tokens.create(alpha.id, 0, 9_000);
  const store = databaseStore(database, alpha.scope, () => 0, { ends: false });
  await store.lock("a run");
  await repository.add({ ...alpha, audience: "Autre" }, alpha);
  expect(await repository.list()).toEqual([{ ...alpha, audience: "Autre" }]);
  expect(await tokens.of(alpha.id, 1)).toHaveLength(1);
  await store.saveChanges({ facts: { runs: 1 } });
  await store.close();
});
test("on PostgreSQL, whatever changes connections by what it reads keeps others out before it reads", async () => {
  const { database, statements } = postgresStatements((sql) =>
    sql.startsWith('select "name", "sealed"') ? [{ name: "alpha", sealed: "sealed once" }] : [],
  );
  const repository = connectionRepository(database);
  const changes = [
    () => repository.add(alpha),
    () => repository.change(alpha, { sealed: "sealed twice" }),
    () => repository.reseal(() => () => "sealed twice"),
    () => repository.remove(alpha.id),
  ];
  for (const change of changes) {
    const before = statements.length;
    await change();
    expect(statements[before]).toBe("lock table connections in share row exclusive mode");
    expect(statements.length).toBeGreaterThan(before + 1);
  }
});
test("a connection’s last sync, when it last went well, and how many people wait", async () => {
  const { database } = await holding(alpha, beta);
  const store = databaseStore(database, alpha.scope, () => 0, { ends: false });
  const ran = async (run: string, outcome: "ok" | "partial" | "failed", kind?: "probe") => {
    const startedAt = `2026-01-0${run}T00:00:00Z`;
    await store.beginRun(run, startedAt, kind);
    const document = { ...emptyDocument(run, "alpha", startedAt), outcome, finishedAt: `2026-01-0${run}T01:00:00Z` };
    await store.endRun(run, { ...document, ...(kind && { kind }) } as never, {});
  };
  expect((await glancesOf(database)).get(alpha.id)).toEqual({ last: null, lastSuccess: null, marked: 0 });
  await ran("1", "failed");
  expect((await glancesOf(database)).get(alpha.id)).toMatchObject({ last: { run: "1" }, lastSuccess: null });
  await ran("2", "ok");
  await ran("3", "failed");
  await ran("4", "ok", "probe");
  await store.beginRun("5", "2026-01-05T00:00:00Z");
  const review = { tag: "T", since: "2026-01-01T00:00:00Z" };
  await store.saveChanges({
    reviews: [
      { ...review, personId: 1, ignored: false },
      { ...review, personId: 2, ignored: true },
    ],
  });
  const glances = await glancesOf(database);
  expect(glances.get(alpha.id)).toMatchObject({ last: { run: "3" }, lastSuccess: "2026-01-02T01:00:00Z", marked: 1 });
  expect(glances.get(beta.id)).toEqual({ last: null, lastSuccess: null, marked: 0 });
  await ran("6", "partial");
  expect((await glancesOf(database)).get(alpha.id)?.lastSuccess).toBe("2026-01-06T01:00:00Z");
});
test("of the connections that are due, the soonest are taken, and no other; then they are due again", async () => {
  const { database, repository } = await holding(alpha, paused, beta, gamma);
  const take = vi.fn(async () => {});
  const taken = (now: number, most: number) =>
    takeDue(withoutRowLocks(database), now, most, (one) => one.due + 10_000, take);
  await taken(1_000, 1);
  expect(take).toHaveBeenLastCalledWith(expect.anything(), [beta]);
  await taken(1_000, 9);
  expect(take).toHaveBeenLastCalledWith(expect.anything(), [alpha]);
  await taken(1_999, 9);
  expect(take).toHaveBeenCalledTimes(2);
  expect((await repository.list()).map((one) => [one.name, one.due])).toEqual([
    ["alpha", 11_000],
    ["beta", 10_500],
    ["gamma", 2_000],
    ["paused", 1_000],
  ]);
});
