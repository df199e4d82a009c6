/**
 * Writing members in as few requests as is safe.
 *
 *   | operation        | many                                    | else one by one                         |
 *   |------------------|-----------------------------------------|-----------------------------------------|
 *   | unarchive-member | –                                       | PUT with the earlier status             |
 *   | create-member    | 500 at once, `update_existing: false`   | POST, refused if the member exists      |
 *   | update-member    | 500 at once, never with a status        | PATCH, never with a status              |
 *   | tag-member       | 500 on and off per tag (`tagging.ts`)   | POST tags                               |
 *   | move-address     | –                                       | PATCH                                   |
 *   | archive-member   | –                                       | DELETE if the status is unchanged       |
 *   | forget-member    | –                                       | POST delete-permanent                   |
 *
 * Sends many single requests as one batch, which Mailchimp runs by itself (`batch.ts`).
 *
 * Only `create-member` and `unarchive-member` carry a status (C1). Mailchimp refuses the first for a member on the
 * list. The second reads the member first. So does `archive-member`: the member may return to that status later.
 */
import type { Member } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { type Answer, LOST, type Refused } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { dueBreak } from "../limits/breaks.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { CreateMember, MemberOperation, UnarchiveMember, UpdateMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { MemberWriter, TagIds } from "../ports/sides.ts";
import { MEMBERS_PER_WRITE } from "../services/mailchimp.ts";
import { attemptsOf, failureAfter, nextAttempt } from "./attempts.ts";
import { BATCH_FROM, type Remember, requestsFor, sendBatches } from "./batch.ts";
import {
  type Attempt,
  addressOf,
  isUnseen,
  type Packed,
  type Packing,
  requestOf,
  SENDING,
  type SingleOperation,
} from "./build-requests.ts";
import { sendBulk } from "./bulk.ts";
import { failureOf, fieldsNamed, namesNoField } from "./refusal.ts";
import { memberHash, needsStandIn, type RawMember, rawMember, toMergeFields } from "./schema.ts";
import { parted, tagByTag, tagByTurn } from "./tagging.ts";

/** Up to this many updates, single requests are better: their responses say more than a bulk one. */
const FEW = 5;
/** The kinds of operations; those of one phase are sent in this order. */
const KINDS = Object.keys(SENDING) as MemberOperation["operation"][];
/** Operations per journal entry and round of sending. */
const MANY = 5_000;
interface Writer {
  readonly http: Http;
  readonly list: string;
  readonly connections: number;
  readonly fireAutomations: boolean;
  readonly mapped: readonly MappedField[];
  /** Translates a record into the mapped fields. */
  member(raw: RawMember): Member;
  /** Fetches a member afresh; returns `undefined` if it is missing or cannot be read. */
  get(id: string): Promise<Member | undefined>;
  /** Capabilities of the service found by earlier runs. */
  readonly known: Capabilities;
  /** Aborts when no further request may be sent. */
  readonly stop: AbortSignal;
}

/** Replaces the response of a write that was not sent: the member changed after we read it. */
const CHANGED: Answer = { ok: false, status: 409, body: { title: "changed meanwhile" }, text: "" };

/** Retries of one operation after refusals that name fields. */
const TRIES = 4;

/** Creates the writer that carries out operations on members. */
export function memberWriter(own: Writer): MemberWriter {
  const { http, list, mapped, member, known, stop } = own;
  /** Keeps what this service accepts or refuses, so that we try it only once. */
  const capabilities: Pick<Capabilities, "updatesInBulk" | "stateStandIn"> = {
    ...(known.updatesInBulk !== undefined && { updatesInBulk: known.updatesInBulk }),
    ...(known.stateStandIn !== undefined && { stateStandIn: known.stateStandIn }),
  };
  /** Records that the service refused a batch, until the program ends. */
  let noBatches = false;
  const packing: Packing = { list, mapped, fireAutomations: own.fireAutomations };
  const attempts = attemptsOf(() => capabilities.stateStandIn);
  const request = (operation: SingleOperation) => requestOf(operation, packing, attempts.get(operation));

  async function send(operation: MemberOperation): Promise<Answer> {
    if (operation.operation === "unarchive-member") return unarchive(operation);
    if (operation.operation === "archive-member") {
      const now = await own.get(operation.member.id);
      if (now?.status !== operation.member.status) return CHANGED;
    }
    const { method, path, params, body } = request(operation);
    return http.send(method, params === undefined ? path : `${path}?${new URLSearchParams(params)}`, body, {
      effect: SENDING[operation.operation].effect,
    });
  }
  async function unarchive({ member, status, changedAt }: UnarchiveMember): Promise<Answer> {
    const now = await own.get(member.id);
    if (now?.status !== "archived" || now.changedAt !== changedAt) return CHANGED;
    const body = { email_address: member.email, status, status_if_new: status };
    return http.send("PUT", `${list}/members/${member.id}`, body);
  }
  /** Sends one request for one operation. */
  async function one(operation: MemberOperation): Promise<Outcome<MemberOperation>> {
    return outcome(operation, await send(operation));
  }
  /** Reads a response. Leaves out refused fields and sends the rest again, so that one field does not stop it (V5). */
  async function outcome(operation: MemberOperation, first: Answer): Promise<Outcome<MemberOperation>> {
    let answer = first;
    if (!answer.ok && answer.status === LOST && operation.operation === "create-member") {
      const there = await own.get(memberHash(operation.email));
      if (there !== undefined) return { operation, ok: true, member: there, found: true };
      answer = await send(operation);
    }
    if (answer.ok) return succeeded(operation, answer);
    const before = await doneByFirstTry(operation, answer);
    if (before !== undefined) return before;
    for (let tries = 0; tries < TRIES && !answer.ok && !http.stopped(); tries += 1) {
      if (namesNoField(answer) && "fields" in operation) return piecemeal(operation, answer);
      if (namesNoField(answer) && operation.operation === "tag-member") return tagByTurn(operation, answer, send);
      const next = nextAttempt(operation, attempts.get(operation), fieldsNamed(answer));
      if (next === undefined) break;
      attempts.set(operation, next);
      answer = await send(operation);
    }
    return answer.ok
      ? succeeded(operation, answer)
      : { operation, ok: false, failure: failureAfter(operation, attempts.get(operation), answer) };
  }
  /** Returns the outcome if our own first try did it and only its response was lost; otherwise `undefined`. */
  async function doneByFirstTry(
    operation: MemberOperation,
    { status, repeated }: Refused,
  ): Promise<Outcome<MemberOperation> | undefined> {
    if (!repeated) return undefined;
    if (operation.operation === "forget-member" && status === 404) return { operation, ok: true };
    if (operation.operation !== "archive-member" || status !== 405) return undefined;
    const there = await own.get(operation.member.id);
    return there?.status === "archived" ? { operation, ok: true, member: there } : undefined;
  }
  async function succeeded(
    operation: MemberOperation,
    answer: Answer & { ok: true },
  ): Promise<Outcome<MemberOperation>> {
    const { refused, standIn, fields } = attempts.get(operation);
    if (standIn !== "none" && Object.values(fields).some(needsStandIn)) capabilities.stateStandIn = standIn;
    if (operation.operation === "archive-member") {
      const there = await own.get(operation.member.id);
      return { operation, ok: true, ...(there && { member: there }) };
    }
    if (!SENDING[operation.operation].answersMember) return { operation, ok: true };
    const raw = rawMember.safeParse(answer.body).data;
    // The response shows no member: the next run reads it
    if (raw === undefined)
      return { operation, ok: false, failure: { code: "UNKNOWN_ANSWER", message: "", retry: true } };
    return { operation, ok: true, member: member(raw), ...(refused.length > 0 && { refused }) };
  }
  /** Sends fields one by one, because the refusal does not say which field is wrong. */
  async function piecemeal(operation: CreateMember | UpdateMember, whole: Refused): Promise<Outcome<MemberOperation>> {
    let last: Answer = whole;
    let other = whole;
    const refused: string[] = [];
    const alone = (fields: Attempt["fields"]) => ({ ...attempts.get(operation), fields });
    if (operation.operation === "create-member") {
      attempts.set(operation, { ...alone({}), skip: true });
      last = await send(operation);
      if (!last.ok && namesNoField(last) && operation.tags.length > 0) {
        attempts.set(operation, { ...attempts.get(operation), untagged: true });
        last = await send(operation);
      }
      if (!last.ok) return { operation, ok: false, failure: failureOf(last) };
    }
    const id = operation.operation === "create-member" ? memberHash(operation.email) : operation.member.id;
    for (const [tag, value] of Object.entries(operation.fields)) {
      const merge_fields = toMergeFields({ [tag]: value }, mapped, attempts.get(operation).standIn);
      const answer = await http.send("PATCH", `${list}/members/${id}`, { merge_fields });
      if (answer.ok) last = answer;
      else if (answer.status === 400) refused.push(tag);
      else other = answer;
    }
    attempts.set(operation, { ...alone(operation.fields), refused });
    if (last.ok) return succeeded(operation, last);
    // No field is wrong by itself, for example because the member was deleted meanwhile
    if (refused.length === 0) return { operation, ok: false, failure: failureOf(other) };
    const { message } = failureOf(last);
    return { operation, ok: false, failure: { code: "FIELD_REFUSED", message, retry: false, fields: refused } };
  }
  /** Sends single requests in parallel, or as a batch if that needs fewer requests. */
  async function spread(
    operations: readonly MemberOperation[],
    remember: Remember,
  ): Promise<Outcome<MemberOperation>[]> {
    const batched = operations.filter(isUnseen);
    if (batched.length >= BATCH_FROM && batched.length === operations.length && !noBatches) {
      const answers = await sendBatches(http, batched.map(request), remember);
      if (answers !== undefined) return inTurn(batched, (operation, index) => outcome(operation, answers[index]!));
      noBatches = true;
    }
    return inTurn(operations, one);
  }
  /** Runs work in parallel. Ends early when the program stops: the next run checks what was not sent. */
  async function inTurn<E, T>(all: readonly E[], work: (each: E, index: number) => Promise<T>): Promise<T[]> {
    const done: T[] = [];
    for (let at = 0; at < all.length && !http.stopped(); at += own.connections) {
      const part = all.slice(at, at + own.connections);
      done.push(...(await Promise.all(part.map((each, index) => work(each, at + index)))));
      const wait = dueBreak();
      if (wait !== undefined) await wait;
    }
    return done;
  }

  /** Sends up to 500 members in one request. */
  async function bulk(part: readonly (CreateMember | UpdateMember)[], updating: boolean, remember: Remember) {
    const { outcomes, unclear, lost, answered } = await sendBulk({ http, packing, member, attempts }, part, updating);
    const found = lost.length > 0 ? await afterLost(lost, remember) : [];
    for (const one of outcomes) {
      const { standIn, fields } = attempts.get(one.operation);
      if (one.ok && Object.values(fields).some(needsStandIn)) capabilities.stateStandIn = standIn;
    }
    // No member was accepted: this service wants a status with each member, which we never send
    if (updating && answered) capabilities.updatesInBulk = outcomes.length > 0;
    return { outcomes: [...outcomes, ...found], unclear };
  }
  /** Looks up creates whose response was lost, and only then sends the missing ones again (A2). */
  async function afterLost(
    part: readonly (CreateMember | UpdateMember)[],
    remember: Remember,
  ): Promise<Outcome<MemberOperation>[]> {
    const found = await inTurn(part, async (operation) => own.get(memberHash(addressOf(operation))));
    const made = part.flatMap((operation, index): Outcome<MemberOperation>[] => {
      const there = found[index];
      return there === undefined ? [] : [{ operation, ok: true, member: there, found: true }];
    });
    const missing = part.filter((_, index) => found[index] === undefined);
    return [...made, ...(await spread(missing, remember))];
  }

  /** Writes all operations in order, because some need others first. */
  const apply: MemberWriter["apply"] = async (operations, journal, tagIds) => {
    const remember: Remember = (batch, running) => journal.left(batch, running);
    const byKind = Map.groupBy(operations, (each) => each.operation);
    const of = <Kind extends MemberOperation["operation"]>(kind: Kind) =>
      (byKind.get(kind) ?? []) as Extract<MemberOperation, { operation: Kind }>[];
    const sentIn = (phase: "first" | "after" | "last") =>
      KINDS.filter((kind) => SENDING[kind].phase === phase).flatMap<MemberOperation>(of);
    const packed: { readonly [Kind in Packed]: Extract<MemberOperation, { operation: Kind }>[] } = {
      "create-member": of("create-member"),
      "update-member": of("update-member"),
      "tag-member": of("tag-member"),
    };
    const { "create-member": creates, "update-member": updates, "tag-member": tagged } = packed;
    /**
     * Removes operations from a list part by part, so that finished ones free their memory.
     * @param sent operations that are in the journal already
     */
    const steps = async <O extends MemberOperation>(
      all: O[],
      size: number,
      work: (part: readonly O[], remember: Remember) => Promise<readonly Outcome<MemberOperation>[]>,
      sent: ReadonlySet<MemberOperation> = new Set(),
    ) => {
      while (all.length > 0 && !stop.aborted) {
        const part = all.splice(0, size);
        await journal.sending(part.filter((each) => !sent.has(each)));
        await journal.answered(await work(part, remember));
      }
    };
    await steps(sentIn("first"), own.connections, spread);
    // A bulk request for one create saves nothing: send it with the other single requests
    const alone = creates.length === 1 ? creates.splice(0) : [];
    await steps(creates, MEMBERS_PER_WRITE, async (part) => {
      const { outcomes, unclear } = await bulk(part, false, remember);
      return [...outcomes, ...(await spread(unclear, remember))];
    });
    const { subscribed = [], others = [] } = Object.groupBy(updates.splice(0), (each) =>
      each.member.status === "subscribed" ? "subscribed" : "others",
    );
    /** Operations in the journal already, which go one by one. */
    const left = new Set<MemberOperation>();
    while (subscribed.length > FEW && capabilities.updatesInBulk !== false && !stop.aborted)
      await steps(subscribed.splice(0, MEMBERS_PER_WRITE), MEMBERS_PER_WRITE, async (part) => {
        const { outcomes, unclear } = await bulk(part, true, remember);
        for (const each of unclear) left.add(each);
        return outcomes;
      });
    const before = left.size + alone.length + others.length + subscribed.length;
    const ids: TagIds = tagged.length === 0 ? new Map() : await tagIds();
    const tagging = parted(tagged.splice(0), ids, (count) => requestsFor(before + count) - requestsFor(before));
    await steps(tagging.byTag, MANY, async (part, remember) => {
      const { outcomes, left: single } = await tagByTag(http, list, part, await tagIds(), inTurn);
      return [...outcomes, ...(await spread(single, remember))];
    });
    await steps([...left, ...alone, ...others, ...subscribed, ...tagging.byMember], MANY, spread, left);
    await steps(sentIn("after"), MANY, spread);
    await steps(sentIn("last"), own.connections, spread);
  };
  return { apply, capabilities: () => capabilities };
}
