/**
 * A name is not a connection. Whatever sequence of adding, taking away, replacing, pausing, renaming, giving links and
 * visiting: no page shows anything of another account, and what was opened for a connection ends with it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { resealed } from "../../src/app/stored-connections.ts";
import { openMany } from "../../src/backends/stored-dashboard.ts";
import { accessTokens } from "../../src/store/connections/access-tokens.ts";
import { connectionRepository } from "../../src/store/connections/connection-repository.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";
import type { Tables } from "../../src/store/tables.ts";
import { emptyDocument } from "../../src/sync/document.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import { freshKey, vaultOf } from "../../src/vault/vault.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import "../seed.ts";
import { keepConnection } from "../stored-connection.ts";

const ACCOUNTS = [1, 2, 3];
const NAMES = ["bakery", "florist"];
const PAGES = ["/", "/contacts?q=ex", "/contacts/p-7", "/review", "/runs", "/runs/r7", "/conflicts", "/settings"];
const key = freshKey();
const folder = mkdtempSync(join(tmpdir(), "sync-identities-"));
const before = { ...process.env };
/** What stands on pages of an account and on no other's. */
const trait = (account: number) => `only-of-${account}-`;
let postgres: Postgres;
let database: Kysely<Tables>;
let serving: Awaited<ReturnType<typeof openMany>>;
let base: string;
beforeAll(async () => {
  postgres = await startPostgres();
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    CONNECTIONS_KEY: key,
    DASHBOARD_TOKEN: "operator-token",
    DASHBOARD_PORT: "0",
    LOG_DIR: join(folder, "logs"),
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  database = await openDatabase(postgres.url);
  for (const account of ACCOUNTS) {
    const store = databaseStore(database, `${account}:list`, Date.now, { ends: false });
    const name = `${trait(account)}person`;
    const person = { id: 7, name, emails: [`${name}@ex.fr`], tags: ["🗑️ À SUPPRIMER"], createdAt: 1, modifiedAt: 2 };
    await store.saveChanges({
      persons: [{ ...person, fields: {} }],
      reviews: [{ personId: 7, tag: `🗑️ ${trait(account)}tag`, since: "2026-01-01T00:00:00Z", ignored: false }],
    });
    const conflict = { contact: `${name}@ex.fr`, personId: 7, field: "title", kept: "copper" as const };
    const document = {
      ...emptyDocument("r7", "x", "2026-01-01T00:00:00Z"),
      finishedAt: "2026-01-01T00:00:01Z",
      outcome: "ok" as const,
      conflicts: [{ ...conflict, copper: `${trait(account)}a`, mailchimp: `${trait(account)}b` }],
    };
    await store.beginRun("r7", document.startedAt);
    await store.endRun("r7", document, {});
  }
  serving = await openMany(postgres.url, terminalFor("en"));
  base = `http://127.0.0.1:${serving.port}`;
}, 60_000);
afterAll(async () => {
  await serving.close();
  await database.destroy();
  await postgres.close();
  process.env = before;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Comes in with a token. @returns the session's cookie; "" for none */
async function enter(token: string): Promise<string> {
  const answer = await fetch(`${base}/login?token=${token}`);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0]!;
}
async function read(cookie: string, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(base + path, { headers: { cookie }, redirect: "manual" });
  return { status: answer.status, text: await answer.text() };
}
/** The accounts of which a page shows something. */
const shown = (text: string) => ACCOUNTS.filter((account) => text.includes(trait(account)));

const named = fc.constantFrom(...NAMES);
const step = fc.oneof(
  fc.record({ do: fc.constant("put" as const), name: named, account: fc.constantFrom(...ACCOUNTS) }),
  fc.record({ do: fc.constantFrom("remove" as const, "pause" as const, "rename" as const), name: named }),
  fc.record({ do: fc.constantFrom("link" as const, "unlink" as const, "visit" as const), name: named }),
);

/** A session of somebody, with what it may show: the account of the connection that it was opened for. */
interface Visitor {
  readonly cookie: string;
  readonly id: string;
  readonly account: number;
}

test("whatever happens to connections and their names, no page shows anything of another account", async () => {
  const repository = connectionRepository(database);
  const operator = await enter("operator-token");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
      for (const one of await repository.list()) await repository.remove(one.id);
      const visitors: Visitor[] = [];
      const taken = new Set<string>();
      let made = 0;
      for (const one of steps) {
        const there = await repository.find(one.name);
        if (one.do === "put") {
          made += 1;
          const scope = `${one.account}:list`;
          if ((await repository.list()).some((other) => other.scope === scope && other.name !== one.name)) continue;
          const id = there?.scope === scope ? there.id : `made-${Math.random()}-${made}`;
          const settings = { COPPER_API_KEY: "k", FIELD_CONFLICT: "newest", ONLY: trait(one.account) };
          await keepConnection(database, key, settings, {
            id,
            name: one.name,
            scope,
            audience: `${trait(one.account)}audience`,
            state: "paused",
          });
        } else if (there === undefined) continue;
        else if (one.do === "remove") await repository.remove(there.id);
        else if (one.do === "pause") await repository.set(there.id, { state: "paused" });
        else if (one.do === "unlink") {
          await accessTokens(database).revoke(there.id, undefined);
          for (const { cookie, id } of visitors) if (id === there.id) taken.add(cookie);
        } else if (one.do === "rename") {
          const to = NAMES.find((name) => name !== one.name)!;
          if ((await repository.find(to)) !== undefined) continue;
          const own = { ...(there.own as object), name: to };
          await repository.change(there, { name: to, own, sealed: resealed(there, vaultOf(key), to) });
        } else if (one.do === "link") {
          const token = await accessTokens(database).create(there.id, Date.now(), Date.now() + 60_000);
          visitors.push({ cookie: await enter(token), id: there.id, account: Number(there.scope.split(":")[0]) });
        } else {
          for (const page of PAGES)
            expect(shown((await read(operator, `/c/${one.name}${page}`)).text)).toEqual([
              Number(there.scope.split(":")[0]),
            ]);
        }
        const living = new Map((await repository.list()).map((stored) => [stored.id, stored.name]));
        for (const { cookie, id, account } of visitors) {
          const ends = !living.has(id) || taken.has(cookie);
          const own = `/c/${living.get(id)}`;
          const others = NAMES.map((name) => `/c/${name}${PAGES[0]}`);
          for (const page of [...others, own + PAGES[2], `/connections/${one.name}`]) {
            const { status, text } = await read(cookie, page);
            if (ends) expect([page, status, shown(text)]).toEqual([page, 302, []]);
            else expect(shown(text).filter((other) => other !== account)).toEqual([]);
          }
          if (!ends) expect(shown((await read(cookie, `${own}/contacts/p-7`)).text)).toEqual([account]);
        }
      }
    }),
    { numRuns: 150 },
  );
}, 240_000);
test("what was asked of a connection is not done to the one that has its name since", async () => {
  const repository = connectionRepository(database);
  for (const one of await repository.list()) await repository.remove(one.id);
  const settings = { COPPER_API_KEY: "k" };
  const due = { name: "bakery", scope: "1:list", state: "paused" as const };
  await keepConnection(database, key, settings, { ...due, id: "first" });
  const { openQueue } = await import("../../src/queue/queue.ts");
  const queue = await openQueue(postgres.url, () => undefined);
  await keepConnection(database, key, settings, { ...due, id: "second", scope: "2:list" });
  const command = { do: "decide", ids: [7], decision: "archive", forget: false } as const;
  const asked = await queue.enqueue({ id: "first", name: "bakery", account: "1" }, command);
  await vi.waitUntil(async () => (await queue.state(asked))?.state === "ended", { timeout: 30_000 });
  expect((await queue.state(asked))?.output ?? null).toBeNull();
  expect(await repository.find("bakery")).toMatchObject({ id: "second", trouble: null });
  await queue.stop();
}, 60_000);
