/** What is known of Mailchimp before the first request ("Reaching it" in docs/apis/mailchimp.md). */
import { MANY_REQUESTS, type MembersDescription, type SettingReaders } from "./service-description.ts";

/** The settings with their defaults. */
const SETTINGS = {
  MAILCHIMP_API_KEY: undefined,
  MAILCHIMP_DC: undefined,
  MAILCHIMP_LIST_ID: undefined,
  MAILCHIMP_API_URL: "",
  MAILCHIMP_CONNECTIONS: "10",
} as const;
type Setting = keyof typeof SETTINGS;

/** Members in one answer ("Members" in docs/apis/mailchimp.md). */
export const MEMBERS_PER_PAGE = 1_000;
/** Members in one bulk request ("Many at once" in docs/apis/mailchimp.md). */
export const MEMBERS_PER_WRITE = 500;

/** The description of Mailchimp. */
export const MAILCHIMP = {
  name: "Mailchimp",
  settings: SETTINGS,
  secrecy: {
    MAILCHIMP_API_KEY: "secret",
    MAILCHIMP_DC: "open",
    MAILCHIMP_LIST_ID: "open",
    MAILCHIMP_API_URL: "open",
    MAILCHIMP_CONNECTIONS: "open",
  } satisfies Record<Setting, "open" | "secret">,
  key: "MAILCHIMP_API_KEY",
  typed: ["MAILCHIMP_API_KEY"],
  access: ["MAILCHIMP_API_KEY", "MAILCHIMP_DC"],
  place: ["MAILCHIMP_API_KEY", "MAILCHIMP_DC", "MAILCHIMP_API_URL", "MAILCHIMP_LIST_ID"],
  apiUrl: "MAILCHIMP_API_URL",
  audience: "MAILCHIMP_LIST_ID",
  connections: "MAILCHIMP_CONNECTIONS",
  keyPath: ["Profile", "Extras", "API keys", "Create A Key"],
  hookSecret: "in-address",
  longestTag: 10,
  billed: ["subscribed", "unsubscribed", "transactional"],
  perPage: MEMBERS_PER_PAGE,
  perWrite: MEMBERS_PER_WRITE,

  /** Reads and checks its settings. */
  read({ must, number, url, fault }: SettingReaders<Setting>) {
    const key = must("MAILCHIMP_API_KEY");
    const dc = must("MAILCHIMP_DC").toLowerCase();
    const named = dataCentreOf(key);
    if (dc !== "" && !/^[a-z0-9]+$/.test(dc)) fault("MAILCHIMP_DC", "not-one-of", "us1 … us21");
    else if (dc !== "" && named !== undefined && named !== dc) fault("MAILCHIMP_DC", "not-of-the-key", named);
    return {
      key,
      listId: must("MAILCHIMP_LIST_ID"),
      url: url("MAILCHIMP_API_URL") || apiOf(dc),
      connections: number("MAILCHIMP_CONNECTIONS", 1, MANY_REQUESTS),
    };
  },
  url: (get) => (get("MAILCHIMP_API_URL") || apiOf(get("MAILCHIMP_DC"))).replace(/\/+$/, ""),
  toldByKey(key): Readonly<Record<string, string>> {
    const dc = dataCentreOf(key);
    return dc === undefined ? {} : { MAILCHIMP_DC: dc };
  },
  isKey: (text) => /^[0-9a-f]{20,}-[a-z]+\d+$/i.test(text.trim()),
  /** The page's address ends with the member's `web_id` ("Members" in docs/apis/mailchimp.md). */
  pages(api) {
    const centre = /^https:\/\/([a-z0-9]+)\.api\.mailchimp\.com(?:\/|$)/.exec(api)?.[1];
    return centre && `https://${centre}.admin.mailchimp.com/lists/members/view?id=`;
  },
  // `read` returns what only this service has
} as const satisfies MembersDescription & { readonly read: unknown };

/** Returns the headers of every request. */
export function mailchimpHeaders(key: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" };
}

/** Returns the data centre at the end of a key, in lower case; `undefined` if it names none. */
function dataCentreOf(key: string): string | undefined {
  return /-([a-z]+\d+)$/i.exec(key.trim())?.[1]?.toLowerCase();
}

/** Returns the base URL of a data centre's API. */
function apiOf(dc: string): string {
  return `https://${dc.trim().toLowerCase()}.api.mailchimp.com/3.0`;
}
