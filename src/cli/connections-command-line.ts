/** Defines the commands `connections` and `worker`. Each imports its module only when it runs. */
import type { Command } from "commander";
import { describe } from "../services/services.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Adds the commands.
 * @param does runs a command and records its exit code
 */
export function addConnectionsCommands(
  program: Command,
  terminal: Terminal,
  does: (work: () => Promise<number>) => Promise<void>,
): void {
  const { t } = terminal;
  const connections = program.command("connections");
  const commands = () => import("./connections-commands.ts");
  const links = () => import("./connections-links.ts");
  const changes = () => import("./connections-changes.ts");
  const collect = (value: string, all: string[]) => [...all, value];
  connections
    .command("add <name>")
    .option("--email <address>", t("where.COPPER_API_EMAIL"))
    .option("--list <id>", t(`where.${describe("mailchimp").audience}`))
    .option("--new-members <status>", t("init.consent"))
    .option("--only <pieces>", t("init.only"))
    .option("--interval <seconds>", t("option.interval"))
    .option("--set <NAME=VALUE>", t("option.set"), collect, [])
    .option("--paused", t("option.paused"))
    .option("--replace", t("option.replace.connection"))
    .option("--yes", t("option.yes"))
    .action((name: string, flags) => does(async () => (await commands()).connectionsAdd(name, flags, terminal)));
  connections
    .command("import")
    .option("--paused", t("option.paused"))
    .option("--replace", t("option.replace.connection"))
    .option("--yes", t("option.yes"))
    .action((flags) => does(async () => (await commands()).connectionsImport(flags, terminal)));
  connections
    .command("list")
    .option("--json", t("option.json.connections"))
    .action((flags) => does(async () => (await commands()).connectionsList(flags, terminal)));
  connections
    .command("show <name>")
    .option("--json", t("option.json.connections"))
    .action((name: string, flags) => does(async () => (await commands()).connectionsShow(name, flags, terminal)));
  for (const step of ["pause", "resume"] as const)
    connections
      .command(`${step} <name>`)
      .action((name: string) =>
        does(async () => (await commands()).connectionsPause(name, step === "pause", terminal)),
      );
  connections
    .command("remove <name>")
    .option("--yes", t("option.yes"))
    .action((name: string, flags) => does(async () => (await commands()).connectionsRemove(name, flags, terminal)));
  connections
    .command("link <name>")
    .option("--days <n>", t("option.days"), "30")
    .action((name: string, flags) => does(async () => (await links()).connectionsLink(name, flags, terminal)));
  connections
    .command("links <name>")
    .option("--json", t("option.json.connections"))
    .action((name: string, flags) => does(async () => (await links()).connectionsLinks(name, flags, terminal)));
  connections
    .command("unlink <name> [links...]")
    .option("--all", t("option.allLinks"))
    .action((name: string, some: string[], flags) =>
      does(async () => (await links()).connectionsUnlink(name, some, flags, terminal)),
    );
  connections
    .command("set <name> <settings...>")
    .action((name: string, settings: string[]) =>
      does(async () => (await changes()).connectionsSet(name, settings, terminal)),
    );
  connections
    .command("rename <name> <to>")
    .action((name: string, to: string) => does(async () => (await changes()).connectionsRename(name, to, terminal)));
  connections
    .command("log [name]")
    .option("--json", t("option.json.connections"))
    .action((name: string | undefined, flags) =>
      does(async () => (await commands()).connectionsLog(name, flags, terminal)),
    );
  const keys = () => import("./connections-keys.ts");
  connections
    .command("key [file]")
    .action((file: string | undefined) => does(async () => (await keys()).connectionsKey(file, terminal)));
  connections.command("rotate").action(() => does(async () => (await keys()).connectionsRotate(terminal)));
  program
    .command("worker")
    .option("--debug", t("option.debug"))
    .option("--runs <n>", t("option.runs"), "4")
    .action((flags) => does(async () => (await import("../worker/worker.ts")).workerCommand(flags, terminal)));
}
