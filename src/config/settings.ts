/**
 * Settings: from the environment, then from `.env` in the working folder, then the defaults; structure from
 * `sync.config.yaml`. Everything is checked before any request, and all faults are reported at once.
 */

import type { Allowance } from "../domain/allowance.ts";
import type { EngagementSettings } from "../domain/engagement.ts";
import { CONFLICT_RULES, type ConflictRule, DEFAULT_FIELDS, type FieldOverride } from "../domain/fields.ts";
import type { Filter } from "../domain/filter.ts";
import { NEW_MEMBER_STATUSES, type NewMemberStatus } from "../domain/status.ts";
import { DEFAULT_TAG_NAMES, type TagNames, type TagStyle } from "../domain/tags.ts";
import { describe } from "../services/services.ts";
import { environmentFile, type OnFault, type SettingFault } from "./env-file.ts";
import { masked } from "./secrecy.ts";
import { settingReaders } from "./setting-readers.ts";
import { SETTINGS, type SettingName, settingSources } from "./setting-sources.ts";
import { clashes } from "./tag-clashes.ts";
import type { Connection } from "./yaml.ts";

const { read: readCopper } = describe("copper");
const { read: readMembers } = describe("mailchimp");

/** The checked settings of one connection. */
export interface Settings {
  /** Its name in `sync.config.yaml`; `default` if there is only one connection. */
  readonly connection: string;
  readonly copper: Readonly<ReturnType<typeof readCopper>>;
  readonly mailchimp: Readonly<ReturnType<typeof readMembers>>;
  readonly database: string;
  readonly logs: { readonly folder: string; readonly keepDays: number };
  readonly interval: number;
  readonly dashboard: {
    readonly host: string;
    readonly port: number;
    readonly token: string;
    /** The address at which a proxy serves it; empty for none. */
    readonly url: string;
  };
  readonly policy: {
    readonly conflict: ConflictRule;
    readonly newMemberStatus: NewMemberStatus;
    readonly createInCopper: boolean;
    readonly copperDeleted: "archive" | "keep";
    readonly maxRemovals: Allowance;
    readonly maxChanges: Allowance;
    readonly maxNew: Allowance;
    readonly tagNames: TagNames;
    readonly tagStyle: TagStyle;
    readonly only: readonly string[];
    readonly filter?: Filter;
  };
  readonly fieldOverrides: readonly FieldOverride[];
  readonly fireAutomations: boolean;
  /** Engagement to publish in Copper; absent for none. */
  readonly engagement?: EngagementSettings;
  /** Destinations of alerts; empty for none. */
  readonly notify: { readonly mail: string; readonly smtp: string; readonly hook: string; readonly command: string };
}

/** The settings are wrong. Exit 2, before anything is sent. */
export class SettingsError extends Error {
  readonly faults: readonly SettingFault[];
  constructor(faults: readonly SettingFault[]) {
    super(faults.map((fault) => `${fault.name}: ${fault.code}`).join("; "));
    this.faults = faults;
  }
}

/** The largest values of settings: days, and seconds between two runs. */
const CENTURY = 36_500;
const MONTH = 31 * 86_400;

/**
 * Reads and checks the settings.
 * @param environment `process.env`
 * @param folder the working folder
 * @param stored a connection from the database with its credentials, instead of those of `sync.config.yaml`
 * @throws SettingsError with every fault found
 */
export function readSettings(environment: NodeJS.ProcessEnv, folder: string, stored?: Connection): Settings {
  const faults: SettingFault[] = [];
  const fault: OnFault = (name, code, detail = "", place = {}) => {
    faults.push({ name, code, detail, ...place });
  };
  const { connection: yaml, unnamed, get } = settingSources(environment, folder, stored, fault);
  const readers = settingReaders(get, unnamed, fault);
  const { oneOf, number, list, url, allowance } = readers;
  const wished = new Set(yaml.fields.map((field) => field.mailchimp.toUpperCase()));
  const told = (name: keyof TagNames["told"]) =>
    yaml.told[name] === false ? null : (yaml.told[name] ?? DEFAULT_TAG_NAMES.told[name]);
  const settings: Settings = {
    connection: yaml.name,
    copper: readCopper(readers),
    mailchimp: readMembers(readers),
    database: get("DATABASE_URL"),
    logs: { folder: get("LOG_DIR"), keepDays: number("LOG_KEEP_DAYS", 1, CENTURY) },
    interval: number("SYNC_INTERVAL", 1, MONTH),
    dashboard: {
      host: get("DASHBOARD_HOST"),
      port: number("DASHBOARD_PORT", 0, 65_535),
      token: get("DASHBOARD_TOKEN"),
      url: url("DASHBOARD_URL"),
    },
    policy: {
      conflict: oneOf("FIELD_CONFLICT", CONFLICT_RULES),
      newMemberStatus: oneOf("NEW_MEMBER_STATUS", NEW_MEMBER_STATUSES),
      createInCopper: oneOf("CREATE_IN_COPPER", ["true", "false"]) === "true",
      copperDeleted: oneOf("COPPER_DELETED", ["archive", "keep"]),
      maxRemovals: allowance("MAX_REMOVALS"),
      maxChanges: allowance("MAX_CHANGES"),
      maxNew: allowance("MAX_NEW"),
      tagNames: {
        deletion: list("DELETION_TAGS"),
        archive: get("ARCHIVE_TAG"),
        told: {
          unsubscribed: told("unsubscribed"),
          cleaned: told("cleaned"),
          pending: told("pending"),
          rejected: told("rejected"),
        },
      },
      tagStyle: oneOf("TAG_STYLE", ["unicode", "alphanumeric"]),
      only: list("ONLY").map((piece) => piece.normalize("NFC").toLowerCase()),
      ...(yaml.filter && { filter: yaml.filter as Filter }),
    },
    fieldOverrides: [
      ...DEFAULT_FIELDS.filter((field) => !wished.has(field.mailchimp)),
      ...yaml.fields.flatMap(({ conflict, direction, ...field }) =>
        direction === "none" ? [] : [{ ...field, direction, asked: true, ...(conflict && { conflict }) }],
      ),
    ],
    fireAutomations: yaml.fireAutomations,
    ...(yaml.engagement && { engagement: { kinds: yaml.engagement.tell, days: yaml.engagement.days } }),
    notify: {
      mail: get("NOTIFY_MAIL"),
      smtp: get("NOTIFY_SMTP_URL"),
      hook: url("NOTIFY_HOOK"),
      command: get("NOTIFY_COMMAND"),
    },
  };
  checkTogether(settings, get("SYNC_LANG"), fault);
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** Reports values of a wrong form, and values that do not go together. */
function checkTogether({ database, policy, notify }: Settings, language: string, fault: OnFault): void {
  if (!/^(sqlite:.+|postgres(ql)?:\/\/.+)$/.test(database)) fault("DATABASE_URL", "not-a-url");
  clashes(policy.tagNames, fault);
  const { mail, smtp } = notify;
  if (mail !== "" && smtp === "") fault("NOTIFY_SMTP_URL", "missing");
  if (smtp !== "" && !(/^smtps?:\/\/./.test(smtp) && URL.canParse(smtp))) fault("NOTIFY_SMTP_URL", "not-a-url");
  if (!["", "fr", "en"].includes(language.toLowerCase())) fault("SYNC_LANG", "not-one-of", "fr, en");
}

/** A setting for display, with its secret masked. */
export interface SettingInForce {
  readonly name: SettingName;
  readonly value: string;
  readonly from: "connection" | "environment" | "file" | "default";
}

/**
 * Returns the settings in force, and where each comes from: the same that a run reads.
 * @param connection the connection's name in `sync.config.yaml`; "" for the only one
 */
export function settingsInForce(environment: NodeJS.ProcessEnv, folder: string, connection = ""): SettingInForce[] {
  const file = environmentFile(folder);
  const named = { ...environment, SYNC_CONNECTION: connection };
  const { connection: own, get } = settingSources(named, folder, undefined, () => undefined);
  const from = (name: SettingName) => {
    if (own.settings[name]?.trim()) return "connection";
    // An empty variable hides the value in the file, and leaves the default
    if (environment[name] !== undefined) return environment[name].trim() ? "environment" : "default";
    return file[name]?.trim() ? "file" : "default";
  };
  const names = Object.keys(SETTINGS) as SettingName[];
  return names.map((name) => ({ name, value: masked(name, get(name)), from: from(name) }));
}
