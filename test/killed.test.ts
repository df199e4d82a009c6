/**
 * A1: the real process, killed at a write, before and after its effect; the next runs make what an undisturbed one
 * would have made. `npm run torture -- --kills` does so at every write of a larger run.
 */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { holdings } from "./holdings.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { BIN } from "./program.ts";

const every = process.env.KILLS === "every";
/** Single requests in place of bulk ones and batches make more writes of the same people. */
const PEOPLE = every ? 220 : 40;
/** How many writes are struck in a short test, spread over the whole run. */
const FEW = 6;
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());

let accounts = 1;
async function fresh(database: string | undefined): Promise<World> {
  const own = await world({
    people: PEOPLE,
    seed: 11,
    // Two worlds can be compared only where Copper parts names in one way
    copper: { nameParts: "taken" },
    mailchimp: { batchLooks: 0 },
  });
  Object.assign(own.worlds.copper, { account: accounts++ });
  if (database !== undefined) own.env.DATABASE_URL = database;
  return own;
}

/** Lets the real process run, and kills it at its n-th write. @returns how many writes there were */
async function strike(own: World, nth: number, when: "before" | "after"): Promise<number> {
  let writes = 0;
  await new Promise<void>((done) => {
    const child = execFile(process.execPath, [BIN, "sync"], {
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? "", ...own.env },
    });
    const fault = (asked: { method: string; path: string }) => {
      if (asked.method === "GET" || asked.path.endsWith("/search")) return undefined;
      if (every && asked.path.endsWith("/batches"))
        return { reply: { status: 403, body: { title: "Forbidden" } }, when: "before" as const };
      writes += 1;
      if (writes !== nth) return undefined;
      child.kill("SIGKILL");
      return { reset: when };
    };
    own.copper.fault = fault;
    own.mailchimp.fault = fault;
    child.on("exit", () => done());
  });
  own.copper.fault = undefined;
  own.mailchimp.fault = undefined;
  return writes;
}

test.each(["sqlite", "postgres"])(
  "A1: on %s, killed at any write, before and after its effect: nothing is made twice, nothing is lost",
  async (kind) => {
    const database = kind === "postgres" ? postgres.url : undefined;
    const quiet = await fresh(database);
    const writes = await strike(quiet, 0, "before");
    await quiet.sync();
    const right = holdings(quiet);
    const step = every ? 1 : Math.max(1, Math.floor(writes / FEW));
    let struck = 0;
    for (let nth = 1; nth <= writes; nth += step)
      for (const when of ["before", "after"] as const) {
        const own = await fresh(database);
        await strike(own, nth, when);
        struck += 1;
        own.clock += 60;
        await own.sync();
        await own.sync();
        own.writes();
        const where = `killed ${when} write ${nth} of ${writes}`;
        expect((await own.sync()).operations, where).toEqual([]);
        expect(own.writes(), where).toEqual([]);
        expect(holdings(own), where).toEqual(right);
        await own.close();
      }
    await quiet.close();
    if (every) console.log(`${kind}: killed ${struck} times, at each of ${writes} writes`);
  },
  every ? 3_600_000 : 180_000,
);
