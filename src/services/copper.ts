/** What is known of Copper before the first request ("Reaching it" in docs/apis/copper.md). */
import { MANY_REQUESTS, type ServiceDescription, type SettingReaders } from "./service-description.ts";

/** The header in which notifications carry our secret. */
export const SECRET_HEADER = "x-sync-secret";

/** The settings with their defaults. */
const SETTINGS = {
  COPPER_API_KEY: undefined,
  COPPER_API_EMAIL: undefined,
  COPPER_API_URL: "https://api.copper.com/developer_api/v1",
  COPPER_REQUESTS_PER_MINUTE: "180",
  COPPER_BULK_PER_SECOND: "3",
} as const;
type Setting = keyof typeof SETTINGS;

/** People in one answer ("Reading" in docs/apis/copper.md). */
export const PEOPLE_PER_PAGE = 200;
/** People in one bulk request ("Writing" in docs/apis/copper.md). */
export const PEOPLE_PER_WRITE = 10;

/** The description of Copper. */
export const COPPER = {
  name: "Copper",
  settings: SETTINGS,
  secrecy: {
    COPPER_API_KEY: "secret",
    COPPER_API_EMAIL: "open",
    COPPER_API_URL: "open",
    COPPER_REQUESTS_PER_MINUTE: "open",
    COPPER_BULK_PER_SECOND: "open",
  } satisfies Record<Setting, "open" | "secret">,
  key: "COPPER_API_KEY",
  typed: ["COPPER_API_KEY", "COPPER_API_EMAIL"],
  access: ["COPPER_API_KEY", "COPPER_API_EMAIL"],
  place: ["COPPER_API_KEY", "COPPER_API_EMAIL", "COPPER_API_URL"],
  apiUrl: "COPPER_API_URL",
  keyPath: ["Settings", "Integrations", "API Keys", "Generate API Key"],
  hookSecret: { header: SECRET_HEADER },
  perPage: PEOPLE_PER_PAGE,
  perWrite: PEOPLE_PER_WRITE,

  /** Reads and checks its settings. */
  read({ must, number, url, fault }: SettingReaders<Setting>) {
    const key = must("COPPER_API_KEY");
    const email = must("COPPER_API_EMAIL");
    if (email !== "" && !email.includes("@")) fault("COPPER_API_EMAIL", "not-an-address");
    return {
      key,
      email,
      url: url("COPPER_API_URL"),
      perMinute: number("COPPER_REQUESTS_PER_MINUTE", 1, MANY_REQUESTS),
      bulkPerSecond: number("COPPER_BULK_PER_SECOND", 1, MANY_REQUESTS),
    };
  },
  url: (get) => (get("COPPER_API_URL") || SETTINGS.COPPER_API_URL).replace(/\/+$/, ""),
  pages(api, account) {
    if (!/^https:\/\/api\.copper\.com(?:\/|$)/.test(api) || !/^\d+$/.test(account)) return undefined;
    return `https://app.copper.com/companies/${account}/app#/contact/`;
  },
  // `read` returns what only this service has
} as const satisfies ServiceDescription & { readonly read: unknown };

/** Returns the headers of every request. */
export function copperHeaders(key: string, email: string): Record<string, string> {
  return {
    "X-PW-AccessToken": key,
    "X-PW-Application": "developer_api",
    "X-PW-UserEmail": email,
    "Content-Type": "application/json",
    Accept: "application/json",
  };
}
