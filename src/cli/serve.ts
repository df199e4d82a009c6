/** `serve`: starts the dashboard and the runs that are due, until Ctrl-C. */
import { EXIT } from "../app/exit-codes.ts";
import { startServing } from "../backends/choose-dashboard.ts";
import { logUnhandledRejections, stderrLogger, type Terminal, untilInterrupted } from "../terminal/terminal.ts";

/**
 * The command.
 * @throws UsageError, DatabaseError, SettingsError, VaultKeyError
 */
export async function serve(terminal: Terminal): Promise<number> {
  const { t, print } = terminal;
  logUnhandledRejections(stderrLogger());
  const { link, first, close } = await startServing(terminal);
  print(`${t(first === "connections" ? "serve.ready" : "setup.ready", { link })}\n`);
  if (first === "set-up-or-many") print(`${t("setup.orMany")}\n`);
  await untilInterrupted();
  await close();
  return EXIT.ok;
}
