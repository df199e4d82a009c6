import { DECISION_MUTANTS } from "./decision-mutants.ts";
import { NEIGHBOURHOOD_MUTANTS } from "./neighbourhood-mutants.ts";
import { SHAPE_MUTANTS } from "./shape-mutants.ts";
import { STANDING_MUTANTS } from "./standing-mutants.ts";

/** Bugs planted one at a time, to see that the histories find each: a piece of source and what stands in its place. */
export interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The tests that must notice, where it is not the histories: they know nothing of HTTP. */
  readonly tests?: string;
}

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    what: "writes are not journalled before they are sent (A1)",
    file: "src/sync/apply.ts",
    from: "async sending(list) {",
    to: "async sending(list) {\n        if (list.length > 0) return;",
  },
  {
    what: "a lost answer counts as a clear failure (A1)",
    file: "src/sync/apply.ts",
    from: "id === undefined || doubtful",
    to: "id === undefined",
  },
  {
    what: "doubts are closed although not everybody was read (A1)",
    file: "src/sync/run-rounds.ts",
    from: "if (seen.doubted.length === 0) await",
    to: "await",
    tests: "test/lost-answers.test.ts",
  },
  {
    what: "what was meant for somebody who stayed archived is written all the same (V9)",
    file: "src/sync/apply.ts",
    from: "resting.has(one.member.key)",
    to: "resting.has(one.member.id + one.member.key)",
    tests: "test/rules",
  },
  {
    what: "a link that was given up is stored again (W2)",
    file: "src/sync/run-rounds.ts",
    from: "for (const id of plan.unlinked) links.delete(id);",
    to: "",
  },
  {
    what: "writes in doubt are not looked at (A1)",
    file: "src/sync/recover.ts",
    from: "return [...byPerson].flatMap(",
    to: "return [].flatMap(",
  },
  {
    what: "an archiving in doubt is taken for ours and untouched (C1)",
    file: "src/reconcile/operations/member-operations.ts",
    from: 'why: "gone", at: 0 }',
    to: 'why: "gone", at: member.changedAt }',
  },
  {
    what: "a record found after a lost answer is taken for what was sent (A2)",
    file: "src/sync/state-after-write.ts",
    from: "link: { ...link, baseline: {}, tagsPut,",
    to: "link: { ...link, baseline: operation.settles.baseline ?? {}, tagsPut,",
    tests: "test/lost-answers.test.ts",
  },
  {
    what: "a person found by address is linked although he is somebody else's (W2)",
    file: "src/sync/apply-outcomes.ts",
    from: "outcome.found && person && this.links.has(person.id)",
    to: "false",
    tests: "test/lost-answers.test.ts",
  },
  {
    what: "a member at the address is linked although he is somebody else's (W2)",
    file: "src/sync/apply-outcomes.ts",
    from: "if (!this.#linkedElsewhere(member.key, operation.personId)) return undefined;",
    to: "return undefined;",
  },
  {
    what: "a member who took an address since it was read is linked, although he is somebody else's (W2)",
    file: "src/sync/apply-outcomes.ts",
    from: "!(outcome.found || another)",
    to: "!outcome.found",
  },
  {
    what: "two people write to the member whom both are linked to (W3)",
    file: "src/reconcile/matching/match.ts",
    from: "held[own] === 1",
    to: "held[own] === 2",
    tests: "src/reconcile",
  },
  {
    what: "refused addresses are forgotten (C5)",
    file: "src/sync/apply-outcomes.ts",
    from: "changes.rejections.push(rejection);",
    to: "",
  },
  {
    what: "an address that has become free is not looked at again (V6)",
    file: "src/sync/apply-outcomes.ts",
    from: 'if (operation.operation === "move-address") this.further = true;',
    to: "",
  },
  {
    what: "the baseline moves before the write (A1)",
    file: "src/reconcile/fields.ts",
    from: "    into.toMailchimp[field.mailchimp] = converted.value;",
    to: "      into.toMailchimp[field.mailchimp] = converted.value;\n      into.agreed[field.pair] = copper;",
  },
  {
    what: "a blank overwrites at first sight (V3)",
    file: "src/reconcile/one-field.ts",
    from: 'if (isBlank(copper)) return send(field, "mailchimp", false);',
    to: 'if (isBlank(copper)) return send(field, "copper", false);',
  },
  {
    what: "a value that was cleared is not carried over (V4)",
    file: "src/reconcile/one-field.ts",
    from: 'if (!mailchimpChanged) return send(field, "copper", false);',
    to: 'if (!mailchimpChanged) return isBlank(copper) ? { become: "nothing" } : send(field, "copper", false);',
  },
  {
    what: "Mailchimp's change is lost (V1)",
    file: "src/reconcile/one-field.ts",
    from: 'if (!copperChanged) return send(field, "mailchimp", false);',
    to: 'if (!copperChanged) return send(field, "copper", false);',
  },
  {
    what: "a tag set by hand is removed (T2)",
    file: "src/reconcile/tags.ts",
    from: "ours.has(key) && !wanted.has(key)",
    to: "!wanted.has(key)",
  },
  {
    what: "one tag is not put on the member (T1)",
    file: "src/reconcile/tags.ts",
    from: "filter(([key]) => !there.has(key) && !waits(key)).map(([, name]) => name)",
    to: 'filter(([key]) => !there.has(key) && !waits(key) && key !== "vip").map(([, name]) => name)',
  },
  {
    what: "who answers to which address is not looked at again when a record changes (W3)",
    file: "src/sync/scan.ts",
    from: "    this.#kind.seen(record);\n",
    to: "",
  },
  {
    what: "what Copper was told stays when the state goes (C3)",
    file: "src/reconcile/tags.ts",
    from: "ours.filter((one) => one !== key && there.includes(one))",
    to: "ours.filter((one) => one === key && !there.includes(one))",
  },
  {
    what: "somebody who was touched since comes back from the archive (C1)",
    file: "src/reconcile/pair.ts",
    from: "seen.changedAt !== archived.at ||",
    to: "",
  },
  {
    what: "marked people are synced (D2)",
    file: "src/reconcile/reconcile.ts",
    from: "if (deletionTagOf(person.tags, tagNames.deletion) !== undefined)\n",
    to: 'if (deletionTagOf(person.tags, tagNames.deletion) === "")\n',
  },
  {
    what: "people whom the reading did not show are written about (G3)",
    file: "src/reconcile/reconcile.ts",
    from: "world.unseen?.persons.has(person.id)",
    to: "world.unseen?.persons.has(-person.id)",
  },
  {
    what: "members are archived again and again (G1)",
    file: "src/reconcile/reconcile.ts",
    from: "if (!canBeArchived(member.status))\n",
    to: 'if (member.email === "")\n',
  },
  {
    what: "an address is moved onto another member (W4)",
    file: "src/reconcile/pair-address.ts",
    from: "if (addressIndex.byMember(addressKey(wished), member))",
    to: "if (addressIndex.byMember(`?`.concat(addressKey(wished)), member))",
    tests: "src/reconcile",
  },
  {
    what: "archived members are kept in step (V9)",
    file: "src/domain/status.ts",
    from: 'status !== "cleaned" && status !== "archived"',
    to: 'status !== "cleaned"',
  },
  {
    what: "people who unsubscribed are made people of Copper (C4)",
    file: "src/domain/status.ts",
    from: 'return status === "subscribed";',
    to: 'return status !== "cleaned";',
  },
  {
    what: "a status is sent with every member of a bulk request (C1)",
    file: "src/mailchimp/build-requests.ts",
    from: '...(operation.operation === "create-member" && {',
    to: '...(operation.operation === "update-member" && { status: "subscribed" }),\n    ...(operation.operation === "create-member" && {',
    tests: "test/rules",
  },
  {
    what: "new members overwrite who is there (C1, C2)",
    file: "src/mailchimp/bulk.ts",
    from: "update_existing: updating }",
    to: "update_existing: true }",
    tests: "test/rules",
  },
  {
    what: "a page of people is left out",
    file: "src/copper/reader.ts",
    from: "else page += 1;",
    to: "else page += 2;",
    tests: "test/reading.test.ts",
  },
  {
    what: "a list that moved while it was read is not read again",
    file: "src/mailchimp/reader.ts",
    from: "if (moved && turns",
    to: "if (moved && turns < 0 && turns",
    tests: "test/reading.test.ts",
  },
  {
    what: "tags are written without being read just before (V8)",
    file: "src/copper/build-requests.ts",
    from: 'if (kind === "tag-person" || ',
    to: "if (",
    tests: "test/rules",
  },
  {
    what: "a page that is in no order is taken for all that changed (A8)",
    file: "src/plan/cursor.ts",
    from: "last < since.at && descends &&",
    to: "last < since.at &&",
    tests: "src/plan/cursor.test.ts",
  },
  {
    what: "a page of one second is believed whatever was seen before (A8)",
    file: "src/plan/cursor.ts",
    from: "first > last || first >= since.newest",
    to: "first >= last",
    tests: "src/plan/cursor.test.ts",
  },
  ...SHAPE_MUTANTS,
  ...DECISION_MUTANTS,
  ...STANDING_MUTANTS,
  ...NEIGHBOURHOOD_MUTANTS,
];
