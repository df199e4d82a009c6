/**
 * Decides which tag changes go by tag and which by member, and writes those by tag. One request by tag puts the tag on
 * 500 addresses and takes it off 500 ("Many at once" in docs/apis/mailchimp.md).
 */
import { z } from "zod";
import { tagKey } from "../domain/tags.ts";
import type { Answer, Refused } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { minVertexCover } from "../limits/min-vertex-cover.ts";
import type { TagMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { TagIds } from "../ports/sides.ts";
import { MEMBERS_PER_WRITE } from "../services/mailchimp.ts";
import { byTag, type TagWork } from "./build-requests.ts";
import { failureOf } from "./refusal.ts";

/**
 * Splits tag changes so that both parts together need the fewest requests (`limits/min-vertex-cover.ts`). If the costs
 * are equal, changes go by member: only there `is_syncing` keeps automations from firing (T4).
 * @param ids ids of existing tags, by tag key
 * @param singles returns the requests that this many changes by member need; a batch makes many of them cheap
 */
export function parted(
  operations: readonly TagMember[],
  ids: TagIds,
  singles: (count: number) => number,
): { readonly byTag: TagMember[]; readonly byMember: TagMember[] } {
  const demands = byTag(operations, ids).map((work) => ({
    cost: requestsOf(work),
    members: [...work.add, ...work.remove],
  }));
  const all = demands.reduce((sum, { cost }) => sum + cost, 0);
  const each = singles(operations.length);
  const cover = minVertexCover(demands);
  const mixed = cover.cost - cover.members.size + singles(cover.members.size);
  const parts = (isSingle: (operation: TagMember) => boolean) => ({
    byTag: operations.filter((one) => !isSingle(one)),
    byMember: operations.filter(isSingle),
  });
  if (each <= all && each <= mixed) return parts(() => true);
  if (all < mixed) return parts(() => false);
  return parts((one) => cover.members.has(one.member.email));
}

/** Counts requests: a search if the tag's id is unknown, and one request for each 500 addresses. */
function requestsOf({ id, add, remove }: TagWork): number {
  return (id === undefined ? 1 : 0) + Math.ceil(Math.max(add.length, remove.length) / MEMBERS_PER_WRITE);
}

/** Results of writing by tag. */
export interface TaggedByTag {
  readonly outcomes: readonly Outcome<TagMember>[];
  /** Operations with a tag whose id we cannot find: the caller writes them member by member. */
  readonly left: readonly TagMember[];
}

/**
 * Writes tag changes by tag. A tag is a static segment ("Many at once" in docs/apis/mailchimp.md).
 * @param list the audience's path
 * @param ids ids of existing tags, by tag key
 * @param inTurn runs work on each tag, with as many requests in parallel as the account allows
 */
export async function tagByTag(
  http: Http,
  list: string,
  operations: readonly TagMember[],
  ids: TagIds,
  inTurn: (all: readonly TagWork[], work: (each: TagWork) => Promise<void>) => Promise<unknown>,
): Promise<TaggedByTag> {
  const failed = new Map<string, Answer & { ok: false }>();
  const lost = new Set<string>();
  const both = (add: readonly string[], remove: readonly string[], id: number) =>
    http.send(
      "POST",
      `${list}/segments/${id}`,
      { members_to_add: add, members_to_remove: remove },
      { effect: "idempotent" },
    );
  await inTurn(byTag(operations, ids), async (work) => {
    let id = work.id ?? (await segmentOf(http, list, work.name));
    for (let at = 0; at < Math.max(work.add.length, work.remove.length); at += MEMBERS_PER_WRITE) {
      const add = work.add.slice(at, at + MEMBERS_PER_WRITE);
      const remove = work.remove.slice(at, at + MEMBERS_PER_WRITE);
      let answer: Answer | undefined = id === undefined ? undefined : await both(add, remove, id);
      // Our id may be outdated: search for the tag
      if (answer !== undefined && !answer.ok && answer.status === 404) {
        id = await segmentOf(http, list, work.name);
        answer = id === undefined ? undefined : await both(add, remove, id);
      }
      if (answer === undefined) {
        const made = await http.send("POST", `${list}/segments`, { name: work.name, static_segment: add });
        // The tag exists, but the search did not show its id
        if (!made.ok && made.status === 400) for (const email of [...add, ...remove]) lost.add(email);
        else if (made.ok) id = z.looseObject({ id: z.number() }).safeParse(made.body).data?.id;
        answer = made;
      }
      if (!answer.ok) for (const email of [...add, ...remove]) failed.set(email, answer);
    }
  });
  const left = operations.filter((operation) => lost.has(operation.member.email));
  const outcomes = operations
    .filter((operation) => !lost.has(operation.member.email))
    .map((operation): Outcome<TagMember> => {
      const answer = failed.get(operation.member.email);
      return answer ? { operation, ok: false, failure: failureOf(answer) } : { operation, ok: true };
    });
  return { outcomes, left };
}

/**
 * Sends a member's tags one by one, because the refusal does not say which tag is wrong (A10).
 * @param whole the refusal of all tags together
 * @param send sends an operation with one tag
 */
export async function tagByTurn(
  operation: TagMember,
  whole: Refused,
  send: (one: TagMember) => Promise<Answer>,
): Promise<Outcome<TagMember>> {
  const each = [
    ...operation.add.map((name): TagMember => ({ ...operation, add: [name], remove: [] })),
    ...operation.remove.map((tag): TagMember => ({ ...operation, add: [], remove: [tag] })),
  ];
  const fields: string[] = [];
  let other: Refused | undefined;
  for (const one of each) {
    const answer = each.length === 1 ? whole : await send(one);
    if (answer.ok) continue;
    // Only a tag is refused with 400; another failure says nothing about it
    if (answer.status === 400) fields.push(one.add[0] ?? one.remove[0]?.name ?? "");
    else other = answer;
  }
  if (fields.length === 0)
    return other === undefined ? { operation, ok: true } : { operation, ok: false, failure: failureOf(other) };
  return { operation, ok: false, failure: { ...failureOf(whole), code: "FIELD_REFUSED", retry: false, fields } };
}

/** Tags per page of a search, and the most pages to read. */
const TAGS_PER_PAGE = 1_000;
const MOST_PAGES = 20;

/** Searches for a tag's id. Asks for large pages: by default, the service shows only ten tags with that prefix. */
async function segmentOf(http: Http, list: string, name: string): Promise<number | undefined> {
  let seen = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ name, count: String(TAGS_PER_PAGE), offset: String(seen) });
    const answer = await http.send("GET", `${list}/tag-search?${query}`);
    const found = z
      .looseObject({
        tags: z.array(z.looseObject({ id: z.number(), name: z.string() })),
        total_items: z.number().nullish(),
      })
      .safeParse(answer.ok ? answer.body : undefined).data;
    const exact = found?.tags.find((tag) => tagKey(tag.name) === tagKey(name));
    if (exact !== undefined || found === undefined) return exact?.id;
    seen += found.tags.length;
    if (found.tags.length === 0 || seen >= (found.total_items ?? 0)) return undefined;
  }
  return undefined;
}
