// Many more random histories than the tests live through, and others each time: `npm run torture -- --minutes 10`. With
// `--mutants`, each planted bug (test/histories/mutants.ts) must be found by them. A failure prints the seed that
// replays it. With `--kills`, the real process is killed at every single write of a run, on both databases.

import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { MUTANTS } from "../test/histories/mutants.ts";

/** Histories of one go, and what a planted bug may take. */
const GO = 20_000;
const PATIENCE = 60_000;

function histories(count, more = {}, tests = "test/histories") {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", tests], {
    encoding: "utf8",
    env: { ...process.env, HISTORIES: String(count), ...more },
    maxBuffer: 1e8,
  });
  const output = stdout + stderr;
  return {
    found: status !== 0,
    output,
    story: /SEED=[\s\S]*?(?=\n.*- Expected|\n\n)/.exec(output)?.[0] ?? output.slice(-2_000),
  };
}

const minutes = Number(/^--minutes$/.test(process.argv.at(-2) ?? "") ? process.argv.at(-1) : 1);
let failed = 0;
if (process.argv.includes("--kills")) {
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "test/killed.test.ts"], {
    stdio: "inherit",
    env: { ...process.env, KILLS: "every" },
  });
  failed = status;
} else if (process.argv.includes("--mutants")) {
  for (const { what, tests } of MUTANTS) {
    const { found, output } = histories(PATIENCE, { MUTANT: what }, tests);
    // A planted bug that breaks the program before a law is looked at shows nothing of the tests
    const shown = output.includes(tests === undefined ? "SEED=" : "FAIL");
    if (!found || !shown) failed += 1;
    console.log(`${found ? (shown ? "found    " : "broken   ") : "SURVIVED "} ${what}`);
  }
  console.log(`${MUTANTS.length - failed} of ${MUTANTS.length} planted bugs found`);
} else {
  const end = Date.now() + minutes * 60_000;
  let lived = 0;
  while (Date.now() < end && failed === 0) {
    const { found, story } = histories(GO, { SEED: String(randomInt(2 ** 31)) });
    if (found) failed += 1;
    if (found) console.log(story);
    lived += GO;
  }
  console.log(`${lived} histories, ${failed === 0 ? "every law held" : "a law was broken"}`);
}
process.exit(failed === 0 ? 0 : 1);
