/** Which tag changes go by tag and which by member, and the writing by tag: 500 addresses on and 500 off a request. */
import { z } from "zod";
import { tagKey } from "../contact/tags.ts";
import type { Answer, Http } from "../http/request.ts";
import { cheapestCover } from "../plan/cover.ts";
import { MEMBERS_PER_WRITE } from "../plan/floor.ts";
import type { TagMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { byTag, type TagWork } from "./pack.ts";
import { failureOf } from "./refusal.ts";

/** Ids of tags that are known to exist, by key. */
export type TagIds = ReadonlyMap<string, number>;

/**
 * Parts tag changes so that both parts together need the fewest requests (`plan/cover.ts`). Where it makes no
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
  const cover = cheapestCover(demands);
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
): Promise<Outcome<TagMember>[]> {
  const failed = new Map<string, Answer & { ok: false }>();
  await inTurn(byTag(operations, ids), async (work) => {
    let id = work.id ?? (await segmentOf(http, list, work.name));
    for (let at = 0; at < Math.max(work.add.length, work.remove.length); at += MEMBERS_PER_WRITE) {
      const add = work.add.slice(at, at + MEMBERS_PER_WRITE);
      const remove = work.remove.slice(at, at + MEMBERS_PER_WRITE);
      const answer: Answer =
        id === undefined
          ? await http.send("POST", `${list}/segments`, { name: work.name, static_segment: add })
          : await http.send("POST", `${list}/segments/${id}`, { members_to_add: add, members_to_remove: remove });
      if (!answer.ok) for (const email of [...add, ...remove]) failed.set(email, answer);
      else id ??= z.looseObject({ id: z.number() }).safeParse(answer.body).data?.id;
    }
  });
  return operations.map((operation) => {
    const answer = failed.get(operation.member.email);
    return answer ? { operation, ok: false, failure: failureOf(answer) } : { operation, ok: true };
  });
}

async function segmentOf(http: Http, list: string, name: string): Promise<number | undefined> {
  const answer = await http.send("GET", `${list}/tag-search?name=${encodeURIComponent(name)}`);
  const found = z
    .looseObject({ tags: z.array(z.looseObject({ id: z.number(), name: z.string() })) })
    .safeParse(answer.ok ? answer.body : undefined);
  return found.data?.tags.find((tag) => tagKey(tag.name) === tagKey(name))?.id;
}
