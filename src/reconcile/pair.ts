/**
 * One linked pair: what each side should become. Here, and in `contact/status.ts`, is decided that a member's status
 * is never sent (C1, C2): no operation on an existing member carries one, but for the way back of a member whom we
 * archived ourselves.
 */
import { addressKey } from "../contact/address.ts";
import type { Link, Member } from "../contact/contact.ts";
import { isKeptInStep, toldState } from "../contact/status.ts";
import type { ToldState } from "../contact/tags.ts";
import { fieldValue, type Value } from "../contact/values.ts";
import type { Conflict, LinkPatch, Note, Operation, Reason } from "../plan/operations.ts";
import { memberRef, patchLink } from "../plan/operations.ts";
import type { Series } from "../plan/records.ts";
import { decideAddress } from "./addresses.ts";
import type { Directory } from "./directory.ts";
import { decideFields } from "./fields.ts";
import type { Contact } from "./match.ts";
import { decideTags, decideToldTags } from "./tags.ts";
import type { Policy } from "./world.ts";

/** Where decisions are gathered. */
export interface Gathered {
  readonly operations: Series<Operation>;
  readonly links: Series<Link>;
  readonly conflicts: Conflict[];
  readonly notes: Note[];
}

/**
 * Decides a pair.
 * @param wishes values that a human wants on both sides, by Copper field
 */
export function reconcilePair(
  contact: Contact,
  seen: Member,
  stored: Link,
  policy: Policy,
  directory: Directory,
  into: Gathered,
  wishes?: ReadonlyMap<string, Value>,
): void {
  const { person } = contact;
  const personId = person.id;
  let link = stored;
  // A new link has to be stored in any case
  let moved = contact.made;
  const settle = (patch: LinkPatch) => {
    link = patchLink(link, patch);
    moved = true;
  };
  const member = comingBack(seen, link, into, personId);
  if (link.archived !== null && seen.status !== "archived") settle({ archived: null });

  tellStatus(contact, toldState(member.status), policy, into, member.email);
  for (const other of contact.others) into.notes.push({ contact: member.email, code: "second-member", value: other });

  if (isKeptInStep(member.status)) {
    const reason: Reason = Object.keys(link.baseline).length === 0 ? "first-sight" : "changed-in-copper";
    const address = decideAddress(contact, member, link, policy.conflict, directory);
    if (address.become === "linked") settle({ address: address.address });
    const fields = decideFields(policy.mapped, policy.conflict, person, member, link, wishes);
    const tags = decideTags(person, member, link, policy.tagNames, policy.tagStyle);
    if (Object.keys(fields.agreed).length > 0) settle({ baseline: fields.agreed });
    const common = { contact: member.email, personId };
    if (Object.keys(fields.toMailchimp).length > 0)
      into.operations.push({
        ...common,
        side: "mailchimp",
        operation: "update-member",
        reason,
        member: memberRef(member),
        fields: fields.toMailchimp,
        before: before(member.fields, fields.toMailchimp),
        settles: { baseline: fields.afterMailchimp },
      });
    if (Object.keys(fields.toCopper).length > 0) {
      const standIn = contact.addresses.includes(addressKey(person.name));
      const name = standIn ? wholeName({ ...person.fields, ...fields.toCopper }) : "";
      into.operations.push({
        ...common,
        side: "copper",
        operation: "update-person",
        reason: wishes?.size
          ? "decision"
          : name !== ""
            ? "real-name"
            : reason === "first-sight"
              ? reason
              : "changed-in-mailchimp",
        fields: fields.toCopper,
        before: before(person.fields, fields.toCopper),
        settles: { baseline: fields.afterCopper },
        ...(name !== "" && { name }),
      });
    }
    if (tags.add.length > 0 || tags.remove.length > 0)
      into.operations.push({
        ...common,
        side: "mailchimp",
        operation: "tag-member",
        reason: "tags-changed",
        member: memberRef(member),
        add: tags.add,
        remove: tags.remove,
        settles: { tagsPut: tags.put },
      });
    else if (tags.moved) settle({ tagsPut: tags.put });
    into.conflicts.push(...fields.conflicts);
    into.notes.push(...fields.notes);
    if (address.become === "move-address")
      into.operations.push({
        ...common,
        side: "mailchimp",
        operation: "move-address",
        reason: "address-changed",
        member: memberRef(member),
        email: address.email,
        settles: { address: addressKey(address.email) },
      });
    if (address.become === "add-address")
      into.operations.push({
        ...common,
        side: "copper",
        operation: "add-address",
        reason: "address-changed",
        email: address.email,
        before: person.emails,
        settles: { address: addressKey(address.email) },
      });
    if (address.become === "refused")
      into.notes.push({ contact: member.email, code: "address-refused", value: address.email });
    if ("conflict" in address && address.conflict !== undefined) into.conflicts.push(address.conflict);
  } else if (!contact.addresses.includes(addressKey(member.email))) {
    into.notes.push({ contact: member.email, code: "status-forbids", value: contact.addresses[0] ?? "" });
  }
  if (moved) into.links.push(link);
}

/** Tells Copper what Mailchimp knows of the member, by a tag of ours (C3). */
export function tellStatus(
  contact: Contact,
  state: ToldState | undefined,
  policy: Policy,
  into: Gathered,
  address: string,
): void {
  const { add, remove } = decideToldTags(contact.person, state, policy.tagNames);
  if (add.length === 0 && remove.length === 0) return;
  into.operations.push({
    side: "copper",
    operation: "tag-person",
    contact: address,
    personId: contact.person.id,
    reason: "status-told",
    add,
    remove,
    settles: {},
  });
}

/** First and last name in one line, "" where there is neither. */
export function wholeName(fields: Readonly<Record<string, Value>>): string {
  const part = (name: string) => {
    const value = fieldValue(fields, name);
    return typeof value === "string" ? value.trim() : "";
  };
  return `${part("first_name")} ${part("last_name")}`.trim();
}

/** What the fields hold that are about to be written. */
function before(
  now: Readonly<Record<string, Value>>,
  written: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.keys(written).map((name) => [name, fieldValue(now, name)]));
}

/** The one way back (C1): archived by us, the reason gone, nobody changed him since. */
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
