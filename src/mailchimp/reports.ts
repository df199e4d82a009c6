/** Reads Mailchimp's campaign reports ("Campaign reports" in docs/apis/mailchimp.md). */
import { z } from "zod";
import type { EngagementKind } from "../domain/engagement.ts";
import { errorText } from "../domain/error-text.ts";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { Campaigns, Engaged } from "../ports/engagement.ts";
import { failureOf } from "./refusal.ts";

/** Rows per page, the most that Mailchimp allows. */
const PAGE = 1_000;
/** A figure of a report; a missing one counts as 0. */
const count = z
  .number()
  .nullish()
  .transform((one) => one ?? 0);
const rawReport = z.looseObject({
  id: z.string(),
  list_id: z.string().default(""),
  subject_line: z.string().nullish(),
  campaign_title: z.string().nullish(),
  unsubscribed: count,
  opens: z.looseObject({ opens_total: count }).nullish(),
  clicks: z.looseObject({ clicks_total: count }).nullish(),
  bounces: z.looseObject({ hard_bounces: count, soft_bounces: count, syntax_errors: count }).nullish(),
});
const rawReports = z.looseObject({ reports: z.array(z.unknown()) });
const rawAction = z.looseObject({ action: z.string(), timestamp: z.string() });
const rawActive = z.looseObject({
  email_address: z.string(),
  activity: z
    .array(z.unknown())
    .nullish()
    .transform((list) => (list ?? []).flatMap((one) => rawAction.safeParse(one).data ?? [])),
});
const rawActivity = z.looseObject({ emails: z.array(z.unknown()) });
const rawLeaver = z.looseObject({ email_address: z.string(), timestamp: z.string() });
const rawLeft = z.looseObject({ unsubscribes: z.array(z.unknown()) });
/** Kinds of engagement that the email activity shows. */
const ACTIONS: readonly string[] = ["open", "click", "bounce"] satisfies EngagementKind[];

/**
 * Creates the reader of campaigns and of the engagement with them. Its methods throw ServiceError.
 * @param listId the audience: reports of others are skipped, because Mailchimp returns those of all audiences
 */
export function campaignsOf(http: Http, listId: string): Campaigns {
  /** Fetches one page. Throws ServiceError, as `credentials` if the key may not read reports. */
  async function read<T>(path: string, query: Record<string, string | number>, schema: z.ZodType<T>): Promise<T> {
    const answer = await http.send("GET", `${path}?${new URLSearchParams(query as Record<string, string>)}`);
    if (!answer.ok)
      throw new ServiceError(
        "mailchimp",
        answer.status === 403 ? "credentials" : "unreadable",
        `${path}: ${answer.status} ${failureOf(answer).message}`,
      );
    return inShape("mailchimp", schema, answer.body);
  }
  /** Reads page by page, until a page is not full. */
  async function* pages<T, Row>(
    path: string,
    query: Record<string, string>,
    schema: z.ZodType<T>,
    rows: (page: T) => readonly Row[],
  ): AsyncIterable<readonly Row[]> {
    for (let offset = 0; ; offset += PAGE) {
      const found = rows(await read(path, { ...query, count: PAGE, offset }, schema));
      if (found.length > 0) yield found;
      if (found.length < PAGE || http.stopped()) return;
    }
  }
  // Mailchimp takes and sends times as ISO 8601; the program uses Unix seconds
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const seconds = (stamp: string) => Math.floor(Date.parse(stamp) / 1000) || 0;

  return {
    async sent(since) {
      const query = {
        since_send_time: iso(since),
        fields:
          "reports.id,reports.list_id,reports.subject_line,reports.campaign_title,reports.unsubscribed,reports.opens,reports.clicks,reports.bounces",
      };
      const all: unknown[] = [];
      let wrong: string | undefined;
      try {
        for await (const rows of pages("/reports", query, rawReports, (page) => page.reports)) all.push(...rows);
      } catch (error) {
        // Keep the first pages: what they show is still true
        if (all.length === 0) throw error;
        wrong = errorText(error);
      }
      // Skip reports that do not parse, so that the others are read (A9)
      const campaigns = all
        .flatMap((row) => rawReport.safeParse(row).data ?? [])
        .flatMap(({ id, list_id, subject_line, campaign_title, unsubscribed, opens, clicks, bounces }) => {
          if (list_id !== listId) return [];
          // A report whose figures have not changed has no new engagement
          const { hard_bounces = 0, soft_bounces = 0, syntax_errors = 0 } = bounces ?? {};
          const figures = [
            opens?.opens_total,
            clicks?.clicks_total,
            hard_bounces,
            soft_bounces,
            syntax_errors,
            unsubscribed,
          ];
          return [{ id, subject: subject_line || campaign_title || id, figures: figures.join(" ") }];
        });
      return { campaigns, ...(wrong !== undefined && { wrong }) };
    },
    async *engaged(campaign, kinds, since) {
      const path = `/reports/${encodeURIComponent(campaign)}`;
      if (kinds.some((kind) => ACTIONS.includes(kind)))
        for await (const emails of pages(
          `${path}/email-activity`,
          { since: iso(since), fields: "emails.email_address,emails.activity" },
          rawActivity,
          (page) => page.emails,
        ))
          yield emails
            .flatMap((row) => rawActive.safeParse(row).data ?? [])
            .flatMap(({ email_address: email, activity }) =>
              activity.flatMap(({ action, timestamp }): Engaged[] => {
                const kind = kinds.find((one) => one === action);
                return kind === undefined ? [] : [{ email, kind, at: seconds(timestamp) }];
              }),
            );
      // The email activity does not show departures: they have their own report
      if (!kinds.includes("leave")) return;
      for await (const left of pages(
        `${path}/unsubscribed`,
        { fields: "unsubscribes.email_address,unsubscribes.timestamp" },
        rawLeft,
        (page) => page.unsubscribes,
      ))
        yield left
          .flatMap((row) => rawLeaver.safeParse(row).data ?? [])
          .map(({ email_address: email, timestamp }) => ({ email, kind: "leave", at: seconds(timestamp) }));
    },
  };
}
