/** Computes the member and the link after a response. Pure. */
import { heldBack, type Link, type Member, type Person, refusalOf } from "../domain/contact.ts";
import { refusalKey, wantedOf } from "../domain/conversions.ts";
import type { MappedField } from "../domain/fields.ts";
import { presentTags } from "../domain/tags.ts";
import { sameValue, shownField } from "../domain/values.ts";
import { newLink, patchLink } from "../plan/link-patch.ts";
import type { IgnorePerson, Operation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { ConflictResolution, Review } from "../ports/store.ts";
import { rulesOf } from "../reconcile/operations/rules-of.ts";
import { onceMore } from "./rejected-writes.ts";
import type { FieldsTaken } from "./verify-response.ts";

type Answered = Outcome & { readonly ok: true };

/**
 * Returns the member after a response. If the response shows none, applies the write to the stored member.
 * @param before the member as stored before the write
 */
export function memberAfter({ operation, member: after }: Answered, before: Member | undefined): Member | undefined {
  // A cut list of tags says nothing about the tags that it lacks (T6)
  if (after !== undefined) return after.tagsCut && before ? { ...withoutCut(after), tags: before.tags } : after;
  if (!("member" in operation) || operation.side !== "mailchimp" || before === undefined) return undefined;
  return rulesOf(operation).memberAfter(operation, before);
}

function withoutCut({ tagsCut: _, ...member }: Member): Member {
  return member;
}

/** Returns the review entry of a marked person after it was ignored. */
export function reviewAfter({ personId, tag, since, ignored }: IgnorePerson): Review {
  return { personId, tag, since, ignored };
}

/**
 * Returns whether both sides hold the value that the operator chose, or can never hold it.
 * @param link remembers whether a side refused it for good
 */
export function isFulfilled(
  { field, value }: ConflictResolution,
  person: Person | undefined,
  member: Member | undefined,
  link: Link | undefined,
  mapped: readonly MappedField[],
): boolean {
  // If one record is gone, there is nothing left to write
  if (person === undefined || member === undefined) return true;
  return mapped
    .filter((one) => one.copper === field)
    .every((one) => {
      const [copper, mailchimp] = [shownField(person.fields, one.copper), shownField(member.fields, one.mailchimp)];
      const wanted = wantedOf(one, value, copper);
      if (wanted === undefined || copper === null || mailchimp === null) return true;
      const refusal = link && refusalOf(link, one);
      // Held back in every later run, however many there will be
      const never = (from: "copper" | "mailchimp") =>
        heldBack(refusal, from, refusalKey(from, one, wanted[from]), Number.POSITIVE_INFINITY) !== undefined;
      return (
        (sameValue(one.source.kind, copper, wanted.copper) || never("mailchimp")) &&
        (sameValue(one.merge.kind, mailchimp, wanted.mailchimp) || never("copper"))
      );
    });
}

/** First values of a link. */
interface Beginning {
  readonly personId: number;
  readonly member: Member | undefined;
  /** The link's number in the order of links. */
  readonly since: number;
  /** Keys of status tags that we put on this person before. */
  readonly told: readonly string[] | undefined;
}

/** Returns the link of a new record, before any field is agreed. */
export function beginning({ settles }: Operation, { personId, member, since, told }: Beginning): Link {
  const { refused: _, ...rest } = settles;
  const begun = { ...newLink(personId, member?.key ?? "", "", since), ...rest, ...(told && { toldPut: told }) };
  return { ...begun, personId, since, baseline: {}, refused: {} };
}

/**
 * Returns a link after a response, and whether it causes further work in the same run.
 * @param link the link before the write
 * @param fields which of the sent fields were written
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
  // Found after a lost response: compare it as if we saw it for the first time
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

/** Returns the tags of a new member that the response shows. The next plan writes the missing ones. */
function tagsTaken(operation: Extract<Operation, { operation: "create-member" }>, member: Member) {
  const wanted = operation.settles.tagsPut ?? [];
  if (member.tagsCut) return { put: wanted, missing: false };
  const there = presentTags(operation.tags, member);
  return { put: wanted.filter((key) => there.includes(key)), missing: there.length < operation.tags.length };
}
