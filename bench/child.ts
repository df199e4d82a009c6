/** One program in a process of its own, without latency or limits: what it needs of the machine, told as JSON. */
import { main } from "../src/cli/main.ts";
import { spareMemory } from "../src/cli/spare-memory.ts";
import { script } from "./script.ts";

const program = process.argv[2];
// As the installed program starts itself (bin)
if (program === "ours") spareMemory();
/** The longest time that pages and leases had no turn, ms. */
let longestBlock = 0;
let turned = performance.now();
const turns = setInterval(() => {
  longestBlock = Math.max(longestBlock, performance.now() - turned);
  turned = performance.now();
}, 5);
const clock = { now: () => Date.now(), wait: async () => undefined };
if (program === "ours") await main(["sync", "--json"]);
else await script(process.env as Record<string, string>, clock, program === "one" ? 1 : 10, 1e9);
clearInterval(turns);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stderr.write(
  `\n${JSON.stringify({ megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, longestBlock })}\n`,
);
