/** Webhooks bring forward what polling would find: with the secret, once, in a gathered run; nothing else they say is believed. */
import { request } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDashboard } from "../src/backends/file-dashboard.ts";
import { readSettings } from "../src/config/settings.ts";
import { hashOf } from "../src/simulators/mailchimp-rules.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import { edit, type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
let serving: Awaited<ReturnType<typeof openDashboard>>;
let told: { url: string; secret: string };
beforeEach(async () => {
  // Larger than what is read whole each time
  own = await world({ people: 2_050, seed: 3, copper: { apiFiresWebhooks: false } });
  own.person({ first_name: "Ana", last_name: "Amie", email: "ana@exemple.fr", tags: ["VIP"] });
  await own.sync();
  serving = await openDashboard(
    [readSettings({ ...own.env, DASHBOARD_PORT: "0" }, own.folder)],
    terminalFor("en"),
    own.env,
  );
  const url = `http://127.0.0.1:${serving.port}`;
  expect(await program(["webhooks", "install", "--url", url], own.env, own.folder)).toMatchObject({ exit: 0 });
  told = (await serving.stores[0]!.fact("hooks"))!;
});
afterEach(async () => {
  await serving.close();
  await own.close();
});

function tell(path: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((done, failed) => {
    // A proxy in front has a name of its own
    const all = { host: "sync.agence.fr", ...headers };
    const to = { host: "127.0.0.1", port: serving.port, method: "POST", path, headers: all, agent: false };
    const sent = request(to, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    sent.on("error", failed);
    sent.end(body);
  });
}
const copper = (event: string, ids: number[], at = own.clock, secret = told.secret) =>
  tell("/hooks/copper", JSON.stringify({ ids, type: "person", event, timestamp: new Date(at * 1000).toISOString() }), {
    "x-sync-secret": secret,
  });
const mailchimp = (type: string, email: string, secret = told.secret, list = own.worlds.mailchimp.list) =>
  tell(
    `/hooks/mailchimp/${secret}`,
    String(
      new URLSearchParams({
        type,
        fired_at: new Date(own.clock * 1000).toISOString(),
        "data[email]": email,
        "data[list_id]": list,
      }),
    ),
  );
const runs = async () => (await serving.stores[0]!.runs(100)).length;
const person = () =>
  [...own.worlds.copper.people.values()].find((one) => one.emails.some(({ email }) => email === "ana@exemple.fr"))!;
const soon = { timeout: 30_000, interval: 200 };

test("a deletion in Copper archives the member within seconds, long before the next complete reading (G1)", async () => {
  const { id } = person();
  own.clock += 3_600;
  own.worlds.copper.people.delete(id);
  const before = await runs();
  expect(await copper("delete", [id])).toBe(200);
  await vi.waitFor(async () => expect(await runs()).toBe(before + 1), soon);
  expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  expect((await serving.stores[0]!.runs(1))[0]).toMatchObject({ mode: "incremental" });
});
test("a deletion that is not true harms nobody; a change of tags alone, which no time of change tells, is followed", async () => {
  const { id } = person();
  own.clock += 3_600;
  const member = own.at("ana@exemple.fr")!;
  const before = await runs();
  expect(await copper("delete", [id])).toBe(200);
  Object.assign(person(), { tags: ["VIP", "Salon"] });
  await vi.waitFor(async () => expect(await runs()).toBe(before + 1), soon);
  expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
  expect(member.tags.map((tag) => tag.name.toLowerCase()).sort()).toEqual(["salon", "vip"]);
});
test("somebody who unsubscribes in Mailchimp is told to Copper within seconds (C3)", async () => {
  own.clock += 3_600;
  edit(own, own.at("ana@exemple.fr")!, { status: "unsubscribed" });
  expect(await mailchimp("unsubscribe", "ana@exemple.fr")).toBe(200);
  await vi.waitFor(() => expect(person().tags).toContain("mailchimp:unsubscribed"), soon);
});
test("W5: an address changed in Mailchimp is added to the person within seconds, nobody is archived or doubled", async () => {
  own.clock += 3_600;
  const member = own.at("ana@exemple.fr")!;
  own.worlds.mailchimp.members.delete(member.id);
  const id = hashOf("anna@exemple.fr");
  own.worlds.mailchimp.members.set(id, {
    ...member,
    id,
    email_address: "anna@exemple.fr",
    last_changed: new Date(own.clock * 1000).toISOString(),
  });
  const body = {
    type: "upemail",
    fired_at: new Date(own.clock * 1000).toISOString(),
    "data[list_id]": own.worlds.mailchimp.list,
    "data[old_email]": "ana@exemple.fr",
    "data[new_email]": "anna@exemple.fr",
  };
  const people = own.worlds.copper.people.size;
  expect(await tell(`/hooks/mailchimp/${told.secret}`, String(new URLSearchParams(body)))).toBe(200);
  await vi.waitFor(
    () => expect(person().emails.map((one) => one.email)).toEqual(["anna@exemple.fr", "ana@exemple.fr"]),
    soon,
  );
  expect(own.at("anna@exemple.fr")!.status).toBe("subscribed");
  expect(own.worlds.copper.people.size).toBe(people);
});
test("what is known already begins no run: our own writes come back, replays, strangers without the secret, nonsense", async () => {
  const { id } = person();
  const before = await runs();
  expect(await copper("update", [id], own.clock - 200)).toBe(200);
  expect(await copper("delete", [999_999_999])).toBe(200);
  expect(await copper("update", [id], own.clock, "guessed")).toBe(404);
  expect(await mailchimp("unsubscribe", "ana@exemple.fr", "guessed")).toBe(404);
  expect(await mailchimp("unsubscribe", "ana@exemple.fr", told.secret, "other")).toBe(400);
  expect(await tell("/hooks/copper", "{{{", { "x-sync-secret": told.secret })).toBe(400);
  // Refused while it is still being sent: the connection may end before the answer is read
  const large = tell("/hooks/copper", "x".repeat(300_000), { "x-sync-secret": told.secret });
  expect(await large.catch(() => 413)).toBe(413);
  // One that is news, after all the others: its run is the only one
  own.clock += 3_600;
  edit(own, person(), { first_name: "Anaïs" });
  expect(await copper("update", [id])).toBe(200);
  await vi.waitFor(() => expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("Anaïs"), soon);
  await vi.waitFor(async () => expect(await runs()).toBe(before + 1), soon);
});
test("install, status, remove: one subscription per event, none doubled, none left; https only; the secret is in no output", async () => {
  const url = `http://127.0.0.1:${serving.port}`;
  await program(["webhooks", "install", "--url", url], own.env, own.folder);
  const status = await program(["webhooks", "status"], own.env, own.folder);
  expect(status.out).toContain("3 of 3");
  expect(status.out).toContain("1 of 1");
  const { secret } = (await serving.stores[0]!.fact("hooks"))!;
  expect(status.out + status.err).not.toContain(secret);
  expect((await program(["webhooks", "remove"], own.env, own.folder)).exit).toBe(0);
  expect((await program(["webhooks", "status"], own.env, own.folder)).out).toContain("No webhooks");
  expect(await copper("update", [person().id], own.clock, secret)).toBe(404);
  expect((await program(["webhooks", "install", "--url", "http://sync.agence.fr"], own.env, own.folder)).exit).toBe(2);
});
