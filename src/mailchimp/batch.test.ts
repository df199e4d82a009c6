/** Batches: many requests as one, and what is known of each when the batch or its answers go astray (A1). */
import { createTarGzip } from "nanotar";
import { expect, test } from "vitest";
import { type Answer, LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { requestsFor, sendBatches } from "./batch.ts";

interface Plan {
  /** The answer to the batch itself; by default it is taken. */
  readonly made?: Answer;
  /** The answer to each batch after the first. */
  readonly later?: Answer;
  /** The states that the batch shows, one a look; the last one stays. */
  readonly states?: readonly Answer[];
  /** The files of the archive; `undefined` for no archive, a text for another download. */
  readonly files?: readonly { readonly name: string; readonly data: string }[] | string;
  readonly stopped?: boolean;
}
const ok = (body: unknown): Answer => ({ ok: true, body });
const refused = (status: number): Answer => ({ ok: false, status, body: undefined, text: "no" }) as Answer;
const finished = ok({ id: "b1", status: "finished", response_body_url: "https://archive" });

/** Sends two requests to a service that does so. @returns the answers, what was remembered, and the pauses (ms) */
async function sent(plan: Plan, requests = 2) {
  const remembered: string[] = [];
  const pauses: number[] = [];
  const posted: { operations: { operation_id: string; body?: string; params?: object }[] }[] = [];
  const states = [...(plan.states ?? [finished])];
  const http = {
    stopped: () => plan.stopped ?? false,
    mask: (text: string) => text.replaceAll("the-key", "…"),
    wait: async (ms: number) => {
      pauses.push(ms);
    },
    async send(method: string, _path: string, body: unknown): Promise<Answer> {
      if (method === "GET") return states.length > 1 ? states.shift()! : states[0]!;
      posted.push(body as (typeof posted)[number]);
      const made = posted.length > 1 ? (plan.later ?? plan.made) : plan.made;
      return made ?? ok({ id: `b${posted.length}`, status: "pending" });
    },
    async download() {
      if (typeof plan.files === "string") return new TextEncoder().encode(plan.files);
      return plan.files && createTarGzip([...plan.files]);
    },
  } as unknown as Http;
  const all = Array.from({ length: requests }, (_, index) => ({
    method: "PATCH",
    path: `/members/${index}`,
    body: { index },
    ...(index === 1 && { params: { skip: "true" } }),
  }));
  const answers = await sendBatches(http, all, async (batch, running) => {
    remembered.push(`${batch} ${running}`);
  });
  return { answers, remembered, pauses, posted };
}
const answer = (operation_id: string | number, status_code: number, response: unknown) => ({
  operation_id,
  status_code,
  response: JSON.stringify(response),
});

test("answers come back in the order of the requests, whatever their order in the archive; a missing one is lost", async () => {
  const files = [
    { name: "folder/", data: "" },
    { name: "notes.txt", data: JSON.stringify([answer("2", 200, {})]) },
    { name: "broken.json", data: "{" },
    { name: "a.json", data: JSON.stringify([answer("1", 400, { detail: "the-key is wrong" })]) },
    { name: "b.json", data: JSON.stringify([answer(0, 200, { id: "m" }), answer("9", 200, {})]) },
  ];
  const { answers, remembered, posted } = await sent({ files }, 3);
  expect(answers).toMatchObject([
    { ok: true, body: { id: "m" } },
    { ok: false, status: 400, body: { detail: "… is wrong" } },
    { ok: false, status: LOST },
  ]);
  expect(remembered).toEqual(["b1 true", "b1 false"]);
  expect(posted[0]!.operations).toMatchObject([
    { operation_id: "0", body: '{"index":0}' },
    { operation_id: "1", params: { skip: "true" } },
    { operation_id: "2" },
  ]);
});
test("a service that refuses batches says so; one that answers nothing may have taken it", async () => {
  expect((await sent({ made: refused(403) })).answers).toBeUndefined();
  const lost = await sent({ made: refused(LOST) });
  expect(lost.answers).toMatchObject([{ status: LOST }, { status: LOST }]);
  expect(lost.remembered).toEqual([]);
  expect((await sent({ made: ok({ odd: true }) })).answers).toMatchObject([{ status: LOST }, { status: LOST }]);
});
test("a batch that runs on is remembered, and its answers are open; one that is gone has none", async () => {
  const slow = await sent({ states: [ok({ id: "b1", status: "started" })] });
  expect(slow.answers).toMatchObject([{ status: LOST }, { status: LOST }]);
  expect(slow.remembered).toEqual(["b1 true"]);
  // Each pause is twice the last, up to a minute; in all a quarter of an hour
  expect(slow.pauses.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(slow.pauses.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(15 * 60_000);
  const gone = await sent({ states: [ok({ id: "b1", status: "started" }), refused(404)] });
  expect(gone.answers).toMatchObject([{ status: LOST }, { status: LOST }]);
  expect(gone.remembered).toEqual(["b1 true", "b1 false"]);
  const stopped = await sent({ stopped: true });
  expect([stopped.pauses, stopped.remembered]).toEqual([[], ["b1 true"]]);
});
test("a look that fails is looked again; no archive, or a page in its place, leaves all answers open", async () => {
  const files = [{ name: "a.json", data: JSON.stringify([answer(0, 204, null), answer(1, 299, null)]) }];
  const { answers, pauses } = await sent({ states: [refused(500), refused(LOST), finished], files });
  expect(answers).toMatchObject([{ ok: true }, { ok: true }]);
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
  for (const wrong of [undefined, "<html>Sign in</html>"])
    expect((await sent({ files: wrong as never })).answers).toMatchObject([{ status: LOST }, { status: LOST }]);
  const none = await sent({ states: [ok({ id: "b1", status: "finished" })], files });
  expect(none.answers).toMatchObject([{ status: LOST }, { status: LOST }]);
  expect(none.remembered).toEqual(["b1 true", "b1 false"]);
  const wrong = { ...refused(500), body: { id: "b1", status: "finished", response_body_url: "" } } as Answer;
  expect((await sent({ states: [wrong, finished], files })).answers).toMatchObject([{ ok: true }, { ok: true }]);
});
test("a redirection is a refusal, and one without words has an empty text", async () => {
  const data = JSON.stringify([answer(0, 300, null), { operation_id: "1", status_code: 400 }]);
  const { answers } = await sent({ files: [{ name: "a.json", data }] });
  expect(answers).toMatchObject([
    { ok: false, status: 300, body: null },
    { ok: false, status: 400, text: "" },
  ]);
});
test("what a batch just holds goes as one", async () => {
  expect((await sent({}, 5_000)).posted).toHaveLength(1);
});
test("few operations cost one request each, many six for each batch of 5,000", () => {
  expect([1, 7, 8, 5_000, 5_001].map(requestsFor)).toEqual([1, 7, 6, 6, 12]);
});
test("a refusal of a later batch is none, whatever its body shows", async () => {
  const body = { id: "b9", status: "finished", response_body_url: "https://archive" };
  const files = [{ name: "a.json", data: JSON.stringify([answer(0, 200, null)]) }];
  const later = { ok: false, status: 403, body, text: "no" } as Answer;
  const { answers, remembered } = await sent({ files, later }, 5_001);
  expect(answers!.at(-1)).toMatchObject({ ok: false, status: LOST });
  expect(remembered).toEqual(["b1 true", "b1 false"]);
});
test("more than a batch holds goes as several, and a refusal of a later one leaves only its own open", async () => {
  const files = [{ name: "a.json", data: JSON.stringify([answer(0, 200, null)]) }];
  const { answers, posted, remembered } = await sent({ files, later: refused(403) }, 5_001);
  expect(posted.map((one) => one.operations.length)).toEqual([5_000, 1]);
  expect(answers).toHaveLength(5_001);
  expect([answers![0], answers![5_000]]).toMatchObject([{ ok: true }, { status: LOST }]);
  expect(remembered).toEqual(["b1 true", "b1 false"]);
});
