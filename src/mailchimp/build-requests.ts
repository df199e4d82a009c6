/** Builds the requests for operations, single or bulk. Pure. Facts: docs/apis/mailchimp.md. */
import type { MappedField } from "../domain/fields.ts";
import { tagKey } from "../domain/tags.ts";
import type { Values } from "../domain/values.ts";
import type { StateStandIn } from "../plan/capabilities.ts";
import type { CreateMember, MemberOperation, TagMember, UpdateMember } from "../plan/operations.ts";
import type { BatchRequest } from "./batch.ts";
import { toMergeFields } from "./schema.ts";

/** Operations that need one request each. */
export type SingleOperation = Exclude<MemberOperation, { operation: "unarchive-member" }>;

/** Operations of which one request holds many. `writer.ts` says how. */
export type Packed = "create-member" | "update-member" | "tag-member";

/** How one kind of operation is sent. */
interface Sending<Kind> {
  /**
   * When it is sent: before the others, packed, after these, or last. What goes first or last is recorded in the
   * journal few at a time.
   */
  readonly phase: Kind extends Packed ? "packed" : "first" | "after" | "last";
  /** Whether it may be repeated if its response is lost. */
  readonly effect: "create" | "idempotent";
  /** Whether it may go into a batch, which Mailchimp runs later. */
  readonly batched: boolean;
  /** Whether a successful response shows the member. */
  readonly answersMember: boolean;
}

/**
 * How each operation is sent. Archiving and unarchiving must read the member just before (C1). Erasing cannot be undone,
 * so it runs while we wait for the response.
 */
export const SENDING: { readonly [Kind in MemberOperation["operation"]]: Sending<Kind> } = {
  "create-member": { phase: "packed", effect: "create", batched: true, answersMember: true },
  "update-member": { phase: "packed", effect: "idempotent", batched: true, answersMember: true },
  "move-address": { phase: "after", effect: "idempotent", batched: true, answersMember: true },
  "tag-member": { phase: "packed", effect: "idempotent", batched: true, answersMember: false },
  "archive-member": { phase: "after", effect: "idempotent", batched: false, answersMember: false },
  "unarchive-member": { phase: "first", effect: "idempotent", batched: false, answersMember: true },
  "forget-member": { phase: "last", effect: "idempotent", batched: false, answersMember: false },
};

/** Returns whether an operation may go into a batch. */
export function isUnseen(operation: MemberOperation): operation is SingleOperation {
  return SENDING[operation.operation].batched;
}

/** What to send for an operation, given the refusals so far. */
export interface Attempt {
  readonly fields: Values;
  /** Whether to skip Mailchimp's check of all merge fields, also of those we do not send (A10). */
  readonly skip: boolean;
  /** Text sent as the state of an address that has none (V15). */
  readonly standIn: StateStandIn;
  /** Tags of merge fields left out, because Mailchimp refused them. */
  readonly refused: readonly string[];
  /** Whether to create the member without tags, because Mailchimp refused one of them. */
  readonly untagged?: boolean;
}

/** Query parameter that skips the check of merge fields ("Merge fields" in docs/apis/mailchimp.md). */
export const SKIP: Readonly<Record<string, string>> = { skip_merge_validation: "true" };

/** What building requests needs to know about the audience. */
export interface Packing {
  /** The audience's path, `/lists/{id}`. */
  readonly list: string;
  readonly mapped: readonly MappedField[];
  readonly fireAutomations: boolean;
}

/**
 * Builds the request for one operation. Never sends a status for an existing member (C1, C2).
 * @param attempt what to send of its fields
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
      // With the skip parameter, old values of merge fields do not stop the new address
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

/** Builds the row of one member for a bulk request. Only a new member gets a status (C2). */
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

/** Returns the address under which a response names the operation's member. */
export function addressOf(operation: CreateMember | UpdateMember): string {
  return operation.operation === "create-member" ? operation.email : operation.member.email;
}

/** One tag with the addresses of the members that get or lose it. */
export interface TagWork {
  readonly name: string;
  /** The tag's id, if we know it: from the list of tags, or from a member that loses the tag. */
  id: number | undefined;
  readonly add: string[];
  readonly remove: string[];
}

/**
 * Groups tag operations by tag.
 * @param ids ids of existing tags, by tag key
 */
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
