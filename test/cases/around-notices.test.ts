/** Each place that is told remembers for itself (cases 60, 61), and trouble is told once and as over (cases 62, 74). */
import { createServer as createHttp } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { notify } from "../../src/app/notify.ts";
import { placesOf } from "../../src/notify/channels.ts";
import { sendTo } from "../../src/notify/send.ts";
import type { RunDocument } from "../../src/plan/run-document.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { emptyDocument } from "../../src/sync/document.ts";
import { mailServer } from "../mail-server.ts";

let closing: (() => void)[] = [];
let log: string[];
let store: ReturnType<typeof memoryStore>;
beforeEach(async () => {
  [closing, log] = [[], []];
  store = memoryStore(Date.now);
  await store.saveChanges({ reviews: [{ personId: 1, tag: "🗑️", since: "", ignored: false }] });
});
afterEach(() => {
  for (const close of closing) close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
/** A hook that answers as it is told to. */
async function hook(answers: { status: number; after?: string }) {
  const posts: string[] = [];
  const server = createHttp(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (answers.status === 200) posts.push(text);
    response.writeHead(answers.status, answers.after ? { "retry-after": answers.after } : {}).end();
  });
  return { posts, url: `http://127.0.0.1:${await listening(server)}/hook` };
}
const run = (some: Partial<RunDocument> = {}): RunDocument => ({
  ...emptyDocument("r", "default", ""),
  outcome: "ok",
  ...some,
});
const tell = (channels: Partial<Parameters<typeof placesOf>[0]>, document = run()) =>
  notify(
    {
      name: "default",
      channels: { mail: "", smtp: "", hook: "", command: "", ...channels },
      store,
      log: (line) => log.push(line),
    },
    "en",
    document,
  );

for (const status of [500, 429, 410])
  test(`case 60: a hook that answers ${status} makes nobody else hear everything at every run; they are told of it once`, async () => {
    const answers: { status: number; after?: string } = { status, after: "3600" };
    const { posts, url } = await hook(answers);
    const box = await mailServer("nobody@");
    closing.push(box.close);
    const channels = { mail: "zoe@exemple.fr", smtp: box.smtp, hook: url };
    const wrong = await tell(channels);
    expect(wrong).toEqual([`hook: HTTP ${status}`]);
    for (let runs = 0; runs < 3; runs += 1) await tell(channels);
    // What there is to tell, and that the hook cannot be told
    expect(box.to).toEqual(["zoe@exemple.fr", "zoe@exemple.fr"]);
    expect(box.texts[1]).toContain(`HTTP ${status}`);
    answers.status = 200;
    await tell(channels);
    await tell(channels);
    expect(posts).toHaveLength(1);
    expect(box.to).toHaveLength(2);
  });
test("case 60, A10: a place that is gone for good is not asked at every run for ever", async () => {
  const channels = { command: "exit 3" };
  for (let runs = 0; runs < 60; runs += 1) await tell(channels);
  expect(log.filter((line) => line.includes("exit 3")).length).toBeLessThan(10);
});
test("case 61: of two recipients one is refused: the other gets it once, and the refused one is said", async () => {
  const box = await mailServer("gone@");
  closing.push(box.close);
  const channels = { mail: "gone@exemple.fr, zoe@exemple.fr", smtp: box.smtp };
  const wrong = await tell(channels);
  expect(wrong.join()).toMatch(/mail gone@exemple\.fr: .*550/);
  await tell(channels);
  expect(box.to).toEqual(["zoe@exemple.fr", "zoe@exemple.fr"]);
  expect(box.texts[1]).toContain("gone@exemple.fr");
  expect(log.join()).toContain("gone@exemple.fr");
});
test("a hook that says 429 is asked again after as long as it asks for", async () => {
  const answers: { status: number; after?: string } = { status: 429, after: "7" };
  const { posts, url } = await hook(answers);
  const waits: number[] = [];
  const [place] = placesOf({ mail: "", smtp: "", hook: url, command: "" });
  const wrong = await sendTo(place!, { subject: "s", text: "t" }, async (ms) => {
    waits.push(ms);
    answers.status = 200;
  });
  expect([wrong, waits, posts.length]).toEqual([undefined, [7_000], 1]);
});
test("cases 62, 74: a breakdown is told once to each place, and once as over", async () => {
  const box = await mailServer("nobody@");
  closing.push(box.close);
  const { posts, url } = await hook({ status: 200 });
  await store.saveChanges({ reviewsOver: [1] });
  const channels = { mail: "zoe@exemple.fr", smtp: box.smtp, hook: url };
  const failed = run({ outcome: "failed", error: { code: "unreachable", message: "HTTP 503" } });
  for (const document of [run(), failed, failed, failed, failed]) await tell(channels, document);
  expect([box.to.length, posts.length]).toEqual([1, 1]);
  await tell(channels);
  await tell(channels);
  expect([box.to.length, posts.length]).toEqual([2, 2]);
  expect(posts[1]).toContain("works again");
});
