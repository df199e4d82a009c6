/** A linked pair, the operations that a run carries out on it, and what it knows before their answers. */
import type { Link, Member, Person } from "../src/domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../src/domain/fields.ts";
import { DEFAULT_TAG_NAMES } from "../src/domain/tags.ts";
import { newLink } from "../src/plan/link-patch.ts";
import { memberRef, type Operation } from "../src/plan/operations.ts";
import type { Failure, Outcome } from "../src/plan/outcomes.ts";
import type { StateChanges } from "../src/ports/store.ts";
import { OutcomeApplier } from "../src/sync/apply-outcomes.ts";
import { noChanges, type OutcomeChanges } from "../src/sync/outcome-changes.ts";
import { mergeField } from "./merge-field.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS.slice(0, 2),
  ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
  [],
);
/** The pairs of the two mapped fields. */
export const [FIRST, LAST] = mapped.map((one) => one.pair) as [string, string];
/** Our clock (Unix seconds). */
export const NOW = 1_000;
export const person = (some: Partial<Person> = {}): Person => ({
  id: 7,
  name: "Ana Lopez",
  emails: ["a@b.fr"],
  fields: { first_name: "Ana", last_name: "Lopez" },
  tags: [],
  createdAt: 1,
  modifiedAt: NOW,
  ...some,
});
export const member = (some: Partial<Member> = {}): Member => ({
  key: "k",
  id: "h",
  email: "a@b.fr",
  status: "subscribed",
  fields: { FNAME: "Ana", LNAME: "Lopez" },
  tags: [],
  changedAt: NOW,
  ...some,
});
/** What links the two. */
export const link: Link = { ...newLink(7, "k", "a@b.fr", 3), baseline: { [FIRST]: "Ana", [LAST]: "Lopez" } };
const MEMBER = memberRef(member());
/** An operation on the contact above. */
const op = (operation: Operation["operation"], some: object = {}) =>
  ({ side: "mailchimp", operation, contact: "A@b.fr", reason: "undo", personId: 7, settles: {}, ...some }) as Operation;
export const toMember = (operation: Operation["operation"], some: object = {}) =>
  op(operation, { member: MEMBER, ...some });
export const toPerson = (operation: Operation["operation"], some: object = {}) =>
  op(operation, { side: "copper", ...some });
/** An operation that succeeded, with the records that its answer shows. */
export const well = (operation: Operation, shown: object = {}) => ({ operation, ok: true, ...shown }) as Outcome;
/** An operation that failed. */
export const failed = (operation: Operation, code: Failure["code"], some: Partial<Failure> = {}): Outcome => ({
  operation,
  ok: false,
  failure: { code, message: "why", retry: true, ...some },
});
/** A member for the person above, and a person for the member. */
export const creating = (some: object = {}) =>
  op("create-member", { email: "A@b.fr", status: "subscribed", fields: {}, tags: [], ...some });
export const making = (some: object = {}) =>
  toMember("create-person", {
    side: "copper",
    personId: undefined,
    name: "Ana Lopez",
    email: "a@b.fr",
    fields: {},
    ...some,
  });

/** What a run knows of a linked pair before its first answer. */
export const knowing = (some: Partial<ConstructorParameters<typeof OutcomeApplier>[0]> = {}) =>
  new OutcomeApplier({
    read: { copper: 1, mailchimp: 1 },
    persons: new Map([[7, person()]]),
    members: new Map([["k", member()]]),
    links: new Map([[7, link]]),
    rejected: new Map([["a@b.fr", "INVALID_ADDRESS"]]),
    since: 3,
    troubles: new Set(["a@b.fr"]),
    policy: { mapped, tagNames: DEFAULT_TAG_NAMES },
    run: 5,
    toldAlone: new Map([[7, ["x"]]]),
    ...some,
  });
/** Of somebody without a member. */
export const alone = (some: Partial<ConstructorParameters<typeof OutcomeApplier>[0]> = {}) =>
  knowing({ members: new Map(), links: new Map(), ...some });
/** The changes of some outcomes: those that are named, and no others. */
export const changes = (some: object) => ({ ...noChanges(), ...some });
/** Applies outcomes. @returns the changes to the store */
export const applied = (own: OutcomeApplier, ...outcomes: Outcome[]) =>
  own.applyOutcomes(outcomes, NOW).stateChanges as OutcomeChanges & Pick<StateChanges, "facts">;
