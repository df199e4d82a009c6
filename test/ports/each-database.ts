/** SQLite and a real PostgreSQL for the suites that every store must pass. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";
import type { Postgres } from "../postgres.ts";

/** What the tests of one database are given. */
export interface Around {
  readonly kind: string;
  url(): string;
  /** A database of its own. @returns its URL */
  fresh(name: string): Promise<string>;
  /** A store on the common one. */
  open(connection?: string): Promise<Store>;
  /** The clock, ms. */
  time: number;
  /** Processes of this machine that live. */
  readonly alive: Set<number>;
}

/** The databases; where only the quick tests run, the one that needs no server. */
const KINDS = process.env.QUICK ? ["sqlite"] : ["sqlite", "postgres"];

/** The same tests on each database. */
export function onEachDatabase(what: string, tests: (around: Around) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "sync-store-"));
  let postgres: Postgres | undefined;
  const urls: Record<string, string> = { sqlite: `sqlite:${join(folder, "store.db")}` };
  beforeAll(async () => {
    if (!KINDS.includes("postgres")) return;
    const { startPostgres } = await import("../postgres.ts");
    postgres = await startPostgres();
    urls.postgres = postgres.url;
  }, 60_000);
  afterAll(async () => {
    await postgres?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  describe.each(KINDS)(`${what} on %s`, (kind) => {
    const around: Around = {
      kind,
      url: () => urls[kind]!,
      async fresh(name) {
        if (kind === "sqlite") return `sqlite:${join(folder, `${name}.db`)}`;
        await postgres!.createDatabase(name);
        return urls.postgres!.replace(/postgres$/, name);
      },
      open: async (connection = "1:a") =>
        databaseStore(await openDatabase(urls[kind]!), connection, () => around.time, {
          alive: (pid) => around.alive.has(pid),
          clock: async () => around.time,
        }),
      time: 1_000_000,
      alive: new Set(),
    };
    tests(around);
  });
}
