/** Carries out operations on members against a few members that are kept without any connection. */
import { createTarGzip } from "nanotar";
import type { Member } from "../src/domain/contact.ts";
import { mapFields } from "../src/domain/fields.ts";
import type { Answer } from "../src/http/answer.ts";
import type { Http } from "../src/http/request.ts";
import { memberHash, type RawMember, rawMember, toMember } from "../src/mailchimp/schema.ts";
import { memberWriter } from "../src/mailchimp/writer.ts";
import type { Capabilities } from "../src/plan/capabilities.ts";
import type { MemberOperation } from "../src/plan/operations.ts";
import type { Outcome } from "../src/plan/outcomes.ts";
import { type Asked, fakeHttp, ok, refused } from "./fake-http.ts";
import { mergeField } from "./merge-field.ts";

/** A member as Mailchimp keeps them. */
export interface Kept {
  readonly id: string;
  readonly email_address: string;
  readonly status: string;
  readonly merge_fields: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
  readonly tags?: readonly { readonly id: number; readonly name: string }[];
}
export const address = (who: number) => `a${who}@b.fr`;
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
export const kept = (who: number, some: Partial<Kept> = {}): Kept => ({
  id: memberHash(address(who)),
  email_address: address(who),
  status: "subscribed",
  merge_fields: {},
  last_changed: "2026-01-01T00:00:00Z",
  ...some,
});
/** An operation on a member. */
export const of = <Kind extends MemberOperation["operation"]>(operation: Kind, who: number, some: object = {}) =>
  ({
    side: "mailchimp",
    operation,
    contact: address(who),
    reason: "undo",
    personId: who,
    settles: {},
    member: { key: `k${who}`, id: memberHash(address(who)), email: address(who), status: "subscribed" },
    ...some,
  }) as unknown as Extract<MemberOperation, { operation: Kind }>;
export const create = (who: number, fields: object = {}, tags: readonly string[] = []) => {
  const { member: _, ...one } = of("create-member", who, {
    email: address(who),
    status: "subscribed",
    fields,
    tags,
  }) as never as {
    member: unknown;
  };
  return one as unknown as Extract<MemberOperation, { operation: "create-member" }>;
};
export const update = (who: number, fields: object, status = "subscribed") => {
  const one = of("update-member", who, { fields, before: {} });
  return { ...one, member: { ...one.member, status } } as typeof one;
};

/** A member as they are sent. */
type Written = Partial<Omit<Kept, "tags">> & { readonly tags?: readonly string[] };

/** What Mailchimp answers where nothing else is said: it takes everything. */
function service(members: Map<string, Kept>) {
  const put = (one: Kept) => {
    members.set(one.id, one);
    return ok(one);
  };
  const made = ({ tags = [], ...body }: Written) =>
    put({
      ...kept(0),
      ...body,
      id: memberHash(body.email_address!),
      tags: tags.map((name, index) => ({ id: index + 1, name })),
    });
  const single = ({ method, path, body }: Asked): Answer => {
    const there = members.get(path.split("?")[0]!.split("/")[3] ?? "");
    if (/\/tags$|\/segments/.test(path)) return ok({ id: 99 });
    if (method === "POST" && path.split("?")[0] === "/l/members") return made(body as Written);
    if (there === undefined) return refused(404, { detail: "nobody" });
    if (path.endsWith("/delete-permanent")) return ok({ gone: members.delete(there.id) });
    if (method === "DELETE") return put({ ...there, status: "archived" });
    if (method === "GET") return ok(there);
    return put({ ...there, ...(body as object) });
  };
  const bulk = ({ body }: Asked): Answer => {
    const { members: rows, update_existing } = body as { members: Written[]; update_existing: boolean };
    const all = rows.map(
      (row) => (made({ ...members.get(memberHash(row.email_address!)), tags: [], ...row }) as { body: unknown }).body,
    );
    return ok(update_existing ? { new_members: [], updated_members: all } : { new_members: all, updated_members: [] });
  };
  return (asked: Asked): Answer => (asked.path.split("?")[0] === "/l" ? bulk(asked) : single(asked));
}

interface Plan {
  readonly members?: readonly Kept[];
  /** Answers in Mailchimp's place, where it returns something. */
  readonly answers?: ((asked: Asked, before: number) => Answer | undefined) | undefined;
  /** Whether it takes batches. */
  readonly batches?: boolean;
  readonly known?: Capabilities;
  readonly connections?: number;
  readonly tagIds?: ReadonlyMap<string, number>;
  /** Ends the run after so many answers are in the journal. */
  readonly endsAfter?: number;
  readonly stopped?: (asked: readonly Asked[]) => boolean;
}
const { mapped } = mapFields(
  ["first_name", "last_name", "address"].map((copper, index) => ({
    copper,
    mailchimp: ["FNAME", "LNAME", "ADDRESS"][index]!,
    direction: "both",
  })),
  [mergeField("FNAME"), mergeField("LNAME"), mergeField("ADDRESS", { kind: "address", type: "address" })],
  [],
);

/** The program looks this often at most whether it is to end; else it would never end by itself. */
const ENDLESS = 2_000;

/** Carries out operations. @returns the outcomes, the requests, and the journal in words */
export async function applied(operations: readonly MemberOperation[], plan: Plan = {}) {
  const there = new Map((plan.members ?? []).map((one) => [one.id, one]));
  const answer = service(there);
  const archive = { files: [] as { name: string; data: string }[] };
  const batch = ({ method, body }: Asked): Answer => {
    if (!plan.batches) return refused(403, { detail: "no batches" });
    if (method === "GET") return ok({ id: "b1", status: "finished", response_body_url: "https://archive" });
    const all = (body as { operations: { method: string; path: string; body?: string; operation_id: string }[] })
      .operations;
    const data = all.map((one) => {
      const asked = { ...one, body: one.body && JSON.parse(one.body) };
      const found = plan.answers?.(asked, -1) ?? answer(asked);
      return {
        operation_id: one.operation_id,
        status_code: found.ok ? 200 : found.status,
        response: JSON.stringify(found.body),
      };
    });
    archive.files = [{ name: "a.json", data: JSON.stringify(data) }];
    return ok({ id: "b1", status: "pending" });
  };
  const stop = new AbortController();
  let looks = 0;
  const endless = () => {
    looks += 1;
    return looks > ENDLESS;
  };
  const journal: string[] = [];
  const outcomes: Outcome<MemberOperation>[] = [];
  const some: Partial<Http> = {
    stopped: () => endless() || (plan.stopped?.(own.asked) ?? false),
    mask: String,
    download: async () => (await createTarGzip(archive.files)) as unknown as ArrayBuffer,
  };
  const own = fakeHttp((asked, before) => {
    if (asked.path.startsWith("/batches")) return batch(asked);
    return plan.answers?.(asked, before) ?? answer(asked);
  }, some);
  const member = (raw: RawMember): Member => toMember(raw, mapped, (text) => text);
  const writer = memberWriter({
    http: own.http,
    list: "/l",
    connections: plan.connections ?? 10,
    fireAutomations: false,
    mapped,
    member,
    async get(id) {
      const found = await own.http.send("GET", `/l/members/${id}`);
      return found.ok ? member(rawMember.parse(found.body)) : undefined;
    },
    known: plan.known ?? {},
    stop: {
      get aborted() {
        return endless() || stop.signal.aborted;
      },
    } as AbortSignal,
  });
  let lookedForTags = 0;
  const report = {
    async sending(part: readonly MemberOperation[]) {
      journal.push(`sending ${part.length}`);
    },
    async answered(part: readonly Outcome<MemberOperation>[]) {
      journal.push(`answered ${part.length}`);
      outcomes.push(...part);
      if (journal.filter((line) => line.startsWith("answered")).length === plan.endsAfter) stop.abort();
    },
    async left(id: string, running: boolean) {
      journal.push(`${id} ${running ? "runs" : "ended"}`);
    },
  };
  await writer.apply(operations, report, async () => {
    lookedForTags += 1;
    return plan.tagIds ?? new Map();
  });
  const requests = own.asked.map(({ method, path }) => `${method} ${shortened(path)}`);
  return { ...own, there, outcomes, journal, requests, lookedForTags, capabilities: writer.capabilities() };
}

/** A path with the addresses of members in the place of their ids. */
function shortened(path: string): string {
  const who = upTo(30).find((one) => path.includes(memberHash(address(one))));
  return who === undefined ? path : path.replace(memberHash(address(who)), `${who}`);
}
