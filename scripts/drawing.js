// Writes the drawing of the modules into docs/architecture.md, or with --check tells whether it is the present one.
import { readFileSync, writeFileSync } from "node:fs";
import { MODULES } from "./module-boundaries.js";

const path = new URL("../docs/architecture.md", import.meta.url);
const rows = Object.entries(MODULES).map(
  ([module, known]) => `${module.padEnd(11)}──► ${known.length === 0 ? "nothing" : known.join(", ")}`,
);
const drawing = `<!-- drawing -->\n\`\`\`\n${rows.join("\n")}\n\`\`\`\n<!-- end -->`;
const before = readFileSync(path, "utf8");
const after = before.replace(/<!-- drawing -->[\s\S]*<!-- end -->/, drawing);
if (process.argv.includes("--check")) process.exit(before === after ? 0 : 1);
writeFileSync(path, after);
