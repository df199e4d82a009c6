/** Conflicts on their page: two cards to choose from, one button for all choices, one to confirm everything (V2). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";
import { type Opened, openFor } from "./open.ts";

const NAMES = ["ana", "bob", "cleo"] as const;
/** A mapping that takes first names one way only. */
const ONE_WAY = `fields:
  - { copper: first_name, mailchimp: FNAME, direction: to-mailchimp }
`;
let own: World;
let open: Opened;
beforeEach(async () => {
  own = await world();
  const pairs = NAMES.map((name) => [
    own.person({ first_name: name, email: `${name}@exemple.fr`, title: "" }),
    own.member(`${name}@exemple.fr`, { merge_fields: { FNAME: name } }),
  ]);
  await own.sync();
  for (const [index, [person, member]] of pairs.entries()) {
    edit(own, person!, { first_name: `C${NAMES[index]}`, name: `C${NAMES[index]}` });
    edit(own, member!, { merge_fields: { FNAME: `M${NAMES[index]}` } });
  }
  await own.sync();
  open = await openFor(own);
});
afterEach(async () => {
  await open.close();
  await own.close();
});
const card = (page: Page, name: string) => page.locator(".conflict").filter({ hasText: `${name}@exemple.fr` });
const first = (name: string) =>
  [...own.worlds.copper.people.values()].find((one) => one.emails[0]?.email === `${name}@exemple.fr`)?.first_name;

/** Sends the page's form with other values than the browser would. */
async function send(page: Page, form: Record<string, string>): Promise<number> {
  const csrf = (await page.locator("#conflicts input[name=csrf]").getAttribute("value"))!;
  const headers = { origin: open.origin };
  return (
    await page.request.post(`${open.base}/conflicts`, { form: { csrf, ...form }, headers, maxRedirects: 0 })
  ).status();
}

test("without a script: what was chosen against the sync is written at the next one, what was not looked at stays listed", async () => {
  const page = await open.enter({ javaScriptEnabled: false });
  await page.goto(`${open.base}/conflicts`);
  expect(await page.locator(".conflict").count()).toBe(3);
  // By the name first, then the address; the sync's own choice is marked, and none is taken for granted
  expect(await card(page, "ana").locator("legend").textContent()).toBe("Cana · First name");
  expect(await card(page, "ana").locator(".option").filter({ hasText: "chosen by the sync" }).textContent()).toContain(
    "CopperCana",
  );
  expect(await page.locator("input[type=radio]:checked").count()).toBe(0);
  await page.getByRole("button", { name: "Save my choices" }).click();
  await page.getByText("Nothing was chosen").waitFor();
  expect(await page.locator(".conflict").count()).toBe(3);
  await card(page, "ana")
    .getByRole("radio", { name: /Mailchimp Mana/ })
    .check();
  await card(page, "bob")
    .getByRole("radio", { name: /Copper Cbob/ })
    .check();
  await page.getByRole("button", { name: "Save my choices" }).click();
  await page.getByText("2 choices saved. The next sync changes 1 value.").waitFor();
  expect(await page.locator(".conflict").count()).toBe(2);
  expect(await card(page, "ana").textContent()).toContain("“Mana” will be applied at the next sync");
  expect(await card(page, "ana").getByRole("radio").count()).toBe(0);
  // What was chosen shows at once where the contact stands (R1)
  await page.goto(`${open.base}/contacts?q=ana`);
  expect(await page.textContent(".found")).toContain("Waiting: the next sync");
  await own.sync();
  expect(NAMES.map(first)).toEqual(["Mana", "Cbob", "Ccleo"]);
  expect(NAMES.map((name) => own.at(`${name}@exemple.fr`)!.merge_fields.FNAME)).toEqual(["Mana", "Cbob", "Ccleo"]);
  await page.goto(`${open.base}/conflicts`);
  expect(await page.locator(".conflict").count()).toBe(1);
  own.writes();
  await own.sync();
  expect(own.writes()).toEqual([]);
});

test("all are confirmed at once: nothing is written, nothing waits any more, and a later conflict is there again", async () => {
  const page = await open.enter();
  await page.goto(`${open.base}/conflicts`);
  await page.getByRole("button", { name: "Confirm all" }).click();
  await page.getByText("Confirmed: what the sync chose stays.").waitFor();
  expect(await page.locator(".conflict").count()).toBe(0);
  await page.goto(`${open.base}/`);
  expect(await page.textContent("main")).toContain("Nothing needs your attention.");
  own.writes();
  await own.sync();
  expect(own.writes()).toEqual([]);
  const [person] = own.worlds.copper.people.values();
  edit(own, person!, { first_name: "Again", name: "Again" });
  edit(own, own.at("ana@exemple.fr")!, { merge_fields: { FNAME: "Encore" } });
  await own.sync();
  await page.goto(`${open.base}/conflicts`);
  expect(await page.locator(".conflict").count()).toBe(1);
  expect(await card(page, "ana").textContent()).toContain("Encore");
});

test("a form of somebody's making chooses nothing that is not there", async () => {
  const page = await open.enter();
  await page.goto(`${open.base}/conflicts`);
  const name = (await page.locator("input[type=radio]").first().getAttribute("name"))!;
  expect(await send(page, { [name]: "elsewhere" })).toBe(303);
  // Another run's conflict about the same field is another one
  expect(await send(page, { [name.replace(/\d{8}T/, "20200101T")]: "mailchimp" })).toBe(303);
  expect(await send(page, { all: "yes", until: "for ever" })).toBe(400);
  expect(await send(page, { all: "yes", until: "2020-01-01T00:00:00.000Z" })).toBe(303);
  await page.goto(`${open.base}/conflicts`);
  expect(await page.locator("input[type=radio]").count()).toBe(6);
  await own.sync();
  expect(NAMES.map(first)).toEqual(["Cana", "Cbob", "Ccleo"]);
});

test("a value that cannot stand on both sides is not offered: only the sync's own can be chosen", async () => {
  writeFileSync(join(own.folder, "sync.config.yaml"), ONE_WAY);
  await own.sync();
  await open.close();
  open = await openFor(own);
  const page = await open.enter();
  await page.goto(`${open.base}/conflicts`);
  expect(await page.locator("input[type=radio]").count()).toBe(3);
  expect(await card(page, "ana").textContent()).toContain("The other value cannot be used");
  const name = (await page.locator("input[type=radio]").first().getAttribute("name"))!;
  await send(page, { [name]: "mailchimp" });
  await own.sync();
  expect(NAMES.map(first)).toEqual(["Cana", "Cbob", "Ccleo"]);
  await page.goto(`${open.base}/conflicts`);
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Save my choices" }).click();
  await page.getByText(/^\s*1 choice saved\.\s*$/).waitFor();
  expect(await page.locator(".conflict").count()).toBe(2);
});

test("an address that is somebody else's is for people to settle: it stays until it is somebody else's no more", async () => {
  const [ana] = own.worlds.copper.people.values();
  edit(own, ana!, { emails: [{ email: "bob@exemple.fr", category: "work" }] });
  await own.sync();
  const page = await open.enter();
  await page.goto(`${open.base}/conflicts`);
  const taken = card(page, "ana").filter({ hasText: "already belongs to another contact" });
  expect(await taken.getByRole("radio").count()).toBe(0);
  await page.getByRole("button", { name: "Confirm all" }).click();
  await page.getByText("Confirmed").waitFor();
  expect(await page.locator(".conflict").count()).toBe(1);
  await taken.waitFor();
  expect(await page.getByRole("button", { name: "Confirm all" }).count()).toBe(0);
  edit(own, ana!, { emails: [{ email: "ana@exemple.fr", category: "work" }] });
  await own.sync();
  await page.reload();
  expect(await page.locator(".conflict").count()).toBe(0);
});

test("what waits for a human is counted beside its entry on every page, and no longer once it is settled", async () => {
  own.person({ first_name: "Old", email: "old@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
  own.person({ first_name: "Odd", email: "odd@exemple.fr" });
  own.mailchimp.fault = ({ method, path }) =>
    method === "POST" && path.endsWith("/members")
      ? { when: "before", reply: { status: 400, body: { title: "Invalid Resource", detail: "no" } } }
      : undefined;
  await own.sync();
  const page = await open.enter();
  const counted = async () => Number(await page.locator("header .count").textContent());
  for (const path of ["/", "/review", "/conflicts", "/contacts", "/contacts?state=failing", "/runs", "/settings"]) {
    await page.goto(open.base + path);
    // Three conflicts, one to decide on, one that could not be synced
    expect([path, await counted()]).toEqual([path, 5]);
  }
  const rows = await page.goto(`${open.base}/`).then(() => page.locator(".todo strong").allTextContents());
  expect(rows.map(Number).reduce((sum, one) => sum + one, 0)).toBe(5);
  await page.goto(`${open.base}/conflicts`);
  await page.getByRole("button", { name: "Confirm all" }).click();
  await page.getByText("Confirmed").waitFor();
  expect(await counted()).toBe(2);
});
