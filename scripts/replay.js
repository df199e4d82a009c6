// Holds a transcript of `doctor --record` against the parsers and the simulators: `npm run replay FILE`. The same requests
// go to the simulators; what differs from what the services really answered is said, and ends with 1.
import { readFileSync } from "node:fs";
import { replay } from "../test/replay.ts";

const [file] = process.argv.slice(2);
const help = "npm run replay FILE: a file that `doctor --record FILE` has written";
const transcript = file === undefined ? undefined : read(file);
if (!Array.isArray(transcript?.exchanges)) {
  console.error(file === undefined ? help : `${file} is not readable as such a file.\n${help}`);
  process.exit(2);
}
const differences = await replay(transcript);
for (const line of differences) console.log(line);
console.log(differences.length === 0 ? "no difference" : `${differences.length} differences`);
process.exit(differences.length === 0 ? 0 : 1);

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
