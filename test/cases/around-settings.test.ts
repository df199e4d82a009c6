/** Case 68: settings that clash or deceive are named with the line and with what to write, before anything is sent. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../src/app/error-messages.ts";
import { readSettings } from "../../src/config/settings.ts";
import { texts } from "../../src/i18n/texts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sync-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = {
  COPPER_API_KEY: "k-secret",
  COPPER_API_EMAIL: "a@b.fr",
  MAILCHIMP_API_KEY: "m-us1",
  MAILCHIMP_DC: "us1",
  MAILCHIMP_LIST_ID: "l",
};
const file = (text: string, name = "sync.config.yaml") => writeFileSync(join(folder, name), text);
const settings = (more: Record<string, string> = {}) => readSettings({ ...env, ...more }, folder);
/** What is said, in both languages, and the exit code. */
function said(more: Record<string, string> = {}) {
  try {
    settings(more);
  } catch (error) {
    const [en, fr] = (["en", "fr"] as const).map((language) => explain(error, texts(language)));
    return { exit: en!.exit, en: en!.text, fr: fr!.text };
  }
  return { exit: 0, en: "", fr: "" };
}
const connection = (...lines: string[]) =>
  file(["connections:", "  - name: press", "    settings:", ...lines.map((line) => `      ${line}`)].join("\n"));

test("case 68: a key that names itself", () => {
  connection("SYNC_INTERVAL: 600", "MAILCHIMP_API_KEY: $MAILCHIMP_API_KEY");
  const { exit, en, fr } = said();
  expect(exit).toBe(2);
  expect(en).toContain("sync.config.yaml, line 5: MAILCHIMP_API_KEY names itself");
  expect(en).toContain("PRESS_MAILCHIMP_API_KEY=…");
  expect(fr).toContain("ligne 5");
});
test("a $NAME that nothing says is named once, with its line and what to add; a secret that looks like one is not shown", () => {
  connection("COPPER_API_KEY: $PRESS_KEY");
  const { exit, en } = said();
  expect([exit, en.match(/COPPER_API_KEY/g)]).toEqual([2, ["COPPER_API_KEY"]]);
  expect(en).toContain("line 4: COPPER_API_KEY names “PRESS_KEY”");
  expect(en).toContain("add PRESS_KEY=… to .env");
  expect(said({ PRESS_KEY: "there" }).exit).toBe(0);
  connection('COPPER_API_KEY: "$ecretvalue"');
  expect(said()).toMatchObject({ exit: 2, en: expect.not.stringContaining("ecretvalue") });
});
test("two connections of one name", () => {
  file("connections:\n  - name: press\n  - name: other\n  - name: press\n");
  expect(said()).toMatchObject({ exit: 2, en: expect.stringContaining("line 4: there are two connections “press”") });
});
test("numbers and truths without quotes are taken to the letter", () => {
  connection("SYNC_INTERVAL: 600", "CREATE_IN_COPPER: false", "MAILCHIMP_LIST_ID: 0123456789", "DASHBOARD_PORT: 9000");
  const { interval, policy, mailchimp, dashboard } = settings();
  expect([interval, policy.createInCopper, mailchimp.listId, dashboard.port]).toEqual([600, false, "0123456789", 9000]);
  connection("MAILCHIMP_LIST_ID: 12e4567890");
  expect(settings().mailchimp.listId).toBe("12e4567890");
  file("filter: { tags: [2026, Client] }\n");
  expect(settings().policy.filter!.tags).toEqual(["2026", "Client"]);
});
describe("unknown keys are named with their line and the nearest known one", () => {
  test.each([
    ["fields:\n  - copper: title\n    mailchimp: JOB\n    directon: both\n", 4, "fields.0.directon", "direction"],
    ["told:\n  unsuscribed: x\n", 2, "told.unsuscribed", "unsubscribed"],
    ["\nfireautomation: true\n", 2, "fireautomation", "fireAutomations"],
    ["filter:\n  tag: [a]\n  contact_types: [b]\n", 3, "filter.contact_types", "contactTypes"],
    ["connections:\n  - name: a\n    setings: {}\n", 3, "connections.0.setings", "settings"],
    ["connections:\n  - name: a\n    settings:\n      SYNC_INTERVALL: 60\n", 4, "SYNC_INTERVALL", "SYNC_INTERVAL"],
  ])("%j", (text, line, key, meant) => {
    file(text);
    const { exit, en } = said();
    expect(exit).toBe(2);
    expect(en).toContain(`sync.config.yaml, line ${line}: “${key}” is not known. Did you mean “${meant}”?`);
  });
  test("a wrong value is named with its line and what may stand there", () => {
    file("fields:\n  - copper: title\n    mailchimp: JOB\n    direction: two-way\n");
    expect(said().en).toContain(
      "line 4: “fields.0.direction” is not understood. It must be one of: both, to-mailchimp, to-copper",
    );
  });
  test("a key that is written into the file is refused without being shown", () => {
    connection("COPPER_API_KEY: abcdef-secret");
    const { exit, en } = said();
    expect([exit, en]).toEqual([2, expect.stringContaining("line 4")]);
    expect(en).not.toContain("abcdef-secret");
  });
});
describe("tags that would mean two things", () => {
  test.each([
    ["", { ARCHIVE_TAG: "a supprimer" }, "ARCHIVE_TAG"],
    ["", { DELETION_TAGS: "📥 Inactif" }, "ARCHIVE_TAG"],
    ["told: { cleaned: À SUPPRIMER }", {}, "told.cleaned"],
    ["told: { cleaned: 📥 inactif }", {}, "told.cleaned"],
    ["told: { cleaned: gone, pending: Gone }", {}, "told.pending"],
  ])("%s %j", (text, more, named) => {
    file(`${text}\n`);
    const { exit, en } = said(more);
    expect([exit, en]).toEqual([2, expect.stringContaining("two things")]);
    expect(en).toContain(named);
  });
});
test("sync.config.yml beside or instead of sync.config.yaml", () => {
  file("fields: []\n", "sync.config.yml");
  expect(said()).toMatchObject({ exit: 2, en: expect.stringContaining("rename it to sync.config.yaml") });
  file("fields: []\n");
  expect(said()).toMatchObject({ exit: 2, en: expect.stringContaining("delete sync.config.yml") });
});
