import { availableParallelism } from "node:os";
import { dirname, relative } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { MUTANTS } from "./test/histories/mutants.ts";
import { quickTests } from "./test/quick.ts";

const { MUTANT, MUTATION, QUICK, HISTORIES } = process.env;

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

/** Makes one change that was drawn at random (`scripts/mutations.js`). */
function mutated(drawn: string | undefined): Plugin[] {
  if (drawn === undefined) return [];
  const { file, start, end, to } = JSON.parse(drawn) as { file: string; start: number; end: number; to: string };
  return [
    {
      name: "mutated",
      enforce: "pre",
      transform: (code, id) =>
        id.endsWith(`/${file}`) ? { code: code.slice(0, start) + to + code.slice(end), map: null } : undefined,
    },
  ];
}

const quick = quickTests();

/** What needs little runs first, so that what is wrong shows soon; of a mutation, the tests beside it before all. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const beside = MUTATION === undefined ? "-" : dirname((JSON.parse(MUTATION) as { file: string }).file);
    const place = ({ moduleId }: TestSpecification) => {
      const file = relative(process.cwd(), moduleId);
      return file.startsWith(beside) ? 0 : quick.includes(file) ? 1 : 2;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  plugins: [...planted(MUTANT), ...mutated(MUTATION)],
  test: {
    include: QUICK ? quick : ["src/**/*.test.ts", "test/**/*.test.ts"],
    sequence: { sequencer: QuickFirst },
    setupFiles: ["test/seed.ts"],
    globalSetup: HISTORIES || QUICK ? [] : ["test/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // The quick ones share what they load: loading it anew for each file would take a quarter of their time
    isolate: !QUICK,
    // Most of them wait for processes, browsers and databases: two at once also where there are two cores only
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A planted bug must not be kept for the next run, nor a sound module for this one
    fsModuleCache: MUTANT === undefined && MUTATION === undefined,
  },
});
