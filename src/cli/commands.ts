/**
 * Defines the commands and their options. Each command imports its module only when it runs, so that `--help` stays
 * fast.
 */
import { Command } from "commander";
import { textOr } from "../i18n/texts.ts";
import { describe } from "../services/services.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { addConnectionsCommands } from "./connections-command-line.ts";
import { inWords } from "./help.ts";
import { SIMULATE_NUMBERS } from "./simulate-options.ts";

/** Commands without the option `--connection`. */
const ALONE: readonly string[] = ["init", "simulate", "demo", "export", "forget", "connections", "worker"];

/**
 * Creates the whole command line.
 * @param environment settings by name, for `init`
 * @param ended is called with the exit code of the command
 */
export function commandLine(
  version: string,
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  ended: (exit: number) => void,
): Command {
  const { t } = terminal;
  const does = async (work: () => Promise<number>) => ended(await work());
  const program = inWords(new Command("copper-mailchimp-sync").description(t("about")), version, t);
  program.option("--debug", t("option.debug"));
  program.hook("preAction", (_, command) => {
    const { connection } = command.optsWithGlobals<{ connection?: string }>();
    if (connection !== undefined) process.env.SYNC_CONNECTION = connection;
  });
  const add = (name: string) => program.command(name).option("--debug", t("option.debug"));
  const sync = (planOnly: boolean) => (_: unknown, command: Command) => {
    const flags = command.opts();
    return does(async () =>
      (await import("./sync-commands.ts")).syncCommand(flags, planOnly || flags.dryRun === true, terminal),
    );
  };
  add("plan")
    .option("--json", t("option.json"))
    .option("--full", t("option.full"))
    .option("--retry-rejected", t("option.retry"))
    .action(sync(true));
  add("sync")
    .option("--json", t("option.json"))
    .option("--dry-run", t("option.dryRun"))
    .option("--full", t("option.full"))
    .option("--yes", t("option.yes"))
    .option("--retry-rejected", t("option.retry"))
    .option("--operations", t("option.operations"))
    .option("--rebuild", t("option.rebuild"))
    .action(sync(false));
  add("undo <run>")
    .option("--json", t("option.json"))
    .option("--dry-run", t("option.dryRun"))
    .option("--yes", t("option.undoYes"))
    .action((run: string, flags) =>
      does(async () => (await import("./sync-commands.ts")).undoCommand(run, flags, terminal)),
    );
  add("doctor")
    .option("--json", t("option.json"))
    .option("--probe", t("option.probe"))
    .option("--record <file>", t("option.record"))
    .option("--yes", t("option.probeYes"))
    .action((flags) => does(async () => (await import("./doctor.ts")).doctor(flags, terminal)));
  const deletions = add("deletions");
  deletions
    .command("list")
    .option("--json", t("option.json"))
    .action((flags) => does(async () => (await import("./deletions-commands.ts")).deletionsList(flags, terminal)));
  for (const decision of ["archive", "delete", "ignore", "restore"] as const) {
    const command = deletions
      .command(`${decision} [ids...]`)
      .option("--all", t("option.all"))
      .option("--yes", t("option.yes"));
    if (decision === "delete") command.option("--forget", t("option.forget"));
    command.action((ids: string[], flags) =>
      does(async () => (await import("./deletions-commands.ts")).deletionsCommand(decision, ids, flags, terminal)),
    );
  }
  deletions.command("review").action(() => does(async () => (await import("./review.ts")).reviewCommand(terminal)));
  const runs = add("runs");
  runs
    .command("list")
    .option("--json", t("option.json"))
    .action((flags) => does(async () => (await import("./sync-commands.ts")).runsList(flags, terminal)));
  runs
    .command("show <run>")
    .option("--json", t("option.json"))
    .option("--operations", t("option.operations"))
    .option("--html <file>", t("option.html"))
    .action((id: string, flags) =>
      does(async () => (await import("./sync-commands.ts")).runsShow(id, flags, terminal)),
    );
  add("export <address>")
    .option("--out <file>", t("option.out"))
    .action((address: string, flags) =>
      does(async () => (await import("./address-commands.ts")).exportCommand(address, flags, terminal)),
    );
  add("forget <address>")
    .option("--yes", t("option.yes"))
    .action((address: string, flags) =>
      does(async () => (await import("./address-commands.ts")).forgetCommand(address, flags, terminal)),
    );
  const contacts = add("contacts");
  contacts
    .command("list")
    .option("--state <state>", t("option.state"))
    .option("--reason <reason>", t("option.reason"))
    .option("--csv <file>", t("option.csv"))
    .option("--json", t("option.json"))
    .action((flags) => does(async () => (await import("./contacts-commands.ts")).contactsList(flags, terminal)));
  contacts
    .command("why <address>")
    .option("--json", t("option.json"))
    .action((address: string, flags) =>
      does(async () => (await import("./contacts-commands.ts")).contactsWhy(address, flags, terminal)),
    );
  add("status")
    .option("--json", t("option.json"))
    .action((flags) => does(async () => (await import("./status.ts")).status(flags, terminal)));
  add("init")
    .option("--email <address>", t("where.COPPER_API_EMAIL"))
    .option("--list <id>", t(`where.${describe("mailchimp").audience}`))
    .option("--new-members <status>", t("init.consent"))
    .option("--only <pieces>", t("init.only"))
    .option("--interval <seconds>", t("option.interval"))
    .option("--yes", t("init.overwrite"))
    .action((flags) => does(async () => (await import("./init.ts")).init(flags, environment, terminal)));
  const schedule = add("schedule");
  for (const step of ["install", "status", "remove"] as const)
    schedule
      .command(step)
      .option("--systemd", t("option.systemd"))
      .option("--replace", t("option.replace"))
      .action((flags) =>
        does(async () => (await import("./schedule-command.ts")).scheduleCommand(step, flags, terminal)),
      );
  const webhooks = add("webhooks");
  for (const step of ["install", "status", "remove"] as const) {
    const command = webhooks.command(step);
    if (step === "install") command.option("--url <https://…>", t("option.url"));
    if (step === "status") command.option("--json", t("option.json"));
    command.action((flags) =>
      does(async () => (await import("./webhooks-command.ts")).webhooksCommand(step, flags, terminal)),
    );
  }
  add("serve").action(() => does(async () => (await import("./serve.ts")).serve(terminal)));
  const simulated = add("simulate").option("--kind", t("option.kind"));
  for (const [name, value] of Object.entries(SIMULATE_NUMBERS))
    simulated.option(
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <n>`,
      t(`option.${name as keyof typeof SIMULATE_NUMBERS}`),
      String(value),
    );
  simulated.action((flags) => does(async () => (await import("./simulate.ts")).simulate(flags, terminal)));
  add("demo")
    .option("--exit", t("option.exit"))
    .action((flags) => does(async () => (await import("./demo.ts")).demo(flags, terminal)));

  addConnectionsCommands(program, terminal, does);
  for (const command of program.commands) {
    const name = command.name();
    command.description(textOr(`command.${name}`, "", t));
    for (const step of command.commands) step.description(textOr(`command.${name}.${step.name()}`, "", t));
    if (ALONE.includes(name)) continue;
    for (const one of [command, ...command.commands]) one.option("--connection <name>", t("option.connection"));
  }
  return program;
}
