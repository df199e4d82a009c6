import { defineConfig, type Plugin } from "vitest/config";
import { MUTANTS } from "./test/histories/mutants.ts";

/** Plants one bug, where the torture asks for it. Throws where its place is no longer there. */
function planted(what: string | undefined): Plugin[] {
  const mutant = MUTANTS.find((one) => one.what === what);
  if (mutant === undefined) return [];
  return [
    {
      name: "planted",
      enforce: "pre",
      transform(code, id) {
        if (!id.endsWith(mutant.file)) return undefined;
        if (!code.includes(mutant.from)) throw new Error(`${mutant.file} has no place for: ${mutant.what}`);
        return { code: code.replace(mutant.from, mutant.to), map: null };
      },
    },
  ];
}

export default defineConfig({
  plugins: planted(process.env.MUTANT),
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    globalSetup: process.env.HISTORIES ? [] : ["test/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // A planted bug must not be kept for the next run, nor a sound module for this one
    fsModuleCache: process.env.MUTANT === undefined,
  },
});
