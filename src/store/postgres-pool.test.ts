import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { postgresPool } from "./postgres-pool.ts";

test("A11: a connection that breaks, in use or not, does not end the program", async () => {
  const pool = postgresPool("postgres://nobody@127.0.0.1:1/none");
  const client = new EventEmitter();
  pool.emit("connect", client as never);
  for (const emitter of [pool as unknown as EventEmitter, client])
    expect(emitter.emit("error", new Error("Connection terminated unexpectedly"))).toBe(true);
  await pool.end();
});
