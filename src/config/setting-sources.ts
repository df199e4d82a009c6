/**
 * The settings' names and defaults, and where their values come from: a connection's own, then the environment, then
 * `.env` in the working folder, then the defaults.
 */
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { describe } from "../services/services.ts";
import { environmentFile, type OnFault, readEnvFile } from "./env-file.ts";
import { isSecret } from "./secrecy.ts";
import { type Connection, connectionOf, lineOfSetting, over, readYaml } from "./yaml.ts";
import { nearest, YAML_FILE } from "./yaml-faults.ts";

/** All settings with their defaults; `undefined` means that the setting is required. */
export const SETTINGS = {
  ...describe("copper").settings,
  ...describe("mailchimp").settings,
  SYNC_INTERVAL: "3600",
  DATABASE_URL: "sqlite:data/sync.db",
  LOG_DIR: "logs",
  LOG_KEEP_DAYS: "30",
  SYNC_LANG: "",
  NEW_MEMBER_STATUS: "subscribed",
  CREATE_IN_COPPER: "true",
  FIELD_CONFLICT: "copper",
  COPPER_DELETED: "archive",
  MAX_REMOVALS: "10%",
  MAX_CHANGES: "10%",
  MAX_NEW: "25%",
  DELETION_TAGS: "",
  ARCHIVE_TAG: DEFAULT_TAG_NAMES.archive,
  TAG_STYLE: "unicode",
  ONLY: "",
  DASHBOARD_HOST: "127.0.0.1",
  DASHBOARD_PORT: "8787",
  DASHBOARD_TOKEN: "",
  DASHBOARD_URL: "",
  NOTIFY_MAIL: "",
  NOTIFY_SMTP_URL: "",
  NOTIFY_HOOK: "",
  NOTIFY_COMMAND: "",
  CONNECTIONS_KEY: "",
  CONNECTIONS_KEY_FILE: "",
} as const;
/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** Returns one setting before the others are read and checked: from the environment, `.env` or the defaults. */
export function settingOf(name: SettingName, environment: NodeJS.ProcessEnv, folder: string): string {
  const value = (environment[name] ?? environmentFile(folder)[name] ?? "").trim();
  return value !== "" ? value : (SETTINGS[name] ?? "");
}

/** The values of a connection's settings, before they are checked. */
export interface SettingSources {
  /** The connection as `sync.config.yaml` or the database has it. */
  readonly connection: Connection;
  /** Settings that name a variable without a value. This is reported already, so they are not missing, too. */
  readonly unnamed: ReadonlySet<string>;
  get(name: SettingName): string;
}

/**
 * Opens the sources of the settings. Reports unknown names, and names of variables without a value.
 * @param environment `process.env`
 * @param folder the working folder
 * @param stored a connection from the database with its credentials, instead of those of `sync.config.yaml`
 */
export function settingSources(
  environment: NodeJS.ProcessEnv,
  folder: string,
  stored: Connection | undefined,
  fault: OnFault,
): SettingSources {
  const file = readEnvFile(folder, fault);
  const all = readYaml(folder, fault);
  const connection =
    stored === undefined ? connectionOf(all, environment.SYNC_CONNECTION ?? "", fault) : over(all, stored);
  const around = (name: string): string => (environment[name] ?? file[name] ?? "").trim();
  return {
    connection,
    unnamed: checkNames(connection, stored === undefined ? folder : undefined, around, fault),
    get(name) {
      const own = (connection.settings[name] ?? "").trim();
      // Keys stay in `.env`: a connection in the file names the variable that holds its key
      const value = stored === undefined && own.startsWith("$") ? around(own.slice(1)) : own || around(name);
      return value !== "" ? value : (SETTINGS[name] ?? "");
    },
  };
}

/**
 * Reports unknown names of a connection's settings, and references to variables without a value.
 * @param folder where the connection's file is; `undefined` for a connection of the database, which has no references
 * @param around returns the value of a variable
 * @returns the settings whose reference leads nowhere
 */
function checkNames(
  { name: connection, settings }: Connection,
  folder: string | undefined,
  around: (name: string) => string,
  fault: OnFault,
): ReadonlySet<string> {
  const unnamed = new Set<string>();
  for (const [name, own] of Object.entries(settings)) {
    const line = folder === undefined ? {} : lineOfSetting(folder, connection, name);
    const meant = nearest(name, Object.keys(SETTINGS));
    if (!(name in SETTINGS)) fault(YAML_FILE, "unknown-key", name, { ...line, ...(meant && { meant }) });
    if (folder === undefined || !own.startsWith("$")) continue;
    const from = own.slice(1);
    if (from !== name && around(from) !== "") continue;
    unnamed.add(name);
    if (from === name) {
      const better = `${connection.toUpperCase().replaceAll("-", "_")}_${name}`;
      fault(YAML_FILE, "names-itself", name, { ...line, meant: better });
    } else {
      // What does not look like a name may be the secret itself
      const shown = isSecret(name) && !/^[A-Z_][A-Z0-9_]*$/.test(from) ? "…" : from;
      fault(YAML_FILE, "names-nothing", shown, { ...line, meant: name });
    }
  }
  return unnamed;
}
