/** Changes settings from the pages: in `.env` and `sync.config.yaml`, or in the database for its connections. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionChange, changedConnection } from "../app/change-connection.ts";
import { explain } from "../app/error-messages.ts";
import { writeEnv, writeYaml, yamlWith } from "../app/setup-files.ts";
import { secretsIn, vaultHere } from "../app/stored-connections.ts";
import { environmentFile } from "../config/env-file.ts";
import { settingOf } from "../config/setting-sources.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { connectionOf, readYaml } from "../config/yaml.ts";
import { YAML_FILE } from "../config/yaml-faults.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { anyChannel } from "../notify/channels.ts";
import { subjectOf } from "../notify/message.ts";
import type { ConnectionParts, StoredConnection } from "../ports/connection-repository.ts";
import type { Store } from "../ports/store.ts";
import {
  CHANGEABLE,
  type Change,
  type Changeable,
  type InForce,
  type WhoTakesPart,
} from "../setup/changeable-settings.ts";
import type { Line } from "../setup/mapping-lines.ts";
import type { SettingsEditor } from "../web/settings-editor.ts";
import { accountCache } from "./account-cache.ts";
import { previewer } from "./background-plans.ts";

const NAMES = Object.keys(CHANGEABLE) as Changeable[];
const isSecretOne = (name: Changeable) => CHANGEABLE[name] === "secret";

/** Access to the place where settings are stored. */
interface Kept {
  /** Returns the value of a setting as written, including secrets. */
  value(name: Changeable): string;
  /** Returns whether the pages cannot change a setting. */
  fixed(name: Changeable): boolean;
  filter(): WhoTakesPart;
  lines(): readonly Line[];
  /** Returns the settings after a change, without saving it. @throws SettingsError */
  after(change: Change): Settings;
  /** Saves a change. */
  write(change: Change): Promise<void>;
}

/**
 * Creates an editor.
 * @param store returns the connection's store
 * @param name the connection's name; "" for the only one
 */
function editorOf(kept: Kept, store: () => Store, name: string): SettingsEditor {
  const plans = previewer();
  const accounts = accountCache(() => kept.after({ settings: {} }));
  return {
    inForce: (): InForce => ({
      values: Object.fromEntries(
        NAMES.map((one) => [one, isSecretOne(one) ? "" : kept.value(one)]),
      ) as InForce["values"],
      kept: NAMES.filter((one) => isSecretOne(one) && kept.value(one) !== ""),
      fixed: NAMES.filter(kept.fixed),
      filter: kept.filter(),
    }),
    lines: kept.lines,
    accounts,
    wrong(change, language) {
      try {
        kept.after(change);
        return undefined;
      } catch (error) {
        return explain(error, texts(language)).text;
      }
    },
    preview: (id, change) => plans.look(id, () => kept.after(change)),
    async save(change) {
      await kept.write(change);
      // Plans and cached accounts belong to the old settings
      plans.drop();
      accounts.forget();
      // A confirmed change of filter or mapping may add many contacts, so it lifts the growth limit once (R4)
      if (change.filter !== undefined || change.fields !== undefined)
        await store().saveChanges({ facts: { grown: false } });
    },
    async test(language: Language) {
      const { notify } = kept.after({ settings: {} });
      if (!anyChannel(notify)) return undefined;
      const t = texts(language);
      const { sendEverywhere } = await import("../notify/send.ts");
      return sendEverywhere(notify, { subject: subjectOf(name, t("change.test")), text: t("change.testText") });
    },
  };
}

/**
 * Creates the editor of a connection of the files. Variables in the environment override the files, and are not
 * changed.
 * @param connection its name, `default` for the only one
 * @param changed is called after the files are written
 */
export function fileEditor(
  connection: string,
  environment: NodeJS.ProcessEnv,
  store: () => Store,
  changed: () => Promise<void>,
): SettingsEditor {
  const folder = process.cwd();
  const alone = connection === "default";
  const own = () =>
    connectionOf(
      readYaml(folder, () => undefined),
      alone ? "" : connection,
      () => undefined,
    );
  const chosen = ({ settings, filter, fields }: Change) => ({
    ...(fields && { fields }),
    ...(filter !== undefined && {
      filter: filter === null ? null : { ...own().filter, tags: undefined, contactTypes: undefined, ...filter },
    }),
    ...(!alone && { connection, settings }),
  });
  const changesYaml = (change: Change) => !alone || change.filter !== undefined || change.fields !== undefined;
  const kept: Kept = {
    value(name) {
      const mine = own().settings[name] ?? "";
      return mine !== "" && !mine.startsWith("$") ? mine : settingOf(name, environment, folder);
    },
    // A named connection has no secrets in its file
    fixed: (name) => (alone ? environment[name] !== undefined : isSecretOne(name)),
    filter: () => own().filter ?? null,
    lines: () => own().fields,
    after(change) {
      // Use the regular reader on a copy, so that the result is exactly what will be in force
      const copy = mkdtempSync(join(tmpdir(), "settings-"));
      try {
        const yaml = changesYaml(change) ? yamlWith(folder, chosen(change)) : yamlWith(folder, {});
        if (yaml.trim() !== "") writeFileSync(join(copy, YAML_FILE), yaml, { mode: 0o600 });
        const all = { ...environmentFile(folder), ...(alone ? change.settings : {}), ...environment };
        return readSettings({ ...all, SYNC_CONNECTION: alone ? "" : connection }, copy);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
    async write(change) {
      if (alone && Object.keys(change.settings).length > 0) writeEnv(folder, change.settings as Record<string, string>);
      if (changesYaml(change)) writeYaml(folder, chosen(change));
      await changed();
    },
  };
  return editorOf(kept, store, alone ? "" : connection);
}

/**
 * Creates the editor of a connection of the database.
 * @param now returns the connection as last read
 * @param put stores the changes of a connection that was read
 */
export function storedEditor(
  now: () => StoredConnection,
  store: Store,
  put: (before: StoredConnection, parts: ConnectionParts, change: Change) => Promise<void>,
): SettingsEditor {
  const own = () => now().own as { settings?: Record<string, string>; filter?: WhoTakesPart; fields?: readonly Line[] };
  const stored = (change: Change) => change as ConnectionChange;
  const kept: Kept = {
    value(name) {
      const all = isSecretOne(name) ? secretsIn(now(), vaultHere()) : (own().settings ?? {});
      return all[name] ?? settingOf(name, process.env, process.cwd());
    },
    fixed: () => false,
    filter: () => own().filter ?? null,
    lines: () => own().fields ?? [],
    after: (change) => changedConnection(now(), stored(change), vaultHere()).settings,
    async write(change) {
      const before = now();
      await put(before, changedConnection(before, stored(change), vaultHere()).after, change);
    },
  };
  return editorOf(kept, () => store, now().name);
}
