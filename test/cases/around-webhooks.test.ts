/** Webhooks: what comes in is read in every form, and what was installed is known until it is surely gone. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostedOf, serialByAccount } from "../../src/backends/file-connection.ts";
import { readSettings } from "../../src/config/settings.ts";
import { wire } from "../../src/main/wire.ts";
import type { Hooks } from "../../src/ports/facts.ts";
import { RunInProgress } from "../../src/sync/run.ts";
import { hasty, type World, world } from "../harness.ts";
import { program } from "../program.ts";

let own: World;
let endpoint: Server;
let url: string;
beforeEach(async () => {
  own = await world();
  // Mailchimp looks whether somebody answers
  endpoint = createServer((_, response) => response.end("ok"));
  await new Promise<void>((ready) => endpoint.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  await own.sync();
});
afterEach(async () => {
  endpoint.close();
  await own.close();
});
const does = (args: string[], env: Record<string, string> = {}) =>
  program(["webhooks", ...args], { ...own.env, ...env }, own.folder);
async function hooks(): Promise<Hooks | null | undefined> {
  const wired = await wire(readSettings(own.env, own.folder), new AbortController().signal, hasty());
  return wired.store.fact("hooks").finally(() => wired.store.close());
}
async function status(env: Record<string, string> = {}) {
  return JSON.parse((await does(["status", "--json"], env)).out);
}

test("case 52: two connections on one Copper account: removing one leaves the other's subscriptions", async () => {
  const other = { MAILCHIMP_LIST_ID: "other00000" };
  const { list } = own.worlds.mailchimp;
  expect((await does(["install", "--url", url])).exit).toBe(0);
  Object.assign(own.worlds.mailchimp, { list: other.MAILCHIMP_LIST_ID });
  expect((await does(["install", "--url", url], other)).exit).toBe(0);
  expect(await status(other)).toMatchObject({ copper: { subscribed: 3, of: 3 }, mailchimp: { subscribed: 1, of: 1 } });
  Object.assign(own.worlds.mailchimp, { list });
  expect((await does(["remove"])).exit).toBe(0);
  Object.assign(own.worlds.mailchimp, { list: other.MAILCHIMP_LIST_ID });
  expect(await status(other)).toMatchObject({ copper: { subscribed: 3 } });
}, 60_000);

describe("case 51: what is refused is said, and known until it is done", () => {
  test("removal refused: exit 1, the secret is kept; later it is done", async () => {
    await does(["install", "--url", url]);
    const before = await hooks();
    own.copper.fault = ({ method, path }) =>
      method === "DELETE" && path.includes("/webhooks/")
        ? { when: "before", reply: { status: 403, body: { message: "no", detail: "no" } } }
        : undefined;
    const done = await does(["remove"]);
    expect([done.exit, done.out]).toEqual([1, expect.not.stringContaining("Unsubscribed")]);
    expect(done.out + done.err).not.toContain(before!.secret);
    expect(await hooks()).toEqual(before);
    own.copper.fault = undefined;
    expect((await does(["remove"])).exit).toBe(0);
    expect(await hooks()).toBeNull();
    expect(await status()).toEqual({
      schema: 1,
      url: null,
      copper: { subscribed: 0, of: 3 },
      mailchimp: { subscribed: 0, of: 1 },
      left: 0,
    });
  }, 60_000);
  test("installation refused: exit 1, what was there before stays and is known", async () => {
    await does(["install", "--url", url]);
    const before = await hooks();
    own.mailchimp.fault = ({ method, path }) =>
      method === "POST" && path.endsWith("/webhooks")
        ? { when: "before", reply: { status: 400, body: { title: "Bad", detail: "cannot be reached" } } }
        : undefined;
    expect(await does(["install", "--url", url])).toMatchObject({
      exit: 1,
      err: expect.stringContaining("cannot be reached"),
    });
    own.mailchimp.fault = undefined;
    expect(await hooks()).toEqual(before);
    expect(await status()).toMatchObject({ copper: { subscribed: 3 }, mailchimp: { subscribed: 1 }, left: 0 });
  }, 60_000);
  test("an address with ? or # or a user is refused with a word, before anything is sent", async () => {
    own.writes();
    for (const part of ["?a=1", "#b", "/x?"]) {
      const { exit, err } = await does(["install", "--url", `https://sync.exemple.fr${part}`], { SYNC_LANG: "fr" });
      expect([exit, err]).toEqual([2, expect.stringContaining("ni utilisateur")]);
    }
    expect((await does(["install", "--url", "https://me:pass@sync.exemple.fr"])).exit).toBe(2);
    expect(own.writes()).toEqual([]);
  }, 60_000);
});

test("a notification while another program holds the connection is kept for when it is free", async () => {
  const settings = readSettings(own.env, own.folder);
  const hosted = hostedOf(
    settings,
    "en",
    own.env,
    serialByAccount(),
    () => undefined,
    () => settings,
  );
  const other = await wire(settings, new AbortController().signal, hasty());
  const hints = { personIds: [5], emails: [] };
  const quiet = { reading: () => undefined, applying: () => undefined, decided: () => undefined };
  try {
    await hosted.begin(10_000);
    await other.store.lock("another program");
    const ran = hosted.backend().perform({ do: "sync", yes: false, hints }, new AbortController().signal, quiet);
    await expect(ran).rejects.toBeInstanceOf(RunInProgress);
    expect(hosted.gathering.take(Date.now() + 60_000)).toEqual(hints);
  } finally {
    await other.store.close();
    await hosted.close();
  }
});
