// Builds the program into a few files that start quickly: hundreds of small ones take longer to open than to run.
// What comes from packages is named, with its licence, beside it.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** The folder of the package that a module belongs to. */
function packageOf(module) {
  const [, inside] = module.split(/[\\/]node_modules[\\/](?!.*[\\/]node_modules[\\/])/);
  if (inside === undefined) return undefined;
  const parts = inside.split(sep);
  const name = parts.slice(0, inside.startsWith("@") ? 2 : 1).join(sep);
  return module.slice(0, module.length - inside.length) + name;
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`.trim();
}

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: ["src/cli/main.ts", "src/cli/spare-memory.ts"],
  platform: "node",
  // Used by `pg` only where somebody has installed it
  external: ["pg-native"],
  logLevel: "warn",
});
const { output } = await bundle.write({ dir: join(dist, "cli"), format: "esm" });
await bundle.close();
const packages = new Set(
  output.flatMap((one) => (one.moduleIds ?? []).map(packageOf)).filter((one) => one && existsSync(one)),
);
writeFileSync(join(dist, "licences.txt"), `${[...packages].sort().map(licenceOf).join("\n\n---\n\n")}\n`);
