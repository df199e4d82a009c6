/** The settings page shows what a run reads: each value and where it comes from. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings, settingsInForce } from "./settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
  writeFileSync(
    join(folder, ".env"),
    "COPPER_API_KEY=k\nCOPPER_API_EMAIL=a@b.fr\nMAILCHIMP_API_KEY=k-us1\nMAILCHIMP_DC=us1\nMAILCHIMP_LIST_ID=common\nSYNC_INTERVAL=900\nONLY=@file.fr\n",
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const shown = (environment: NodeJS.ProcessEnv, name: string, connection = "") => {
  const { value, from } = settingsInForce(environment, folder, connection).find((one) => one.name === name)!;
  return [value, from];
};

test("the environment comes before the file, and the file before the default; a run reads the same", () => {
  const environment = { ONLY: "@environment.fr" };
  expect(shown(environment, "ONLY")).toEqual(["@environment.fr", "environment"]);
  expect(shown(environment, "SYNC_INTERVAL")).toEqual(["900", "file"]);
  expect(shown(environment, "MAX_NEW")).toEqual(["25%", "default"]);
  expect(readSettings(environment, folder)).toMatchObject({ interval: 900, policy: { only: ["@environment.fr"] } });
});
test("an empty variable hides the file's value: the default is in force, and shown", () => {
  const environment = { SYNC_INTERVAL: "" };
  expect(readSettings(environment, folder).interval).toBe(3_600);
  expect(shown(environment, "SYNC_INTERVAL")).toEqual(["3600", "default"]);
});
test("a named connection's own settings come first, secrets that it names among them", () => {
  writeFileSync(
    join(folder, "sync.config.yaml"),
    "connections:\n  - { name: clients, settings: { MAILCHIMP_LIST_ID: own, MAILCHIMP_API_KEY: $CLIENTS_KEY } }\n  - { name: presse }\n",
  );
  const environment = { CLIENTS_KEY: "hidden-us1" };
  expect(shown(environment, "MAILCHIMP_LIST_ID", "clients")).toEqual(["own", "connection"]);
  expect(shown(environment, "MAILCHIMP_LIST_ID", "presse")).toEqual(["common", "file"]);
  const [key, from] = shown(environment, "MAILCHIMP_API_KEY", "clients");
  expect([key, from]).toEqual([expect.not.stringContaining("hidden"), "connection"]);
  expect(readSettings({ ...environment, SYNC_CONNECTION: "clients" }, folder).mailchimp.listId).toBe("own");
});
