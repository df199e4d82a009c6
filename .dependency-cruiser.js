// The directions between the modules, from the one table that also draws docs/architecture.md.
import { MODULES } from "./scripts/module-boundaries.js";

export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    ...Object.entries(MODULES).map(([module, known]) => ({
      name: `${module}-knows-only`,
      severity: "error",
      from: { path: `^src/${module}/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: `^src/(${[module, ...known].join("|")})/` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
