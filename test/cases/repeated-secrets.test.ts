/** Text from the services is no friend: it may repeat a key, bring lines of its own, or control a terminal. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { texts } from "../../src/i18n/texts.ts";
import { textReport } from "../../src/report/text.ts";
import { openDatabase } from "../../src/store/open.ts";
import { world } from "../harness.ts";

test("A7: a key that a service repeats in its refusals stands in no table, document or log", async () => {
  const own = await world();
  for (const name of ["Ana", "Bob"]) own.person({ first_name: name, email: `${name}@exemple.fr` });
  own.member("cleo@exemple.fr");
  const basic = Buffer.from(`key:${own.worlds.mailchimp.key}`).toString("base64");
  const { key } = own.worlds.copper;
  const repeats = `${own.worlds.mailchimp.key} ${basic} ${key} ${encodeURIComponent(key)}`;
  const refuses = (status: number, body: unknown) => ({ reply: { status, body }, when: "before" as const });
  own.mailchimp.fault = ({ method, path }) =>
    method === "GET" || path.includes("/batches")
      ? undefined
      : refuses(400, { title: "Bad", detail: `Who are you? ${repeats}` });
  own.copper.fault = ({ method, path }) =>
    method === "GET" || path.endsWith("/search")
      ? undefined
      : refuses(422, { success: false, message: `No: ${repeats}` });
  const document = await own.sync();
  expect(document.failures.length).toBeGreaterThan(1);
  expect(document.failures.map((one) => one.message).join()).toContain("•••");
  const secrets = [own.worlds.mailchimp.key, key, basic.slice(8, -4)];
  const database = await openDatabase(`sqlite:${join(own.folder, "sync.db")}`);
  const tables = await database.introspection.getTables();
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const rows = JSON.stringify(
      await database
        .selectFrom(name as "runs")
        .selectAll()
        .execute(),
    );
    for (const secret of secrets) expect([name, rows.includes(secret)]).toEqual([name, false]);
  }
  await database.destroy();
  const logs = readdirSync(join(own.folder, "logs")).map((name) =>
    readFileSync(join(own.folder, "logs", name), "utf8"),
  );
  for (const secret of secrets) {
    expect(JSON.stringify(document)).not.toContain(secret);
    expect(logs.join()).not.toContain(secret);
  }
  await own.close();
});

test("a name with lines of its own makes no line of a report", async () => {
  const own = await world();
  own.person({ first_name: "Eve\nATTACKLINE", email: "eve@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
  own.person({ first_name: "Zoe\u001b[2K\nATTACKLINE", email: "zoe@exemple.fr" });
  for (const ran of [await own.plan(), await own.sync()])
    for (const language of ["en", "fr"] as const) {
      const lines = textReport(ran, texts(language)).split("\n");
      expect(lines.filter((line) => line.trimStart().startsWith("ATTACKLINE"))).toEqual([]);
      expect(lines.join("\n")).not.toMatch(/[^\P{Cc}\n\t]/u);
    }
  await own.close();
});
