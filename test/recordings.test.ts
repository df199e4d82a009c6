/** The simulated Mailchimp held against recorded exchanges and against the service's official client. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import client from "@mailchimp/mailchimp_marketing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashOf, type SimMerge } from "../src/simulators/mailchimp-rules.ts";
import { type World, world } from "./harness.ts";

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly request: Record<string, unknown>;
  readonly status: number;
  readonly response?: Record<string, unknown>;
}
const file = JSON.parse(readFileSync(new URL("fixtures/mailchimp-recordings.json", import.meta.url), "utf8"));
const exchanges: Exchange[] = Array.isArray(file) ? file : file.exchanges;

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const merge = (tag: string, type: string): SimMerge => ({
  merge_id: 1,
  tag,
  name: tag,
  type,
  required: false,
  options: type === "phone" ? { phone_format: "none" } : {},
});

/** The status of a member; that of a problem document is a number. */
const statusOf = (status: unknown) => (typeof status === "string" ? status : "subscribed");

/** Puts the simulator into the state in which the real service gave this answer. */
function prepare(exchange: Exchange): void {
  const { mailchimp } = own.worlds;
  const fields = exchanges.flatMap((one) => Object.keys((one.response?.merge_fields as object | undefined) ?? {}));
  const numbers = exchanges.flatMap((one) =>
    ((one.response?.errors as { field: string }[] | undefined) ?? []).map((error) => error.field),
  );
  mailchimp.merges.splice(
    0,
    Infinity,
    ...[...new Set(fields)].map((tag) =>
      merge(tag, tag === "PHONE" ? "phone" : numbers.includes(tag) ? "number" : "text"),
    ),
  );
  const hash = /members\/([0-9a-f]{32})/.exec(exchange.path)?.[1];
  const exists =
    exchange.status < 300 || exchange.status === 405 || (exchange.status === 400 && exchange.method === "PUT");
  if (hash && exists) {
    const email = String(exchange.response?.email_address ?? exchange.request.email_address ?? "someone@exemple.fr");
    own.member(email, {
      id: hash,
      status: exchange.status === 405 ? "archived" : statusOf(exchange.response?.status),
    });
    const made = mailchimp.members.get(hashOf(email))!;
    mailchimp.members.delete(hashOf(email));
    mailchimp.members.set(hash, made);
  }
  if (exchange.response?.title === "Member Exists") own.member(String(exchange.request.email_address));
}

describe("recorded exchanges", () => {
  const concerned = exchanges.filter((one) => !(one.method === "GET" && /\/lists$/.test(one.path)));
  test("there are many", () => expect(concerned.length).toBeGreaterThan(90));
  test.each(
    concerned.map(
      (one, index) => [`${index} ${one.method} ${one.path.replace(/[0-9a-f]{32}/, "…")} ${one.status}`, one] as const,
    ),
  )("%s", async (_, exchange) => {
    prepare(exchange);
    const path = exchange.path.replace(/^\/3\.0\/lists\/[^/]+/, `/lists/${own.worlds.mailchimp.list}`);
    const query = new URLSearchParams(exchange.query ?? {}).toString();
    const response = await fetch(`${own.mailchimp.url}${path}${query ? `?${query}` : ""}`, {
      method: exchange.method,
      headers: {
        Authorization: `Basic ${Buffer.from(`x:${own.worlds.mailchimp.key}`).toString("base64")}`,
        "Content-Type": "application/json",
      },
      ...(exchange.method !== "GET" && exchange.method !== "DELETE" && { body: JSON.stringify(exchange.request) }),
    });
    expect(response.status).toBe(exchange.status);
    const text = await response.text();
    if (exchange.response === undefined) return expect(text).toBe("");
    const answer = JSON.parse(text);
    if (exchange.status >= 400)
      expect(answer).toMatchObject({ title: exchange.response.title, status: exchange.response.status });
    if (exchange.status >= 400) expect(answer.type).toBe(exchange.response.type);
    if (exchange.status >= 400) expect(response.headers.get("content-type")).toContain("application/problem+json");
    if (typeof exchange.response.email_address === "string")
      expect(Object.keys(answer).sort()).toEqual(
        expect.arrayContaining([
          "contact_id",
          "email_address",
          "id",
          "last_changed",
          "list_id",
          "merge_fields",
          "status",
          "tags",
          "tags_count",
        ]),
      );
  });
});

test("the official client works against it", async () => {
  const marketing = client as unknown as Record<string, never> & {
    setConfig(config: object): void;
    lists: Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>;
  };
  marketing.setConfig({ apiKey: own.worlds.mailchimp.key, server: "us21" });
  const inner = (client as unknown as { lists: { apiClient: { basePath: string } } }).lists.apiClient;
  inner.basePath = own.mailchimp.url;
  const list = own.worlds.mailchimp.list;
  const added = await marketing.lists.addListMember!(list, {
    email_address: "ana@exemple.fr",
    status: "subscribed",
    merge_fields: { FNAME: "Ana" },
  });
  expect(added).toMatchObject({ status: "subscribed" });
  await marketing.lists.updateListMemberTags!(list, added.id, { tags: [{ name: "VIP", status: "active" }] });
  expect(await marketing.lists.getListMember!(list, added.id)).toMatchObject({ tags: [{ name: "VIP" }] });
});

test("batches answer with a tar of JSON, whose entries begin with ./; webhooks are kept", async () => {
  own.member("ana@exemple.fr");
  const headers = {
    Authorization: `Basic ${Buffer.from(`x:${own.worlds.mailchimp.key}`).toString("base64")}`,
    "Content-Type": "application/json",
  };
  const ask = async (method: string, path: string, body?: unknown) =>
    (
      await fetch(`${own.mailchimp.url}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    ).json() as Promise<Record<string, never>>;
  const list = `/lists/${own.worlds.mailchimp.list}`;
  const operations = [
    {
      method: "PATCH",
      path: `${list}/members/${hashOf("ana@exemple.fr")}`,
      body: JSON.stringify({ merge_fields: { FNAME: "Ana" } }),
      operation_id: "one",
    },
  ];
  const { id } = await ask("POST", "/batches", { operations });
  expect(await ask("GET", `/batches/${id}`)).toMatchObject({ status: "pending" });
  expect(await ask("GET", `/batches/${id}`)).toMatchObject({ status: "started" });
  const done = await ask("GET", `/batches/${id}`);
  expect(done).toMatchObject({ status: "finished", total_operations: 1, errored_operations: 0 });
  const bytes = gunzipSync(Buffer.from(await (await fetch(done.response_body_url!, { headers })).arrayBuffer()));
  expect(bytes.subarray(0, 14).toString()).toBe("./answers.json");
  expect(bytes.toString()).toContain('"status_code":200,"operation_id":"one"');
  expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
  const told: string[] = [];
  const listener = createServer((request, response) => {
    request.on("data", (chunk) => told.push(String(chunk))).on("end", () => response.end());
  });
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const heard = new Promise((done) =>
    listener.on("request", (request) => request.method === "POST" && request.on("end", done)),
  );
  const { port } = listener.address() as { port: number };
  await ask("POST", `${list}/webhooks`, { url: `http://127.0.0.1:${port}/hook`, sources: { api: true } });
  await ask("PATCH", `${list}/members/${hashOf("ana@exemple.fr")}`, { merge_fields: { FNAME: "Anna" } });
  await heard;
  expect(told.join("")).toContain("type=profile");
  await new Promise((done) => listener.close(done).closeAllConnections());
  expect(await ask("GET", `${list}/webhooks`)).toMatchObject({ total_items: 1 });
});
