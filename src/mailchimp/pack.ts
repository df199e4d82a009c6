/** What is sent for an operation, alone or with others. Pure; limits are facts of docs/apis/mailchimp.md. */
import type { MappedField } from "../contact/fields.ts";
import { tagKey } from "../contact/tags.ts";
import type { CreateMember, MemberOperation, TagMember, UpdateMember } from "../plan/operations.ts";
import type { BatchRequest } from "./batch.ts";
import { toMergeFields } from "./translate.ts";

/** Operations that one request each can do. */
export type SingleOperation = Exclude<MemberOperation, { operation: "unarchive-member" }>;

/** Operations that need no look at the member just before: going to the archive and coming back do (C1). */
export function isUnseen(operation: MemberOperation): operation is SingleOperation {
  return operation.operation !== "unarchive-member" && operation.operation !== "archive-member";
}

/**
 * One operation as one request. No request for a member who exists carries a status (C1, C2).
 * @param list the audience's path
 */
export function requestOf(
  operation: SingleOperation,
  list: string,
  mapped: readonly MappedField[],
  fireAutomations: boolean,
): BatchRequest {
  const path = "member" in operation ? `${list}/members/${operation.member.id}` : `${list}/members`;
  switch (operation.operation) {
    case "create-member":
      return { method: "POST", path, body: bodyOf(operation, mapped) };
    case "update-member":
      return { method: "PATCH", path, body: { merge_fields: toMergeFields(operation.fields, mapped) } };
    case "move-address":
      return { method: "PATCH", path, body: { email_address: operation.email } };
    case "archive-member":
      return { method: "DELETE", path };
    case "tag-member": {
      const tags = [
        ...operation.add.map((name) => ({ name, status: "active" })),
        ...operation.remove.map(({ name }) => ({ name, status: "inactive" })),
      ];
      return { method: "POST", path: `${path}/tags`, body: { tags, is_syncing: !fireAutomations } };
    }
  }
}

/** A member of the 500-batch: with a status only where he is new (C2). */
export function bodyOf(operation: CreateMember | UpdateMember, mapped: readonly MappedField[]): object {
  return {
    email_address: addressOf(operation),
    merge_fields: toMergeFields(operation.fields, mapped),
    ...(operation.operation === "create-member" && { status: operation.status, tags: operation.tags }),
  };
}

/** The address under which an operation's member is found in an answer. */
export function addressOf(operation: CreateMember | UpdateMember): string {
  return operation.operation === "create-member" ? operation.email : operation.member.email;
}

/** A tag with everybody who gets or loses it. */
export interface TagWork {
  readonly name: string;
  /** Known where the tag is on somebody who loses it. */
  id: number | undefined;
  readonly add: string[];
  readonly remove: string[];
}

/** Tag operations by tag. @param ids of tags that are known to exist, by key */
export function byTag(operations: readonly TagMember[], ids: ReadonlyMap<string, number>): TagWork[] {
  const works = new Map<string, TagWork>();
  const work = (name: string, id?: number): TagWork => {
    const key = tagKey(name);
    const there = works.get(key) ?? { name, id: id ?? ids.get(key), add: [], remove: [] };
    there.id ??= id;
    works.set(key, there);
    return there;
  };
  for (const { add, remove, member } of operations) {
    for (const name of add) work(name).add.push(member.email);
    for (const tag of remove) work(tag.name, tag.id || undefined).remove.push(member.email);
  }
  return [...works.values()];
}
