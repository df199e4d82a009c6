/** What is asked of `serve`, in any shape: pages, forms, webhooks. `FUZZ=100` tries a hundred times as much. */
import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDashboard } from "../src/backends/file-dashboard.ts";
import { readSettings } from "../src/config/settings.ts";
import { namedFact } from "../src/ports/facts.ts";
import { hookFact } from "../src/store/connections/identities.ts";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import type { Listening } from "../src/web/server.ts";
import { type World, world } from "./harness.ts";

// Much more of it takes longer
vi.setConfig({ testTimeout: 600_000 });
const times = (runs: number) => ({ numRuns: runs * Number(process.env.FUZZ ?? 1) });

describe("requests to the dashboard", () => {
  let own: World;
  let listening: Listening;
  beforeAll(async () => {
    own = await world({ people: 20, seed: 2 });
    await own.sync();
    const env = { ...own.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token" };
    listening = await openDashboard([readSettings(env, own.folder)], terminalFor("en"), env);
  });
  afterAll(async () => {
    await listening.close();
    await own.close();
  });
  function ask(method: string, path: string, headers: Record<string, string>, body: string) {
    return new Promise<{ status: number; cookie: string; text: string }>((done, failed) => {
      const sent = request({ host: "127.0.0.1", port: listening.port, method, path, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        const cookie = String(response.headers["set-cookie"] ?? "").split(";")[0]!;
        response.on("end", () => done({ status: response.statusCode ?? 0, cookie, text }));
      });
      sent.on("error", failed);
      sent.end(body);
    });
  }
  const word = fc.string({ unit: fc.constantFrom(..."abz09-_.%/&=?é<>'\"\0"), maxLength: 20 });
  const path = fc
    .tuple(
      fc.constantFrom(
        "/",
        "/review",
        "/contacts",
        "/contacts/p-",
        "/runs",
        "/runs/",
        "/conflicts",
        "/settings",
        "/job/",
        "/enter",
        "/health",
        "/metrics",
      ),
      word,
      fc.dictionary(fc.constantFrom("q", "page", "sort", "filter", "ids", "run", "field", "csrf", "decision"), word, {
        maxKeys: 4,
      }),
    )
    .map(([base, rest, query]) => `${base}${encodeURI(rest.replace(/[?#\0]/g, ""))}?${new URLSearchParams(query)}`);
  const body = fc.oneof(
    word,
    fc
      .dictionary(fc.constantFrom("csrf", "ids", "decision", "field", "personId", "value", "token", "all"), word)
      .map((one) => String(new URLSearchParams(one))),
    fc.json(),
  );
  test("whatever a webhook posts, with the secret: it is understood or refused, never a failure, and writes nothing itself", async () => {
    await own.sync();
    const secret = "s".repeat(32);
    const database = await openDatabase(own.env.DATABASE_URL!);
    const facts = namedFact(hookFact(secret), `424242:${own.worlds.mailchimp.list}`);
    await databaseStore(database, "", Date.now).saveChanges({ facts });
    await database.destroy();
    own.writes();
    const copper = fc.record(
      {
        ids: fc.oneof(fc.array(fc.integer()), fc.jsonValue()),
        type: fc.constantFrom("person", "lead", 1),
        event: fc.constantFrom("new", "delete", "x"),
        timestamp: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const form = fc
      .dictionary(
        fc.constantFrom("type", "fired_at", "data[email]", "data[list_id]", "data[new_email]"),
        fc.oneof(word, fc.constantFrom("profile", own.worlds.mailchimp.list)),
      )
      .map((one) => String(new URLSearchParams(one)));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          copper.map((one) => JSON.stringify(one)),
          fc.json(),
          word,
        ),
        form,
        async (json, fields) => {
          const post = (path: string, body: string) =>
            ask("POST", path, { host: "sync.agence.fr", "x-sync-secret": secret }, body);
          for (const { status } of [
            await post("/hooks/copper", json),
            await post(`/hooks/mailchimp/${secret}`, fields),
          ])
            expect([200, 400], `${json}\n${fields}`).toContain(status);
        },
      ),
      times(200),
    );
    expect(own.writes()).toEqual([]);
  });
  test("whatever is asked, by somebody inside or outside: no failure of ours, nothing is written without the form’s token", async () => {
    const { cookie } = await ask("GET", "/login?token=lasting-token", {}, "");
    own.writes();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"),
        path,
        body,
        fc.boolean(),
        async (method, at, sent, inside) => {
          const headers = {
            "content-type": "application/x-www-form-urlencoded",
            origin: `http://127.0.0.1:${listening.port}`,
            ...(inside && { cookie }),
          };
          const { status, text } = await ask(method, at, headers, method === "GET" ? "" : sent);
          expect(status, `${method} ${at}\n${sent}`).toBeLessThan(500);
          expect(text).not.toMatch(/ {4}at .*\.[jt]sx?:\d+/);
        },
      ),
      times(300),
    );
    expect(own.writes()).toEqual([]);
  });
});
