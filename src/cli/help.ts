/** Help, and what is said of a command that was written wrongly, in the reader's language. */
import type { Command, CommanderError } from "commander";
import { wrapAnsi } from "fast-wrap-ansi";
import { UsageError } from "../app/exit-codes.ts";
import { type Texts, textOr } from "../i18n/texts.ts";

/** Narrower columns are left to the terminal. */
const NARROWEST = 40;

/** What the parser also ends with: help was asked for, or shown where no command was named. */
const SHOWN = /^commander\.(help|version)/;

/**
 * Gives the parser our words for its own; before commands are added, which take them over. A command that is written
 * wrongly is UsageError; where help or the version was shown the parser's CommanderError tells how to end.
 */
export function inWords(program: Command, version: string, t: Texts): Command {
  const titles: Readonly<Record<string, string>> = {
    "Usage:": t("help.usage"),
    "Arguments:": t("help.arguments"),
    "Options:": t("help.options"),
    "Commands:": t("help.commands"),
  };
  const operand = t("help.operand");
  return program
    .exitOverride((error) => {
      throw SHOWN.test(error.code) ? error : new UsageError(usageText(error, t));
    })
    .version(version, "-V, --version", t("help.version"))
    .helpOption("-h, --help", t("help.help"))
    .helpCommand(`help ${operand}`, t("help.of"))
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      styleUsage: (usage) => usage.replace("[command]", operand),
      optionDescription: ({ description: text, defaultValue: value }) =>
        typeof value === "string" ? t("help.default", { text, value }) : text,
      // Our own, since the parser's breaks lines at the spaces before French punctuation
      boxWrap: (text, width) => (width < NARROWEST ? text : wrapAnsi(text, width)),
    })
    .configureOutput({ outputError: () => undefined });
}

/** What to tell of an error of the parser, which says in English what it means. */
function usageText({ code, message }: CommanderError, t: Texts): string {
  const kind = `usage.${code.replace("commander.", "")}`;
  const name = /'([^']*)'/.exec(message)?.[1] ?? "";
  const details = / got \d+: (.*)\.$/m.exec(message)?.[1] ?? "";
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1];
  return [
    textOr(kind, message, t, { name, details }),
    ...(near === undefined ? [] : [t("usage.near", { names: near })]),
    t("usage.help"),
  ].join("\n");
}
