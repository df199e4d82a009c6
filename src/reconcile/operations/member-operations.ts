/** The rules of operations on members: what a response proves, what is in doubt without one, and what undoes them. */
import { addressKey } from "../../domain/address.ts";
import type { Link, Member } from "../../domain/contact.ts";
import { isKeptInStep } from "../../domain/status.ts";
import { presentTags, tagKey } from "../../domain/tags.ts";
import {
  type CreateMember,
  type MemberOperation,
  memberRef,
  type TagMember,
  type UnarchiveMember,
} from "../../plan/operations.ts";
import { arrivedFields } from "./fields-in-doubt.ts";
import {
  believed,
  CHANGED,
  GONE,
  type Inverse,
  type MemberRules,
  type Now,
  readAgain,
  undoOf,
} from "./operation-rules.ts";
import { fieldsBack } from "./undo-fields.ts";

/** For operations whose response shows the member: nothing else is known of it. */
const unchanged = (_: unknown, before: Member): Member => before;

/** Each kind of operation on members. */
export const MEMBER_OPERATIONS: {
  readonly [Kind in MemberOperation["operation"]]: MemberRules<Extract<MemberOperation, { operation: Kind }>>;
} = {
  "create-member": {
    proof: believed,
    // The member is found by its address and compared as if we saw it for the first time
    inDoubt: readAgain,
    inverse: archiving,
    memberAfter: unchanged,
  },

  "update-member": {
    proof: (_, { member, taken }) => (member !== undefined && taken() === 0 ? "not-done" : "done"),
    inDoubt: (operation, { member, mapped }) =>
      member === undefined ? {} : arrivedFields(operation, member.fields, mapped),
    inverse: fieldsBack,
    memberAfter: unchanged,
  },

  "move-address": {
    proof: ({ email }, { member }) =>
      member !== undefined && addressKey(member.email) !== addressKey(email) ? "not-done" : "done",
    inDoubt: ({ email, settles }, { member }) =>
      member !== undefined && addressKey(member.email) === addressKey(email) ? settles : {},
    inverse(operation, { member, addressIndex }) {
      if (member === undefined) return GONE;
      const before = operation.member.email;
      const moved = addressKey(member.email) !== addressKey(operation.email);
      if (moved || addressIndex.memberAt(addressKey(before)) || !isKeptInStep(member.status)) return CHANGED;
      const settles = { address: addressKey(before) };
      return { ...operation, ...undoOf(operation), member: memberRef(member), email: before, settles };
    },
    memberAfter: unchanged,
  },

  "tag-member": {
    // The response shows no tags
    proof: believed,
    inDoubt: ({ add }, { link, member }) => (member === undefined ? {} : { tagsPut: put(link, add, member) }),
    inverse: tagsBack,
    memberAfter({ add, remove }, before) {
      const gone = new Set(remove.map((tag) => tagKey(tag.name)));
      for (const name of add) gone.add(tagKey(name));
      const kept = before.tags.filter((tag) => !gone.has(tagKey(tag.name)));
      return { ...before, tags: [...kept, ...add.map((name) => ({ id: 0, name }))] };
    },
  },

  "archive-member": {
    proof: (_, { member }) => (member !== undefined && member.status !== "archived" ? "retry" : "done"),
    // We do not know when our write took effect, nor what changed since: the member never returns by itself
    inDoubt: (operation, { member }) =>
      member?.status === "archived" ? { archived: { from: operation.member.status, why: "gone", at: 0 } } : {},
    inverse(operation, { member, link }) {
      if (member === undefined) return GONE;
      const ours = link?.archived;
      if (member.status !== "archived" || ours?.at !== member.changedAt) return CHANGED;
      const { side } = operation;
      const about = { ...undoOf(operation), side, member: memberRef(member), settles: { archived: null } };
      return { ...about, operation: "unarchive-member", status: ours.from, changedAt: ours.at };
    },
    memberAfter: (_, before) => ({ ...before, status: "archived" }),
  },

  "unarchive-member": {
    proof: (_, { member }) => (member?.status === "archived" ? "retry" : "done"),
    inDoubt: readAgain,
    inverse: archiving,
    memberAfter: unchanged,
  },

  "forget-member": {
    proof: believed,
    // Unfinished decisions read the person again (A12)
    inDoubt: readAgain,
    inverse: () => ({ why: "undo-forgotten" }),
    memberAfter: () => undefined,
  },
};

/** Archives a member that has the status that the run gave it. */
function archiving(operation: CreateMember | UnarchiveMember, { member }: Now): Inverse {
  if (member === undefined) return GONE;
  if (member.status !== operation.status || member.status === "pending") return CHANGED;
  const archived = { from: member.status, why: "undo" as const, at: member.changedAt };
  const { side } = operation;
  const about = { ...undoOf(operation), side, member: memberRef(member) };
  return { ...about, operation: "archive-member", settles: { archived } };
}

/** Takes off the tags that the run put on and puts on those that it took off, as far as they are still so. */
function tagsBack(operation: TagMember, { member, link }: Now): Inverse {
  if (member === undefined) return GONE;
  if (!isKeptInStep(member.status)) return CHANGED;
  const off = operation.remove.map((tag) => tag.name);
  const added = new Set(presentTags(operation.add, member));
  const remove = member.tags.filter((tag) => added.has(tagKey(tag.name)));
  const there = new Set(presentTags(off, member));
  const add = off.filter((name) => !there.has(tagKey(name)));
  if (remove.length + add.length === 0) return CHANGED;
  const tagsPut = (link?.tagsPut ?? []).filter((key) => !added.has(key)).concat(add.map(tagKey));
  return { ...operation, ...undoOf(operation), member: memberRef(member), add, remove, settles: { tagsPut } };
}

/** Returns the keys of our tags, with those of a write in doubt that the member has. */
function put(link: Link, tags: readonly string[], member: Member): string[] {
  return [...new Set([...link.tagsPut, ...presentTags(tags, member)])].sort();
}
