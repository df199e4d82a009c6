/** Bugs planted around decisions and undo; see `mutants.ts`. */
import type { Mutant } from "./mutants.ts";

export const DECISION_MUTANTS: readonly Mutant[] = [
  {
    what: "a decision that was cut off is never finished (A1)",
    file: "src/app/decisions/unfinished.ts",
    from: "for (const one of await unfinished(parts.store)) {",
    to: "for (const one of [] as Unfinished[]) {",
  },
  {
    what: "a deleted person's address is not remembered (D3)",
    file: "src/app/decisions/archive-or-delete.ts",
    from: "deleted: validKeys(copy.emails)",
    to: "deleted: []",
  },
  {
    what: "a decision takes somebody else's member for the person's own (W2)",
    file: "src/app/decisions/archive-or-delete.ts",
    from: "one.link === undefined && ",
    to: "",
  },
  {
    what: "a member archived by others is taken for ours by a decision (C1)",
    file: "src/app/decisions/archive-or-delete.ts",
    from: "return link?.archived?.at === changedAt ?",
    to: "return link?.archived ?",
  },
  {
    what: "a restore asked for after a delete that was cut off leaves the delete to be finished (D3)",
    file: "src/app/decisions/restore.ts",
    from: "await noteEnded(store, copy.personId);\n    await store.restoredAs",
    to: "await store.restoredAs",
  },
  {
    what: "a restore brings back who was touched since (C1)",
    file: "src/app/decisions/restore.ts",
    from: "&& now.member.changedAt === ours.at",
    to: "",
    tests: "test/cases/around-dec",
  },
  {
    what: "an undo writes to resting members (V9)",
    file: "src/reconcile/operations/undo-fields.ts",
    from: 'if (side === "mailchimp" && now.member !== undefined && !isKeptInStep(now.member.status)) return undefined;',
    to: "",
  },
  {
    what: "an undo writes to whoever has the member's old address",
    file: "src/reconcile/operations/undo-fields.ts",
    from: "contact: member.email, member: memberRef(member) }",
    to: "contact: member.email }",
  },
  {
    what: "an undo forgets which tags told Copper something (C7)",
    file: "src/reconcile/operations/person-operations.ts",
    from: "remove, settles: { toldPut } }",
    to: "remove, settles: {} }",
  },
  {
    what: "an undo writes about whom the reading did not show (A9)",
    file: "src/reconcile/undo.ts",
    from: 'if (unseen?.persons.has(operation.personId ?? 0) || unseen?.members.has(member?.key ?? "")) return',
    to: "if (unseen === null) return",
  },
  {
    what: "a mapping is taken for known after a reading that ended early (V10)",
    file: "src/sync/prepare.ts",
    from: "...(isComplete(seen) && { fields",
    to: "...({ fields",
  },
  {
    what: "a record that was odd when the mapping changed keeps what the old fields held (V10)",
    file: "src/sync/prepare.ts",
    from: "remapped && isComplete(seen) &&",
    to: "remapped && !isComplete(seen) &&",
  },
];
