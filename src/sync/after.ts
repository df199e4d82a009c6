/** What a member and a link are after an answer. Pure. */
import type { Link, Member, Person } from "../domain/contact.ts";
import { wantedOf } from "../domain/conversions.ts";
import type { MappedField } from "../domain/fields.ts";
import { presentTags, tagKey } from "../domain/tags.ts";
import { sameValue, shownField } from "../domain/values.ts";
import { newLink, patchLink } from "../plan/links.ts";
import type { IgnorePerson, Operation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { ConflictResolution, Review } from "../ports/store.ts";
import type { FieldsTaken } from "./answers.ts";
import { onceMore } from "./not-taken.ts";

type Answered = Outcome & { readonly ok: true };

/**
 * Returns the member after an answer; where the answer shows none, as the write must have left them.
 * @param before as they were known
 */
export function memberAfter({ operation, member: after }: Answered, before: Member | undefined): Member | undefined {
  // A list that is cut says nothing of the tags that it lacks (T6)
  if (after !== undefined) return after.tagsCut && before ? { ...withoutCut(after), tags: before.tags } : after;
  if (!("member" in operation) || operation.side !== "mailchimp" || before === undefined) return undefined;
  if (operation.operation === "archive-member") return { ...before, status: "archived" };
  if (operation.operation === "forget-member") return undefined;
  if (operation.operation !== "tag-member") return before;
  const gone = new Set(operation.remove.map((tag) => tagKey(tag.name)));
  for (const name of operation.add) gone.add(tagKey(name));
  const kept = before.tags.filter((tag) => !gone.has(tagKey(tag.name)));
  return { ...before, tags: [...kept, ...operation.add.map((name) => ({ id: 0, name }))] };
}

function withoutCut({ tagsCut: _, ...member }: Member): Member {
  return member;
}

/** Returns how a marked person stands in the list of those to decide on. */
export function reviewAfter({ personId, tag, since, ignored }: IgnorePerson): Review {
  return { personId, tag, since, ignored };
}

/** Returns whether both sides hold what a human wanted of a field, or cannot. */
export function isFulfilled(
  { field, value }: ConflictResolution,
  person: Person | undefined,
  member: Member | undefined,
  mapped: readonly MappedField[],
): boolean {
  // Where one of them is gone there is nothing left to wish for
  if (person === undefined || member === undefined) return true;
  return mapped
    .filter((one) => one.copper === field)
    .every((one) => {
      const [copper, mailchimp] = [shownField(person.fields, one.copper), shownField(member.fields, one.mailchimp)];
      const wanted = wantedOf(one, value, copper);
      if (wanted === undefined || copper === null || mailchimp === null) return true;
      return (
        sameValue(one.source.kind, copper, wanted.copper) && sameValue(one.merge.kind, mailchimp, wanted.mailchimp)
      );
    });
}

/** What a link begins with. */
interface Beginning {
  readonly personId: number;
  readonly member: Member | undefined;
  /** Its place in the order of links. */
  readonly since: number;
  /** Keys of the tags by which Copper was told something of this person before. */
  readonly told: readonly string[] | undefined;
}

/** Returns the link that the creation of a record makes, before anything is agreed. */
export function beginning({ settles }: Operation, { personId, member, since, told }: Beginning): Link {
  const { refused: _, ...rest } = settles;
  const begun = { ...newLink(personId, member?.key ?? "", "", since), ...rest, ...(told && { toldPut: told }) };
  return { ...begun, personId, since, baseline: {}, refused: {} };
}

/**
 * Returns a link after an answer, and whether further work follows from it in this very run.
 * @param fields what of the fields sent was taken
 * @param run the number of this run
 */
export function linkAfter(
  outcome: Answered,
  link: Link,
  member: Member | undefined,
  fields: FieldsTaken | undefined,
  run: number,
): { readonly link: Link; readonly further: boolean } {
  const { operation } = outcome;
  const memberKey = member?.key ?? link.memberKey;
  // Looked up and there: compared as at first sight
  if (outcome.found) {
    const tagsPut = member === undefined ? [] : presentTags(operation.settles.tagsPut ?? [], member);
    return { link: { ...link, baseline: {}, tagsPut, memberKey }, further: true };
  }
  const { refused, archived, ...settles } = operation.settles;
  const tags = operation.operation === "create-member" && member ? tagsTaken(operation, member) : undefined;
  const next = patchLink(link, {
    ...settles,
    ...(archived !== undefined && { archived: archived && member ? { ...archived, at: member.changedAt } : archived }),
    personId: link.personId,
    since: link.since,
    baseline: fields?.baseline ?? settles.baseline ?? {},
    refused: { ...refused, ...onceMore(operation, link, run), ...fields?.refused },
    ...(tags && { tagsPut: tags.put }),
  });
  return {
    link: { ...next, memberKey: member?.key ?? (next.memberKey || link.memberKey) },
    further: tags?.missing === true,
  };
}

/** Those tags of a new member that the answer shows; the others are written on their own. */
function tagsTaken(operation: Extract<Operation, { operation: "create-member" }>, member: Member) {
  const wanted = operation.settles.tagsPut ?? [];
  if (member.tagsCut) return { put: wanted, missing: false };
  const there = presentTags(operation.tags, member);
  return { put: wanted.filter((key) => there.includes(key)), missing: there.length < operation.tags.length };
}
