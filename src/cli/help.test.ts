import type { Command } from "commander";
import { expect, test } from "vitest";
import { UsageError } from "../app/exit-codes.ts";
import type { Language } from "../i18n/texts.ts";
import { terminalFor } from "../terminal/terminal.ts";
import { commandLine } from "./commands.ts";

const line = (language: Language) => commandLine("1.2.3", {}, terminalFor(language), () => undefined);
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

test.each(["en", "fr"] as const)("%s: every command and every option says what it is for", (language) => {
  for (const command of all(line(language))) {
    expect(command.description(), command.name()).not.toBe("");
    for (const option of command.options) expect(option.description, `${command.name()} ${option.long}`).not.toBe("");
  }
});

test("French help has nothing of the parser's English, and no line that begins with punctuation", () => {
  for (const command of all(line("fr"))) {
    const help = command.helpInformation();
    expect(help).not.toMatch(/Usage:|Options:|Commands:|Arguments:|display|output|default/);
    expect(help).not.toMatch(/^\s*[;:?!»]|«$/m);
  }
});

test.each([
  [["sinc"], "Il n’y a pas de commande « sinc ».\nVouliez-vous dire sync ?"],
  [["sync", "--ful"], "Il n’y a pas d’option « --ful » ici.\nVouliez-vous dire --full ?"],
  [["undo"], "Il manque <run>."],
  [["runs", "show", "x", "--html"], "« --html <file> » demande une valeur."],
  [["status", "one", "two"], "C’est plus que n’en prend cette commande : one, two."],
])("%j written wrongly: what, in the reader's language, and where to look", async (args, text) => {
  const error = await line("fr")
    .parseAsync(args, { from: "user" })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  const said = error.message.replace(/[\u00a0\u202f]/g, " ");
  expect(said).toBe(`${text}\nAjoutez --help pour voir ce qui est possible.`);
});
