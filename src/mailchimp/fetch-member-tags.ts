/** Fetches all tags of a member whose record shows only some ("Members" in docs/apis/mailchimp.md). */
import { z } from "zod";
import type { Http } from "../http/request.ts";

const PAGE = 1_000;
const page = z.looseObject({
  tags: z.array(z.looseObject({ id: z.number(), name: z.string() })),
  total_items: z.number().nullish(),
});

/**
 * Fetches all tags of a member, page by page.
 * @param list the audience's path
 * @param id the member's id, see `memberHash`
 * @returns the tags; `undefined` if a page cannot be read
 */
export async function allTags(http: Http, list: string, id: string) {
  const all: z.infer<typeof page>["tags"] = [];
  for (;;) {
    const answer = await http.send("GET", `${list}/members/${id}/tags?count=${PAGE}&offset=${all.length}`);
    const found = answer.ok ? page.safeParse(answer.body).data : undefined;
    if (found === undefined) return undefined;
    all.push(...found.tags);
    if (found.tags.length === 0 || all.length >= (found.total_items ?? 0)) return all;
  }
}
