/** `contacts list` and `contacts why`: what a person, a script and a spreadsheet are told (R1, R2). */
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { program as run } from "./program.ts";

interface Row {
  readonly state: string;
  readonly reason: string;
  readonly personId: number | null;
  readonly address: string;
  readonly memberStatus: string;
  readonly since: string | null;
  readonly message: string;
  readonly helps: string;
}

let own: World;
beforeAll(async () => {
  own = await world({ people: 40, seed: 3 });
  own.person({ first_name: "Nora", last_name: "No", emails: [] });
  own.person({ first_name: "=cmd()", last_name: "X", email: "formula@exemple.fr", tags: ["📥 INACTIF"] });
  own.person({
    first_name: "Deux",
    emails: [
      { email: "un@exemple.fr", category: "work" },
      { email: "deux@exemple.fr", category: "other" },
    ],
  });
  own.member("parti@exemple.fr", { status: "unsubscribed" });
  await own.sync();
});
afterAll(() => own.close());

const program = (args: readonly string[], more: Record<string, string> = {}) =>
  run(args, { ...own.env, ...more }, own.folder);
const list = async (...args: string[]) => JSON.parse((await program(["contacts", "list", "--json", ...args])).out);

describe("contacts list", () => {
  test("R1: one document whose figures are those of both services; asking it costs no request", async () => {
    own.writes();
    const document = await list();
    expect([own.copper.asked, own.mailchimp.asked]).toEqual([[], []]);
    expect(Object.keys(document)).toEqual(["schema", "copper", "mailchimp", "contacts"]);
    const rows: Row[] = document.contacts;
    for (const [side, total] of [
      ["copper", own.worlds.copper.people.size],
      ["mailchimp", own.worlds.mailchimp.members.size],
    ] as const) {
      const { total: told, ...states } = document[side];
      expect(Object.keys(states)).toEqual(["inStep", "waiting", "leftOut", "failing", "toDecide"]);
      expect(told).toBe(total);
      expect(Object.values<number>(states).reduce((sum, one) => sum + one, 0)).toBe(total);
    }
    expect(rows.filter((one) => one.personId !== null)).toHaveLength(document.copper.total);
    expect(rows.filter((one) => one.memberStatus !== "none")).toHaveLength(document.mailchimp.total);
    expect(rows.find((one) => one.reason === "no-email")).toEqual({
      state: "left-out",
      reason: "no-email",
      personId: expect.any(Number),
      address: "",
      memberStatus: "none",
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      message: "Left out: no e-mail address in Copper.",
      helps: "Add an address in Copper; the next sync takes it up.",
    });
  });
  test("narrowed by state and by reason; the figures stay whole", async () => {
    const all = await list();
    const left = await list("--state", "left-out");
    expect(left.copper).toEqual(all.copper);
    expect(new Set(left.contacts.map((one: Row) => one.state))).toEqual(new Set(["left-out"]));
    const unsubscribed = await list("--reason", "unsubscribed-unknown");
    expect(unsubscribed.contacts.map((one: Row) => one.address)).toContain("parti@exemple.fr");
    expect((await list("--state", "failing", "--reason", "no-email")).contacts).toEqual([]);
  });
  test("a state or a reason that there is not is exit 2, and those that there are are named", async () => {
    const state = await program(["contacts", "list", "--state", "fine"]);
    expect([state.exit, state.out]).toEqual([2, ""]);
    expect(state.err).toContain("in-step, waiting, left-out, failing, to-decide");
    const reason = await program(["contacts", "list", "--json", "--reason", "because"]);
    expect([reason.exit, reason.err]).toEqual([2, expect.stringContaining("duplicate-email")]);
  });
  test("in words: the figures, and each reason with what helps, in French too", async () => {
    const { exit, out } = await program(["contacts", "list"], { SYNC_LANG: "fr" });
    expect(exit).toBe(0);
    expect(out).toContain("Hors synchronisation\u00a0: aucune adresse e-mail dans Copper.");
    expect(out).toContain("Ajoutez une adresse dans Copper\u202f; la prochaine synchronisation la reprend.");
    expect(out).toContain("Nora No");
  });
  test("a table that spreadsheets read: marked as UTF-8, quoted, and no cell is a formula; only its owner reads it", async () => {
    const file = join(own.folder, "contacts.csv");
    expect((await program(["contacts", "list", "--csv", file])).exit).toBe(0);
    const text = readFileSync(file, "utf8");
    expect(text.startsWith("\uFEFF")).toBe(true);
    const lines = text.trim().split("\r\n");
    expect(lines).toHaveLength((await list()).contacts.length + 1);
    expect(text).toContain(`"'=cmd() X"`);
    expect(text).not.toMatch(/"[=+\-@]/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const french = join(own.folder, "contacts-fr.csv");
    await program(["contacts", "list", "--csv", french], { SYNC_LANG: "fr" });
    expect(readFileSync(french, "utf8").split("\r\n")[0]!.split('";"')).toHaveLength(9);
  });
});

describe("contacts why", () => {
  test("R2: begins with the one sentence, for any address of the contact, in whatever case", async () => {
    for (const address of ["un@exemple.fr", "DEUX@exemple.fr "]) {
      const { exit, out } = await program(["contacts", "why", address]);
      expect(exit).toBe(0);
      expect(out.split("\n")[0]).toBe("In sync: both sides hold the same.");
      expect(out).toContain("un@exemple.fr, deux@exemple.fr");
    }
    const { contacts, copper } = JSON.parse((await program(["contacts", "why", "parti@exemple.fr", "--json"])).out);
    expect(contacts).toHaveLength(1);
    expect(contacts[0]).toMatchObject({ reason: "unsubscribed-unknown", personId: null, memberStatus: "unsubscribed" });
    expect(copper).toEqual((await list()).copper);
  });
  test("an address that nobody has is told in a sentence", async () => {
    const text = "Nothing is known of nobody@exemple.fr";
    expect(await program(["contacts", "why", "nobody@exemple.fr"])).toMatchObject({
      exit: 0,
      out: expect.stringContaining(text),
    });
    const json = await program(["contacts", "why", "nobody@exemple.fr", "--json"]);
    expect(JSON.parse(json.out).contacts).toEqual([]);
    expect(json.err).toContain(text);
  });
});

test("before the first sync nothing is known, nothing is asked, and it is said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-contacts-"));
  own.writes();
  const env = { ...own.env, DATABASE_URL: "sqlite:data/sync.db", LOG_DIR: "logs" };
  const { exit, out, err } = await run(["contacts", "list", "--json"], env, folder);
  expect([exit, JSON.parse(out).copper.total, JSON.parse(out).contacts]).toEqual([0, 0, []]);
  expect(err).toContain("No sync has run yet");
  expect([own.copper.asked, own.mailchimp.asked]).toEqual([[], []]);
});
