/** Commands that change a connection of the database: replace it, change its keys or settings, rename it. */
import { confirm, isCancel, password } from "@clack/prompts";
import { changedConnection } from "../app/change-connection.ts";
import { Cancelled, EXIT, UsageError } from "../app/exit-codes.ts";
import { partsOf, resealed, secretsIn, vaultHere } from "../app/stored-connections.ts";
import { isSecret } from "../config/secrecy.ts";
import { readSettings } from "../config/settings.ts";
import { type Connection, connectionShape } from "../config/yaml.ts";
import { withInstallation } from "../main/installation.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { nextDue } from "../schedule/next-run.ts";
import { describe, isPlace, SERVICES } from "../services/services.ts";
import { columns } from "../terminal/columns.ts";
import { type Terminal, yesOrNo } from "../terminal/terminal.ts";
import { known, note, placeOf, settingsIn } from "./connections-parts.ts";

/** The visible parts of a connection that replaces another. */
type Seen = Pick<StoredConnection, "own" | "scope" | "audience" | "state">;

/** Returns the visible parts of a connection, by label. */
function partsShown({ own, audience, scope, state }: Seen, { t }: Terminal): Map<string, string> {
  const { settings = {}, name: _, ...others } = own as Partial<Connection>;
  // Leave out parts that have their default
  const blank = connectionShape.parse({ name: "x" }) as unknown as Record<string, unknown>;
  const special = Object.entries(others)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(blank[key]))
    .map(([key, value]) => [key, JSON.stringify(value)] as const);
  return new Map([
    [t("connections.part.account"), scope],
    [t("connections.part.audience"), audience],
    [t("connections.part.state"), t(`connections.state.${state}`)],
    ...Object.entries(settings),
    ...special,
  ]);
}

/** Returns the differences of two connections, as rows of three columns: part, before, after. */
function differences(before: Seen, after: Seen, terminal: Terminal): string[][] {
  const [old, fresh] = [partsShown(before, terminal), partsShown(after, terminal)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((key) => old.get(key) !== fresh.get(key))
    .map((key) => [key, old.get(key) ?? "–", `→ ${fresh.get(key) ?? "–"}`]);
}

/**
 * Shows what replacing a connection would change, and asks for confirmation.
 * @param there the stored connection
 * @param after the one to store in its place
 * @throws UsageError without `--yes` if there is no terminal to ask on
 * @throws Cancelled if the answer is no
 */
export async function agreeOnReplacing(
  there: StoredConnection,
  after: Seen,
  flags: { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  const { t } = terminal;
  const { name } = there;
  const lines = differences(there, { ...there, ...after }, terminal);
  const shown = lines.length === 0 ? `${t("connections.onlyKeys")}\n` : columns(lines);
  process.stderr.write(`${t("connections.replaces", { name })}\n${shown}`);
  if (flags.yes) return;
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (!asks) throw new UsageError(t("connections.replaceYes", { name }));
  if ((await confirm(yesOrNo(t("connections.replaceAsk", { name }), t))) !== true) throw new Cancelled();
}

/** The settings that `connections key` replaces. */
const KEYS = SERVICES.flatMap((side) => [...describe(side).typed]);

/**
 * `connections key NAME`: replaces the API keys, for the same account and audience. Reads them from the environment, or
 * asks for them.
 * @throws UsageError, VaultKeyError, ServiceError
 */
export async function renewKeys(name: string, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const vault = vaultHere();
  return withInstallation(async (installation) => {
    const there = await known(installation, name, terminal);
    const given = await freshKeys(terminal);
    const own = connectionShape.parse(there.own);
    // The new key may belong to another data centre
    const members = describe("mailchimp");
    const told = members.toldByKey(given[members.key] ?? "");
    const settings = { ...own.settings, ...secretsIn(there, vault), ...given, ...told };
    const connection: Connection = { ...own, settings };
    const { scope } = await placeOf(readSettings(process.env, process.cwd(), connection), installation, terminal);
    // Keys of another account or audience would make it another connection
    if (scope !== there.scope) throw new UsageError(t("connections.otherAccount", { name }));
    // New keys end a failure, so the connection runs at its usual time again
    const due = nextDue(name, there.interval, Date.now());
    await installation.connections.change(there, {
      ...partsOf(connection, vaultHere()),
      due,
      failures: 0,
      trouble: null,
    });
    await note(installation, name, "key", Object.keys(given).join(" "));
    terminal.print(`${t("connections.keyRenewed", { name })}\n`);
    return EXIT.ok;
  });
}

/**
 * Returns the new keys, at least one.
 * @throws UsageError if none is given
 * @throws Cancelled at Ctrl-C
 */
async function freshKeys({ t }: Terminal): Promise<Partial<Record<(typeof KEYS)[number], string>>> {
  const which = { people: describe("copper").key, members: describe("mailchimp").key };
  const given: Partial<Record<(typeof KEYS)[number], string>> = {};
  for (const one of KEYS) if (process.env[one]?.trim()) given[one] = process.env[one].trim();
  if (Object.keys(given).length > 0) return given;
  if (!(process.stdin.isTTY && process.stdout.isTTY)) throw new UsageError(t("connections.whichKeys", which));
  for (const one of SERVICES.map((side) => describe(side).key)) {
    const answer = await password({ message: t("connections.askKey", { name: one }) });
    if (isCancel(answer)) throw new Cancelled();
    if (answer?.trim()) given[one] = answer.trim();
  }
  if (Object.keys(given).length === 0) throw new UsageError(t("connections.whichKeys", which));
  return given;
}

/**
 * `connections set NAME SETTING=VALUE…`: changes single settings. An empty value removes the connection's own one, so
 * that the common one applies.
 * @throws UsageError, VaultKeyError, SettingsError
 */
export async function connectionsSet(name: string, texts: readonly string[], terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const set = settingsIn(texts, terminal);
  const place = Object.keys(set).find((one) => isPlace(one) || isSecret(one));
  if (place !== undefined) throw new UsageError(t("connections.notBySet", { setting: place, name }));
  const vault = vaultHere();
  return withInstallation(async (installation) => {
    const there = await known(installation, name, terminal);
    const { after } = changedConnection(there, { settings: set }, vault);
    await installation.connections.change(there, after);
    await note(installation, name, "set", Object.keys(set).join(" "));
    terminal.print(
      columns(differences(there, { ...there, ...after }, terminal).concat([[t("connections.set", { name })]])),
    );
    return EXIT.ok;
  });
}

/**
 * `connections rename OLD NEW`: renames a connection. Its id stays, so access tokens and sessions stay valid. The
 * credentials are sealed again, since the seal includes the name.
 * @throws UsageError, VaultKeyError
 */
export async function connectionsRename(name: string, fresh: string, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  if (!connectionShape.shape.name.safeParse(fresh).success)
    throw new UsageError(t("connections.badName", { name: fresh }));
  const vault = vaultHere();
  return withInstallation(async (installation) => {
    const there = await known(installation, name, terminal);
    if ((await installation.connections.find(fresh)) !== undefined)
      throw new UsageError(t("connections.taken", { name: fresh }));
    await installation.connections.change(there, {
      name: fresh,
      own: { ...(there.own as object), name: fresh },
      sealed: resealed(there, vault, fresh),
    });
    await note(installation, fresh, "rename", name);
    terminal.print(`${t("connections.renamed", { name, fresh })}\n`);
    return EXIT.ok;
  });
}
