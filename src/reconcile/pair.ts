/**
 * Decides one linked pair: what each side should become. No operation on an existing member carries a status (C1, C2),
 * except the return of a member that the sync archived itself.
 */
import { addressKey } from "../domain/address.ts";
import { heldBack, type Link, type Member, type Person } from "../domain/contact.ts";
import { isKeptInStep, statusTagOf } from "../domain/status.ts";
import type { StatusTag } from "../domain/tags.ts";
import { type ShownFields, shownField, type Value, type Values, valueOr } from "../domain/values.ts";
import type { Series } from "../plan/collections.ts";
import { type LinkPatch, patchLink } from "../plan/link-patch.ts";
import type { Conflict, Note } from "../plan/notes.ts";
import { memberRef, type Operation, type Reason } from "../plan/operations.ts";
import type { Because } from "../plan/standings.ts";
import { decideFields, type FieldRules, type FieldsVerdict } from "./fields.ts";
import type { AddressIndex } from "./matching/address-index.ts";
import type { Contact } from "./matching/match.ts";
import { renamed } from "./names.ts";
import { type AddressVerdict, decideAddress } from "./pair-address.ts";
import { notWrittenBecause, pairBecause } from "./standing-reasons.ts";
import { decideStatusTags, decideTags, type TagsVerdict } from "./tags.ts";
import type { Policy, World } from "./world.ts";

/** Collects decisions as operations, changed links, conflicts and notes. */
export interface Gathered {
  readonly operations: Series<Operation>;
  readonly links: Series<Link>;
  readonly conflicts: Conflict[];
  readonly notes: Note[];
}

/**
 * Decides a pair: status tags, address, fields and tags. Appends what has to be written or reported to `into`.
 * @param seen the member as last read
 * @param stored the link before this run, or the new one
 * @param into receives the operations, links, conflicts and notes
 * @returns the reason of the contact's standing
 */
export function reconcilePair(
  contact: Contact,
  seen: Member,
  stored: Link,
  { world, policy, rules, addressIndex }: Surroundings,
  into: Gathered,
): Because {
  const { person } = contact;
  const { run } = world;
  const before = into.operations.length;
  let address: AddressVerdict = { become: "nothing" };
  const chosenValues = world.chosenValues?.get(person.id);
  const personId = person.id;
  let link = stored;
  // A new link has to be stored even if nothing else changes
  let moved = contact.made;
  const settle = (patch: LinkPatch) => {
    link = patchLink(link, patch);
    moved = true;
  };
  const member = comingBack(seen, link, into, personId);
  if (link.archived !== null && seen.status !== "archived") settle({ archived: null });

  const told = tagStatus(contact, statusTagOf(member.status), world, policy, into, member.email, link);
  if (told !== undefined) settle({ toldPut: told });
  for (const other of contact.others) into.notes.push({ contact: member.email, code: "second-member", value: other });

  if (isKeptInStep(member.status)) {
    const reason: Reason = Object.keys(link.baseline).length === 0 ? "first-sight" : "changed-in-copper";
    address = decideAddress(contact, member, link, policy.conflict, addressIndex, run);
    if (address.become === "linked") settle({ address: address.address });
    const fields = decideFields(rules, person, member, link, chosenValues);
    const tags = decideTags(person, member, link, policy.tagNames, policy.tagStyle, run);
    if (Object.keys(fields.agreed).length > 0) settle({ baseline: fields.agreed });
    const refused = { ...fields.refused, ...tags.refused };
    if (Object.keys(refused).length > 0) settle({ refused });
    const writes = [
      ...memberUpdate(fields, member, personId, reason),
      ...personUpdate(fields, contact, member.email, reason, chosenValues),
      ...tagUpdate(tags, member, personId),
      ...addressUpdate(address, person, member),
    ];
    for (const one of writes) into.operations.push(one);
    if (tags.add.length + tags.remove.length === 0 && tags.moved) settle({ tagsPut: tags.put });
    into.conflicts.push(...fields.conflicts);
    into.notes.push(...fields.notes);
    reportAddress(address, member, into);
  } else if (!contact.addresses.includes(addressKey(member.email))) {
    into.notes.push({ contact: member.email, code: "status-forbids", value: contact.addresses[0] ?? "" });
  }
  if (moved) into.links.push(link);
  const resting = notWrittenBecause(member, link);
  if (resting !== undefined) return resting;
  if (into.operations.length > before) return { reason: "next-run" };
  return pairBecause(contact, member, link, address, policy);
}

/** Reports an address that cannot be written, and a conflict about it. */
function reportAddress(address: AddressVerdict, member: Member, into: Gathered): void {
  if (address.become === "refused" || address.become === "forbidden") {
    const code = address.become === "refused" ? "address-refused" : "status-forbids";
    into.notes.push({ contact: member.email, code, value: address.email });
  }
  if ("conflict" in address && address.conflict !== undefined) into.conflicts.push(address.conflict);
}

/** Returns the operation for the merge fields to write, if there are any. */
function memberUpdate(fields: FieldsVerdict, member: Member, personId: number, reason: Reason): Operation[] {
  if (Object.keys(fields.toMailchimp).length === 0) return [];
  return [
    {
      contact: member.email,
      personId,
      side: "mailchimp",
      operation: "update-member",
      reason,
      member: memberRef(member),
      fields: fields.toMailchimp,
      before: heldIn(member.fields, fields.toMailchimp),
      settles: { baseline: fields.afterMailchimp },
    },
  ];
}

/**
 * Returns the operation for the person's fields to write, if there are any.
 * @param address the address by which people know the contact
 * @param chosen the values that the operator chose, by Copper field
 */
function personUpdate(
  fields: FieldsVerdict,
  contact: Contact,
  address: string,
  reason: Reason,
  chosen: ReadonlyMap<string, Value> | undefined,
): Operation[] {
  if (Object.keys(fields.toCopper).length === 0) return [];
  const { person } = contact;
  const standIn = isStandIn(contact);
  const name = renamed(person, fields.toCopper, standIn);
  const because = (): Reason => {
    if (Object.keys(fields.toCopper).some((field) => chosen?.has(field))) return "decision";
    if (name !== undefined && standIn) return "real-name";
    return reason === "first-sight" ? reason : "changed-in-mailchimp";
  };
  return [
    {
      contact: address,
      personId: person.id,
      side: "copper",
      operation: "update-person",
      reason: because(),
      fields: fields.toCopper,
      before: heldIn(person.fields, fields.toCopper),
      settles: { baseline: fields.afterCopper },
      ...(name !== undefined && { name }),
    },
  ];
}

/** Returns the operation for the tags to write, if there are any. */
function tagUpdate({ add, remove, put }: TagsVerdict, member: Member, personId: number): Operation[] {
  if (add.length + remove.length === 0) return [];
  return [
    {
      contact: member.email,
      personId,
      side: "mailchimp",
      operation: "tag-member",
      reason: "tags-changed",
      member: memberRef(member),
      add,
      remove,
      settles: { tagsPut: put },
    },
  ];
}

/** Returns the operation for a changed address, if it leads to a write. */
function addressUpdate(address: AddressVerdict, person: Person, member: Member): Operation[] {
  if (address.become !== "move-address" && address.become !== "add-address") return [];
  const { email } = address;
  const common = {
    contact: member.email,
    personId: person.id,
    reason: "address-changed",
    email,
    settles: { address: addressKey(email) },
  } as const;
  return address.become === "move-address"
    ? [{ ...common, side: "mailchimp", operation: "move-address", member: memberRef(member) }]
    : [{ ...common, side: "copper", operation: "add-address", before: person.emails }];
}

/** What a decision on a pair needs besides the pair. */
export interface Surroundings {
  readonly world: World;
  readonly policy: Policy;
  readonly rules: FieldRules;
  readonly addressIndex: Pick<AddressIndex, "memberAt" | "byMember" | "byPerson" | "refused">;
}

/**
 * Sets the status tag that shows in Copper what Mailchimp knows of the member (C3).
 * @param state what to show; `undefined` for nothing
 * @param address the address by which people know the contact
 * @param link the person's link; absent if there is none
 * @returns the keys of our status tags, if they change without a write; else `undefined`
 */
export function tagStatus(
  { person }: Contact,
  state: StatusTag | undefined,
  world: World,
  policy: Policy,
  into: Gathered,
  address: string,
  link?: Link,
): readonly string[] | undefined {
  const known = link === undefined ? world.toldAlone?.get(person.id) : link.toldPut;
  const others = world.shared?.get(person.id) ?? [];
  const verdict = decideStatusTags(person, state, policy.tagNames, known, world.shared !== undefined);
  const { add, put } = verdict;
  // Another audience put the same tag. It is removed only when the last audience no longer needs it (C7)
  const remove = verdict.remove.filter((key) => !others.includes(key));
  if (heldBack(link?.refused[STATUS_TAGGED], "mailchimp", add.join(), world.run)) return undefined;
  if (remove.length + add.length === 0) return put.join() === (known ?? []).join() ? undefined : put;
  into.operations.push({
    side: "copper",
    operation: "tag-person",
    contact: address,
    personId: person.id,
    reason: "status-told",
    add,
    remove,
    settles: { toldPut: put },
  });
  return undefined;
}

/** The key under which a link remembers that Copper did not take a status tag (V13). */
export const STATUS_TAGGED = "told";

/** Returns whether a person's name is only one of their addresses (W8). */
function isStandIn({ person, addresses }: Contact): boolean {
  return addresses.includes(addressKey(person.name));
}

/** Returns what the fields to be written hold now. */
function heldIn(now: ShownFields, written: Values): Values {
  return Object.fromEntries(Object.keys(written).map((name) => [name, valueOr(shownField(now, name))]));
}

/**
 * Returns the member as it will be after its return from the archive (C1). It returns only if the sync archived it, not
 * by an undo, and nothing has changed it since.
 */
function comingBack(seen: Member, link: Link, into: Gathered, personId: number): Member {
  const { archived } = link;
  if (archived === null || seen.status !== "archived" || seen.changedAt !== archived.at || archived.why === "undo")
    return seen;
  into.operations.push({
    side: "mailchimp",
    operation: "unarchive-member",
    contact: seen.email,
    personId,
    reason: "back-in-sync",
    member: memberRef(seen),
    status: archived.from,
    changedAt: archived.at,
    settles: { archived: null },
  });
  return { ...seen, status: archived.from };
}
