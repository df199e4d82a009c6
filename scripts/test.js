// Runs the tests and ends with one plain line that any CI can read.
import { startVitest } from "vitest/node";

const vitest = await startVitest("test", [], { run: true, watch: false });
const files = vitest.state.getFiles();
const collect = (task) => (task.type === "test" ? [task] : (task.tasks ?? []).flatMap(collect));
const tests = files.flatMap(collect);
const failed = tests.filter((test) => test.result?.state !== "pass").length;
const broken = files.filter((file) => file.result?.state === "fail" && collect(file).length === 0).length;
// Errors outside of tests: a worker that could not start, say, whose tests did not run
const errors = vitest.state.getUnhandledErrors().length;
await vitest.close();
console.log(`${tests.length - failed} passed, ${failed + broken} failed${errors > 0 ? `, ${errors} errors` : ""}`);
process.exit(failed + broken + errors > 0 || tests.length === 0 ? 1 : 0);
