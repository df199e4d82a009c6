/**
 * Writing members in as few requests as is safe.
 *
 *   | operation        | many                                    | else one by one                  |
 *   |------------------|-----------------------------------------|----------------------------------|
 *   | unarchive-member | –                                       | PUT with the status he had       |
 *   | create-member    | 500 at once, `update_existing: false`   | POST, which refuses who exists   |
 *   | update-member    | 500 at once, never with a status        | PATCH, never with a status       |
 *   | tag-member       | 500 on and off per tag (`tagging.ts`)   | POST tags                        |
 *   | move-address     | –                                       | PATCH                            |
 *   | archive-member   | –                                       | DELETE if his status is as read  |
 *
 * Very many that would go one by one are left to the service as a batch (`batch.ts`).
 *
 * C1: only `create-member` and `unarchive-member` carry a status; the first is refused for anybody who is on the
 * list, the second is preceded by a look at the member. So is `archive-member`: the status he has then is the one to
 * which he may return.
 */
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Member } from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import type { Pool } from "../contact/pool.ts";
import { type Answer, type Http, LOST } from "../http/request.ts";
import type { Findings } from "../plan/findings.ts";
import { MEMBERS_PER_WRITE } from "../plan/floor.ts";
import type { CreateMember, MemberOperation, UnarchiveMember, UpdateMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal, SideContext } from "../plan/ports.ts";
import { type Remember, sendBatches } from "./batch.ts";
import { addressOf, bodyOf, isUnseen, requestOf, type SingleOperation } from "./pack.ts";
import { classify, failureOf } from "./refusal.ts";
import { parted, type TagIds, tagByTag } from "./tagging.ts";
import { memberHash, rawMember, toMember } from "./translate.ts";

/** Up to so many single requests are sent where a bulk one would not be fewer or its answer says less. */
const FEW = 5;
/** From so many single requests on a batch needs fewer. */
const BATCH_FROM = 8;
/** What a batch costs: sending it, looking after it, fetching its answers. */
const BATCH_COST = 6;
/** Operations that are journalled and sent in one go. */
const MANY = 5_000;
/** Requests that so many single ones come to. */
const requestsFor = (count: number) => (count < BATCH_FROM ? count : BATCH_COST * Math.ceil(count / MANY));

interface Writer {
  readonly http: Http;
  readonly list: string;
  readonly connections: number;
  readonly fireAutomations: boolean;
  mapped(): readonly MappedField[];
  readonly pool: Pool;
  get(id: string): Promise<{ member: Member } | undefined>;
  /** What this service turned out to take or refuse, so that it is asked once only. */
  readonly findings: Findings;
  tagIds(): TagIds;
}

/** Instead of a write: the member is no longer as he was read. */
const CHANGED: Answer = { ok: false, status: 409, body: { title: "changed meanwhile" }, text: "" };

/** What became of a bulk request, and whose answer is not clear. */
interface Bulk {
  readonly outcomes: readonly Outcome<MemberOperation>[];
  readonly unclear: readonly (CreateMember | UpdateMember)[];
}

const batchAnswer = z.looseObject({
  new_members: z
    .array(rawMember)
    .nullish()
    .transform((one) => one ?? []),
  updated_members: z
    .array(rawMember)
    .nullish()
    .transform((one) => one ?? []),
  errors: z
    .array(
      z.looseObject({
        email_address: z.string().default(""),
        error: z.string().default(""),
        error_code: z.string().default(""),
        field: z.string().nullish(),
      }),
    )
    .nullish()
    .transform((one) => one ?? []),
});

export function memberWriter(own: Writer) {
  const { http, list } = own;
  /** Whether this service turned out to refuse batches, as long as the program runs. */
  let noBatches = false;
  const told = (body: unknown): Member | undefined => {
    const raw = rawMember.safeParse(body);
    return raw.success ? toMember(raw.data, own.mapped(), own.pool) : undefined;
  };
  const request = (operation: SingleOperation) => requestOf(operation, list, own.mapped(), own.fireAutomations);

  async function send(operation: MemberOperation): Promise<Answer> {
    if (operation.operation === "unarchive-member") return unarchive(operation);
    if (operation.operation === "archive-member") {
      const now = await own.get(operation.member.id);
      if (now !== undefined && now.member.status !== operation.member.status) return CHANGED;
    }
    const { method, path, body } = request(operation);
    return http.send(method, path, body);
  }
  async function unarchive({ member, status, changedAt }: UnarchiveMember): Promise<Answer> {
    const now = await own.get(member.id);
    if (now?.member.status !== "archived" || now.member.changedAt !== changedAt) return CHANGED;
    const body = { email_address: member.email, status, status_if_new: status };
    return http.send("PUT", `${list}/members/${member.id}`, body);
  }
  /** One request for one operation. */
  async function one(operation: MemberOperation): Promise<Outcome<MemberOperation>> {
    return outcome(operation, await send(operation));
  }
  /** What an answer says; a field that is refused is left out and the rest goes through (V5). */
  async function outcome(operation: MemberOperation, first: Answer): Promise<Outcome<MemberOperation>> {
    let answer = first;
    if (!answer.ok && answer.status === LOST && operation.operation === "create-member") {
      const there = await own.get(memberHash(operation.email));
      if (there !== undefined) return { operation, ok: true, member: there.member, found: true };
      answer = await send(operation);
    }
    if (answer.ok) return succeeded(operation, answer);
    // Our own first try may have archived him, with its answer lost
    if (operation.operation === "archive-member" && answer.status === 405 && answer.repeated) {
      const there = await own.get(operation.member.id);
      if (there?.member.status === "archived") return { operation, ok: true, member: there.member };
    }
    const refused = "fields" in operation ? failureOf(answer).fields : undefined;
    if (refused !== undefined && "fields" in operation) {
      const rest = Object.fromEntries(Object.entries(operation.fields).filter(([tag]) => !refused.includes(tag)));
      const nothing = operation.operation === "update-member" && Object.keys(rest).length === 0;
      if (!nothing && Object.keys(rest).length < Object.keys(operation.fields).length)
        answer = await send({ ...operation, fields: rest });
      if (answer.ok) return succeeded(operation, answer, refused);
    }
    return { operation, ok: false, failure: failureOf(answer) };
  }
  async function succeeded(
    operation: MemberOperation,
    answer: Answer & { ok: true },
    refused?: readonly string[],
  ): Promise<Outcome<MemberOperation>> {
    const member =
      operation.operation === "archive-member" ? (await own.get(operation.member.id))?.member : told(answer.body);
    return { operation, ok: true, ...(member && { member }), ...(refused && { refused }) };
  }
  /** Single requests: as many at once as the account allows, or left to the service where that needs fewer. */
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
  /** Ends early when the program is to end: what was not sent is in doubt, and the next run looks. */
  async function inTurn<E, T>(all: readonly E[], work: (each: E, index: number) => Promise<T>): Promise<T[]> {
    const done: T[] = [];
    for (let at = 0; at < all.length && !http.stopped(); at += own.connections) {
      const part = all.slice(at, at + own.connections);
      done.push(...(await Promise.all(part.map((each, index) => work(each, at + index)))));
    }
    return done;
  }

  /** 500 at once; what is refused without a clear reason, or passed over in silence, is to be asked about one by one. */
  async function bulk(
    part: readonly (CreateMember | UpdateMember)[],
    updating: boolean,
    remember: Remember,
  ): Promise<Bulk> {
    const members = part.map((operation) => bodyOf(operation, own.mapped()));
    const answer = await http.send("POST", list, { members, update_existing: updating }, { repeatable: updating });
    const parsed = answer.ok ? batchAnswer.safeParse(answer.body) : undefined;
    if (!answer.ok && answer.status === LOST && !updating)
      return { outcomes: await afterLost(part, remember), unclear: [] };
    if (!parsed?.success) return { outcomes: [], unclear: part };
    const { new_members, updated_members, errors } = parsed.data;
    const done = new Map(
      [...new_members, ...updated_members].map((raw) => [
        addressKey(raw.email_address),
        toMember(raw, own.mapped(), own.pool),
      ]),
    );
    const refused = new Map(errors.map((error) => [addressKey(error.email_address), error]));
    const unclear: (CreateMember | UpdateMember)[] = [];
    const outcomes: Outcome<MemberOperation>[] = [];
    for (const operation of part) {
      const address = addressKey(addressOf(operation));
      const member = done.get(address);
      const error = refused.get(address);
      if (member !== undefined) outcomes.push({ operation, ok: true, member });
      else if (error === undefined || error.field) unclear.push(operation);
      else {
        const failure =
          error.error_code === "ERROR_CONTACT_EXISTS"
            ? classify("Member Exists", error.error)
            : classify(error.error, error.error);
        if (failure.code === "REFUSED") unclear.push(operation);
        else outcomes.push({ operation, ok: false, failure });
      }
    }
    // Nobody was taken: this service wants a status with every member, which we never send
    if (updating) own.findings.updatesInBulk = done.size > 0 || unclear.length < part.length;
    return { outcomes, unclear };
  }
  /** Creates whose answer was lost are looked up before they are tried again (A2). */
  async function afterLost(
    part: readonly (CreateMember | UpdateMember)[],
    remember: Remember,
  ): Promise<Outcome<MemberOperation>[]> {
    const found = await inTurn(part, async (operation) => own.get(memberHash(addressOf(operation))));
    const made = part.flatMap((operation, index): Outcome<MemberOperation>[] => {
      const there = found[index];
      return there === undefined ? [] : [{ operation, ok: true, member: there.member, found: true }];
    });
    const missing = part.filter((_, index) => found[index] === undefined);
    return [...made, ...(await spread(missing, remember))];
  }

  /** Writes everything, in the order in which one thing needs another. */
  async function apply(
    operations: MemberOperation[],
    journal: Journal<MemberOperation>,
    context: SideContext,
  ): Promise<void> {
    const remember: Remember = (batch, running) => journal.left(batch, running);
    const byKind = Map.groupBy(operations.splice(0), (each) => each.operation);
    const take = <N extends MemberOperation["operation"]>(name: N) =>
      (byKind.get(name) ?? []) as Extract<MemberOperation, { operation: N }>[];
    /**
     * Takes operations out of a list, part by part, so that what is done needs no more memory.
     * @param sent those that are in the journal already
     */
    const steps = async <O extends MemberOperation>(
      all: O[],
      size: number,
      work: (part: readonly O[], remember: Remember) => Promise<readonly Outcome<MemberOperation>[]>,
      sent: ReadonlySet<MemberOperation> = new Set(),
    ) => {
      while (all.length > 0 && !context.stop.aborted) {
        const part = all.splice(0, size);
        await journal.sending(part.filter((each) => !sent.has(each)));
        await journal.answered(await work(part, remember));
      }
    };
    await steps(take("unarchive-member"), own.connections, spread);
    const creates = take("create-member");
    // One alone goes with the other single requests
    const alone = creates.length === 1 ? creates.splice(0) : [];
    await steps(creates, MEMBERS_PER_WRITE, async (part) => {
      const { outcomes, unclear } = await bulk(part, false, remember);
      return [...outcomes, ...(await spread(unclear, remember))];
    });
    const { subscribed = [], others = [] } = Object.groupBy(take("update-member"), (each) =>
      each.member.status === "subscribed" ? "subscribed" : "others",
    );
    byKind.delete("update-member");
    /** Written down already, and to be sent one by one. */
    const left = new Set<MemberOperation>();
    while (subscribed.length > FEW && own.findings.updatesInBulk !== false && !context.stop.aborted)
      await steps(subscribed.splice(0, MEMBERS_PER_WRITE), MEMBERS_PER_WRITE, async (part) => {
        const { outcomes, unclear } = await bulk(part, true, remember);
        for (const each of unclear) left.add(each);
        return outcomes;
      });
    const before = left.size + alone.length + others.length + subscribed.length;
    const tagging = parted(
      take("tag-member"),
      own.tagIds(),
      (count) => requestsFor(before + count) - requestsFor(before),
    );
    byKind.delete("tag-member");
    await steps(tagging.byTag, MANY, (part) => tagByTag(http, list, part, own.tagIds(), inTurn));
    await steps([...left, ...alone, ...others, ...subscribed, ...tagging.byMember], MANY, spread, left);
    await steps([...take("move-address"), ...take("archive-member")], MANY, spread);
  }
  return { apply };
}
