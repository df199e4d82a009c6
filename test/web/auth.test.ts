/** Who may do what on the dashboard, tried as an attacker would. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type World, world } from "../harness.ts";
import { type Opened, openFor } from "./open.ts";

let own: World;
let open: Opened;
beforeAll(async () => {
  own = await world({ people: 30, seed: 2 });
  await own.sync();
  open = await openFor(own);
});
afterAll(async () => {
  await open.close();
  await own.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request with headers as an attacker sets them. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
  return new Promise((done, failed) => {
    const sent = request({ host: "127.0.0.1", port: open.listening.port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", failed);
    sent.end(body);
  });
}
const form = { "content-type": "application/x-www-form-urlencoded" };

async function session(): Promise<{ cookie: string; csrf: string }> {
  // Links of earlier versions lead in as well
  expect(await ask("GET", "/enter?token=lasting-token")).toMatchObject({ status: 200 });
  const entered = await ask("GET", "/login?token=lasting-token");
  const cookie = String(entered.headers["set-cookie"]).split(";")[0]!;
  const page = await ask("GET", "/c/default/", { cookie });
  return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)![1]! };
}

test("without a session no page is shown and nothing is done", async () => {
  for (const path of ["/", "/review", "/contacts?q=a", "/contacts/p-1000", "/runs", "/settings", "/job/live"])
    for (const base of ["", "/c/default", "/c/other"])
      expect(await ask("GET", base + path)).toMatchObject({ status: 302, headers: { location: "/login" } });
  for (const path of ["/job/sync", "/review", "/review/restore", "/conflicts", "/job/stop"])
    for (const base of ["", "/c/default", "/c/other"])
      expect((await ask("POST", base + path, { ...form, origin: open.origin })).status).toBe(401);
});
test("the printed link is good once; the cookie is HttpOnly and SameSite=Strict", async () => {
  const path = new URL(open.listening.link).pathname + new URL(open.listening.link).search;
  const first = await ask("GET", path);
  expect(first.status).toBe(200);
  expect(String(first.headers["set-cookie"])).toMatch(/HttpOnly.*SameSite=Strict/);
  expect((await ask("GET", path)).status).toBe(403);
  expect((await ask("GET", path)).headers["set-cookie"]).toBeUndefined();
});
test("a host that is not ours is turned away: no DNS rebinding", async () => {
  const { cookie } = await session();
  for (const host of ["evil.example", `evil.example:${open.listening.port}`, "127.0.0.1", "localhost:1"])
    expect((await ask("GET", "/c/default/", { cookie, host })).status).toBe(421);
  expect((await ask("GET", "/c/default/", { cookie, host: `localhost:${open.listening.port}` })).status).toBe(200);
});
test("what changes something needs our origin and the session's token", async () => {
  const { cookie, csrf } = await session();
  own.writes();
  const post = (headers: Record<string, string>, body: string) =>
    ask("POST", "/c/default/job/sync", { cookie, ...form, ...headers }, body);
  expect((await post({ origin: "https://evil.example" }, `csrf=${csrf}`)).status).toBe(403);
  expect((await post({ origin: "null" }, `csrf=${csrf}`)).status).toBe(403);
  expect((await post({}, `csrf=${csrf}`)).status).toBe(403);
  expect((await post({ origin: open.origin }, "")).status).toBe(403);
  expect((await post({ origin: open.origin }, "csrf=wrong")).status).toBe(403);
  const other = await session();
  expect((await post({ origin: open.origin }, `csrf=${other.csrf}`)).status).toBe(403);
  expect(own.copper.asked).toEqual([]);
});
test("strict headers on every answer; no key on any page", async () => {
  const { cookie } = await session();
  const inside = ["/", "/review", "/runs", "/settings", "/settings?doctor", "/nowhere"].map(
    (path) => `/c/default${path}`,
  );
  for (const path of ["/", ...inside, "/enter", "/nowhere"]) {
    const { headers, text } = await ask("GET", path, { cookie });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    for (const secret of [own.worlds.copper.key, own.worlds.mailchimp.key, "lasting-token"])
      expect(text).not.toContain(secret);
  }
});
test("health and metrics are for monitors: no session, and nobody's name in them", async () => {
  expect(await ask("GET", "/health")).toMatchObject({ status: 200, text: expect.stringContaining('"status":"ok"') });
  const { status, text } = await ask("GET", "/metrics");
  expect(status).toBe(200);
  expect(text).toContain("sync_last_run_ok 1");
  expect(text).not.toContain("@");
});
test("nothing but the files of the pages is served, and no endless form is read", async () => {
  for (const name of ["__proto__", "..%2fpackage.json", "constructor", "nothing.css"])
    expect((await ask("GET", `/files/${name}`)).status).toBe(404);
  expect((await ask("POST", "/enter", form, `token=${"x".repeat(5_000_000)}`)).status).toBe(413);
});
test("wrong tokens are slowed down, also the right one meanwhile", async () => {
  for (let tries = 0; tries < 6; tries += 1)
    expect((await ask("POST", "/enter", form, "token=guess")).status).toBe(403);
  expect((await ask("POST", "/enter", form, "token=lasting-token")).headers["set-cookie"]).toBeUndefined();
});
