/** Mailchimp as the sync sees it (the port `MemberSide`): reading here, writing in `write.ts`. */
import { z } from "zod";
import type { Member } from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import { textPool } from "../contact/pool.ts";
import { type Http, RemoteUnusable } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { Findings } from "../plan/findings.ts";
import { MEMBERS_PER_PAGE } from "../plan/floor.ts";
import type { MemberSide, Reading, SideContext, Take } from "../plan/ports.ts";
import { type Since, showsAll } from "../plan/since.ts";
import { finished } from "./batch.ts";
import { failureOf } from "./refusal.ts";
import type { TagIds } from "./tagging.ts";
import { MEMBER_FIELDS, memberHash, rawMember, toMember } from "./translate.ts";
import { memberWriter } from "./write.ts";

/** Pages overlap by so many members: a page whose first ones are unknown shows that the list has moved. */
const OVERLAP = 5;
/** Members that changed last, in one small page. */
const RECENT = 200;
const YEAR = 31_536_000;
const rawMerge = z.looseObject({
  merge_fields: z.array(
    z.looseObject({
      tag: z.string(),
      type: z.string(),
      required: z.boolean().nullish(),
      options: z
        .looseObject({
          choices: z.array(z.string()).nullish(),
          phone_format: z.string().nullish(),
          date_format: z.string().nullish(),
        })
        .nullish(),
    }),
  ),
});

/** A reading of one of the service's lists, with how many it showed that the other had not. */
interface Listed extends Reading {
  readonly found: number;
}

/** The path of an audience. */
export function listPath(listId: string): string {
  return `/lists/${encodeURIComponent(listId)}`;
}

/** @param listId the audience @param connections how many requests may be open at once */
export function mailchimpSide(http: Http, listId: string, connections: number, fireAutomations: boolean): MemberSide {
  let mapped: readonly MappedField[] = [];
  const pool = textPool();
  let tagIds: () => TagIds = () => new Map();
  const findings: Findings = {};
  const list = listPath(listId);

  async function need(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await http.send(method, path, body);
    if (answer.ok) return answer.body;
    const code = answer.status === 404 ? "missing" : answer.status === 403 ? "credentials" : "unreadable";
    throw new RemoteUnusable("mailchimp", code, `${answer.status} ${failureOf(answer).message}`);
  }
  const parse = <T>(schema: z.ZodType<T>, body: unknown) => inShape("mailchimp", schema, body);
  const page = z.looseObject({ members: z.array(rawMember), total_items: z.number().nullish() });

  const fields = [...MEMBER_FIELDS.map((name) => `members.${name}`), "total_items"].join(",");
  const pageOf = async (query: string) => parse(page, await need("GET", `${list}/members?fields=${fields}&${query}`));

  async function readWhere(query: string, known: number, take: Take<Member>, context: SideContext): Promise<Listed> {
    let found = 0;
    let offset = 0;
    /** Who was on the last two pages. */
    let before: readonly (readonly string[])[] = [];
    for (let turns = 0; !context.stop.aborted; turns += 1) {
      const sorted = "sort_field=last_changed&sort_dir=ASC";
      const { members, total_items: total } = await pageOf(
        `count=${MEMBERS_PER_PAGE}&offset=${offset}&${sorted}${query}`,
      );
      const shown = members.map((raw) => toMember(raw, mapped, pool));
      const keys = shown.map(({ key }) => key);
      const moved = offset > 0 && keys.length > 0 && !before.some((page) => page.includes(keys[0]!));
      before = [...before.slice(-1), keys];
      const fresh = take(shown);
      found += fresh;
      context.progress?.(known + found);
      if (moved && turns < 10_000) offset = Math.max(0, offset - 100);
      else if (
        members.length === 0 ||
        fresh === 0 ||
        (members.length < MEMBERS_PER_PAGE && offset + members.length >= (total ?? 0))
      ) {
        const complete = total == null || found >= total || offset + members.length >= total;
        return { found, complete, ...(total != null && { there: total }) };
      } else offset += members.length - OVERLAP;
    }
    return { found, complete: false };
  }
  /** Present and archived members: without a status the service leaves the archived ones out. */
  async function both(read: (query: string, known: number) => Promise<Listed>): Promise<Reading> {
    const present = await read("", 0);
    const archived = await read("&status=archived", present.found);
    const there =
      present.there === undefined || archived.there === undefined ? undefined : present.there + archived.there;
    const complete = present.complete && archived.complete;
    return { complete, ...(there !== undefined && { there }) };
  }
  /** The last to change come first: where few have changed, one page shows them all, and how many there are. */
  async function readChanged(
    query: string,
    since: Since,
    known: number,
    take: Take<Member>,
    context: SideContext,
  ): Promise<Listed> {
    const { members, total_items: total } = await pageOf(
      `count=${RECENT}&offset=0&sort_field=last_changed&sort_dir=DESC${query}`,
    );
    const shown = members.map((raw) => toMember(raw, mapped, pool));
    const stamps = shown.map((one) => one.changedAt);
    if (!showsAll(stamps, RECENT, since)) {
      // A very old date can hang the service ("Members" in docs/apis/mailchimp.md): leave it out
      const from = new Date(since.at * 1000).toISOString();
      const changed = since.at < YEAR ? "" : `&since_last_changed=${encodeURIComponent(from)}`;
      const { there: _, ...all } = await readWhere(`${query}${changed}`, known, take, context);
      return all;
    }
    const found = take(shown.filter((one) => one.changedAt >= since.at));
    context.progress?.(known + found);
    return { found, complete: true, ...(total != null && { there: total }) };
  }
  async function get(id: string) {
    const answer = await http.send("GET", `${list}/members/${id}`);
    if (!answer.ok && answer.status === 404) return undefined;
    if (!answer.ok) throw new RemoteUnusable("mailchimp", "unreadable", failureOf(answer).message);
    const raw = parse(rawMember, answer.body);
    return { member: toMember(raw, mapped, pool), raw: answer.body };
  }
  /** Asked once: its name and sign-up page do not change during a run. */
  let audience: ReturnType<typeof readAudience> | undefined;
  async function readAudience() {
    const body = parse(
      z.looseObject({
        id: z.string(),
        name: z.string().default(""),
        subscribe_url_long: z.string().nullish(),
        stats: z.looseObject({ member_count: z.number().nullish() }).nullish(),
      }),
      await need("GET", list),
    );
    return {
      id: body.id,
      name: body.name,
      signUpUrl: body.subscribe_url_long ?? null,
      members: body.stats?.member_count ?? 0,
    };
  }
  const write = memberWriter({
    http,
    list,
    connections,
    fireAutomations,
    mapped: () => mapped,
    pool,
    get,
    findings,
    tagIds: () => tagIds(),
  });

  return {
    requests: http.requests,
    audience() {
      audience ??= readAudience();
      return audience;
    },
    async mergeFields() {
      const { merge_fields } = parse(rawMerge, await need("GET", `${list}/merge-fields?count=100`));
      return merge_fields.map(({ tag, type, required, options }) => ({
        tag,
        type,
        required: required ?? false,
        choices: options?.choices ?? [],
        format: options?.phone_format ?? options?.date_format ?? "",
      }));
    },
    use(fields) {
      mapped = fields;
    },
    know(found, ids) {
      Object.assign(findings, found);
      tagIds = ids;
    },
    findings: () => findings,
    readAll: (take, context) => both((query, known) => readWhere(query, known, take, context)),
    readSince: (since, take, context) => both((query, known) => readChanged(query, since, known, take, context)),
    fetch: get,
    async at(emails) {
      const found = await Promise.all(emails.map((email) => get(memberHash(email))));
      return found.flatMap((one) => one?.member ?? []);
    },
    apply: write.apply,
    async awaitLeft(batches) {
      const ended: string[] = [];
      for (const batch of batches) if ((await finished(http, batch)) !== undefined) ended.push(batch);
      return ended;
    },
    async archive(id) {
      const answer = await http.send("DELETE", `${list}/members/${id}`);
      if (!answer.ok && answer.status !== 404 && answer.status !== 405) await need("DELETE", `${list}/members/${id}`);
    },
    async forget(id) {
      await need("POST", `${list}/members/${id}/actions/delete-permanent`);
    },
    async unarchive(id, email, status) {
      await need("PUT", `${list}/members/${id}`, { email_address: email, status, status_if_new: status });
    },
  };
}
