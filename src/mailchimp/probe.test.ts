/** A8: what the probe finds out of Mailchimp, with a member who is erased again (docs/apis/mailchimp.md). */
import { describe, expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import { type Answer, LOST } from "../http/answer.ts";
import { probeMailchimp, sampleMembers } from "./probe.ts";
import { memberHash } from "./schema.ts";

const ADDRESS = "admin+sync-probe@b.fr";
const MEMBER = `/l/members/${memberHash(ADDRESS)}`;
const START = Date.parse("2026-01-01T00:00:00Z");
const ADDRESSES = { merge_id: 4, tag: "HOME", type: "address" };
/** How a service behaves. */
const KIND = {
  updatesInBulk: true,
  keepsStatus: true,
  tagsMove: true,
  ignoresCase: true,
  /** The most tags that a record shows. */
  shows: 50,
  merges: [{ merge_id: 1, tag: "FNAME", type: "text" }, ADDRESSES] as readonly object[],
  /** States that it takes. */
  states: ["\u00a0", "N/A"] as readonly string[],
  answers: (_: Asked, _before: number): Answer | undefined => undefined,
};
type Tag = { readonly name: string };

/** Answers requests as Mailchimp would. @param now the time (ms) */
function service(own: typeof KIND, now: () => number) {
  const tags = new Map<string, { id: number; name: string }>();
  let [status, changed] = ["transactional", START];
  const tagged = (names: readonly Tag[]) => {
    if (own.tagsMove) changed = now();
    for (const { name } of names) {
      const key = own.ignoresCase ? name.toLowerCase() : name;
      if (!tags.has(key)) tags.set(key, { id: tags.size + 1, name });
    }
    return ok({ title: "Done" });
  };
  const bulk = () => {
    if (!own.keepsStatus) status = "subscribed";
    const errors = own.updatesInBulk ? [] : [{ error: "status is missing" }];
    return ok({ updated_members: own.updatesInBulk ? [{}] : [], errors });
  };
  const record = () => ({
    id: memberHash(ADDRESS),
    email_address: ADDRESS,
    status,
    last_changed: new Date(changed).toISOString(),
    tags: [...tags.values()].slice(0, own.shows),
  });
  const written = (body: unknown) => {
    const { HOME } = (body as { merge_fields: { HOME: { state: string } } }).merge_fields;
    return own.states.includes(HOME.state) ? ok(record()) : refused(400, { detail: "state" });
  };
  return ({ method, path, body }: Asked): Answer => {
    if (path === "/l") return bulk();
    if (path.startsWith("/l/merge-fields")) return ok({ merge_fields: own.merges });
    if (path.startsWith(`${MEMBER}/tags?`)) return ok({ tags: [...tags.values()], total_items: tags.size });
    if (path === `${MEMBER}/tags`) return tagged((body as { tags: Tag[] }).tags);
    return method === "PATCH" ? written(body) : ok(record());
  };
}

/** Runs the probe against such a service. @param forget whether the member could be erased */
async function probed(some: Partial<typeof KIND> = {}, forget = true) {
  const own = { ...KIND, ...some };
  const waits: number[] = [];
  const now = () => waits.reduce((sum, one) => sum + one, START);
  const clock = {
    now,
    async wait(ms: number) {
      waits.push(ms);
    },
  };
  const answer = service(own, now);
  const { http, asked } = fakeHttp((one, before) => own.answers(one, before) ?? answer(one));
  let forgotten = 0;
  const clean = async () => {
    forgotten += 1;
    return forget;
  };
  const found = await probeMailchimp(http, "/l", clock, ADDRESS, clean).catch((error: Error) => error);
  const list = found instanceof Error ? [] : found;
  const answers = Object.fromEntries(list.map((one) => [one.question, one.answer]));
  const details = Object.fromEntries(list.map((one) => [one.question, one.detail]));
  return { found, list, answers, details, asked, forgotten, waits };
}

test("everything is found out, in order, with the figures", async () => {
  const { list, asked, forgotten, waits } = await probed();
  expect(list.map(({ question, answer, detail }) => [question, answer, detail])).toEqual([
    ["bulk-updates", "yes", ""],
    ["bulk-keeps-status", "yes", "transactional"],
    ["tags-move-member", "yes", ""],
    ["tags-ignore-case", "yes", "Sync Probe"],
    ["tags-shown", "no", "50"],
    ["state-nbsp", "yes", ""],
    ["state-na", "yes", ""],
    ["removed", "yes", ""],
  ]);
  expect(list.every(({ side }) => side === "mailchimp")).toBe(true);
  expect([forgotten, waits]).toEqual([1, [2_000]]);
  expect(asked.slice(0, 2)).toMatchObject([
    { method: "POST", path: "/l/members", body: { email_address: ADDRESS, status: "transactional", merge_fields: {} } },
    { method: "POST", path: "/l", body: { members: [{ email_address: ADDRESS }], update_existing: true } },
  ]);
  expect(JSON.stringify(asked[1]!.body)).not.toContain("status");
  const writtenTags = asked.filter(({ path }) => path === `${MEMBER}/tags`);
  expect(writtenTags).toMatchObject(
    Array(3).fill({ method: "POST", body: { is_syncing: true }, how: { effect: "idempotent" } }),
  );
});
test("more tags than a record shows are put on the member", async () => {
  const { asked } = await probed();
  const names = asked.flatMap(
    ({ body }) => (body as { tags?: Tag[] } | undefined)?.tags?.map(({ name }) => name) ?? [],
  );
  expect(names.slice(2)).toEqual(Array.from({ length: 51 }, (_, index) => `Sync Probe ${index + 1}`));
});
test("no tag of the probe is left, and none is deleted that it does not know", async () => {
  const { asked } = await probed();
  const deleted = asked.filter(({ method }) => method === "DELETE").map(({ path }) => path);
  expect(deleted).toEqual(Array.from({ length: 52 }, (_, index) => `/l/segments/${index + 1}`));
  const answers = ({ path }: Asked) => (path.startsWith(`${MEMBER}/tags?`) ? refused(500) : undefined);
  const { asked: some, answers: told } = await probed({ answers });
  expect(some.some(({ method }) => method === "DELETE")).toBe(false);
  expect(told.removed).toBe("yes");
});

test.each<[question: string, some: Partial<typeof KIND>, answer: string, detail: string]>([
  ["bulk-updates", { updatesInBulk: false }, "no", "status is missing"],
  ["bulk-keeps-status", { keepsStatus: false }, "no", "subscribed"],
  ["tags-move-member", { tagsMove: false }, "no", ""],
  ["tags-ignore-case", { ignoresCase: false }, "no", "Sync Probe, SYNC PROBE"],
  ["tags-shown", { shows: 51 }, "yes", "51"],
  ["tags-shown", { shows: 99 }, "yes", "52"],
  ["state-nbsp", { states: ["N/A"] }, "no", ""],
  ["state-na", { states: ["\u00a0"] }, "no", ""],
  ["state-nbsp", { merges: KIND.merges.slice(0, 1) }, "unknown", ""],
  ["state-na", { merges: [] }, "unknown", ""],
])("%s: %j", async (question, some, answer, detail) => {
  const { answers, details } = await probed(some);
  expect([answers[question], details[question]]).toEqual([answer, detail]);
});

describe("what is not answered is not known", () => {
  const record = {
    id: "h",
    email_address: ADDRESS,
    status: "transactional",
    last_changed: "2027-01-01T00:00:00Z",
    tags: [{ id: 1, name: "T" }],
  };
  const about = { detail: "down", updated_members: [{}], errors: [] };
  const down = refused(500, { ...record, ...about });
  const noMerges = refused(500, { merge_fields: [ADDRESSES] });
  /** Answers the request of this number among those that read the member. */
  const read = (number: number, answer: Answer) => {
    let count = 0;
    return ({ method, path }: Asked) => {
      if (method !== "GET" || path !== MEMBER) return undefined;
      count += 1;
      return count === number ? answer : undefined;
    };
  };
  test.each<[question: string, number: number]>([
    ["bulk-keeps-status", 1],
    ["tags-move-member", 1],
    ["tags-move-member", 2],
    ["tags-ignore-case", 3],
    ["tags-shown", 4],
  ])("%s, where the member cannot be read", async (question, number) => {
    for (const answer of [down, ok({ odd: true })]) {
      const { answers, details } = await probed({ answers: read(number, answer) });
      expect([answers[question], details[question]]).toEqual(["unknown", ""]);
    }
  });
  test.each<[question: string, path: string, answer: Answer, detail: string]>([
    ["bulk-updates", "/l", down, "down"],
    ["state-nbsp", "/l/merge-fields?count=1000", noMerges, ""],
    ["state-na", "/l/merge-fields?count=1000", noMerges, ""],
  ])("%s, where %s is refused", async (question, path, answer, detail) => {
    const { answers, details } = await probed({ answers: (asked) => (asked.path === path ? answer : undefined) });
    expect([answers[question], details[question]]).toEqual(["unknown", detail]);
    const odd = await probed({ answers: (asked) => (asked.path === path ? ok({ odd: true }) : undefined) });
    expect(odd.answers[question]).toBe("unknown");
  });
  test("a member without tags, or whose record does not show any", async () => {
    const { tags: _, ...bare } = record;
    expect((await probed({ answers: read(3, ok(bare)) })).answers["tags-ignore-case"]).toBe("no");
    const { answers, details } = await probed({ answers: read(4, ok(bare)) });
    expect([answers["tags-shown"], details["tags-shown"]]).toEqual(["unknown", ""]);
  });
  test("tags that are refused move nobody", async () => {
    const answers = ({ path, method }: Asked) => (path === `${MEMBER}/tags` && method === "POST" ? down : undefined);
    const { answers: told, details } = await probed({ answers });
    expect([told["tags-move-member"], details["tags-move-member"]]).toEqual(["no", "down"]);
  });
});

describe("nobody is left behind", () => {
  test("also after an error", async () => {
    const { found, forgotten } = await probed({
      answers: (_, before) => {
        if (before === 3) throw new Error("torn");
        return undefined;
      },
    });
    expect(found).toMatchObject({ message: "torn" });
    expect(forgotten).toBe(1);
    expect((await probed({}, false)).answers.removed).toBe("no");
  });
  test("a member who is refused was not made", async () => {
    const answers = (_: Asked, before: number) => (before === 0 ? refused(400, { detail: "no" }) : undefined);
    const { list, forgotten, asked } = await probed({ answers });
    expect(list).toEqual([{ side: "mailchimp", question: "removed", answer: "unknown", detail: "no" }]);
    expect([forgotten, asked.length]).toEqual([0, 1]);
  });
  test("one whose answer never came may have been, and the probe goes on", async () => {
    const { list, forgotten } = await probed({ answers: (_, before) => (before === 0 ? refused(LOST) : undefined) });
    expect([list.length, forgotten]).toEqual([8, 1]);
  });
});

test("samples: the audience, its fields, and a few members", async () => {
  const { http, asked } = fakeHttp(() => ok());
  await sampleMembers(http, "/l");
  const paths = ["/l", "/l/merge-fields?count=100", "/l/members?count=5"];
  expect(asked.map(({ method, path }) => [method, path])).toEqual(paths.map((path) => ["GET", path]));
});
