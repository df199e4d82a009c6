/** What is sent for an operation, alone or with others. Pure; limits are facts of docs/apis/mailchimp.md. */
import type { MappedField } from "../domain/fields.ts";
import { tagKey } from "../domain/tags.ts";
import type { Values } from "../domain/values.ts";
import type { StateStandIn } from "../plan/capabilities.ts";
import type { CreateMember, MemberOperation, TagMember, UpdateMember } from "../plan/operations.ts";
import type { BatchRequest } from "./batch.ts";
import { toMergeFields } from "./translate.ts";

/** Operations that one request each can do. */
export type SingleOperation = Exclude<MemberOperation, { operation: "unarchive-member" }>;

/**
 * Operations that may be left to the service: going to the archive and coming back need a look at the member just before
 * (C1), and what cannot be undone is done while somebody waits for it.
 */
export function isUnseen(operation: MemberOperation): operation is SingleOperation {
  const { operation: kind } = operation;
  return kind !== "unarchive-member" && kind !== "archive-member" && kind !== "forget-member";
}

/** What of the fields of an operation is sent, after what refusals have shown. */
export interface Attempt {
  readonly fields: Values;
  /** Past the check of fields that were not sent (A10). */
  readonly skip: boolean;
  readonly standIn: StateStandIn;
  /** Fields left out, because they were refused. */
  readonly refused: readonly string[];
  /** A new member goes without tags, because one of them was refused; they follow one by one. */
  readonly untagged?: boolean;
}

/** What a request says to go past the check of merge fields ("Merge fields" in docs/apis/mailchimp.md). */
export const SKIP: Readonly<Record<string, string>> = { skip_merge_validation: "true" };

/** What sending needs to know of the audience. */
export interface Packing {
  /** The audience's path. */
  readonly list: string;
  readonly mapped: readonly MappedField[];
  readonly fireAutomations: boolean;
}

/**
 * Returns one operation as one request. No request for a member who exists carries a status (C1, C2).
 * @param attempt what of its fields is sent
 */
export function requestOf(operation: SingleOperation, packing: Packing, attempt: Attempt): BatchRequest {
  const { list, mapped, fireAutomations } = packing;
  const path = "member" in operation ? `${list}/members/${operation.member.id}` : `${list}/members`;
  const params = attempt.skip ? { params: SKIP } : {};
  switch (operation.operation) {
    case "create-member":
      return { method: "POST", path, ...params, body: bodyOf(operation, mapped, attempt) };
    case "update-member": {
      const merge_fields = toMergeFields(attempt.fields, mapped, attempt.standIn);
      return { method: "PATCH", path, ...params, body: { merge_fields } };
    }
    case "move-address":
      // The fields of a member are not what is checked here
      return { method: "PATCH", path, ...params, body: { email_address: operation.email } };
    case "archive-member":
      return { method: "DELETE", path };
    case "forget-member":
      return { method: "POST", path: `${path}/actions/delete-permanent` };
    case "tag-member": {
      const tags = [
        ...operation.add.map((name) => ({ name, status: "active" })),
        ...operation.remove.map(({ name }) => ({ name, status: "inactive" })),
      ];
      return { method: "POST", path: `${path}/tags`, body: { tags, is_syncing: !fireAutomations } };
    }
  }
}

/** Returns a member of the 500-batch: with a status only where they are new (C2). */
export function bodyOf(
  operation: CreateMember | UpdateMember,
  mapped: readonly MappedField[],
  { fields, standIn, untagged }: Attempt,
): object {
  return {
    email_address: addressOf(operation),
    merge_fields: toMergeFields(fields, mapped, standIn),
    ...(operation.operation === "create-member" && {
      status: operation.status,
      ...(!untagged && { tags: operation.tags }),
    }),
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
