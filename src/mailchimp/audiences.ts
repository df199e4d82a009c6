/** The audiences of a Mailchimp account, for somebody who picks one ("Reaching it" in docs/apis/mailchimp.md). */
import { z } from "zod";
import { type Http, ServiceError } from "../http/request.ts";
import { isDeactivated } from "./refusal.ts";

export interface Audience {
  readonly id: string;
  readonly name: string;
  readonly members: number;
}

const lists = z.looseObject({
  lists: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string().default(""),
      stats: z.looseObject({ member_count: z.number().nullish() }).nullish(),
    }),
  ),
});

/** Throws ServiceError where the key is refused or the service cannot be reached. */
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
