/** Lists the audiences of an account, so that the operator can pick one ("Reaching it" in docs/apis/mailchimp.md). */
import { z } from "zod";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { Audience } from "../ports/sides.ts";
import { isDeactivated } from "./refusal.ts";

/** The first page of audiences, with only the fields that the query names. */
const lists = z.looseObject({
  lists: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string().default(""),
      stats: z.looseObject({ member_count: z.number().nullish() }).nullish(),
    }),
  ),
});

/** Returns the first 100 audiences. Throws ServiceError if the key is refused or Mailchimp cannot be reached. */
export async function audiencesOf(http: Http): Promise<Audience[]> {
  const answer = await http.send("GET", "/lists?count=100&fields=lists.id,lists.name,lists.stats.member_count");
  if (!answer.ok)
    throw new ServiceError(
      "mailchimp",
      isDeactivated(answer) ? "deactivated" : "credentials",
      String(answer.status),
      answer.status,
    );
  const parsed = lists.safeParse(answer.body);
  if (!parsed.success) throw new ServiceError("mailchimp", "unreadable", "GET /lists");
  return parsed.data.lists.map(({ id, name, stats }) => ({ id, name, members: stats?.member_count ?? 0 }));
}
