/** A PostgreSQL at the end of a long line: what a run writes down is a matter of statements, not of rows. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newLink } from "../src/plan/link-patch.ts";
import type { Operation } from "../src/plan/operations.ts";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

/** One way on the line, ms. */
const DELAY = 5;
const MANY = 5_000;

let postgres: Postgres;
let line: Server;
let url: string;
/** Messages from here to there since the last look. */
let sent = 0;
beforeAll(async () => {
  postgres = await startPostgres();
  const { port } = new URL(postgres.url);
  const late = (from: Socket, to: Socket) => {
    from.on("data", (chunk) => setTimeout(() => to.write(chunk), DELAY));
    from.on("close", () => setTimeout(() => to.destroy(), DELAY));
    from.on("error", () => to.destroy());
  };
  line = createServer((here) => {
    const there = connect(Number(port), "127.0.0.1");
    here.on("data", () => {
      sent += 1;
    });
    late(here, there);
    late(there, here);
  });
  await new Promise<void>((ready) => line.listen(0, "127.0.0.1", ready));
  url = postgres.url.replace(port, String((line.address() as { port: number }).port));
}, 60_000);
afterAll(async () => {
  line.close();
  await postgres.close();
});

test("A5: thousands of answers, and what they taught, outlast no lease: a few statements a portion", async () => {
  const store = databaseStore(await openDatabase(url), "1:slow", Date.now);
  expect(await store.lock("other-machine:1:slow")).toEqual({ held: true });
  const member = { key: "k", id: "h", email: "a@b.fr", status: "subscribed", fields: {}, tags: [], changedAt: 3 };
  const operations = Array.from({ length: MANY }, (_, at) => ({
    side: "mailchimp",
    operation: "update-member",
    contact: `a${at}@b.fr`,
    reason: "changed-in-copper",
    before: {},
    settles: {},
    personId: at + 1,
    member,
    fields: {},
  })) as unknown as Operation[];
  const ids = await store.journal("r1", operations);
  sent = 0;
  const links = operations.map((one) => newLink(one.personId!, `k${one.personId}`, one.contact, one.personId!));
  const answers = ids.map((id, at) => ({ id, ok: at % 10 > 0, answer: at % 10 > 0 ? null : { message: `no ${at}` } }));
  await store.answer(answers, { links });
  // Ten portions of answers, ten of links, the lease, begin and commit; long statements go in several pieces
  expect(sent).toBeLessThan(200);
  expect(store.holds()).toBe(true);
  expect(await store.inDoubt()).toEqual([]);
  await store.unlock("other-machine:1:slow");
  await store.close();
}, 120_000);
