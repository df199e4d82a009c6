/** `connections link`, `links` and `unlink`: manage the access tokens of clients. */
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { settingOf } from "../config/setting-sources.ts";
import { withInstallation } from "../main/installation.ts";
import { columns } from "../terminal/columns.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { known, note } from "./connections-parts.ts";

const DAY = 86_400_000;
/** The longest validity of a link (days). */
const LONGEST = 3_650;

/**
 * `connections link NAME`: creates an access token for a client, who can then see this connection only.
 * @throws UsageError
 */
export function connectionsLink(name: string, flags: { readonly days: string }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 1 || days > LONGEST)
    throw new UsageError(t("connections.badDays", { text: flags.days }));
  return withInstallation(async (installation) => {
    const { id } = await known(installation, name, terminal);
    const token = await installation.accessTokens.create(id, Date.now(), Date.now() + days * DAY);
    await note(installation, name, "link", String(days));
    const of = (setting: "HOST" | "PORT" | "URL") => settingOf(`DASHBOARD_${setting}`, process.env, process.cwd());
    const base = (of("URL") || `http://${of("HOST")}:${of("PORT")}`).replace(/\/+$/, "");
    terminal.print(`${t("connections.link", { name, days, link: `${base}/login?token=${token}` })}\n`);
    return EXIT.ok;
  });
}

/**
 * `connections links NAME`: lists the valid access tokens by id, without the tokens themselves.
 * @throws UsageError
 */
export function connectionsLinks(
  name: string,
  flags: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  return withInstallation(async (installation) => {
    const { id } = await known(installation, name, terminal);
    const links = await installation.accessTokens.of(id, Date.now());
    const until = (one: { readonly expires: number }) => new Date(one.expires).toISOString();
    if (flags.json) terminal.json({ schema: 1, name, links: links.map((one) => ({ ...one, expires: until(one) })) });
    else if (links.length === 0) terminal.print(`${t("connections.noLinks", { name })}\n`);
    else {
      const used = (one: { readonly used: string | null }) =>
        one.used === null ? t("connections.linkUnused") : terminal.when(one.used);
      const rows = links.map((one) => [one.link, terminal.when(one.made), used(one), terminal.when(until(one))]);
      terminal.print(columns([t("connections.linksHead").split("|"), ...rows]));
    }
    return EXIT.ok;
  });
}

/**
 * `connections unlink NAME [LINKS…]`: revokes access tokens, and ends the sessions they began.
 * @throws UsageError if no token is named and `--all` is not set
 */
export function connectionsUnlink(
  name: string,
  links: readonly string[],
  flags: { readonly all?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  if (links.length === 0 && !flags.all) throw new UsageError(t("connections.whichLinks", { name }));
  return withInstallation(async (installation) => {
    const { id } = await known(installation, name, terminal);
    const count = await installation.accessTokens.revoke(id, flags.all ? undefined : links);
    if (count > 0) await note(installation, name, "unlink", String(count));
    terminal.print(`${t("connections.unlinked", { name, count })}\n`);
    return count > 0 || flags.all ? EXIT.ok : EXIT.wrong;
  });
}
