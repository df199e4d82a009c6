/** A message goes to each place as it asks for, and what goes wrong is said, never thrown. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mailServer } from "../../test/mail-server.ts";
import { type Channels, placesOf } from "./channels.ts";
import { sendEverywhere, sendTo } from "./send.ts";

const NONE: Channels = { mail: "", smtp: "smtp://127.0.0.1:1", hook: "", command: "" };
const MESSAGE = { subject: "Something", text: "waits" };
const place = (some: Partial<Channels>) => placesOf({ ...NONE, ...some })[0]!;

describe("mail", () => {
  let box: Awaited<ReturnType<typeof mailServer>>;
  beforeEach(async () => {
    box = await mailServer();
  });
  afterEach(() => box.close());
  const url = (login: string) => `smtp://${login}127.0.0.1:${box.port}`;
  const plain = (user: string, password: string) =>
    `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`;

  test.each([
    ["", undefined, "zoe@exemple.fr"],
    ["ana%40exemple.fr:p%C3%A9%3A@", plain("ana@exemple.fr", "pé:"), "ana@exemple.fr"],
    ["ana:secret@", plain("ana", "secret"), "zoe@exemple.fr"],
  ])("with the login %j it is sent from who may send", async (login, auth, from) => {
    expect(await sendTo(place({ mail: "zoe@exemple.fr", smtp: url(login) }), MESSAGE)).toBeUndefined();
    expect(box.commands.find((line) => line.startsWith("AUTH"))).toBe(auth);
    expect(box.commands).toContainEqual(expect.stringContaining(`MAIL FROM:<${from}>`));
    expect([box.to, box.texts[0]]).toEqual([["zoe@exemple.fr"], expect.stringContaining("Subject: Something")]);
    expect(box.texts[0]).toContain("waits");
  });
  test("of several places each says what went wrong", async () => {
    const channels = { ...NONE, mail: "nobody@exemple.fr,zoe@exemple.fr", smtp: box.smtp, command: "exit 2" };
    expect(await sendEverywhere(channels, MESSAGE)).toEqual([
      expect.stringMatching(/^mail nobody@exemple.fr: .*550/),
      "command: exit 2",
    ]);
    expect(box.to).toEqual(["zoe@exemple.fr"]);
  });
});

describe("a hook", () => {
  const NOW = Date.parse("2026-01-01T00:00:00Z");
  const asked: [unknown, RequestInit | undefined][] = [];
  const waits: number[] = [];
  let answers: (() => Response)[];
  beforeEach(() => {
    [asked.length, waits.length] = [0, 0];
    vi.spyOn(Date, "now").mockReturnValue(NOW);
    vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
      asked.push([url, init]);
      return (answers.shift() ?? answer(200))();
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const answer = (status: number, after?: string) => () =>
    new Response(null, { status, headers: after === undefined ? {} : { "retry-after": after } });
  const send = () =>
    sendTo(place({ hook: "https://hook.exemple.fr/x" }), MESSAGE, async (ms) => {
      waits.push(ms);
    });

  test("gets the subject and the text", async () => {
    answers = [];
    expect(await send()).toBeUndefined();
    expect(asked).toEqual([
      [
        "https://hook.exemple.fr/x",
        expect.objectContaining({ method: "POST", redirect: "error", body: '{"text":"*Something*\\nwaits"}' }),
      ],
    ]);
  });
  test.each([
    [429, "7", 7_000],
    [503, "60", 60_000],
    [429, "-1", 0],
    [429, undefined, 1_000],
    [429, "Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    [429, "Wed, 31 Dec 2025 23:59:00 GMT", 0],
    [429, "soon", 1_000],
  ])("that answers %i with Retry-After %j is asked again after %i ms", async (status, after, wait) => {
    answers = [answer(status, after)];
    expect(await send()).toBeUndefined();
    expect([waits, asked.length]).toEqual([[wait], 2]);
  });
  test.each([
    [429, "61"],
    [503, "Thu, 01 Jan 2026 00:01:01 GMT"],
    [500, "7"],
    [404, undefined],
  ])("that answers %i with Retry-After %j is not asked again", async (status, after) => {
    answers = [answer(status, after)];
    expect(await send()).toBe(`HTTP ${status}`);
    expect([waits, asked.length]).toEqual([[], 1]);
  });
  test("is asked three times again, no more", async () => {
    answers = Array.from({ length: 9 }, () => answer(429, "1"));
    expect(await send()).toBe("HTTP 429");
    expect([waits, asked.length]).toEqual([[1_000, 1_000, 1_000], 4]);
  });
});

describe("a command", () => {
  test("gets the subject in its environment and the text on its input, and none of our secrets", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "send-")), "got");
    vi.stubEnv("COPPER_API_KEY", "secret");
    const command = `{ echo "$SUBJECT$COPPER_API_KEY"; cat; } > ${file}`;
    expect(await sendTo(place({ command }), MESSAGE)).toBeUndefined();
    vi.unstubAllEnvs();
    expect(readFileSync(file, "utf8")).toBe("Something\nwaits");
  });
  test("may leave its input unread", async () => {
    expect(await sendTo(place({ command: "true" }), { ...MESSAGE, text: "x".repeat(1e6) })).toBeUndefined();
  });
});
