/** Case 70: two programs at once in a folder without a database, and case 71: a log that cannot be written. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type World, world } from "../harness.ts";
import { program } from "../program.ts";

let own: World;
afterEach(() => own.close());

test("case 70: two first syncs at the same moment: one runs, the other says that it is held (exits 0 and 4), ten times", async () => {
  own = await world({ copper: { latency: 150 } });
  for (const name of ["ana", "bob"]) own.person({ first_name: name, email: `${name}@exemple.fr` });
  for (let times = 0; times < 10; times += 1) {
    const folder = join(own.folder, `first ${times}`);
    mkdirSync(folder);
    const env = { ...own.env, DATABASE_URL: "sqlite:data/sync.db", LOG_DIR: "logs" };
    const ended = await Promise.all([program(["sync"], env, folder), program(["sync"], env, folder)]);
    expect(ended.map((one) => one.exit).sort(), ended.map((one) => one.err).join()).toEqual([0, 4]);
  }
  expect(own.worlds.mailchimp.members.size).toBe(2);
}, 120_000);

test.runIf(existsSync("/dev/full"))(
  "case 71: the log's disk is full: the run goes on, and it is told with the run and by the channels, once",
  async () => {
    own = await world();
    own.person({ first_name: "ana", email: "ana@exemple.fr" });
    const logs = join(own.folder, "full");
    mkdirSync(logs);
    // A file that takes nothing: each write says that there is no space left
    for (const day of [0, 86_400_000]) {
      const name = new Date(Date.now() + day).toISOString().slice(0, 10).replaceAll("-", "");
      symlinkSync("/dev/full", join(logs, `sync_${name}.log`));
    }
    const heard = join(own.folder, "heard");
    const env = { ...own.env, LOG_DIR: logs, NOTIFY_COMMAND: `cat >> '${heard}'` };
    const first = await program(["sync"], env, own.folder);
    expect([first.exit, first.out]).toEqual([0, expect.stringContaining("the log cannot be written")]);
    expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
    await program(["sync"], env, own.folder);
    const { runs } = JSON.parse((await program(["runs", "list", "--json"], env, own.folder)).out);
    expect(runs).toHaveLength(2);
    expect(runs[0].notes).toContainEqual({ contact: "", code: "log-unwritable", detail: "ENOSPC" });
    expect(readFileSync(heard, "utf8").match(/The log cannot be written/g)).toHaveLength(1);
  },
);
