/**
 * What is known of Mailchimp before the first request: addresses, keys, limits ("Reaching it" in
 * docs/apis/mailchimp.md).
 */
import { type GetSetting, MANY_REQUESTS, type ServiceDescription, type SettingReaders } from "./service-description.ts";

/** Mailchimp. */
export const MAILCHIMP = {
  name: "Mailchimp",
  typed: ["MAILCHIMP_API_KEY"],
  derived: ["MAILCHIMP_DC"],
  place: ["MAILCHIMP_API_KEY", "MAILCHIMP_DC", "MAILCHIMP_API_URL", "MAILCHIMP_LIST_ID"],
  keyPath: ["Profile", "Extras", "API keys", "Create A Key"],
  hookSecret: "in-address",
  /** The setting that holds the audience's id. */
  audience: "MAILCHIMP_LIST_ID",
} as const satisfies ServiceDescription & { readonly audience: string };

/** The defaults of its settings; `undefined` means that the setting is required. */
export const MAILCHIMP_SETTINGS = {
  MAILCHIMP_API_KEY: undefined,
  MAILCHIMP_DC: undefined,
  MAILCHIMP_LIST_ID: undefined,
  MAILCHIMP_API_URL: "",
  MAILCHIMP_CONNECTIONS: "10",
} as const;

/** Which of them may be shown. */
export const MAILCHIMP_SECRECY = {
  MAILCHIMP_API_KEY: "secret",
  MAILCHIMP_DC: "open",
  MAILCHIMP_LIST_ID: "open",
  MAILCHIMP_API_URL: "open",
  MAILCHIMP_CONNECTIONS: "open",
} as const satisfies Record<keyof typeof MAILCHIMP_SETTINGS, "open" | "secret">;

/** Members in one answer ("Members" in docs/apis/mailchimp.md). */
export const MEMBERS_PER_PAGE = 1_000;
/** Members in one bulk request ("Many at once" in docs/apis/mailchimp.md). */
export const MEMBERS_PER_WRITE = 500;

/** Reads and checks its settings. */
export function mailchimpSettings({ must, number, url, fault }: SettingReaders<keyof typeof MAILCHIMP_SETTINGS>) {
  const key = must("MAILCHIMP_API_KEY");
  const dc = must("MAILCHIMP_DC").toLowerCase();
  const named = dataCentreOf(key);
  if (dc !== "" && !/^[a-z0-9]+$/.test(dc)) fault("MAILCHIMP_DC", "not-one-of", "us1 … us21");
  else if (dc !== "" && named !== undefined && named !== dc) fault("MAILCHIMP_DC", "dc-mismatch", named);
  return {
    key,
    listId: must("MAILCHIMP_LIST_ID"),
    url: url("MAILCHIMP_API_URL") || apiOf(dc),
    connections: number("MAILCHIMP_CONNECTIONS", 1, MANY_REQUESTS),
  };
}

/** Returns the settings that a key itself tells, by name: the data centre, in lower case, if the key names one. */
export function settingsOfKey(key: string): Readonly<Record<string, string>> {
  const dc = dataCentreOf(key);
  return dc === undefined ? {} : { MAILCHIMP_DC: dc };
}

/** Returns the data centre at the end of a key. */
function dataCentreOf(key: string): string | undefined {
  return /-([a-z]+\d+)$/i.exec(key.trim())?.[1]?.toLowerCase();
}

/** Returns whether a text has the form of a Mailchimp key. Other services' keys have not. */
export function isMailchimpKey(key: string): boolean {
  return /^[0-9a-f]{20,}-[a-z]+\d+$/i.test(key.trim());
}

/** Returns the base URL that settings name: an address of its own, else that of the data centre. */
export function mailchimpUrl(get: GetSetting): string {
  return (get("MAILCHIMP_API_URL") || apiOf(get("MAILCHIMP_DC"))).replace(/\/+$/, "");
}

/** Returns the base URL of a data centre's API. */
function apiOf(dc: string): string {
  return `https://${dc.trim().toLowerCase()}.api.mailchimp.com/3.0`;
}

/** Returns the headers of every request. */
export function mailchimpHeaders(key: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" };
}

/**
 * Returns the URL of a member's page without its end, the `web_id`. Returns `undefined` if the API is not Mailchimp's
 * own, for example in the simulator ("Members" in docs/apis/mailchimp.md).
 * @param api the API's base URL, which names the data centre
 */
export function memberPages(api: string): string | undefined {
  const centre = /^https:\/\/([a-z0-9]+)\.api\.mailchimp\.com(?:\/|$)/.exec(api)?.[1];
  return centre && `https://${centre}.admin.mailchimp.com/lists/members/view?id=`;
}
