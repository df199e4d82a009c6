/** Links for clients and the audit log, on every database alike. */
import type { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditEntry } from "../../src/ports/audit-log.ts";
import { accessTokens } from "../../src/store/connections/access-tokens.ts";
import { auditLog } from "../../src/store/connections/audit-log.ts";
import { openDatabase } from "../../src/store/open.ts";
import type { Tables } from "../../src/store/tables.ts";
import { onEachDatabase } from "./each-database.ts";

onEachDatabase("access tokens and the audit log", (around) => {
  let database: Kysely<Tables>;
  let databases = 0;
  beforeEach(async () => {
    databases += 1;
    database = await openDatabase(await around.fresh(`tokens${databases}`));
  });
  afterEach(() => database.destroy());

  test("a token opens its connection until it expires, and its use is known; no other token does", async () => {
    const tokens = accessTokens(database);
    const token = await tokens.create("bakery", 1_000, 5_000);
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect(await tokens.of("bakery", 1_000)).toMatchObject([
      { made: "1970-01-01T00:00:01.000Z", used: null, expires: 5_000 },
    ]);
    const access = await tokens.open(token, 4_999);
    expect(access?.connection).toBe("bakery");
    expect(await tokens.of("bakery", 4_999)).toMatchObject([{ used: "1970-01-01T00:00:04.999Z" }]);
    expect(await tokens.open(token, 5_000)).toBeUndefined();
    expect(await tokens.open(`${token}x`, 1_000)).toBeUndefined();
    // Nothing that is listed opens anything
    const [listed] = await tokens.of("bakery", 1_000);
    expect(await tokens.open(listed!.link, 1_000)).toBeUndefined();
  });
  test("what a token opened holds as long as the token, for this connection only", async () => {
    const tokens = accessTokens(database);
    const access = (await tokens.open(await tokens.create("bakery", 0, 5_000), 1))!;
    expect([await tokens.holds(access, 4_999), await tokens.holds(access, 5_000)]).toEqual([true, false]);
    expect(await tokens.holds({ ...access, connection: "florist" }, 1)).toBe(false);
    await tokens.revoke("bakery", undefined);
    expect(await tokens.holds(access, 1)).toBe(false);
  });
  test("links are listed by connection, oldest first, without those that expired; making one removes these", async () => {
    const tokens = accessTokens(database);
    await tokens.create("bakery", 1_000, 2_000);
    await tokens.create("bakery", 1_500, 9_000);
    await tokens.create("bakery", 1_200, 9_000);
    await tokens.create("florist", 1_300, 9_000);
    const made = (list: readonly { made: string }[] | undefined) => list?.map((one) => Date.parse(one.made));
    const all = await tokens.all(2_000);
    expect([made(all.get("bakery")), made(all.get("florist"))]).toEqual([[1_200, 1_500], [1_300]]);
    expect(made(await tokens.of("bakery", 1_999))).toEqual([1_000, 1_200, 1_500]);
    expect(await tokens.of("nobody", 0)).toEqual([]);
    await tokens.create("florist", 2_000, 9_000);
    expect(made(await tokens.of("bakery", 0))).toEqual([1_200, 1_500]);
  });
  test("the named links are revoked, or all of a connection; the others stay", async () => {
    const tokens = accessTokens(database);
    for (const connection of ["bakery", "bakery", "bakery", "florist"]) await tokens.create(connection, 0, 9_000);
    const [first] = await tokens.of("bakery", 1);
    expect(await tokens.revoke("bakery", [first!.link, "unknown"])).toBe(1);
    expect(await tokens.revoke("florist", [first!.link])).toBe(0);
    expect((await tokens.of("bakery", 1)).map((one) => one.link)).not.toContain(first!.link);
    expect(await tokens.revoke("bakery", undefined)).toBe(2);
    expect([...(await tokens.all(1)).keys()]).toEqual(["florist"]);
  });
  test("the audit log tells the newest first, of all or of one connection", async () => {
    const log = auditLog(database);
    const entry = (connection: string, what: string): AuditEntry => ({
      at: "2026-01-01T00:00:00Z",
      who: "operator",
      connection,
      what,
      detail: "3",
    });
    for (const [connection, what] of [
      ["bakery", "add"],
      ["florist", "pause"],
      ["bakery", "set"],
    ] as const)
      await log.append(entry(connection, what));
    expect((await log.list()).map((one) => one.what)).toEqual(["set", "pause", "add"]);
    expect(await log.list("bakery")).toEqual([entry("bakery", "set"), entry("bakery", "add")]);
    expect(await log.list("")).toEqual([]);
  });
});
