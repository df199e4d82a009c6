/** What a connection repository promises when several programs change connections at once. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rotateKeys } from "../../src/app/rotate-keys.ts";
import { partsOf, resealed, secretsIn } from "../../src/app/stored-connections.ts";
import { connectionShape } from "../../src/config/yaml.ts";
import { type ConnectionRepository, LeaseLost, type StoredConnection } from "../../src/ports/connection-repository.ts";
import { connectionRepository } from "../../src/store/connections/connection-repository.ts";
import { openDatabase } from "../../src/store/open.ts";
import { freshKey, vaultOf } from "../../src/vault/vault.ts";
import { onEachDatabase } from "./each-database.ts";

const [oldKey, newKey] = [freshKey(), freshKey()];
const vault = vaultOf(oldKey);
const parts = (name: string, settings: Record<string, string> = {}) =>
  partsOf({ ...connectionShape.parse({ name }), settings: { COPPER_API_KEY: "k", ...settings } }, vault);
const connection = (name: string, scope: string, id = `id-${name}`): StoredConnection => ({
  id,
  name,
  state: "active",
  scope,
  audience: "Lettre",
  ...parts(name),
  interval: 3_600,
  due: 1,
  failures: 0,
  trouble: null,
  added: "2026-01-01T00:00:00Z",
});

onEachDatabase("a connection repository", (around) => {
  let repository: ConnectionRepository;
  let ends: () => Promise<void>;
  const begin = async () => {
    const database = await openDatabase(around.url());
    repository = connectionRepository(database);
    ends = async () => {
      for (const { id } of await repository.list()) await repository.remove(id);
      await database.destroy();
    };
    await repository.add(connection("alpha", "1:a"));
  };
  beforeEach(begin);
  afterEach(() => ends());
  const alpha = async () => (await repository.get("id-alpha"))!;

  test("what nobody touched is changed, and only as far as it is said", async () => {
    await repository.change(await alpha(), { ...parts("alpha", { ONLY: "x" }), failures: 2 });
    expect(await alpha()).toMatchObject({ own: { settings: { ONLY: "x" } }, failures: 2, interval: 3_600, due: 1 });
  });
  test.each([
    ["removed", (one: StoredConnection) => repository.remove(one.id)],
    ["changed", (one: StoredConnection) => repository.change(one, parts("alpha", { ONLY: "x" }))],
    ["renamed", (one: StoredConnection) => repository.change(one, { name: "beta", ...parts("beta") })],
    ["replaced", (one: StoredConnection) => repository.add(connection("alpha", "2:b", "id-other"), one)],
    [
      "sealed with another key",
      async () => {
        const both = vaultOf(`${newKey} ${oldKey}`);
        await repository.reseal(() => (one) => resealed(one, both));
      },
    ],
  ])(
    "what was %s since it was read is neither changed nor replaced, and nothing of it is lost",
    async (_, meanwhile) => {
      const before = await alpha();
      await meanwhile(before);
      const now = await repository.list();
      await expect(repository.change(before, parts("alpha", { TAG_STYLE: "unicode" }))).rejects.toThrow(
        expect.objectContaining({ code: "changed", message: "alpha" }),
      );
      await expect(repository.add(connection("alpha", "3:c", "id-third"), before)).rejects.toThrow(
        expect.objectContaining({ code: "changed" }),
      );
      expect(await repository.list()).toEqual(now);
    },
  );
  test("A5: whose connection is removed or replaced holds no lease any more, and writes nothing", async () => {
    for (const gone of ["removed", "replaced"]) {
      const store = await around.open("1:a");
      expect(await store.lock(`holder of what is ${gone}`)).toEqual({ held: true });
      await store.beginRun(`r-${gone}`, "2026-01-01T00:00:00Z");
      if (gone === "removed") await repository.remove("id-alpha");
      else await repository.add(connection("alpha", "2:b", "id-other"), await alpha());
      await expect(store.saveChanges({ facts: { runs: 1 } })).rejects.toThrow(LeaseLost);
      expect(store.holds()).toBe(false);
      await store.close();
      await ends();
      await begin();
    }
  });
  test("a pause during a change holds, and a worker's outcome does not stand in its way", async () => {
    const before = await alpha();
    await repository.set(before.id, { state: "paused" });
    await repository.set(before.id, { due: 99 });
    await repository.change(before, parts("alpha"));
    expect(await alpha()).toMatchObject({ state: "paused", due: 99 });
  });
  test("of two that take one name or one audience at once, one does; the other is told who was faster", async () => {
    const name = await Promise.allSettled([
      repository.add(connection("gamma", "7:a", "one")),
      repository.add(connection("gamma", "8:a", "two")),
    ]);
    expect(name.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(name.find((one) => one.status === "rejected")?.reason).toMatchObject({ code: "name", message: "gamma" });
    const audience = await Promise.allSettled([
      repository.add(connection("delta", "9:a")),
      repository.add(connection("epsilon", "9:a")),
    ]);
    expect(audience.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(audience.find((one) => one.status === "rejected")?.reason).toMatchObject({ code: "scope" });
    expect((await repository.list()).map((one) => one.name)).toHaveLength(3);
    await expect(repository.change(await alpha(), { name: "gamma", ...parts("gamma") })).rejects.toThrow(
      expect.objectContaining({ code: "name" }),
    );
  });
  test("two rotations at once: what the last one leaves in the key file opens all credentials", async () => {
    await repository.add(connection("beta", "2:b"));
    const folder = mkdtempSync(join(tmpdir(), "sync-keys-"));
    const file = join(folder, "keys");
    writeFileSync(file, `${oldKey}\n`, { mode: 0o600 });
    const another = await openDatabase(around.url());
    try {
      const rotate = (by: ConnectionRepository) => rotateKeys(by, { CONNECTIONS_KEY_FILE: file }, folder);
      const done = await Promise.all([rotate(repository), rotate(connectionRepository(another)), rotate(repository)]);
      expect(done.map((one) => one?.count)).toEqual([2, 2, 2]);
      const kept = readFileSync(file, "utf8");
      expect(kept.trim().split("\n")).toHaveLength(1);
      for (const one of await repository.list())
        expect(secretsIn(one, vaultOf(kept))).toMatchObject({ COPPER_API_KEY: "k" });
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      await another.destroy();
      rmSync(folder, { recursive: true });
    }
  });
  test("keys of the environment: the first seals all; with one key there is nothing to rotate", async () => {
    const rotate = (keys: string) => rotateKeys(repository, { CONNECTIONS_KEY: keys }, tmpdir());
    expect(await rotate(oldKey)).toBeUndefined();
    expect(await rotate(`${newKey} ${oldKey}`)).toMatchObject({ count: 1, key: vaultOf(newKey).key, file: "" });
    expect(secretsIn(await alpha(), vaultOf(newKey))).toMatchObject({ COPPER_API_KEY: "k" });
  });
});
