/** From what is stored and what both sides say now to a plan; nothing is written on either side. */
import { addressKey } from "../contact/address.ts";
import type { Link, Member } from "../contact/contact.ts";
import { type FieldWish, mapFields } from "../contact/fields.ts";
import { deletionMark } from "../contact/mark.ts";
import { tagKey } from "../contact/tags.ts";
import { patchLink } from "../plan/operations.ts";
import type { Plan } from "../plan/plan.ts";
import type { Clock, JournalEntry, MemberSide, PeopleSide, Review, SideContext, State, Store } from "../plan/ports.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { readSides, type Seen } from "./read.ts";

/** Failing runs after which a contact is set aside (A3). */
const SET_ASIDE_AFTER = 5;

/** What a run works with. */
export interface SyncParts {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Omit<Policy, "mapped">;
  readonly wishes: readonly FieldWish[];
}

export interface PrepareOptions {
  readonly full: boolean;
  readonly retryRejected: boolean;
  readonly stop: AbortSignal;
  progress?(side: "copper" | "mailchimp", read: number): void;
}

/** A plan with everything it rests on. */
export interface Prepared {
  readonly state: State;
  readonly seen: Seen;
  readonly world: World;
  readonly policy: Policy;
  readonly plan: Plan;
  readonly doubts: readonly JournalEntry[];
  readonly signUpUrl: string | null;
  readonly reviews: readonly Review[];
  readonly reviewsOver: readonly number[];
}

export async function prepare(parts: SyncParts, options: PrepareOptions): Promise<Prepared> {
  const { copper, mailchimp, store, clock } = parts;
  const [audience, merges, customs] = await Promise.all([
    mailchimp.audience(),
    mailchimp.mergeFields(),
    copper.customFields(),
  ]);
  const { mapped } = mapFields(parts.wishes, merges, customs);
  copper.use(mapped);
  mailchimp.use(mapped);
  const policy: Policy = { ...parts.policy, mapped };
  const state = await store.load();
  const left = (await store.fact<string[]>("batches")) ?? [];
  const ended = left.length === 0 ? [] : await mailchimp.awaitLeft(left);
  const doubts = await store.inDoubt();
  const fieldsKey = mapped.map((field) => `${field.copper}=${field.mailchimp}`).join();
  const remapped = (await store.fact<string>("fields")) !== fieldsKey;
  const full = options.full || doubts.length > 0 || remapped || (await store.fact<boolean>("unsettled")) === true;
  const context = (side: "copper" | "mailchimp"): SideContext => ({
    stop: options.stop,
    progress: (read) => options.progress?.(side, read),
  });
  const seen = await readSides(copper, mailchimp, store, state, clock, full, {
    copper: context("copper"),
    mailchimp: context("mailchimp"),
  });
  const rejections = options.retryRejected ? [] : state.rejections;
  const world: World = {
    persons: seen.persons,
    members: seen.members,
    links: recovered(state.links, doubts, seen.members),
    rejected: new Map(rejections.map((one) => [one.address, one.code])),
    deleted: new Set(state.deleted),
    setAside: new Set(
      options.retryRejected
        ? []
        : state.troubles.filter((one) => one.runs >= SET_ASIDE_AFTER).map((one) => addressKey(one.contact)),
    ),
    ...(seen.before && { before: seen.before }),
  };
  const plan = withDoubtfulTags(reconcile(world, policy), doubts, seen.members);
  const at = new Date(clock.now()).toISOString();
  const known = new Map(state.reviews.map((review) => [review.personId, review]));
  const reviews = plan.marked.map(
    (one): Review => ({ since: at, ignored: false, ...known.get(one.personId), personId: one.personId, tag: one.tag }),
  );
  const over = state.reviews.filter(({ personId }) => {
    const person = seen.persons.get(personId);
    return person === undefined || deletionMark(person.tags, policy.tagNames.deletion) === undefined;
  });
  const facts = {
    ...seen.learnt.facts,
    ...(seen.learnt.facts && { fields: fieldsKey }),
    ...(left.length > 0 && { batches: left.filter((one) => !ended.includes(one)) }),
  };
  return {
    state,
    seen: { ...seen, learnt: { ...seen.learnt, facts } },
    world,
    policy,
    plan,
    doubts,
    signUpUrl: audience.signUpUrl,
    reviews,
    reviewsOver: over.map((one) => one.personId),
  };
}

/** Tags and archivings whose answer was lost, but whose effect is there, are ours (A1). */
function recovered(
  links: readonly Link[],
  doubts: readonly JournalEntry[],
  members: ReadonlyMap<string, Member>,
): Link[] {
  const byPerson = Map.groupBy(doubts, (doubt) => doubt.operation.personId ?? -1);
  return links.map((link) => {
    let next = link;
    const member = members.get(link.memberKey);
    for (const { operation } of byPerson.get(link.personId) ?? []) {
      if (member === undefined) continue;
      if (operation.operation === "tag-member")
        next = patchLink(next, { tagsPut: together(next, operation.add, member) });
      if (operation.operation === "archive-member" && member.status === "archived")
        next = patchLink(next, { archived: { from: operation.member.status, why: "gone", at: member.changedAt } });
    }
    return next;
  });
}

function withDoubtfulTags(plan: Plan, doubts: readonly JournalEntry[], members: ReadonlyMap<string, Member>): Plan {
  const created = new Map(
    doubts.flatMap(({ operation }) =>
      operation.operation === "create-member" ? [[operation.personId, operation.tags] as const] : [],
    ),
  );
  if (created.size === 0) return plan;
  const links = plan.links.map((link) => {
    const tags = created.get(link.personId);
    const member = members.get(link.memberKey);
    return tags === undefined || member === undefined
      ? link
      : patchLink(link, { tagsPut: together(link, tags, member) });
  });
  return { ...plan, links };
}

function together(link: Link, tags: readonly string[], member: Member): string[] {
  const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
  return [...new Set([...link.tagsPut, ...tags.map(tagKey).filter((key) => there.has(key))])].sort();
}
