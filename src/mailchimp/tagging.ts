/** Which tag changes go by tag and which by member, and the writing by tag: 500 addresses on and 500 off a request. */
import { z } from "zod";
import { tagKey } from "../domain/tags.ts";
import type { Answer, Http, Refused } from "../http/request.ts";
import { minVertexCover } from "../limits/min-vertex-cover.ts";
import type { TagMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { MEMBERS_PER_WRITE } from "../plan/request-lower-bound.ts";
import type { TagIds } from "../ports/sides.ts";
import { byTag, type TagWork } from "./pack.ts";
import { failureOf } from "./refusal.ts";

/**
 * Parts tag changes so that both parts together need the fewest requests (`limits/min-vertex-cover.ts`). Where it makes no
 * difference they go by member: only there `is_syncing` keeps automations from firing (T4).
 * @param singles what so many requests for one member each cost; a batch makes many of them cheap
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
  if (all <= mixed) return parts(() => false);
  return parts((one) => cover.members.has(one.member.email));
}

/** A search where the tag's id is unknown, and one request for each 500 addresses. */
function requestsOf({ id, add, remove }: TagWork): number {
  return (id === undefined ? 1 : 0) + Math.ceil(Math.max(add.length, remove.length) / MEMBERS_PER_WRITE);
}

/** What became of tags written by segment. */
export interface TaggedByTag {
  readonly outcomes: readonly Outcome<TagMember>[];
  /** Those with a tag that can be found under no id: to be written member by member. */
  readonly left: readonly TagMember[];
}

/**
 * Tags and untags by segment. A tag is a static segment ("Many at once" in docs/apis/mailchimp.md).
 * @param list the audience's path
 * @param inTurn runs work on each, as many at once as the account allows
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
      // What we knew of its id may be old
      if (answer !== undefined && !answer.ok && answer.status === 404) {
        id = await segmentOf(http, list, work.name);
        answer = id === undefined ? undefined : await both(add, remove, id);
      }
      if (answer === undefined) {
        const made = await http.send("POST", `${list}/segments`, { name: work.name, static_segment: add });
        // It is there, under an id that nothing shows
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
 * One of a member's tags is refused, and not said which: one after another (A10).
 * @param whole the refusal
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
  for (const one of each) {
    const answer = each.length === 1 ? whole : await send(one);
    if (!answer.ok) fields.push(one.add[0] ?? one.remove[0]?.name ?? "");
  }
  if (fields.length === 0) return { operation, ok: true };
  return { operation, ok: false, failure: { ...failureOf(whole), code: "FIELD_REFUSED", retry: false, fields } };
}

/** Tags asked for in one page, and pages looked through. */
const TAGS_PER_PAGE = 1_000;
const MOST_PAGES = 20;

/** Looks through all tags whose names begin alike: ten is what the service shows by itself. */
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
