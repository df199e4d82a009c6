/** The standings of a linked pair, for tests of what a run stores about them. */
import type { Link, Member, Person, Rejection } from "../src/domain/contact.ts";
import { MEMORY } from "../src/plan/collections.ts";
import { newLink } from "../src/plan/link-patch.ts";
import type { Operation } from "../src/plan/operations.ts";
import type { FailedContact, Failure, Outcome } from "../src/plan/outcomes.ts";
import type { Plan } from "../src/plan/plan.ts";
import { type KeptStanding, type Standing, standingKey } from "../src/plan/standings.ts";
import type { Trouble } from "../src/ports/store.ts";
import type { OutcomeApplier } from "../src/sync/apply-outcomes.ts";
import type { Prepared } from "../src/sync/prepare.ts";
import { StandingTracker } from "../src/sync/standing-tracker.ts";
import { POLICY } from "./histories/steps.ts";
import { ana, there } from "./undoing.ts";

/** When the stored standings began, and when this run does. */
export const [BEFORE, SINCE] = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
export const link: Link = { ...newLink(1, "k", "ana@exemple.fr", 1), tagsPut: ["vip"] };
export interface Around {
  readonly persons?: readonly Person[];
  readonly members?: readonly Member[];
  readonly links?: readonly Link[];
  readonly rejected?: readonly (readonly [string, string])[];
  readonly newly?: readonly Rejection[];
}
const records = ({ persons = [ana], members = [there], links = [link], rejected = [], newly = [] }: Around) => ({
  persons: new Map(persons.map((one) => [one.id, one])),
  members: new Map(members.map((one) => [one.key, one])),
  links: new Map(links.map((one) => [one.personId, one])),
  rejected: new Map(rejected),
  newlyRejected: newly,
});
/** What the run knows at some moment: the pair where nothing else is said. */
export const now = (some: Around = {}) => records(some) as unknown as OutcomeApplier;
export interface Stored extends Around {
  readonly kept?: readonly KeptStanding[];
  readonly planned?: readonly Standing[];
  readonly troubles?: readonly Trouble[];
  readonly rejections?: readonly Rejection[];
  readonly emptied?: boolean;
  readonly guard?: Partial<Plan["guard"]>;
}
/** A tracker of a run that knows these records. @returns it, and the standings as it changes them */
export function tracking(some: Stored = {}) {
  const all = records(some);
  const standings = new Map((some.kept ?? []).map((one) => [standingKey(one), one]));
  const prepared = {
    state: { ...all, standings, collections: MEMORY, troubles: some.troubles ?? [], rejections: some.rejections ?? [] },
    seen: { ...all, ...(!some.emptied && { cursors: {} }), whole: { copper: true, mailchimp: true }, stateChanges: {} },
    world: { ...all, run: 5, since: 1, setAside: new Set(), deleted: new Set() },
    policy: { ...POLICY, mapped: [] },
    plan: { standings: some.planned ?? [], guard: some.guard ?? null },
    odd: { copper: [], mailchimp: [] },
  } as unknown as Prepared;
  return { tracker: new StandingTracker(prepared, SINCE), standings };
}
/** A stored standing of the pair. */
export const pair = (reason: KeptStanding["reason"], some: Partial<KeptStanding> = {}): KeptStanding => ({
  personId: 1,
  memberKey: "k",
  reason,
  since: BEFORE,
  ...some,
});
/** An operation on the pair. @param some what differs; `member: undefined` for one that names no member */
function operation(some: object = {}): Operation {
  const common = { side: "mailchimp", operation: "tag-member", contact: "x", reason: "tags", personId: 1, settles: {} };
  const { member, ...rest } = { ...common, member: { key: "k" } as object | undefined, ...some };
  return { ...rest, ...(member && { member }) } as unknown as Operation;
}
export const well = (some: object = {}, shown: object = {}) =>
  ({ operation: operation(some), ok: true, ...shown }) as Outcome;
const failure: Failure = { code: "REFUSED", message: "no", retry: true };
export const failed = (some: object = {}): Outcome => ({ operation: operation(some), ok: false, failure });
export const trouble = (runs: number): Trouble => ({
  contact: "ana@exemple.fr",
  runs,
  last: { ...failure, code: "LATER", message: "later" } as FailedContact,
});
/** Of a person without a member. */
export const alone: Around = { members: [], links: [] };
/** The standing of who failed in that way. */
export const FAILED = { reason: "failed", detail: { code: "REFUSED", words: "no" } };
