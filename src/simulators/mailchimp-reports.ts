/** `/reports` of the simulated Mailchimp: sent campaigns, the activity of their recipients, and unsubscribes. */
import type { SimResponse } from "./server.ts";

/** A sent campaign. */
export interface SimCampaign {
  readonly id: string;
  /** The audience's id. */
  readonly list: string;
  readonly subject: string;
  /** When it was sent (RFC 3339). */
  readonly sentAt: string;
  readonly events: { email: string; action: "open" | "click" | "bounce" | "leave"; at: string }[];
}

/** Answers a request to `/reports`. @returns `undefined` if the path does not exist */
export function reports(
  path: string,
  query: URLSearchParams,
  world: { readonly campaigns?: readonly SimCampaign[] },
): SimResponse | undefined {
  const campaigns = world.campaigns ?? [];
  const [, , id, part] = path.split("/");
  const count = Math.min(1_000, Number(query.get("count") ?? 10));
  const offset = Number(query.get("offset") ?? 0);
  const page = (name: string, all: readonly unknown[]): SimResponse => ({
    status: 200,
    body: { [name]: all.slice(offset, offset + count), total_items: all.length },
  });
  if (id === undefined) {
    const since = Date.parse(query.get("since_send_time") ?? "1970-01-01");
    return page("reports", campaigns.filter((one) => Date.parse(one.sentAt) >= since).map(report));
  }
  const campaign = campaigns.find((one) => one.id === id);
  if (campaign === undefined) return undefined;
  if (part === "unsubscribed")
    return page(
      "unsubscribes",
      campaign.events
        .filter((one) => one.action === "leave")
        .map(({ email, at }) => ({ email_address: email, timestamp: at, reason: "None given", campaign_id: id })),
    );
  if (part !== "email-activity") return undefined;
  const since = Date.parse(query.get("since") ?? "1970-01-01");
  const happened = campaign.events.filter((one) => one.action !== "leave" && Date.parse(one.at) >= since);
  const byEmail = Map.groupBy(happened, (one) => one.email);
  return page(
    "emails",
    [...byEmail].map(([email_address, events]) => ({
      campaign_id: id,
      list_id: campaign.list,
      email_address,
      activity: events.map(({ action, at }) => ({
        action,
        timestamp: at,
        ...(action === "bounce" && { type: "hard" }),
      })),
    })),
  );
}

function report({ id, list, subject, sentAt, events }: SimCampaign) {
  const many = (action: string) => events.filter((one) => one.action === action).length;
  return {
    id,
    campaign_title: subject,
    list_id: list,
    subject_line: subject,
    send_time: sentAt,
    unsubscribed: many("leave"),
    bounces: { hard_bounces: many("bounce"), soft_bounces: 0, syntax_errors: 0 },
    opens: { opens_total: many("open") },
    clicks: { clicks_total: many("click") },
  };
}
