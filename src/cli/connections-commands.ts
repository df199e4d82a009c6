/** `connections`: manages the connections of the database, for many accounts on many machines. */
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { lastSuccess } from "../app/last-success.ts";
import { addSealed, openPartOf, vaultHere } from "../app/stored-connections.ts";
import { environmentFile } from "../config/env-file.ts";
import { isSecret } from "../config/secrecy.ts";
import { SETTINGS, type SettingName, settingOf } from "../config/setting-sources.ts";
import { readSettings } from "../config/settings.ts";
import { type Connection, connectionNames, connectionOf, connectionShape, readYaml } from "../config/yaml.ts";
import { textOr, troubleText } from "../i18n/texts.ts";
import { type Installation, withInstallation } from "../main/installation.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { nextDue } from "../schedule/next-run.ts";
import { describe, SERVICES } from "../services/services.ts";
import { columns } from "../terminal/columns.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { agreeOnReplacing } from "./connections-changes.ts";
import { known, note, OF_ALL, placeOf, settingsIn } from "./connections-parts.ts";
import { conversation, type InitFlags } from "./init.ts";

interface PutFlags {
  readonly paused?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
}
interface AddFlags extends InitFlags, PutFlags {
  readonly set?: readonly string[];
}

/**
 * `connections add NAME`: adds a connection. Reads the keys from the environment or asks for them, tries them, and
 * stores them sealed.
 * @throws UsageError, VaultKeyError, ServiceError
 */
export async function connectionsAdd(name: string, flags: AddFlags, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  if (!connectionShape.shape.name.safeParse(name).success) throw new UsageError(t("connections.badName", { name }));
  const set = settingsIn(flags.set ?? [], terminal);
  vaultHere();
  const url = settingOf("DATABASE_URL", process.env, process.cwd());
  if (url === SETTINGS.DATABASE_URL) throw new UsageError(t("connections.needDatabase"));
  // Ignore the keys in `.env`: they belong to another connection
  const known = { ...process.env, ...set };
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return withInstallation(async (installation) => {
    // Check the name before the first request to a service
    if ((await installation.connections.find(name)) !== undefined && !flags.replace)
      throw new UsageError(t("connections.exists", { name }));
    const of = (setting: SettingName) => Number(known[setting] || settingOf(setting, process.env, process.cwd()));
    const limits = { perMinute: of("COPPER_REQUESTS_PER_MINUTE"), connections: of(describe("mailchimp").connections) };
    const answers = await conversation(flags, known, asks, terminal, { database: installation.database, ...limits });
    // Store API addresses only if they were given; the defaults may change with a release
    const urls = Object.fromEntries(
      SERVICES.map((side) => describe(side).apiUrl).flatMap((url) => (known[url] ? [[url, known[url]]] : [])),
    );
    const connection = { ...connectionShape.parse({ name }), settings: { ...urls, ...answers, ...set } };
    await addAll([connection], flags, installation, terminal);
    return EXIT.ok;
  });
}

/**
 * Tries and stores connections, one after another. An error leaves those before it stored.
 * @throws UsageError if a name is taken, or two connections have the same account and audience
 */
async function addAll(
  connections: readonly Connection[],
  flags: PutFlags,
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  const { t } = terminal;
  for (const connection of connections) {
    const { name } = connection;
    const there = await installation.connections.find(name);
    if (there !== undefined && !flags.replace) throw new UsageError(t("connections.exists", { name }));
    const settings = readSettings(process.env, process.cwd(), connection);
    const { scope, audience } = await placeOf(settings, installation, terminal);
    // The repository asks again; this comes before the question whether to replace
    const other = (await installation.connections.list()).find((one) => one.scope === scope && one.name !== name);
    if (other !== undefined) throw new UsageError(t("connections.same", { name, other: other.name }));
    const due = nextDue(name, settings.interval, Date.now());
    // Only `resume` ends a pause, not a replacement
    const state: StoredConnection["state"] = flags.paused || there?.state === "paused" ? "paused" : "active";
    if (there !== undefined)
      await agreeOnReplacing(there, { own: openPartOf(connection), scope, audience, state }, flags, terminal);
    const rest = {
      name,
      state,
      scope,
      audience,
      interval: settings.interval,
      due,
      failures: 0,
      trouble: null,
      added: there?.added ?? new Date().toISOString(),
    };
    await addSealed(installation.connections, connection, rest, there);
    await note(installation, name, there === undefined ? "add" : "replace");
    const values = { name, audience, due: terminal.when(new Date(due).toISOString()) };
    terminal.print(`${t(state === "paused" ? "connections.addedPaused" : "connections.added", values)}\n`);
  }
}

/**
 * `connections import`: copies the connections of `sync.config.yaml`, or the single one of `.env`, with their keys.
 * @throws SettingsError, UsageError, VaultKeyError
 */
export function connectionsImport(flags: PutFlags, terminal: Terminal): Promise<number> {
  const folder = process.cwd();
  const yaml = readYaml(folder, () => undefined);
  const environment = { ...environmentFile(folder), ...process.env };
  // Check all settings first, so that all errors are reported at once
  readSettings(process.env, folder);
  const connections = connectionNames(folder).map((name): Connection => {
    const own = connectionOf(yaml, name === "default" ? "" : name, () => undefined);
    const resolved = Object.entries(own.settings).map(([setting, value]) => [
      setting,
      value.startsWith("$") ? (environment[value.slice(1)] ?? "") : value,
    ]);
    // Copy credentials and API addresses; all other settings stay common to all connections
    const keys = SERVICES.flatMap((side) => Object.keys(describe(side).settings)).filter((one) => environment[one]);
    const common = keys.map((one) => [one, environment[one] ?? ""]);
    return { ...own, name, settings: Object.fromEntries([...common, ...resolved]) };
  });
  return withInstallation(async (installation) => {
    await addAll(connections, flags, installation, terminal);
    return EXIT.ok;
  });
}

/** Returns a connection for JSON output, without credentials. */
async function connectionView(installation: Installation, connection: StoredConnection) {
  const { name, state, scope, audience, interval, due, failures, trouble, added } = connection;
  return {
    name,
    state,
    audience,
    interval,
    due: new Date(due).toISOString(),
    failures,
    trouble,
    added,
    lastSuccess: await lastSuccess(installation.storeOf(scope)),
  };
}

/** `connections list`: prints all connections with their state. */
export function connectionsList(flags: { readonly json?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  return withInstallation(async (installation) => {
    const all = await Promise.all(
      (await installation.connections.list()).map((one) => connectionView(installation, one)),
    );
    if (flags.json) terminal.json({ schema: 1, connections: all });
    else if (all.length === 0) terminal.print(`${t("connections.none")}\n`);
    else {
      const rows = all.map((one) => [
        one.name,
        t(`connections.state.${one.state}`),
        one.audience,
        one.lastSuccess === null ? "–" : terminal.when(one.lastSuccess),
        one.state === "paused" ? "–" : terminal.when(one.due),
        one.trouble === null ? "" : troubleText(one.trouble, t),
      ]);
      terminal.print(columns([t("connections.head").split("|"), ...rows]));
    }
    return EXIT.ok;
  });
}

/**
 * `connections show NAME`: prints one connection. Credentials are named, but not shown.
 * @throws UsageError if there is none of that name
 */
export function connectionsShow(name: string, flags: { readonly json?: boolean }, terminal: Terminal): Promise<number> {
  return withInstallation(async (installation) => {
    const found = await known(installation, name, terminal);
    const { settings = {}, ...own } = found.own as Partial<Connection>;
    const secret = Object.keys(SETTINGS).filter((one) => isSecret(one) && !OF_ALL.includes(one));
    const document = { schema: 1, ...(await connectionView(installation, found)), settings, own, sealed: secret };
    if (flags.json) terminal.json(document);
    else {
      const [nameHead, stateHead, audienceHead, , , troubleHead] = terminal.t("connections.head").split("|");
      const shown = [
        [nameHead, found.name],
        [stateHead, terminal.t(`connections.state.${found.state}`)],
        [audienceHead, found.audience],
        [troubleHead, found.trouble === null ? "–" : troubleText(found.trouble, terminal.t)],
        ...Object.entries(settings),
      ];
      terminal.print(columns(shown.map(([key = "", value = ""]) => [key, value])));
    }
    return EXIT.ok;
  });
}

/**
 * `connections pause|resume NAME`: pauses or resumes the scheduled runs.
 * @throws UsageError if there is none of that name
 */
export function connectionsPause(name: string, pause: boolean, terminal: Terminal): Promise<number> {
  return withInstallation(async (installation) => {
    const { id, interval } = await known(installation, name, terminal);
    const due = nextDue(name, interval, Date.now());
    await installation.connections.set(
      id,
      pause ? { state: "paused" } : { state: "active", due, failures: 0, trouble: null },
    );
    await note(installation, name, pause ? "pause" : "resume");
    const values = { name, due: terminal.when(new Date(due).toISOString()) };
    terminal.print(`${terminal.t(pause ? "connections.paused" : "connections.resumed", values)}\n`);
    return EXIT.ok;
  });
}

/**
 * `connections remove NAME`: removes the connection and its credentials.
 * @throws UsageError without `--yes`, or if there is none of that name
 */
export function connectionsRemove(
  name: string,
  flags: { readonly yes?: boolean },
  terminal: Terminal,
): Promise<number> {
  return withInstallation(async (installation) => {
    const { id } = await known(installation, name, terminal);
    if (!flags.yes) throw new UsageError(terminal.t("connections.needYes", { name }));
    await installation.connections.remove(id);
    await note(installation, name, "remove");
    terminal.print(`${terminal.t("connections.removed", { name })}\n`);
    return EXIT.ok;
  });
}

/** `connections log [NAME]`: prints the audit log. */
export function connectionsLog(
  name: string | undefined,
  flags: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  return withInstallation(async (installation) => {
    const entries = await installation.audit.list(name);
    if (flags.json) terminal.json({ schema: 1, entries });
    else if (entries.length === 0) terminal.print(`${t("audit.none")}\n`);
    else
      terminal.print(
        columns(
          entries.map(({ at, who, connection, what, detail }) => [
            terminal.when(at),
            who,
            connection || t("audit.all"),
            textOr(`audit.${what}`, what, t),
            detail,
          ]),
        ),
      );
    return EXIT.ok;
  });
}
