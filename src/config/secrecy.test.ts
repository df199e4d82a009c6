import { expect, test } from "vitest";
import { isSecret, secretsOf } from "./secrecy.ts";
import { SETTINGS, type SettingName } from "./setting-sources.ts";
import { settingsInForce } from "./settings.ts";
import { connectionShape } from "./yaml.ts";

const names = Object.keys(SETTINGS) as SettingName[];
const SECRETS = "COPPER_API_KEY MAILCHIMP_API_KEY DASHBOARD_TOKEN NOTIFY_HOOK CONNECTIONS_KEY".split(" ");
const LOGINS = ["DATABASE_URL", "NOTIFY_SMTP_URL"];

test("A7: what is secret is told once, and holds wherever a setting is shown, written, sealed or kept out of a log", () => {
  expect(names.filter(isSecret).sort()).toEqual([...SECRETS, ...LOGINS].sort());
  const environment = Object.fromEntries(names.map((name) => [name, `postgres://me:hidden-${name}@host/x`]));
  const shown = new Map(settingsInForce(environment, "/nowhere").map((one) => [one.name as string, one.value]));
  for (const name of [...SECRETS, ...LOGINS]) expect(shown.get(name)).not.toContain("hidden");
  expect(shown.get("ONLY")).toContain("me:");
  const hidden = [...SECRETS.map((name) => environment[name]), ...LOGINS.map((name) => `hidden-${name}`)];
  expect(secretsOf(environment).sort()).toEqual(hidden.sort());
  expect(secretsOf({ PRESS_KEY: "a", KEY_FILE: "b", CONNECTIONS_KEY_FILE: "c", EDITOR: "d" })).toEqual(["a"]);
  for (const name of SECRETS) {
    expect(connectionShape.safeParse({ name: "x", settings: { [name]: "here" } }).success).toBe(false);
    expect(connectionShape.safeParse({ name: "x", settings: { [name]: "$HERE" } }).success).toBe(true);
  }
});

test.each([
  ["an @", "smtp://me:half@other-half@host:587"],
  ["a slash", "postgres://me:half/other-half@host/x?sslmode=a@b"],
])("A7: of a password with %s as it was typed, nothing is shown", (_, value) => {
  const [shown] = settingsInForce({ DATABASE_URL: value }, "/nowhere").filter(({ name }) => name === "DATABASE_URL");
  expect(shown!.value).not.toContain("half");
  expect(shown!.value).toContain("host");
  for (const secret of secretsOf({ DATABASE_URL: value })) expect(value).toContain(`me:${secret}@host`);
  expect(secretsOf({ DATABASE_URL: value })).toHaveLength(1);
});
