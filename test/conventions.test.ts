/** The project keeps its own conventions: files, modules, languages, settings, and a test for every rule. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { commandLine } from "../src/cli/commands.ts";
import { SETTINGS } from "../src/config/setting-sources.ts";
import { yamlShape } from "../src/config/yaml.ts";
import { mailchimpEn } from "../src/i18n/mailchimp.ts";
import { catalogueOf, LANGUAGES, type TextKey, texts } from "../src/i18n/texts.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import { MUTANTS } from "./histories/mutants.ts";

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
const markdownIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
const lines = (path: string) => readFileSync(path, "utf8").split("\n").length;

test("no file is too long to be read in five minutes", () => {
  expect([...files("src"), ...files("test")].filter((path) => lines(path) > 320)).toEqual([]);
});
test("every bug that the torture plants has its place", () => {
  const lost = MUTANTS.filter(({ file, from }) => !readFileSync(file, "utf8").includes(from));
  expect(lost.map((one) => one.what)).toEqual([]);
});
test("the dependency check sees every source file", () => {
  const out = execFileSync(
    "node_modules/.bin/depcruise",
    ["--config", ".dependency-cruiser.js", "--output-type", "json", "src"],
    { maxBuffer: 1e8, encoding: "utf8" },
  );
  const seen = (JSON.parse(out).modules as { source: string }[]).filter((one) => one.source.startsWith("src/"));
  expect(seen.map((one) => one.source).sort()).toEqual(files("src").sort());
});
test("the program starts files that are built from one of its sources", () => {
  const started = readFileSync("bin/copper-mailchimp-sync.js", "utf8").matchAll(/"dist", "(\w+)", "([\w-]+)\.js"/g);
  const sources = [...started].map(([, room, name]) => `src/${room}/${name}.ts`);
  expect(sources.length).toBeGreaterThan(0);
  for (const source of sources) expect(existsSync(source), source).toBe(true);
});
test("one file imports the adapters of the services", () => {
  const importing = files("src").filter((file) =>
    /from "(?:\.\.\/)+(?:copper|mailchimp)\//.test(readFileSync(file, "utf8")),
  );
  expect(importing.filter((file) => !/^src\/(?:copper|mailchimp)\//.test(file))).toEqual(["src/main/adapters.ts"]);
});
test("French has every key of English, the same blanks, and its own spaces", () => {
  const [en, fr] = [catalogueOf("en"), catalogueOf("fr")];
  expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  for (const [key, text] of Object.entries(fr)) {
    const blanks = (one: string) => [...one.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
    expect([...new Set(blanks(text))], key).toEqual([...new Set(blanks(en[key]!))]);
    expect(text, key).not.toMatch(/[A-Za-zé»}][;?!]|[a-zé»]:(?!\/\/)(\s|$)/);
    const filled = Object.fromEntries([...text.matchAll(/\{(\w+)/g)].map(([, name]) => [name, "x"]));
    expect(texts("fr")(key as TextKey, filled), key).not.toMatch(/ [;:?!»]|« /);
  }
});
test("texts name a service as {Copper} or {Mailchimp}, but for those about Mailchimp’s own ways", () => {
  const own = new Set(Object.keys(mailchimpEn));
  for (const language of LANGUAGES)
    for (const [key, text] of Object.entries(catalogueOf(language)))
      if (!own.has(key)) expect(text, key).not.toMatch(/(?<!\{)\b(Copper|Mailchimp)\b|MAILCHIMP_/);
});
test("the schema that editors use is the one that is checked: UPDATE_GOLDEN=1 renews it", () => {
  const path = "assets/sync.config.schema.json";
  const schema = `${JSON.stringify(z.toJSONSchema(yamlShape, { io: "input" }), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, schema);
  expect(readFileSync(path, "utf8")).toBe(schema);
});
test("every document links to what is there, and names commands that are", () => {
  const program = commandLine("", {}, terminalFor("en"), () => undefined);
  const commands = new Set(program.commands.map((command) => command.name()));
  const documents = ["README.md", "README.fr.md", ...["docs", "docs/en", "docs/fr"].flatMap(markdownIn)];
  for (const path of documents) {
    const text = readFileSync(path, "utf8");
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect(existsSync(join(dirname(path), link!)), `${path}: ${link}`).toBe(true);
    for (const [, name] of text.matchAll(/copper-mailchimp-sync ([a-z]+)/g))
      expect(commands.has(name!), `${path}: ${name}`).toBe(true);
  }
  expect(markdownIn("docs/en")).toHaveLength(markdownIn("docs/fr").length);
});
test("every setting is in both READMEs", () => {
  for (const readme of ["README.md", "README.fr.md"])
    for (const name of Object.keys(SETTINGS))
      expect(readFileSync(readme, "utf8"), `${readme} ${name}`).toContain(`\`${name}\``);
});
test("every rule that is built is named by a test", () => {
  const text = [...files("test"), ...files("src").filter((path) => path.endsWith(".test.ts"))]
    .filter((path) => !path.endsWith("conventions.test.ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const rules =
    "W1 W2 W3 W4 W5 W6 W7 W8 W9 V1 V2 V3 V4 V5 V6 V7 V8 V9 C1 C2 C3 C4 C5 T1 T2 T3 T4 T5 D1 D2 D3 D4 D5 D6 G1 G2 G3 G4 A1 A2 A3 A4 A5 A7".split(
      " ",
    );
  expect(rules.filter((rule) => !new RegExp(`\\b${rule}\\b`).test(text))).toEqual([]);
});
