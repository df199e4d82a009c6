import type { Mutant } from "./mutants.ts";

/** Bugs in where contacts stand (R1), and in what is told and guarded of new ones (R3, R4). */
export const STANDING_MUTANTS: readonly Mutant[] = [
  {
    what: "what is planned counts as in step before it is written (R1)",
    file: "src/sync/standing-tracker.ts",
    from: "this.#differences(withOdd(plan.standings, this.#prepared), now,",
    to: "this.#differences(withOdd([], this.#prepared), now,",
  },
  {
    what: "what failed counts as in step (R1)",
    file: "src/sync/standing-tracker.ts",
    from: 'because.reason === "next-run" && failed ? failed : told',
    to: 'because.reason === "next-run" && failed ? { reason: "in-step" as const } : told',
  },
  {
    what: "a member who became a person still stands alone (R1)",
    file: "src/sync/standing-tracker.ts",
    from: "        this.#kept.delete(key);\n        standingsOver.push(key);",
    to: "",
  },
  {
    what: "a value that was not taken counts as plainly in step (R1)",
    file: "src/reconcile/standing-reasons.ts",
    from: "if (kept.length > 0) {",
    to: "if (kept.length > 9) {",
  },
  {
    what: "members whom Copper does not know stand nowhere (R1)",
    file: "src/reconcile/standings.ts",
    from: "    this.#account(memberKey);\n    this.#put({ ...because, memberKey });",
    to: "    this.#account(memberKey);",
  },
  {
    what: "a member linked to somebody who shares an address stands nowhere (R1)",
    file: "src/reconcile/standings.ts",
    from: "if (this.#account(memberKey)) this.#put({ ...because, personId, memberKey });\n      else ",
    to: "",
    tests: "test/cases/accounted-for.test.ts",
  },
  {
    what: "records that could not be read do not count (R1, A9)",
    file: "src/sync/odd-record-standings.ts",
    from: "for (const one of all) if (!told.has(one)) yield one;",
    to: "",
    tests: "test/cases/accounted-for.test.ts",
  },
  {
    what: "a run with ONLY takes the reasons of others away (R1)",
    file: "src/sync/failure-reasons.ts",
    from: 'return stateOf(before.reason) === "failing";',
    to: 'return stateOf(before.reason) === "to-decide";',
    tests: "test/cases/accounted-for.test.ts",
  },
  {
    what: "a reason is new at every run (R1)",
    file: "src/sync/standing-tracker.ts",
    from: "since: before?.reason === reason ? before.since : since,",
    to: "since,",
    tests: "test/cases/accounted-for.test.ts",
  },
  {
    what: "a decision shows at the next run only (R1)",
    file: "src/sync/refresh-standings.ts",
    from: 'if ((await store.fact("looked at")) === undefined) return;',
    to: "if (store !== undefined) return;",
    tests: "test/cases/accounted-for.test.ts",
  },
  {
    what: "new contacts are never too many (R4)",
    file: "src/reconcile/guard.ts",
    from: "if (contacts.length <= limit) return null;",
    to: "if (contacts.length > 0) return null;",
    tests: "test/cases/new-contacts.test.ts",
  },
  {
    what: "a trial with ONLY counts as the first run (R4)",
    file: "src/sync/first-run-growth.ts",
    from: "policy.only.length === 0 &&",
    to: "",
    tests: "test/cases/new-contacts.test.ts",
  },
  {
    what: "archived members are said to cost something (R3)",
    file: "src/services/mailchimp.ts",
    from: 'billed: ["subscribed",',
    to: 'billed: ["archived", "subscribed",',
    tests: "test/cases/new-contacts.test.ts",
  },
  {
    what: "a name is a formula in a spreadsheet",
    file: "src/wording/contact-row.ts",
    from: "/^[\\s]*[=+\\-@]|^[\\t\\r\\n]/u",
    to: "/^[\\t\\r\\n]/u",
    tests: "src/wording",
  },
];
