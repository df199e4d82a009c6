/**
 * Writing members in as few requests as is safe.
 *
 *   | operation        | many                                    | one                              |
 *   |------------------|-----------------------------------------|----------------------------------|
 *   | unarchive-member | –                                       | PUT with the status he had       |
 *   | create-member    | 500 at once, `update_existing: false`   | POST, which refuses who exists   |
 *   | update-member    | 500 at once, never with a status        | PATCH, never with a status       |
 *   | tag-member       | 500 on and off per tag (segment)        | POST tags                        |
 *   | move-address     | –                                       | PATCH                            |
 *   | archive-member   | –                                       | DELETE                           |
 *
 * C1: only `create-member` and `unarchive-member` carry a status; the first is refused for anybody who is on the
 * list, the second is preceded by a look at the member.
 */
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Member } from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import { tagKey } from "../contact/tags.ts";
import type { Answer, Http } from "../http/request.ts";
import type { CreateMember, MemberOperation, TagMember, UpdateMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal, SideContext } from "../plan/ports.ts";
import { classify, failureOf } from "./refusal.ts";
import { memberHash, rawMember, toMember, toMergeFields } from "./translate.ts";

const BULK = 500;
/** Up to so many single requests are sent where a bulk one would not be fewer or its answer says less. */
const FEW = 5;
/** What the client gives for a request whose answer never came. */
const LOST = 599;

interface Writer {
  readonly http: Http;
  readonly list: string;
  readonly connections: number;
  readonly fireAutomations: boolean;
  mapped(): readonly MappedField[];
  get(id: string): Promise<{ member: Member } | undefined>;
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
  const told = (body: unknown): Member | undefined => {
    const raw = rawMember.safeParse(body);
    return raw.success ? toMember(raw.data, own.mapped()) : undefined;
  };
  const path = (id: string) => `${list}/members/${id}`;

  /** One request for one operation; a field that is refused is left out and the rest goes through (V5). */
  async function one(operation: MemberOperation): Promise<Outcome<MemberOperation>> {
    let answer = await single(operation);
    if (!answer.ok && answer.status === LOST && operation.operation === "create-member") {
      const there = await own.get(memberHash(operation.email));
      if (there !== undefined) return { operation, ok: true, member: there.member };
      answer = await single(operation);
    }
    const refused = "fields" in operation && !answer.ok ? failureOf(answer).fields : undefined;
    if (refused !== undefined && "fields" in operation) {
      const rest = Object.fromEntries(Object.entries(operation.fields).filter(([tag]) => !refused.includes(tag)));
      const nothing = operation.operation === "update-member" && Object.keys(rest).length === 0;
      if (!nothing && Object.keys(rest).length < Object.keys(operation.fields).length)
        answer = await single({ ...operation, fields: rest });
      if (answer.ok) return succeeded(operation, answer, refused);
    }
    if (!answer.ok) return { operation, ok: false, failure: failureOf(answer) };
    return succeeded(operation, answer);
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
  async function single(operation: MemberOperation): Promise<Answer> {
    switch (operation.operation) {
      case "create-member": {
        const { email, fields, tags } = operation;
        return http.send("POST", `${list}/members`, {
          email_address: email,
          status: operation.status,
          merge_fields: toMergeFields(fields, own.mapped()),
          tags,
        });
      }
      case "update-member":
        return http.send("PATCH", path(operation.member.id), {
          merge_fields: toMergeFields(operation.fields, own.mapped()),
        });
      case "move-address":
        return http.send("PATCH", path(operation.member.id), { email_address: operation.email });
      case "archive-member":
        return http.send("DELETE", path(operation.member.id));
      case "tag-member": {
        const tags = [
          ...operation.add.map((name) => ({ name, status: "active" })),
          ...operation.remove.map(({ name }) => ({ name, status: "inactive" })),
        ];
        return http.send("POST", `${path(operation.member.id)}/tags`, { tags, is_syncing: !own.fireAutomations });
      }
      case "unarchive-member": {
        const now = await own.get(operation.member.id);
        if (now?.member.status !== "archived" || now.member.changedAt !== operation.changedAt)
          return { ok: false, status: 409, body: { title: "changed meanwhile" }, text: "" };
        const { email, id } = operation.member;
        return http.send("PUT", path(id), {
          email_address: email,
          status: operation.status,
          status_if_new: operation.status,
        });
      }
    }
  }

  /** 500 at once; what is refused without a clear reason, or passed over in silence, is asked about one by one. */
  async function bulk(
    part: readonly (CreateMember | UpdateMember)[],
    updating: boolean,
  ): Promise<Outcome<MemberOperation>[]> {
    const members = part.map((operation) => ({
      email_address: addressOf(operation),
      merge_fields: toMergeFields(operation.fields, own.mapped()),
      ...(operation.operation === "create-member" && { status: operation.status, tags: operation.tags }),
    }));
    const answer = await http.send("POST", list, { members, update_existing: updating }, { repeatable: updating });
    const parsed = answer.ok ? batchAnswer.safeParse(answer.body) : undefined;
    if (!answer.ok && answer.status === LOST && !updating) return afterLost(part);
    if (!parsed?.success) return spread(part);
    const { new_members, updated_members, errors } = parsed.data;
    const done = new Map(
      [...new_members, ...updated_members].map((raw) => [addressKey(raw.email_address), toMember(raw, own.mapped())]),
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
    return [...outcomes, ...(await spread(unclear))];
  }
  /** Creates whose answer was lost are looked up before they are tried again (A2). */
  async function afterLost(part: readonly (CreateMember | UpdateMember)[]): Promise<Outcome<MemberOperation>[]> {
    const found = new Map<MemberOperation, Member>();
    for (let at = 0; at < part.length; at += own.connections)
      await Promise.all(
        part.slice(at, at + own.connections).map(async (operation) => {
          const there = await own.get(memberHash(addressOf(operation)));
          if (there !== undefined) found.set(operation, there.member);
        }),
      );
    const made = [...found].map(([operation, member]): Outcome<MemberOperation> => ({ operation, ok: true, member }));
    return [...made, ...(await spread(part.filter((operation) => !found.has(operation))))];
  }
  /** Many single requests, as many at once as the account allows; the client itself keeps the limit. */
  async function spread(operations: readonly MemberOperation[]): Promise<Outcome<MemberOperation>[]> {
    const outcomes: Outcome<MemberOperation>[] = [];
    for (let at = 0; at < operations.length; at += own.connections)
      outcomes.push(...(await Promise.all(operations.slice(at, at + own.connections).map(one))));
    return outcomes;
  }

  /** Tags by segment: 500 addresses on and 500 off in one request. */
  async function byTag(operations: readonly TagMember[]): Promise<Outcome<MemberOperation>[]> {
    const wanted = new Map<string, { name: string; id?: number; add: string[]; remove: string[] }>();
    const entry = (name: string, id?: number) => {
      const key = tagKey(name);
      const there = wanted.get(key) ?? { name, add: [], remove: [] };
      wanted.set(key, id === undefined ? there : { ...there, id });
      return wanted.get(key)!;
    };
    for (const operation of operations) {
      for (const name of operation.add) entry(name).add.push(operation.member.email);
      for (const tag of operation.remove) entry(tag.name, tag.id).remove.push(operation.member.email);
    }
    const failed = new Map<string, Answer & { ok: false }>();
    for (const tag of wanted.values()) {
      let id = tag.id ?? (await segmentOf(tag.name));
      for (let at = 0; at < Math.max(tag.add.length, tag.remove.length); at += BULK) {
        const add = tag.add.slice(at, at + BULK);
        const remove = tag.remove.slice(at, at + BULK);
        const answer: Answer =
          id === undefined
            ? await http.send("POST", `${list}/segments`, { name: tag.name, static_segment: add })
            : await http.send("POST", `${list}/segments/${id}`, { members_to_add: add, members_to_remove: remove });
        if (!answer.ok) for (const email of [...add, ...remove]) failed.set(email, answer);
        else id ??= z.looseObject({ id: z.number() }).safeParse(answer.body).data?.id;
      }
    }
    return operations.map((operation) => {
      const answer = failed.get(operation.member.email);
      return answer ? { operation, ok: false, failure: failureOf(answer) } : { operation, ok: true };
    });
  }
  async function segmentOf(name: string): Promise<number | undefined> {
    const answer = await http.send("GET", `${list}/tag-search?name=${encodeURIComponent(name)}`);
    const found = z
      .looseObject({ tags: z.array(z.looseObject({ id: z.number(), name: z.string() })) })
      .safeParse(answer.ok ? answer.body : undefined);
    return found.data?.tags.find((tag) => tagKey(tag.name) === tagKey(name))?.id;
  }

  /** Writes everything, in the order in which one thing needs another. */
  async function apply(
    operations: readonly MemberOperation[],
    journal: Journal<MemberOperation>,
    context: SideContext,
  ): Promise<void> {
    const pick = <N extends MemberOperation["operation"]>(name: N) =>
      operations.filter((each): each is Extract<MemberOperation, { operation: N }> => each.operation === name);
    const steps = async <O extends MemberOperation>(
      list: readonly O[],
      size: number,
      send: (part: readonly O[]) => Promise<Outcome<MemberOperation>[]>,
    ) => {
      for (let at = 0; at < list.length && !context.stop.aborted; at += size) {
        const part = list.slice(at, at + size);
        await journal.sending(part);
        await journal.answered(await send(part));
      }
    };
    await steps(pick("unarchive-member"), own.connections, spread);
    const creates = pick("create-member");
    await steps(creates, BULK, (part) => (part.length <= 1 ? spread(part) : bulk(part, false)));
    const updates = pick("update-member");
    const subscribed = updates.filter((each) => each.member.status === "subscribed");
    const others = updates.filter((each) => each.member.status !== "subscribed");
    await steps(subscribed, BULK, (part) => (part.length <= FEW ? spread(part) : bulk(part, true)));
    await steps(others, own.connections, spread);
    const tagging = pick("tag-member");
    const names = new Set(tagging.flatMap((each) => [...each.add, ...each.remove.map((tag) => tag.name)].map(tagKey)));
    if (tagging.length <= Math.max(FEW, names.size * 2)) await steps(tagging, own.connections, spread);
    else await steps(tagging, BULK * 20, byTag);
    await steps(pick("move-address"), own.connections, spread);
    await steps(pick("archive-member"), own.connections, spread);
  }
  return { apply };
}

function addressOf(operation: CreateMember | UpdateMember): string {
  return operation.operation === "create-member" ? operation.email : operation.member.email;
}
