/** What of the settings nobody may see: told once for each of them, so that a new one cannot be forgotten. */

/**
 * How secret a setting is.
 *
 *   | `open`   | may be shown                                       |
 *   | `secret` | the value itself is a key, or as good as one       |
 *   | `login`  | an address whose user and password are the secret  |
 */
type Secrecy = "open" | "secret" | "login";

const SECRECY = {
  COPPER_API_KEY: "secret",
  COPPER_API_EMAIL: "open",
  MAILCHIMP_API_KEY: "secret",
  MAILCHIMP_DC: "open",
  MAILCHIMP_LIST_ID: "open",
  SYNC_INTERVAL: "open",
  COPPER_API_URL: "open",
  MAILCHIMP_API_URL: "open",
  DATABASE_URL: "login",
  LOG_DIR: "open",
  LOG_KEEP_DAYS: "open",
  SYNC_LANG: "open",
  NEW_MEMBER_STATUS: "open",
  CREATE_IN_COPPER: "open",
  FIELD_CONFLICT: "open",
  COPPER_DELETED: "open",
  MAX_REMOVALS: "open",
  MAX_CHANGES: "open",
  MAX_NEW: "open",
  DELETION_TAGS: "open",
  ARCHIVE_TAG: "open",
  TAG_STYLE: "open",
  ONLY: "open",
  COPPER_REQUESTS_PER_MINUTE: "open",
  COPPER_BULK_PER_SECOND: "open",
  MAILCHIMP_CONNECTIONS: "open",
  DASHBOARD_HOST: "open",
  DASHBOARD_PORT: "open",
  DASHBOARD_TOKEN: "secret",
  DASHBOARD_URL: "open",
  NOTIFY_MAIL: "open",
  NOTIFY_SMTP_URL: "login",
  NOTIFY_HOOK: "secret",
  NOTIFY_COMMAND: "open",
  CONNECTIONS_KEY: "secret",
  CONNECTIONS_KEY_FILE: "open",
} as const satisfies Readonly<Record<string, Secrecy>>;
/** Settings of which it is told; `settings.ts` takes no other. */
type KnownSetting = keyof typeof SECRECY;
const secrecyOf = (name: string): Secrecy | undefined =>
  Object.hasOwn(SECRECY, name) ? SECRECY[name as KnownSetting] : undefined;

/** Whether a setting may be sealed only, never shown or written where others read. @param name also of no setting */
export function isSecret(name: string): boolean {
  return (secrecyOf(name) ?? "open") !== "open";
}

/** A password may hold an `@` or a `/` as it is typed: it ends at the last `@` before a query. */
const LOGIN = /(:\/\/[^:/@]*:)([^?]+)@/;

const MASK = "••••••••";

/** A value as people may see it. */
export function masked(name: KnownSetting, value: string): string {
  if (SECRECY[name] === "secret") return value === "" ? "" : MASK;
  return SECRECY[name] === "login" ? value.replace(LOGIN, "$1••••@") : value;
}

/** Names that are no setting of ours, but what a connection's key may be kept under (`$PRESS_KEY`), or another tool's. */
const SOUNDS_SECRET = /KEY(?!_FILE)|TOKEN|SECRET|PASSWORD/;

/** What of an environment must never be shown: keys, and the passwords within addresses. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const ours = secrecyOf(name);
    const password = ours === "login" ? LOGIN.exec(value ?? "")?.[2] : undefined;
    if (password !== undefined) return [password];
    const secret = ours === undefined ? SOUNDS_SECRET.test(name) : ours === "secret";
    return secret && value !== undefined ? [value] : [];
  });
}
