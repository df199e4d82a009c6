import { expect, test } from "vitest";
import { newLink } from "../../src/plan/link-patch.ts";
import { accessTokens } from "../../src/store/connections/access-tokens.ts";
import { connectionRepository } from "../../src/store/connections/connection-repository.ts";
import { hookFact } from "../../src/store/connections/identities.ts";
import { DatabaseError } from "../../src/store/database-error.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";

import { member, person } from "../records.ts";
import { onEachDatabase } from "./each-database.ts";

onEachDatabase("a database of before", (around) => {
  test("a database of the first version is brought here, and what it held is found again", async () => {
    const url = await around.fresh("first");
    const old = await openDatabase(url, "001-first");
    const link = newLink(7, "k", "a@b.fr", 1);
    for (const [table, key, document] of [
      ["persons", "7", person],
      ["members", "k", member],
      ["links", "7", link],
    ] as const)
      await old
        .insertInto(table)
        .values({ connection: "1:a", key, json: JSON.stringify(document) } as never)
        .execute();
    await old.destroy();
    const store = databaseStore(await openDatabase(url), "1:a", () => around.time);
    expect(await store.search("ana", 5)).toEqual([{ person, member, link }]);
    expect(await store.contact({ memberKey: "k" })).toEqual({ person, member, link });
    await store.close();
  });
  test("connections of before get an identity, their links and webhooks go with it; what an old program adds, too", async () => {
    const url = await around.fresh("fourth");
    const old = await openDatabase(url, "004-many");
    const row = { state: "active", scope: "1:a", audience: "A", json: "{}", sealed: "", interval: 1, due: 1 };
    const add = (on: typeof old, as: string) =>
      on
        .insertInto("connections")
        .values({ ...row, name: as, failures: 0, trouble: null, added: "" } as never)
        .execute();
    await add(old, "bakery");
    await add(old, "florist");
    for (const [digest, connection] of [
      ["d1", "bakery"],
      ["d2", "gone"],
    ] as const)
      await old.insertInto("entrances").values({ digest, connection, made: "", expires: 9e15 }).execute();
    const hooks = JSON.stringify({ url: "https://x", secret: "hook-secret" });
    await old.insertInto("facts").values({ connection: "1:a", key: "hooks", json: hooks }).execute();
    await old.destroy();
    const database = await openDatabase(url);
    const repository = connectionRepository(database);
    const [bakery, florist] = await repository.list();
    expect(bakery!.id).toMatch(/.{8}/);
    expect(florist!.id).not.toBe(bakery!.id);
    expect(await accessTokens(database).of(bakery!.id, 0)).toHaveLength(1);
    const links = await database.selectFrom("entrances").selectAll().execute();
    expect(links.filter((one) => one.connection === florist!.id)).toEqual([]);
    expect(await databaseStore(database, "", () => around.time, { ends: false }).fact(hookFact("hook-secret"))).toBe(
      "1:a",
    );
    if (around.kind === "postgres") {
      await add(database, "late");
      expect((await repository.find("late"))!.id).toMatch(/.{8}/);
    }
    await database.destroy();
  });
  test("a database that a newer program brought further is used as long as that leaves what this one needs", async () => {
    const database = await openDatabase(around.url());
    const names = database as unknown as import("kysely").Kysely<{
      kysely_migration: { name: string; timestamp: string };
    }>;
    await names.insertInto("kysely_migration").values({ name: "999-later", timestamp: "x" }).execute();
    await (await openDatabase(around.url())).destroy();
    await database.updateTable("facts").set({ json: '"999-later"' }).where("key", "=", "least step").execute();
    await database.destroy();
    await expect(openDatabase(around.url())).rejects.toMatchObject({ code: "newer" });
    await expect(openDatabase(around.url())).rejects.toBeInstanceOf(DatabaseError);
  });
});
