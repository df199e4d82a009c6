/** Members five hundred at once ("Many at once" in docs/apis/mailchimp.md), and what of it has to be asked about alone. */
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Member } from "../domain/contact.ts";
import { type Answer, type Http, LOST } from "../http/request.ts";
import type { CreateMember, UpdateMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { nextAttempt } from "./attempts.ts";
import { type Attempt, addressOf, bodyOf, type Packing, SKIP } from "./pack.ts";
import { classify, fieldsNamed, nameIn } from "./refusal.ts";
import { type RawMember, rawMember } from "./translate.ts";

export type Bulked = CreateMember | UpdateMember;

/** What became of a bulk request, and whose answer is not clear. */
export interface Bulk {
  readonly outcomes: readonly Outcome<Bulked>[];
  readonly unclear: readonly Bulked[];
  /** Creates whose answer was lost. */
  readonly lost: readonly Bulked[];
  /** Whether the service answered for each member. */
  readonly answered: boolean;
}

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

/** Times that what is refused for a field is sent once more. */
const PASSES = 4;

/** What sending in bulk works with. */
export interface Bulking {
  readonly http: Http;
  readonly packing: Packing;
  member(raw: RawMember): Member;
  /** What is sent of each operation; what is found out here holds for sending alone, too. */
  readonly attempts: { get(operation: Bulked): Attempt; set(operation: Bulked, attempt: Attempt): unknown };
}

/**
 * Sends members five hundred at once. What is refused for a field goes without it in a further request; what is refused
 * without a clear reason, or passed over in silence, is to be asked about one by one.
 * @param updating whether these members are there already
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
  /** @returns those that are to be sent once more */
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
  /** A field of a few refuses the whole request: they go on without it. @returns whom it is about */
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
