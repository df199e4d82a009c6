/**
 * Sends up to 500 members in one request ("Many at once" in docs/apis/mailchimp.md). Finds out which of them the caller
 * must send again alone.
 */
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Member } from "../domain/contact.ts";
import { type Answer, LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { CreateMember, UpdateMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { nextAttempt } from "./attempts.ts";
import { type Attempt, addressOf, bodyOf, type Packing, SKIP } from "./build-requests.ts";
import { classify, fieldsNamed, nameIn } from "./refusal.ts";
import { type RawMember, rawMember } from "./schema.ts";

/** Operations that fit into a bulk request. */
export type Bulked = CreateMember | UpdateMember;

/** Results of a bulk request. */
export interface Bulk {
  readonly outcomes: readonly Outcome<Bulked>[];
  /** Operations for which the response says too little: the caller sends each one alone. */
  readonly unclear: readonly Bulked[];
  /** Creates whose response was lost: the caller looks the members up first (A2). */
  readonly lost: readonly Bulked[];
  /** Whether a response in the documented shape arrived. */
  readonly answered: boolean;
}

/** Skips rows that do not parse: their operations then count as unclear. */
const members = z
  .array(z.unknown())
  .nullish()
  .transform((all) => (all ?? []).map((one) => rawMember.safeParse(one).data).filter((one) => one !== undefined));
const bulkAnswer = z.looseObject({
  new_members: members,
  updated_members: members,
  errors: z
    .array(
      z.looseObject({
        email_address: z.string().catch(""),
        error: z.string().catch(""),
        error_code: z.string().catch(""),
        field: z.string().nullish().catch(undefined),
      }),
    )
    .nullish()
    .catch(undefined)
    .transform((one) => one ?? []),
});

/** Passes over the operations: the first, and retries after refusals that name a field. */
const PASSES = 4;

/** Dependencies of `sendBulk`. */
export interface Bulking {
  readonly http: Http;
  readonly packing: Packing;
  /** Translates a record into the mapped fields. */
  member(raw: RawMember): Member;
  /** Holds what to send of each operation. Shared with single requests, so that they start from what we learn here. */
  readonly attempts: { get(operation: Bulked): Attempt; set(operation: Bulked, attempt: Attempt): unknown };
}

/**
 * Sends members in bulk. If a refusal names a field, sends the member again without that field (V5). Reports a member
 * as unclear if the reason is unclear or the response leaves it out.
 * @param part operations, at most 500
 * @param updating whether these members exist already; sent as `update_existing`
 */
export async function sendBulk(
  { http, packing, member, attempts }: Bulking,
  part: readonly Bulked[],
  updating: boolean,
): Promise<Bulk> {
  const outcomes: Outcome<Bulked>[] = [];
  const unclear: Bulked[] = [];
  const lost: Bulked[] = [];
  let answered = false;
  /** Sends one request. @returns the operations to send again */
  async function send(some: readonly Bulked[], skip: boolean): Promise<readonly Bulked[]> {
    const { list, mapped } = packing;
    const body = { members: some.map((one) => bodyOf(one, mapped, attempts.get(one))), update_existing: updating };
    const path = skip ? `${list}?${new URLSearchParams(SKIP)}` : list;
    const answer = await http.send("POST", path, body, { effect: updating ? "idempotent" : "create" });
    if (!answer.ok && answer.status === LOST && !updating) {
      lost.push(...some);
      return [];
    }
    const parsed = answer.ok ? bulkAnswer.safeParse(answer.body) : undefined;
    if (parsed?.success) {
      answered = true;
      return taken(some, parsed.data);
    }
    const again = adjusted(some, answer);
    if (again.length === 0) unclear.push(...some);
    return again.length === 0 ? [] : some;
  }
  /**
   * Drops the refused fields, because one bad field refuses the whole request.
   * @returns the operations whose fields were dropped
   */
  function adjusted(some: readonly Bulked[], answer: Answer): readonly Bulked[] {
    const named = answer.ok ? [] : fieldsNamed(answer).filter((one) => one.item !== undefined);
    return some.filter((operation, index) => {
      const next = nextAttempt(
        operation,
        attempts.get(operation),
        named.filter((one) => one.item === index),
      );
      if (next !== undefined) attempts.set(operation, next);
      return next !== undefined;
    });
  }
  /** Sorts the operations by what the response says of each address. @returns the operations to send again */
  function taken(some: readonly Bulked[], { new_members, updated_members, errors }: z.infer<typeof bulkAnswer>) {
    const done = new Map(
      [...new_members, ...updated_members].map((raw) => [addressKey(raw.email_address), member(raw)]),
    );
    const refused = new Map(errors.map((error) => [addressKey(error.email_address), error]));
    return some.filter((operation) => {
      const address = addressKey(addressOf(operation));
      const there = done.get(address);
      const error = refused.get(address);
      const attempt = attempts.get(operation);
      if (there !== undefined) {
        const left = attempt.refused.length > 0 && { refused: attempt.refused };
        outcomes.push({ operation, ok: true, member: there, ...left });
        return false;
      }
      const next = error?.field ? nextAttempt(operation, attempt, [nameIn(error.field)]) : undefined;
      if (next !== undefined) {
        attempts.set(operation, next);
        return true;
      }
      const known = error?.error_code === "ERROR_CONTACT_EXISTS" ? "Member Exists" : (error?.error ?? "");
      const failure = classify(known, error?.error ?? "");
      if (error === undefined || error.field || failure.code === "REFUSED") unclear.push(operation);
      else outcomes.push({ operation, ok: false, failure });
      return false;
    });
  }
  let left = part;
  for (let pass = 0; pass < PASSES && left.length > 0 && !http.stopped(); pass += 1) {
    const { past = [], checked = [] } = Object.groupBy(left, (one) => (attempts.get(one).skip ? "past" : "checked"));
    const again = checked.length > 0 ? [...(await send(checked, false))] : [];
    if (past.length > 0) again.push(...(await send(past, true)));
    left = again;
  }
  unclear.push(...left);
  return { outcomes, unclear, lost, answered };
}
