/** Mailchimp as the sync sees it (the port `MemberSide`): reading here, writing in `writer.ts`. */
import { z } from "zod";
import type { Member } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { internPool } from "../domain/intern.ts";
import { type Http, ServiceError } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import { type ReadPosition, showsAll } from "../plan/cursor.ts";
import { MEMBERS_PER_PAGE } from "../plan/request-lower-bound.ts";
import type { MemberSide, OddRecord, OnPage, Reading, SideContext } from "../ports/sides.ts";
import { finished } from "./batch.ts";
import { rawMerges, toMerges } from "./merges.ts";
import { failureOf, isDeactivated } from "./refusal.ts";
import type { TagIds } from "./tagging.ts";
import { allTags } from "./tags.ts";
import { isCut, MEMBER_FIELDS, memberHash, oddMember, type RawMember, rawMember, toMember } from "./translate.ts";
import { memberWriter } from "./writer.ts";

/** Pages overlap by so many members: a page whose first ones are unknown shows that the list has moved. */
const OVERLAP = 5;
/** Members that changed last, in one small page. */
const RECENT = 200;
const YEAR = 31_536_000;
/** A page of at least so many records none of which can be read is odd as a whole. */
const ALL_ODD = 3;
/** Fewer members are asked for where a page takes the service too long, down to so many. */
const FEWEST = 100;

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
  const pool = internPool();
  let tagIds: () => Promise<TagIds> = async () => new Map();
  const capabilities: Capabilities = {};
  const list = listPath(listId);

  async function need(path: string): Promise<unknown> {
    const answer = await http.send("GET", path);
    if (answer.ok) return answer.body;
    const code =
      answer.status === 404
        ? "missing"
        : isDeactivated(answer)
          ? "deactivated"
          : answer.status === 403
            ? "credentials"
            : "unreadable";
    throw new ServiceError("mailchimp", code, `${answer.status} ${failureOf(answer).message}`);
  }
  const parse = <T>(schema: z.ZodType<T>, body: unknown) => inShape("mailchimp", schema, body);
  const page = z.looseObject({ members: z.array(z.unknown()), total_items: z.number().nullish() });
  /** Records that could not be read, and members without an address, by what tells them apart. */
  const odd = new Map<string, OddRecord>();

  const fields = [...MEMBER_FIELDS.map((name) => `members.${name}`), "total_items"].join(",");
  /** One odd record of a page is set aside; only a page that is odd as a whole is not understood (A9). */
  async function pageOf(query: string) {
    const { members: all, total_items: total } = parse(page, await need(`${list}/members?fields=${fields}&${query}`));
    const raws = all.flatMap((one): RawMember[] => {
      const raw = rawMember.safeParse(one);
      if (raw.success) return [raw.data];
      const found = oddMember(one, raw.error);
      odd.set(String(found.key ?? JSON.stringify(one)), found);
      return [];
    });
    const strange = all.length - raws.length;
    if (raws.length === 0 && strange >= ALL_ODD && [...odd.values()].every((one) => one.why === "odd-record"))
      parse(z.array(rawMember), all);
    return { members: await wholeTags(raws), shown: all.length, total };
  }
  /** A record shows at most fifty tags: of those with more, all are asked for (T6). */
  async function wholeTags(raws: readonly RawMember[]): Promise<Member[]> {
    const cut = raws.filter(isCut);
    const tags = new Map<string, NonNullable<RawMember["tags"]>>();
    for (let at = 0; at < cut.length; at += connections)
      await Promise.all(
        cut.slice(at, at + connections).map(async ({ id }) => {
          const found = await allTags(http, list, id);
          if (found !== undefined) tags.set(id, found);
        }),
      );
    return raws.map((raw) => {
      const all = tags.get(raw.id);
      return toMember(all === undefined ? raw : { ...raw, tags: all, tags_count: all.length }, mapped, pool);
    });
  }

  async function readWhere(
    query: string,
    known: number,
    onPage: OnPage<Member>,
    context: SideContext,
  ): Promise<Listed> {
    let found = 0;
    let offset = 0;
    let size = MEMBERS_PER_PAGE;
    /** Who was on the last two pages. */
    let before: readonly (readonly string[])[] = [];
    for (let turns = 0; !context.stop.aborted; turns += 1) {
      const sorted = "sort_field=last_changed&sort_dir=ASC";
      const asked = await pageOf(`count=${size}&offset=${offset}&${sorted}${query}`).catch((error: unknown) => {
        if (size <= FEWEST || !(error instanceof ServiceError) || !/\b504\b/.test(error.message)) throw error;
        return undefined;
      });
      if (asked === undefined) {
        size = Math.max(FEWEST, Math.floor(size / 2));
        continue;
      }
      const { members: records, shown, total } = asked;
      const keys = records.map(({ key }) => key);
      const moved = offset > 0 && keys.length > 0 && !before.some((page) => page.includes(keys[0]!));
      before = [...before.slice(-1), keys];
      const fresh = onPage(records);
      found += fresh;
      context.progress?.(known + found);
      const idle = fresh === 0 && records.length === shown;
      if (moved && turns < 10_000) offset = Math.max(0, offset - 100);
      else if (shown === 0 || idle || shown <= OVERLAP || (shown < size && offset + shown >= (total ?? 0))) {
        const complete = total == null || found >= total || offset + shown >= total;
        return { found, complete, ...(total != null && { there: total }) };
      } else offset += shown - OVERLAP;
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
    since: ReadPosition,
    known: number,
    onPage: OnPage<Member>,
    context: SideContext,
  ): Promise<Listed> {
    const {
      members: records,
      shown,
      total,
    } = await pageOf(`count=${RECENT}&offset=0&sort_field=last_changed&sort_dir=DESC${query}`);
    const stamps = records.map((one) => one.changedAt);
    if (!showsAll(stamps, RECENT - (shown - records.length), since)) {
      // A very old date can hang the service ("Members" in docs/apis/mailchimp.md): leave it out
      const from = new Date(since.at * 1000).toISOString();
      const changed = since.at < YEAR ? "" : `&since_last_changed=${encodeURIComponent(from)}`;
      const { there: _, ...all } = await readWhere(`${query}${changed}`, known, onPage, context);
      return all;
    }
    const found = onPage(records.filter((one) => one.changedAt >= since.at));
    context.progress?.(known + found);
    return { found, complete: true, ...(total != null && { there: total }) };
  }
  async function get(id: string) {
    const answer = await http.send("GET", `${list}/members/${id}`);
    if (!answer.ok && answer.status === 404) return undefined;
    if (!answer.ok) throw new ServiceError("mailchimp", "unreadable", failureOf(answer).message);
    const raw = rawMember.safeParse(answer.body);
    if (!raw.success) {
      odd.set(id, oddMember(answer.body, raw.error));
      return undefined;
    }
    const [member] = await wholeTags([raw.data]);
    return { member: member!, raw: answer.body };
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
      await need(list),
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
    capabilities,
    tagIds: () => tagIds(),
  });

  return {
    requests: http.requests,
    audience() {
      audience ??= readAudience();
      return audience;
    },
    async mergeFields() {
      return toMerges(parse(rawMerges, await need(`${list}/merge-fields?count=1000`)));
    },
    use(fields) {
      mapped = fields;
    },
    know(found, ids) {
      Object.assign(capabilities, found);
      tagIds = ids;
    },
    capabilities: () => capabilities,
    odd: () => [...odd.values()],
    readAll: (onPage, context) => both((query, known) => readWhere(query, known, onPage, context)),
    readSince: (since, onPage, context) => both((query, known) => readChanged(query, since, known, onPage, context)),
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
  };
}
