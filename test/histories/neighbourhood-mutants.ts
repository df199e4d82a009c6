import type { Mutant } from "./mutants.ts";

/** Bugs in runs that load only whom something concerns. */
export const NEIGHBOURHOOD_MUTANTS: readonly Mutant[] = [
  {
    what: "whoever else has an address is forgotten",
    file: "src/sync/neighbourhood.ts",
    from: "for (const email of person.emails) next.addresses.add(addressKey(email));",
    to: "",
  },
  {
    what: "a person's link is followed, a member's is not",
    file: "src/sync/neighbourhood.ts",
    from: "next.personIds.add(link.personId);",
    to: "",
  },
  {
    what: "the addresses of after a reading are not looked at",
    file: "src/sync/load-and-read.ts",
    from: "...addressesIn(seen.stateChanges.persons ?? []),",
    to: "",
  },
  {
    what: "what waits to be done is left to who happens to change",
    file: "src/reconcile/recheck-list.ts",
    from: "(lasting && !gathered && !remembered)",
    to: "(lasting && !remembered)",
  },
  {
    what: "what is to be tried again after some runs is forgotten (V13)",
    file: "src/reconcile/recheck-list.ts",
    from: "(lasting && !gathered && !remembered)",
    to: "(lasting && !gathered)",
  },
  {
    what: "records that could not be read are looked at by those who are here only (A9)",
    file: "src/sync/load-and-read.ts",
    from: "  await near.bringStanding(await unstored(store));\n  await bringOdd();",
    to: "  await near.bringStanding(await unstored(store));",
  },
  {
    what: "a write of ours touches nobody",
    file: "src/store/memory.ts",
    from: "if (stateChanges.decided === undefined && by !== undefined) touch(stateChanges);",
    to: "",
  },
  {
    what: "whom a link led to until now is not touched",
    file: "src/store/memory.ts",
    from: "...before.map(({ memberKey }) => standingKey({ memberKey }))",
    to: "",
  },
  {
    what: "the guard counts only those who are here (G4)",
    file: "src/plan/partial-records.ts",
    from: "return super.size + this.#elsewhere;",
    to: "return super.size;",
  },
  {
    what: "those left out elsewhere are not counted",
    file: "src/sync/neighbourhood.ts",
    from: "addedUp(await this.#store.skipped(), here, -1)",
    to: "addedUp(noneSkipped(), here, 1)",
  },
  {
    what: "an address that somebody gave up stays theirs",
    file: "src/store/save-changes.ts",
    from: "others.flatMap((one) => one.before)",
    to: "[]",
    tests: "test/ports/neighbours.test.ts",
  },
  {
    what: "a new address is not kept with who has it",
    file: "src/store/save-changes.ts",
    from: "others.flatMap((one) => one.now)",
    to: "others.flatMap((one) => (one.before.length > 0 ? [] : one.now))",
    tests: "test/ports/neighbours.test.ts",
  },
  {
    what: "a count drifts: who is gone is counted still",
    file: "src/store/save-changes.ts",
    from: "counts.members -= await dropRecords",
    to: "await dropRecords",
    tests: "test/ports/neighbours.test.ts",
  },
  {
    what: "in the database, whom a link led to until now is not touched",
    file: "src/store/touched.ts",
    from: "rows.map(({ member }) => standingKey({ memberKey: member }))",
    to: "[]",
    tests: "test/ports/neighbours.test.ts",
  },
];
