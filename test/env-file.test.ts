/** `.env` is written so that any value reads back the same, by our reader, by Node.js and by Docker as far as each can. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { environmentFile, readEnvFile, withSettings } from "../src/config/env-file.ts";
import "./seed.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-env-"));
const path = join(folder, ".env");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Docker's `--env-file` makes of a line: everything after the first `=`, as it is. */
function byDocker(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
/** What `process.loadEnvFile` makes of it. */
function byNode(): string | undefined {
  const { out } = JSON.parse(
    execFileSync(
      process.execPath,
      ["-e", "process.loadEnvFile(process.argv[1]); console.log(JSON.stringify({ out: process.env.VALUE }))", path],
      {
        encoding: "utf8",
        env: {},
      },
    ),
  );
  return out;
}

const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed()),
  fc.string({ unit: fc.constantFrom(..."ab\"'`\\n#= $\n\r\t{}"), maxLength: 12 }),
  fc.constantFrom(
    'a"b',
    "C:\\new",
    "a#b",
    "a # b",
    " a ",
    "a\nb",
    "a\r\nb",
    "'\"`",
    "'\"` # as JSON",
    "$HOME",
    'a\\"b',
  ),
);

test("every value reads back the same, alone and among others; the file keeps its other lines", () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      const before = '# mine\nOTHER=kept\nVALUE="old"\n\nexport LAST=1\n';
      const text = withSettings(before, { VALUE: one, SECOND: other });
      writeFileSync(path, text);
      const faults: string[] = [];
      const read = readEnvFile(folder, (_, code) => faults.push(code));
      expect([read.VALUE, read.SECOND, read.OTHER, read.LAST]).toEqual([one, other, "kept", "1"]);
      expect(faults).toEqual([]);
      expect(text.startsWith("# mine\nOTHER=kept\nVALUE=")).toBe(true);
      // Written again, nothing moves
      expect(withSettings(text, { VALUE: one, SECOND: other })).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});
test("Node.js reads whatever has a quote to spare and no carriage return; Docker whatever has no line end or blank edge", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 60, maxLength: 60 }), (all) => {
      for (const one of all) docker(one);
    }),
    { numRuns: 30 },
  );
  for (const one of fc.sample(value, 40)) {
    writeFileSync(path, withSettings("", { VALUE: one }));
    const spare = ["'", "`", '"'].some((quote) => !one.includes(quote));
    if (spare && !/[\r\n\0]/.test(one)) expect(byNode()).toBe(one);
  }
});
function docker(one: string): void {
  const text = withSettings("", { VALUE: one });
  const plain = /^[^\s"'`#][^#\r\n\0]*$/.test(one) && one.trim() === one;
  if (plain) expect(byDocker(text).VALUE).toBe(one);
}
test("files of before are read as ever", () => {
  writeFileSync(path, "\uFEFFA=1\nB='two'\nC=\"a\\nb\" # note\nD=x # y\nexport E=`q`\n");
  expect(environmentFile(folder)).toEqual({ A: "1", B: "two", C: "a\nb", D: "x", E: "q" });
});
