/** Writes of single members: what is read before, and what is left after a refusal or a lost answer (A2, A10, C1, V5). */
import { describe, expect, test } from "vitest";
import { type Asked, ok, refused } from "../../test/fake-http.ts";
import { applied, create, kept, of, update } from "../../test/mailchimp-writes.ts";
import { type Answer, LOST } from "../http/answer.ts";

const HOME = { addr1: "1 rue A", addr2: "", city: "Paris", state: "", zip: "75002", country: "FR" };
const isWrite = ({ method }: Asked) => method !== "GET";
/** Answers the writes in turn; whatever comes later is taken. */
const writes = (...answers: readonly Answer[]) => {
  let before = -1;
  return (asked: Asked) => {
    before += isWrite(asked) ? 1 : 0;
    return isWrite(asked) ? answers[before] : undefined;
  };
};
const repeated = (status: number) => ({ ...refused(status, { detail: "no" }), repeated: true });
const wrong = (field: string) => refused(400, { title: "Invalid Resource", errors: [{ field, message: "is wrong" }] });
const wordless = refused(400, { title: "Invalid Resource", detail: "is wrong" });
const bodies = (asked: readonly Asked[]) => asked.filter(isWrite).map(({ body }) => body);
const changed = [{ ok: false, failure: { code: "CHANGED_MEANWHILE", retry: true } }];

describe("C1: archiving", () => {
  const archive = of("archive-member", 1);
  test("reads the member first, and again after", async () => {
    const { requests, outcomes } = await applied([archive], { members: [kept(1)] });
    expect(requests).toEqual(["GET /l/members/1", "DELETE /l/members/1", "GET /l/members/1"]);
    expect(outcomes).toMatchObject([{ ok: true, member: { status: "archived" } }]);
  });
  test.each([
    ["another status", [kept(1, { status: "unsubscribed" })]],
    ["nobody", []],
  ])("nothing is sent where there is %s", async (_, members) => {
    const { requests, outcomes } = await applied([archive], { members });
    expect(requests).toEqual(["GET /l/members/1"]);
    expect(outcomes).toMatchObject(changed);
  });
  test("a member who cannot be read after is archived all the same", async () => {
    const answers = ({ method }: Asked, before: number) => (method === "GET" && before > 1 ? refused(404) : undefined);
    const { outcomes } = await applied([archive], { members: [kept(1)], answers });
    expect(outcomes).toEqual([{ operation: archive, ok: true }]);
  });
  test.each<[what: string, answer: Answer, after: string, code: string | undefined]>([
    ["A2: our own first try did it", repeated(405), "archived", undefined],
    ["somebody else did it", refused(405, { detail: "no" }), "archived", "CANNOT_ARCHIVE"],
    ["nobody did it", repeated(405), "subscribed", "CANNOT_ARCHIVE"],
    ["another refusal", repeated(404), "archived", "NOT_FOUND"],
  ])("%s", async (_, answer, after, code) => {
    const { outcomes } = await applied([archive], {
      answers: ({ method }, before) =>
        method === "DELETE" ? answer : ok(kept(1, before > 1 ? { status: after } : {})),
    });
    if (code === undefined) expect(outcomes).toMatchObject([{ ok: true, member: { status: "archived" } }]);
    else expect(outcomes).toMatchObject([{ ok: false, failure: { code } }]);
  });
});

describe("C1: the way back", () => {
  const changedAt = Date.parse("2026-01-01T00:00:00Z") / 1000;
  const back = of("unarchive-member", 1, { status: "pending", changedAt });
  test("names the earlier status", async () => {
    const { asked, requests, outcomes } = await applied([back], { members: [kept(1, { status: "archived" })] });
    expect(requests).toEqual(["GET /l/members/1", "PUT /l/members/1"]);
    expect(asked[1]!.body).toEqual({ email_address: "a1@b.fr", status: "pending", status_if_new: "pending" });
    expect(outcomes).toMatchObject([{ ok: true, member: { status: "pending" } }]);
  });
  test.each([
    ["has another status now", [kept(1)]],
    ["has changed since", [kept(1, { status: "archived", last_changed: "2026-01-02T00:00:00Z" })]],
    ["is gone", []],
  ])("is none where the member %s", async (_, members) => {
    const { requests, outcomes } = await applied([back], { members });
    expect(requests).toEqual(["GET /l/members/1"]);
    expect(outcomes).toMatchObject(changed);
  });
});

test("D3: erasing; a member who is gone was erased by our own first try only if there was one", async () => {
  const erase = of("forget-member", 1);
  const { requests, outcomes, there } = await applied([erase], { members: [kept(1)] });
  expect(requests).toEqual(["POST /l/members/1/actions/delete-permanent"]);
  expect(outcomes).toEqual([{ operation: erase, ok: true }]);
  expect(there.size).toBe(0);
  expect((await applied([erase], { answers: () => repeated(404) })).outcomes).toEqual([{ operation: erase, ok: true }]);
  for (const answer of [refused(404), repeated(405)])
    expect((await applied([erase], { answers: () => answer })).outcomes).toMatchObject([{ ok: false }]);
});

test("W4: a new address names nothing else; one that is refused is known as such", async () => {
  const move = of("move-address", 1, { email: "new@b.fr" });
  const { asked, outcomes } = await applied([move], { members: [kept(1)] });
  expect(asked).toMatchObject([
    { method: "PATCH", body: { email_address: "new@b.fr" }, how: { effect: "idempotent" } },
  ]);
  expect(outcomes).toMatchObject([{ ok: true, member: { email: "new@b.fr" } }]);
  const taken = await applied([move], { answers: () => wrong("email address") });
  expect(taken.outcomes).toMatchObject([{ ok: false, failure: { code: "MOVE_REFUSED" } }]);
  expect(taken.requests).toHaveLength(1);
});

describe("a create", () => {
  test("goes alone, as a request that may not be repeated", async () => {
    const { asked, outcomes, journal } = await applied([create(1, { FNAME: "Ana" }, ["VIP"])]);
    expect(asked).toMatchObject([{ method: "POST", path: "/l/members", how: { effect: "create" } }]);
    const body = { email_address: "a1@b.fr", merge_fields: { FNAME: "Ana" }, status: "subscribed", tags: ["VIP"] };
    expect(asked[0]!.body).toEqual(body);
    expect(outcomes).toMatchObject([{ ok: true, member: { email: "a1@b.fr", fields: { FNAME: "Ana" } } }]);
    expect(outcomes[0]).not.toHaveProperty("refused");
    expect(journal).toEqual(["sending 1", "answered 1"]);
  });
  test("A2: whose answer is lost is looked up, and sent again only where nobody is there", async () => {
    const lost = writes(refused(LOST));
    const found = await applied([create(1)], { members: [kept(1)], answers: lost });
    expect(found.requests).toEqual(["POST /l/members", "GET /l/members/1"]);
    expect(found.outcomes).toMatchObject([{ ok: true, found: true, member: { email: "a1@b.fr" } }]);
    const again = await applied([create(1)], { answers: writes(refused(LOST)) });
    expect(again.requests).toEqual(["POST /l/members", "GET /l/members/1", "POST /l/members"]);
    expect(again.outcomes[0]).not.toHaveProperty("found");
    const update1 = await applied([update(1, { FNAME: "A" })], { answers: () => refused(LOST) });
    expect(update1.requests).toEqual(["PATCH /l/members/1"]);
    expect(update1.outcomes).toMatchObject([{ ok: false, failure: { code: "TEMPORARY" } }]);
  });
  test("an answer that shows no member is in doubt", async () => {
    const { outcomes } = await applied([create(1)], { answers: () => ok({ odd: true }) });
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "UNKNOWN_ANSWER", retry: true } }]);
  });
});

describe("V5, A10: what a refusal leaves of an update", () => {
  const fields = { FNAME: "Ana", LNAME: "Lopez" };
  const both = update(1, fields);
  const members = [kept(1)];
  test("a field that it names is left out", async () => {
    const { asked, outcomes } = await applied([both], { members, answers: writes(wrong("LNAME")) });
    expect(bodies(asked)).toEqual([{ merge_fields: fields }, { merge_fields: { FNAME: "Ana" } }]);
    expect(outcomes).toMatchObject([{ ok: true, refused: ["LNAME"] }]);
  });
  test("a field that was not sent has the check skipped", async () => {
    const { requests, outcomes } = await applied([both], { members, answers: writes(wrong("CITY")) });
    expect(requests).toEqual(["PATCH /l/members/1", "PATCH /l/members/1?skip_merge_validation=true"]);
    expect(outcomes[0]).not.toHaveProperty("refused");
  });
  test("one that names nothing new fails with its fields", async () => {
    const { requests, outcomes } = await applied([both], { members, answers: () => wrong("FNAME") });
    expect(requests).toHaveLength(3);
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "FIELD_REFUSED", fields: ["FNAME"] } }]);
  });
  test("one that names no field has each sent alone; the wrong ones are told", async () => {
    const answers = writes(wordless, ok(kept(1)), wordless);
    const { asked, outcomes } = await applied([both], { members, answers });
    expect(bodies(asked)).toEqual([
      { merge_fields: fields },
      { merge_fields: { FNAME: "Ana" } },
      { merge_fields: { LNAME: "Lopez" } },
    ]);
    expect(outcomes).toMatchObject([{ ok: true, refused: ["LNAME"], member: { email: "a1@b.fr" } }]);
  });
  test("where each is refused alone, the whole is, with all fields", async () => {
    const { outcomes } = await applied([both], {
      members,
      answers: (asked) => (isWrite(asked) ? wordless : undefined),
    });
    const failure = { code: "FIELD_REFUSED", message: "is wrong", retry: false, fields: ["FNAME", "LNAME"] };
    expect(outcomes).toMatchObject([{ ok: false, failure }]);
  });
  test("a field alone that fails for another reason is not refused for it", async () => {
    const { outcomes } = await applied([both], { members, answers: writes(wordless, refused(404), ok(kept(1))) });
    expect(outcomes).toMatchObject([{ ok: true }]);
    expect(outcomes[0]).not.toHaveProperty("refused");
  });
  test("where each alone fails for another reason, that is the failure: no field is said to be wrong", async () => {
    const gone = refused(404, { detail: "no" });
    const { outcomes } = await applied([both], { members, answers: writes(wordless, gone, gone) });
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "NOT_FOUND", retry: true } }]);
    const some = await applied([both], { members, answers: writes(wordless, wordless, gone) });
    expect(some.outcomes).toMatchObject([{ ok: false, failure: { code: "FIELD_REFUSED", fields: ["FNAME"] } }]);
  });
  test("nothing is sent again while the program ends", async () => {
    const stopped = (asked: readonly Asked[]) => asked.length > 0;
    const { requests } = await applied([both], { members, answers: () => wrong("FNAME"), stopped });
    expect(requests).toHaveLength(1);
  });
  test("it ends after four tries", async () => {
    const many = Object.fromEntries(["A", "B", "C", "D", "E", "F", "G"].map((tag) => [tag, "x"]));
    const left = ({ body }: Asked) => Object.keys((body as { merge_fields: object }).merge_fields);
    const { requests, outcomes } = await applied([update(1, many)], {
      members,
      answers: (asked) => wrong(left(asked)[0]!),
    });
    expect(requests).toHaveLength(5);
    expect(outcomes).toMatchObject([{ ok: false, failure: { fields: ["A", "B", "C", "D", "E"] } }]);
  });
});

describe("A10: a create that is refused without a field", () => {
  const made = create(1, { FNAME: "Ana", LNAME: "Lopez" }, ["VIP"]);
  test("goes without its fields, past the check; then each field alone", async () => {
    const { requests, asked, outcomes } = await applied([made], {
      answers: writes(wordless, ok(kept(1)), ok(kept(1)), wordless),
    });
    expect(requests).toEqual([
      "POST /l/members",
      "POST /l/members?skip_merge_validation=true",
      "PATCH /l/members/1",
      "PATCH /l/members/1",
    ]);
    expect(asked[1]!.body).toMatchObject({ merge_fields: {}, tags: ["VIP"] });
    expect(outcomes).toMatchObject([{ ok: true, refused: ["LNAME"] }]);
  });
  test("and without its tags, where even that is refused", async () => {
    const { asked, outcomes } = await applied([made], {
      answers: writes(wordless, wordless, ok(kept(1)), ok(kept(1)), ok(kept(1))),
    });
    expect(asked[2]!.body).not.toHaveProperty("tags");
    expect(asked[2]!.path).toContain("skip_merge_validation");
    expect(outcomes).toMatchObject([{ ok: true }]);
  });
  test.each<[what: string, operation: ReturnType<typeof create>, second: Answer, requests: number, code: string]>([
    ["everything", made, wordless, 3, "REFUSED"],
    ["one without tags", create(1, { FNAME: "Ana" }), wordless, 2, "REFUSED"],
    ["for another reason", made, refused(400, { detail: "looks fake or invalid" }), 2, "INVALID_ADDRESS"],
  ])("it stays refused: %s", async (_, operation, second, requests, code) => {
    const found = await applied([operation], { answers: writes(wordless, second, second) });
    expect(found.requests).toHaveLength(requests);
    expect(found.outcomes).toMatchObject([{ ok: false, failure: { code } }]);
  });
});

describe("V15: the stand-in for a state", () => {
  const state = (asked: Asked) =>
    (asked.body as { merge_fields: { ADDRESS: { state: string } } }).merge_fields.ADDRESS.state;
  const homes = [update(1, { ADDRESS: HOME }), update(2, { ADDRESS: HOME })];
  const members = [kept(1), kept(2)];
  test("that is taken is kept; the other one is tried where it is refused, and from then on", async () => {
    expect((await applied(homes, { members })).capabilities).toEqual({ stateStandIn: "nbsp" });
    const { asked, capabilities, outcomes } = await applied(homes, {
      members,
      connections: 1,
      answers: (one) => (state(one) === "N/A" ? undefined : wrong("ADDRESS")),
    });
    expect(asked.map(state)).toEqual(["\u00a0", "N/A", "N/A"]);
    expect(capabilities).toEqual({ stateStandIn: "n/a" });
    expect(outcomes.map((one) => one.ok)).toEqual([true, true]);
  });
  test("what earlier runs found is gone by; of other values nothing is found out", async () => {
    const { asked, capabilities } = await applied(homes.slice(1), {
      members,
      known: { stateStandIn: "none", updatesInBulk: true },
    });
    expect(state(asked[0]!)).toBe("");
    expect(capabilities).toEqual({ stateStandIn: "none", updatesInBulk: true });
    expect((await applied([update(1, { FNAME: "Ana" })], { members })).capabilities).toEqual({});
  });
});
