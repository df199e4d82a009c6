/** The help texts and usage errors in the user's language. */
import type { Command, CommanderError } from "commander";
import { wrapAnsi } from "fast-wrap-ansi";
import { UsageError } from "../app/exit-codes.ts";
import { type Texts, textOr } from "../i18n/texts.ts";

/** Narrower columns (characters) are not wrapped here; the terminal wraps them. */
const NARROWEST = 40;

/** Codes with which the parser ends after it has shown help or the version. */
const SHOWN = /^commander\.(help|version)/;

/**
 * Replaces the parser's English texts. Must be called before commands are added, since they inherit the texts.
 * @returns the same program. It throws UsageError for wrong usage, and CommanderError after help or the version.
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
      // The parser has no option for this word
      styleUsage: (usage) => usage.replace("[command]", operand),
      optionDescription: ({ description: text, defaultValue: value }) =>
        typeof value === "string" ? t("help.default", { text, value }) : text,
      // The parser's own wrapping breaks lines before French punctuation
      boxWrap: (text, width) => (width < NARROWEST ? text : wrapAnsi(text, width)),
    })
    .configureOutput({ outputError: () => undefined });
}

/** Translates an error of the parser, which reports it in English. */
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
