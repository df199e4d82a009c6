import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { freshFolder } from "../../test/fresh-database.ts";
import { crashed, holderName, isAlive, machine } from "./lease-holder.ts";

afterEach(() => {
  vi.restoreAllMocks();
});
/** Makes a folder as Linux has it. @param space where the link to the process’s namespace leads */
function proc(space: string) {
  const folder = freshFolder();
  for (const one of ["sys/kernel/random", "self/ns"]) mkdirSync(join(folder, one), { recursive: true });
  writeFileSync(join(folder, "sys/kernel/random/boot_id"), "0a1b2c3d-4e5f-6789\n");
  symlinkSync(space, join(folder, "self/ns/pid"));
  return folder;
}

test("A5: a machine is told from others by its boot and its processes’ namespace, as far as it tells them", () => {
  expect(machine(proc("pid:[4026531836]"))).toBe(`${hostname()}-0a1b2c3d-4026531836`);
  expect(machine(proc("elsewhere"))).toBe(`${hostname()}-0a1b2c3d-`);
  expect(machine(freshFolder())).toBe(hostname());
});
test("A5: whoever ran on this machine and does not run any more has crashed; of another machine nobody knows", () => {
  const holder = holderName();
  const asked = vi.fn(() => false);
  expect(crashed(holder, asked)).toBe(true);
  expect(asked).toHaveBeenCalledWith(process.pid);
  expect(crashed(holder, () => true)).toBe(false);
  expect(crashed("other-machine:1:x", () => false)).toBe(false);
  expect(holderName()).not.toBe(holder);
});
test("a process is alive as long as it can be reached, or belongs to somebody else", () => {
  expect(isAlive(process.pid)).toBe(true);
  const failing = (code: string) =>
    vi.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
  failing("ESRCH");
  expect(isAlive(process.pid)).toBe(false);
  failing("EPERM");
  expect(isAlive(process.pid)).toBe(true);
});
