/** Nothing from outside gets further than it should: addresses, forms, log lines, webhooks. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openMany } from "../../src/backends/stored-dashboard.ts";
import { openLog } from "../../src/config/log.ts";
import { SECRET_HEADER } from "../../src/services/copper.ts";
import { openDatabase } from "../../src/store/open.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import { freshKey } from "../../src/vault/vault.ts";
import type { DashboardBackend } from "../../src/web/backend.ts";
import type { Env } from "../../src/web/route-context.ts";
import { hookRoutes } from "../../src/web/routes/hook-routes.ts";
import { localAddress } from "../../src/web/safe-redirect.ts";
import { type World, world } from "../harness.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import "../seed.ts";
import { keepConnection } from "../stored-connection.ts";
import { openFor } from "./open.ts";

/** Text as an attacker sends it. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(..."/\\.\t\r\n\0@:%?#ea "), maxLength: 12 }).map((text) => `/${text}`),
  fc.constantFrom(
    "/\t/elsewhere",
    "//elsewhere",
    "/\\elsewhere",
    "/.//elsewhere",
    "/x/..//elsewhere",
    "/%09/e",
    "/\r\nSet-Cookie: a=b",
  ),
);

test("whatever is called an address, a browser stays here, and the header is one line", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const address = localAddress(text);
      expect(new URL(address, "https://ours.example/a/b").host).toBe("ours.example");
      expect(address).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
    }),
    { numRuns: 3_000 },
  );
  expect(localAddress("/runs?page=2")).toBe("/runs?page=2");
  expect(localAddress(undefined, "/connections")).toBe("/connections");
});
test("whatever a line of the log holds, it is one line", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-log-"));
  const log = openLog(folder, 1, String, () => new Date("2026-01-01T00:00:00Z"));
  const lines = fc.sample(fc.oneof(hostile, fc.constant("a\n2026-01-01T00:00:00.000Z  forged\u2028x\u0085y")), 200);
  for (const line of lines) log(line);
  const written = readFileSync(join(folder, "sync_20260101.log"), "utf8").trimEnd();
  expect(written.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(lines.length + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  rmSync(folder, { recursive: true });
});

describe.each(["one connection on SQLite", "many on PostgreSQL"])("every route of %s", (kind) => {
  let own: World;
  let port: number;
  let close: () => Promise<void>;
  let postgres: Postgres | undefined;
  const before = { ...process.env };
  let said = "";
  beforeAll(async () => {
    own = await world({ people: 10, seed: 2 });
    own.person({ first_name: "Old", email: "old@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      said += text;
      return true;
    });
    if (kind.startsWith("one")) {
      await own.sync();
      const open = await openFor(own);
      port = open.listening.port;
      close = open.close;
      return;
    }
    postgres = await startPostgres();
    const key = freshKey();
    Object.assign(process.env, {
      DATABASE_URL: postgres.url,
      CONNECTIONS_KEY: key,
      DASHBOARD_TOKEN: "lasting-token",
      DASHBOARD_PORT: "0",
      LOG_DIR: join(own.folder, "logs"),
    });
    const { LOG_DIR: _, DATABASE_URL: __, ...settings } = own.env;
    await own.sync({}, { DATABASE_URL: postgres.url });
    const database = await openDatabase(postgres.url);
    const scope = `${own.worlds.copper.account}:${own.env.MAILCHIMP_LIST_ID}`;
    await keepConnection(database, key, settings, { name: "bakery", scope, state: "paused" });
    await database.destroy();
    const serving = await openMany(postgres.url, terminalFor("en"));
    port = serving.port;
    close = serving.close;
  }, 60_000);
  afterAll(async () => {
    await close();
    await postgres?.close();
    await own.close();
    process.env = before;
    vi.restoreAllMocks();
  });
  interface Answer {
    readonly status: number;
    readonly text: string;
    readonly location: string | undefined;
    readonly cookie: string;
  }
  function ask(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
    return new Promise((done, failed) => {
      const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        const cookie = String(response.headers["set-cookie"] ?? "").split(";")[0]!;
        const { location } = response.headers;
        response.on("end", () => done({ status: response.statusCode ?? 0, text, location, cookie }));
      });
      sent.on("error", failed);
      sent.end(body);
    });
  }
  const base = kind.startsWith("many") ? "/c/bakery" : "/c/default";
  /** A session of the operator. */
  let session = "";
  async function inside(): Promise<string> {
    if (session !== "") return session;
    session = (await ask("GET", "/login?token=lasting-token")).cookie;
    return session;
  }
  const part = fc.oneof(
    hostile,
    fc.constantFrom(
      "99999999999999999999",
      "-1",
      "1e9",
      "NaN",
      "0",
      "1.5",
      "p-99999999999999999999",
      "p-7",
      "m-\0",
      "%",
      "%zz",
      "%c0%af",
    ),
  );
  const PAGES = "/ /review /contacts /contacts/ /runs /runs/ /conflicts /settings /nowhere/ /job/anyway".split(" ");
  const PLACES = [
    ...PAGES,
    ...PAGES.map((page) => base + page),
    ..."/c/ /connections /connections/ /audit /language/ /enter /health /metrics /files/ /hooks/mailchimp/ /hooks/copper".split(
      " ",
    ),
  ];
  const POSTED = "/review /review/restore /conflicts /job/undo /job/stop /job/anyway".split(" ");
  const FORMS = [
    ...POSTED.map((form) => base + form),
    ..."/review /connections/pause /connections/resume /hooks/copper /enter".split(" "),
  ];
  const NAMES = "q page sort dir member as back doctor token connections run person field id ids decision scope".split(
    " ",
  );
  const fields = fc.dictionary(fc.constantFrom(...NAMES), part, { maxKeys: 4 });
  const escaped = (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : "%ff");

  test("answers with less than 500, whatever stands in an address or a form", async () => {
    const cookie = await inside();
    const page = await ask("GET", `${base}/`, { cookie });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect(csrf).not.toBe("");
    const types = [
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "multipart/form-data; boundary=x",
      "application/json",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PLACES),
        fc.constantFrom(...FORMS),
        part,
        fields,
        fc.constantFrom(...types),
        fc.boolean(),
        async (place, form, rest, query, type, known) => {
          const asked = Object.entries(query).map(([name, value]) => `${name}=${escaped(value)}`);
          const headers = {
            ...(known && { cookie }),
            origin: `http://127.0.0.1:${port}`,
            "x-forwarded-for": escaped(rest),
          };
          const path = `${place}${place.endsWith("/") ? escaped(rest) : ""}?${asked.join("&")}`;
          const got = await ask("GET", path, headers);
          expect([path, got.status < 500]).toEqual([path, true]);
          if (got.location !== undefined)
            expect(new URL(got.location, `http://127.0.0.1:${port}/`).host).toBe(`127.0.0.1:${port}`);
          const body = `csrf=${csrf}&${asked.join("&")}`;
          const sent = await ask("POST", form, { ...headers, "content-type": type }, body);
          expect([form, body, sent.status < 500]).toEqual([form, body, true]);
        },
      ),
      { numRuns: 250 * Number(process.env.FUZZ ?? 1) },
    );
    const lines = said.split("\n");
    for (const line of lines) expect(line).not.toMatch(/^Set-Cookie|^\s+at /);
  }, 600_000);
  test("what an address says wrongly is a 400 or 404 in words", async () => {
    const cookie = await inside();
    for (const path of [
      `${base}/runs?page=99999999999999999999`,
      `${base}/review?page=-1`,
      `${base}/contacts/p-99999999999999999999`,
      `${base}/runs/%00`,
    ]) {
      const { status, text } = await ask("GET", path, { cookie });
      expect([path, status]).toEqual([path, 400]);
      expect(text).toContain("says something that cannot be");
    }
    expect(await ask("GET", `${base}/nowhere`, { cookie })).toMatchObject({
      status: 404,
      text: expect.stringContaining("nothing at this"),
    });
    for (const back of ["/%09/elsewhere", "/%0d%0aSet-Cookie:%20a=b", "/%00", "//elsewhere"])
      expect(await ask("GET", `/language/fr?back=${back}`, { cookie })).toMatchObject({ status: 302, location: "/" });
  });
});

test("a stranger’s notification costs one look-up, a flood of them none; the right secret comes through all the same", async () => {
  const app = new Hono<Env>();
  let looked = 0;
  let now = 1_000;
  const received: string[] = [];
  const backend = {
    hooks: { receive: async (_: string, body: string) => received.push(body) > 0 },
  } as unknown as DashboardBackend;
  const hooked = async (secret: string) => {
    looked += 1;
    return secret === "right" ? backend : undefined;
  };
  hookRoutes(app, { hooked, now: () => now });
  const post = async (secret: string, from: string) => {
    const headers = { [SECRET_HEADER]: secret, "x-forwarded-for": from };
    const incoming = { socket: { remoteAddress: "127.0.0.1" } };
    return (await app.request("/hooks/copper", { method: "POST", headers, body: "{}" }, { incoming })).status;
  };
  expect(await post("right", "192.0.2.1")).toBe(200);
  expect(await post("wrong", "192.0.2.1")).toBe(404);
  expect(looked).toBe(2);
  for (let tries = 0; tries < 300; tries += 1) await post(`guess${tries}`, "192.0.2.1");
  expect(looked).toBeLessThan(30);
  expect(await post("wrong", "192.0.2.1")).toBe(429);
  expect(await post("right", "192.0.2.1")).toBe(200);
  expect(await post("wrong", "192.0.2.2")).toBe(404);
  now += 61_000;
  expect(await post("wrong", "192.0.2.1")).toBe(404);
  expect(received).toHaveLength(2);
});
