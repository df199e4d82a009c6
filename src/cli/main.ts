/**
 * The entry point of the command line. Loads only what every command needs: `--help` and `--version` should not wait
 * for databases and pages.
 */
import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { AlreadyReported, EXIT } from "../app/exit-codes.ts";
import { environmentFile } from "../config/env-file.ts";
import { cleanHere } from "../config/mask-own-secrets.ts";
import { languageOf } from "../i18n/texts.ts";
import { ignoreBrokenPipe, terminalFor } from "../terminal/terminal.ts";
import { commandLine } from "./commands.ts";

/**
 * Runs one command, and prints its error if it fails.
 * @param args the arguments without the program's name
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  ignoreBrokenPipe();
  const environment = { ...environmentFile(process.cwd()), ...process.env };
  const terminal = terminalFor(languageOf(environment));
  const { t } = terminal;
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  let exit: number = EXIT.ok;
  const program = commandLine(version, environment, terminal, (code) => {
    exit = code;
  });

  try {
    await program.parseAsync([...args], { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
    // The document of the run already contains this error
    const told = error instanceof AlreadyReported;
    const cause = told ? error.cause : error;
    const { explain } = await import("../app/error-messages.ts");
    const explained = explain(cause, t);
    // Errors may quote settings or URLs, so remove secrets here at the latest
    const clean = cleanHere();
    terminal.done();
    process.stderr.write(`${clean(explained.text)}\n`);
    if (args.includes("--json") && !told)
      terminal.json({ schema: 1, outcome: "failed", error: { code: explained.code, message: clean(explained.text) } });
    if (args.includes("--debug") && cause instanceof Error) process.stderr.write(`${clean(cause.stack ?? "")}\n`);
    return explained.exit;
  }
}
