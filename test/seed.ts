/**
 * Random tests of one commit say the same on every machine, so that what CI refuses is the change it was given. New
 * ground is trodden by `npm run torture`, which gives each go a seed of its own; `SEED=… npx vitest run` replays one.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });
