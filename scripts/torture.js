// Many more random histories than the tests live through, and others each time: `npm run torture -- --minutes 10`. A
// failure prints the seed that replays it. With `--kills`, the real process is killed at every single write of a run, on
// both databases.
//
// With `--mutants`, each planted bug (test/histories/mutants.ts) must be found, and of a hundred mutations of one node each,
// drawn at random by `--seed N`, 95 in 100 (scripts/mutations.js). `--drawn N` draws so many and plants no other.

import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { MUTANTS } from "../test/histories/mutants.ts";
import { drawn, isEquivalent, nameOf } from "./mutations.js";

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

/** Of the mutations that make a difference, so many in a hundred must be noticed. */
const NOTICED = 95;

/** The value after a word of the command line, as a number. */
function given(word, otherwise) {
  const at = process.argv.indexOf(word);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

/** Tests that take so long (ms) hang: that is noticed, too. */
const HANGING = 1_800_000;

/** Runs tests until one fails. @returns which one; `undefined` where all pass */
function failing(more) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--bail", "1"],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1", ...more }, maxBuffer: 1e8, timeout: HANGING },
  );
  if (status === null) return "the time that it takes: it hangs";
  return status === 0 ? undefined : (/FAIL +(.*)/.exec(stderr + stdout)?.[1] ?? (stderr || stdout).trim().slice(-300));
}

/** Makes drawn mutations one at a time: the quick tests must notice, or else any other. @returns whether enough are */
function notice(count, seed) {
  console.log(`${count} mutations, --seed ${seed}`);
  const equivalent = JSON.parse(readFileSync("test/equivalent-mutations.json", "utf8"));
  const without = failing({ QUICK: "1" });
  if (without !== undefined) throw new Error(`fails without any mutation: ${without}`);
  let [noticed, same] = [0, 0];
  for (const one of drawn(count, seed)) {
    const MUTATION = JSON.stringify(one);
    const known = isEquivalent(one, equivalent);
    const quick = known ? undefined : failing({ MUTATION, QUICK: "1" });
    const by = quick ?? (known || process.argv.includes("--quick") ? undefined : failing({ MUTATION }));
    if (known) same += 1;
    else if (by !== undefined) noticed += 1;
    console.log(`${known ? "the same " : by === undefined ? "UNNOTICED" : "noticed  "} ${nameOf(one)}`);
    if (by !== undefined) console.log(`            by ${by}`);
  }
  const share = Math.round((100 * noticed) / (count - same));
  console.log(`${noticed} of ${count - same} noticed (${share} %), ${same} make no difference`);
  return share >= NOTICED;
}

const minutes = Number(/^--minutes$/.test(process.argv.at(-2) ?? "") ? process.argv.at(-1) : 1);
let failed = 0;
if (process.argv.includes("--kills")) {
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "test/killed.test.ts"], {
    stdio: "inherit",
    env: { ...process.env, KILLS: "every" },
  });
  failed = status;
} else if (process.argv.includes("--drawn")) {
  if (!notice(given("--drawn", 100), given("--seed", randomInt(2 ** 31)))) failed += 1;
} else if (process.argv.includes("--mutants")) {
  for (const { what, tests } of MUTANTS) {
    const { found, output } = histories(PATIENCE, { MUTANT: what }, tests);
    // A planted bug that breaks the program before an invariant is checked shows nothing of the tests
    const shown = output.includes(tests === undefined ? "SEED=" : "FAIL");
    if (!found || !shown) failed += 1;
    console.log(`${found ? (shown ? "found    " : "broken   ") : "SURVIVED "} ${what}`);
  }
  console.log(`${MUTANTS.length - failed} of ${MUTANTS.length} planted bugs found`);
  if (!notice(100, given("--seed", randomInt(2 ** 31)))) failed += 1;
} else {
  const end = Date.now() + minutes * 60_000;
  let lived = 0;
  while (Date.now() < end && failed === 0) {
    const { found, story } = histories(GO, { SEED: String(randomInt(2 ** 31)) });
    if (found) failed += 1;
    if (found) console.log(story);
    lived += GO;
  }
  console.log(`${lived} histories, ${failed === 0 ? "every invariant held" : "an invariant was broken"}`);
}
process.exit(failed === 0 ? 0 : 1);
