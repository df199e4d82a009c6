/** Which settings are secret. The list has every setting, so that a new one cannot be forgotten. */
import { describe } from "../services/services.ts";

/**
 * How secret a setting is.
 *
 *   | `open`   | may be shown                                        |
 *   | `secret` | the value is a key, or as powerful as one           |
 *   | `login`  | a URL whose user and password are secret            |
 */
type Secrecy = "open" | "secret" | "login";

const SECRECY = {
  ...describe("copper").secrecy,
  ...describe("mailchimp").secrecy,
  SYNC_INTERVAL: "open",
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
/** The settings in the list; `settings.ts` accepts no others. */
type KnownSetting = keyof typeof SECRECY;
const secrecyOf = (name: string): Secrecy | undefined =>
  Object.hasOwn(SECRECY, name) ? SECRECY[name as KnownSetting] : undefined;

/**
 * Returns whether a setting may only be sealed, and never shown or written where others can read it.
 * @param name any name; one that is not a setting is not secret
 */
export function isSecret(name: string): boolean {
  return (secrecyOf(name) ?? "open") !== "open";
}

/** Matches a URL's password. It may contain `@` or `/` as typed, so it ends at the last `@` before a query. */
const LOGIN = /(:\/\/[^:/@]*:)([^?]+)@/;

const MASK = "••••••••";

/** Returns a setting's value for display, with its secret masked. */
export function masked(name: KnownSetting, value: string): string {
  if (SECRECY[name] === "secret") return value === "" ? "" : MASK;
  return SECRECY[name] === "login" ? value.replace(LOGIN, "$1••••@") : value;
}

/** Names that are not settings, but may hold a connection's key (`$PRESS_KEY`) or another tool's secret. */
const SOUNDS_SECRET = /KEY(?!_FILE)|TOKEN|SECRET|PASSWORD/;

/** Returns the values of an environment that must never be shown: keys, and passwords within URLs. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const ours = secrecyOf(name);
    const password = ours === "login" ? LOGIN.exec(value ?? "")?.[2] : undefined;
    if (password !== undefined) return [password];
    const secret = ours === undefined ? SOUNDS_SECRET.test(name) : ours === "secret";
    return secret && value !== undefined ? [value] : [];
  });
}
