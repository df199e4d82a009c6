/** Which tests need no process, no browser, no PostgreSQL and no time: they run first, and alone at every step. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Modules and tests that need more. */
const MORE =
  /"(?:\.{1,2}\/|scripts\/)*(?:postgres|program|served|browser|build)\.(?:ts|js)"|node-pty|openDashboard|copper-mailchimp-sync\.js|web\/open/;
/** What opens a browser, as tests beside it name it. */
const BROWSER = /^test\/web\/.*"\.\/open\.ts"/s;
/** Tests that look at very much. */
const LONG: readonly string[] = [
  "test/memory.test.ts",
  "test/pack.test.ts",
  "test/fuzz.test.ts",
  "test/requests.test.ts",
];

/** Returns how many random examples to look at: a quarter where only the quick tests run. @param all number otherwise */
export function examples(all: number): number {
  return process.env.QUICK ? Math.ceil(all / 4) : all;
}

/** Returns the test files that need little, as paths from the project's folder. */
export function quickTests(): string[] {
  const files = ["src", "test"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  return files
    .filter((file) => file.endsWith(".test.ts") && !LONG.includes(file))
    .filter((file) => {
      const text = readFileSync(file, "utf8");
      return !MORE.test(text) && !BROWSER.test(`${file} ${text}`);
    })
    .sort();
}
