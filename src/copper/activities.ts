/** Adds notes to people in Copper, and reads them ("Activities" in docs/apis/copper.md). */
import { z } from "zod";
import { LOST, ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { Activities, Activity, Added } from "../ports/engagement.ts";
import { PEOPLE_PER_WRITE } from "../services/copper.ts";
import { said } from "./refusal.ts";

/** Activity type of a note, which every account has. */
const NOTE = { category: "user", id: 0 };
/** Most activities of one search. */
const MOST = 200;
const made = z.looseObject({ id: z.number() });
const listed = z.array(z.looseObject({ details: z.string().nullish() }));

/** Reads one row of a response: the note was added, or refused with Copper's words. */
function rowOf(row: unknown): Added {
  if (made.safeParse(row).success) return "added";
  const words = z.looseObject({ message: z.unknown() }).safeParse(row).data?.message;
  return { refused: typeof words === "string" ? words : JSON.stringify(words ?? row ?? "").slice(0, 300) };
}

/**
 * Creates the writer of notes. `there` throws ServiceError; `add` reports a failure for each note.
 * @param bulkPerSecond Copper's limit for bulk requests (per second)
 */
export function activitiesOf(http: Http, bulkPerSecond: number): Activities {
  const body = ({ personId, details, at }: Activity) => ({
    parent: { type: "person", id: personId },
    type: NOTE,
    details,
    activity_date: at,
  });
  async function one(activity: Activity): Promise<Added> {
    const answer = await http.send("POST", "/activities", body(activity));
    if (answer.ok) return rowOf(answer.body);
    return answer.status === LOST ? "lost" : { refused: `${answer.status} ${said(answer)}` };
  }
  return {
    atOnce: PEOPLE_PER_WRITE,
    async add(activities) {
      if (activities.length === 1) return [await one(activities[0]!)];
      const sent = { activities: activities.map(body) };
      const answer = await http.send("POST", "/activities/bulk_create", sent, { perSecond: bulkPerSecond });
      if (!answer.ok && answer.status === LOST) return activities.map(() => "lost");
      const rows = z.array(z.unknown()).safeParse(answer.ok ? answer.body : undefined).data;
      if (rows !== undefined) return activities.map((_, index) => rowOf(rows[index]));
      // Copper may withdraw the bulk request: send notes one by one if it is refused
      const answers: Added[] = [];
      for (const activity of activities) answers.push(await one(activity));
      return answers;
    },
    async there(personId, since) {
      const query = { parent: { type: "person", id: personId }, page_size: MOST, minimum_activity_date: since };
      const answer = await http.send("POST", "/activities/search", query, { effect: "read" });
      const found = listed.safeParse(answer.ok ? answer.body : undefined).data;
      if (found !== undefined) return found.map((activity) => activity.details ?? "");
      throw new ServiceError("copper", "unreadable", `activities: ${answer.ok ? "" : said(answer)}`);
    },
  };
}
