/** Cases 62, 74: a service that refuses before a run can begin is told once, and once as over. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, world } from "../harness.ts";
import { program } from "../program.ts";

let own: World;
let env: Record<string, string>;
const heard = () => {
  const file = join(own.folder, "heard");
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
};
beforeEach(async () => {
  own = await world();
  own.person({ first_name: "ana", email: "ana@exemple.fr" });
  env = { ...own.env, NOTIFY_COMMAND: `printf '%s\\n' "$SUBJECT" >> '${join(own.folder, "heard")}'` };
  expect((await program(["sync"], env, own.folder)).exit).toBe(0);
});
afterEach(() => own.close());

test.each([
  ["Copper refuses the key", 401, "", 1],
  ["Copper answers 400 at /account", 400, "/account", 2],
] as const)(
  "%s: told once, and once as over",
  async (_, status, where, from) => {
    own.copper.fault = ({ path }) =>
      path.endsWith(where) ? { when: "before", reply: { status, body: { message: "no" } } } : undefined;
    for (let times = 1; times <= 4; times += 1) {
      expect((await program(["sync"], env, own.folder)).exit).toBe(5);
      expect(heard()).toHaveLength(times < from ? 0 : 1);
    }
    own.copper.fault = undefined;
    for (let times = 0; times < 2; times += 1) expect((await program(["sync"], env, own.folder)).exit).toBe(0);
    expect(heard()).toHaveLength(2);
    expect(heard()[1]).toContain("works again");
  },
  60_000,
);
