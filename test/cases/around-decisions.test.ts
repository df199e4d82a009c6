/** Decisions that were refused, cut off, taken twice or taken back (D3–D6, A1, C1). */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideAll, restoreAll } from "../../src/app/decide-on-people.ts";
import type { Wired } from "../../src/app/wired.ts";
import type { Decided, Decision } from "../../src/plan/decision.ts";
import type { Fault, SimRequest } from "../../src/simulators/server.ts";
import { edit, inWired, type World, world } from "../harness.ts";

const nobody = new AbortController().signal;
const TAG = "🗑️ À SUPPRIMER";
let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const wired = <T>(work: (one: Wired) => Promise<T>) => inWired(own, work);
const decideOn = (id: number, decision: Decision, forget = false) =>
  wired(async (one) => {
    const done: Decided[] = [];
    await decideAll(one, [id], decision, forget, nobody, (each) => done.push(each));
    return done[0]!;
  });
const restoreOf = (id: number) =>
  wired(async (one) => {
    const done: Decided[] = [];
    await restoreAll(one, [id], nobody, (each) => done.push(each));
    return done[0]!;
  });
const refuse =
  (status: number, about: (asked: SimRequest) => boolean) =>
  (asked: SimRequest): Fault | undefined =>
    about(asked) ? { when: "before", reply: { status, body: { success: false, status, message: "no" } } } : undefined;
const named = (name: string) => [...own.worlds.copper.people.values()].filter((one) => one.first_name === name);

async function marked(some: Parameters<World["person"]>[0] = {}) {
  const person = own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"], ...some });
  await own.sync();
  edit(own, person, { tags: ["VIP", TAG] });
  await own.sync();
  return person;
}
/** Somebody else's hand in Mailchimp, a minute later. */
function byHand(status: string) {
  edit(own, own.at("a@exemple.fr")!, { status });
}

test("D3: who has the archive tag already, in whatever spelling, gets no second one, and keeps theirs when it is undone", async () => {
  const person = await marked({ tags: ["📥 inactif"] });
  edit(own, person, { tags: ["📥 inactif", TAG] });
  await own.sync();
  const tags = () => own.worlds.copper.people.get(person.id)!.tags;
  // A minute later, so that the decision is the newest run
  own.clock += 60;
  expect((await decideOn(person.id, "archive")).result).toBe("archived");
  expect(tags()).toEqual(["📥 inactif"]);
  const [last] = await wired((one) => one.store.runs(1));
  await own.sync({ undo: last!.run, yes: true });
  expect(tags()).toEqual(["📥 inactif", TAG.toLowerCase()]);
});

describe("case 66: a restore returns a member only from the very state in which they were archived (C1)", () => {
  test("who signed up, left and was archived by hand stays archived, and it is told", async () => {
    const person = await marked();
    expect((await decideOn(person.id, "delete")).result).toBe("deleted");
    byHand("subscribed");
    byHand("unsubscribed");
    await own.sync();
    byHand("archived");
    const done = await restoreOf(person.id);
    expect(done).toMatchObject({ result: "restored", memberStays: true });
    expect(named("Ana")).toHaveLength(1);
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
    await own.sync();
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
  });
  test("who nobody touched returns to the status they had", async () => {
    const person = await marked();
    await decideOn(person.id, "delete");
    await own.sync();
    expect((await restoreOf(person.id)).memberStays).toBeUndefined();
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
  });
  test("who left between the plan and the delete returns as unsubscribed, never as subscribed", async () => {
    const person = await marked();
    byHand("unsubscribed");
    await decideOn(person.id, "delete");
    await restoreOf(person.id);
    expect(own.at("a@exemple.fr")!.status).not.toBe("subscribed");
  });
});

describe("case 78: refused or cut off between the halves", () => {
  for (const decision of ["archive", "delete"] as const)
    test(`${decision}: Copper answers 403: nothing has happened to the member, and it can be decided again`, async () => {
      const person = await marked();
      own.copper.fault = refuse(403, ({ method }) => method === "PUT" || method === "DELETE");
      expect((await decideOn(person.id, decision)).result).toBe("failed");
      expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
      await own.sync();
      expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
      // Whoever is still there is none of those who can be brought back
      expect(await wired(async ({ store }) => (await store.copies()).filter((one) => one.restoredAs === null))).toEqual(
        [],
      );
      own.copper.fault = undefined;
      expect((await decideOn(person.id, decision)).result).toBe(decision === "archive" ? "archived" : "deleted");
      expect(own.at("a@exemple.fr")!.status).toBe("archived");
    });
  for (const decision of ["archive", "delete"] as const)
    for (const when of ["before", "after"] as const)
      test(`${decision}, cut off ${when} Copper's half took effect: the next run finishes it`, async () => {
        const person = await marked();
        // From that request on nothing is answered any more, as if the program had been killed there
        let cut = false;
        own.copper.fault = ({ method }) => {
          if (cut) return { reset: "before" };
          if (method !== "PUT" && method !== "DELETE") return undefined;
          cut = true;
          return { reset: when };
        };
        expect((await decideOn(person.id, decision)).result).toBe("unfinished");
        own.copper.fault = undefined;
        expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
        await own.sync();
        expect(own.at("a@exemple.fr")!.status).toBe("archived");
        expect(own.worlds.copper.people.has(person.id)).toBe(decision === "archive");
        if (decision === "archive") {
          edit(own, person, { tags: ["VIP"] });
          await own.sync();
        } else await restoreOf(person.id);
        expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
        expect(named("Ana")).toHaveLength(1);
        expect((await own.sync()).operations).toEqual([]);
      });
  test("A9: a person who is still there and cannot be read is not created a second time by a restore", async () => {
    const person = await marked();
    let cut = false;
    own.copper.fault = ({ method }) => {
      cut ||= method === "DELETE";
      return cut ? { reset: "before" } : undefined;
    };
    expect((await decideOn(person.id, "delete")).result).toBe("unfinished");
    own.writes();
    const odd = { id: person.id, name: "Ana", emails: "not a list" };
    own.copper.fault = ({ method, path }) =>
      method === "GET" && path.endsWith(`/people/${person.id}`)
        ? { when: "before", reply: { status: 200, body: odd } }
        : undefined;
    expect(await restoreOf(person.id)).toMatchObject({ result: "failed", detail: expect.stringContaining("emails") });
    expect([own.writes(), named("Ana")]).toEqual([[], [expect.anything()]]);
  });
  test("A10: what Mailchimp refuses in five runs is only reported then, until it is asked for again", async () => {
    const person = await marked();
    own.mailchimp.fault = refuse(400, ({ method, path }) => method === "DELETE" && path.includes("/members/"));
    expect((await decideOn(person.id, "archive")).result).toBe("unfinished");
    const tried = async (flags: Parameters<World["sync"]>[0] = {}) => {
      own.writes();
      const { failures } = await own.sync(flags);
      const tries = own.writes().filter((one) => one.startsWith("DELETE")).length;
      return `${failures.map((one) => one.operation)} ${tries}`;
    };
    for (let runs = 0; runs < 5; runs += 1) expect(await tried()).toBe("archive-member 1");
    for (let runs = 0; runs < 2; runs += 1) expect(await tried()).toBe("archive-member 0");
    expect(await tried({ retryRejected: true })).toBe("archive-member 1");
    own.mailchimp.fault = undefined;
    await own.sync({ retryRejected: true });
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
    expect((await own.sync()).failures).toEqual([]);
  });
  test("cut off and untagged since (D5): nothing is done, the member stays", async () => {
    const person = await marked();
    let cut = false;
    own.copper.fault = ({ method }) => {
      cut ||= method === "DELETE";
      return cut ? { reset: "before" } : undefined;
    };
    await decideOn(person.id, "delete");
    own.copper.fault = undefined;
    edit(own, person, { tags: ["VIP"] });
    await own.sync();
    expect(own.worlds.copper.people.has(person.id)).toBe(true);
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect((await restoreOf(person.id)).result).toBe("unknown");
    expect(named("Ana")).toHaveLength(1);
  });
  test("Mailchimp refuses its half: told in each run, and done once it takes it", async () => {
    const person = await marked();
    own.mailchimp.fault = refuse(403, ({ method }) => method === "DELETE");
    expect((await decideOn(person.id, "archive")).result).toBe("unfinished");
    const run = await own.sync();
    expect([run.outcome, run.failures.map((one) => one.operation)]).toEqual(["partial", ["archive-member"]]);
    own.mailchimp.fault = undefined;
    expect((await own.sync()).outcome).toBe("ok");
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
  });
  test("forgetting that was cut off is done by the next run", async () => {
    const person = await marked();
    own.mailchimp.fault = refuse(404, ({ path }) => path.endsWith("delete-permanent"));
    expect((await decideOn(person.id, "delete", true)).result).toBe("unfinished");
    own.mailchimp.fault = undefined;
    await own.sync();
    expect(own.at("a@exemple.fr")).toBeUndefined();
  });
});

describe("D3, A2: a restore that meets a refusal", () => {
  test("can be finished later, and nobody is created twice", async () => {
    const person = await marked();
    await decideOn(person.id, "delete");
    own.mailchimp.fault = refuse(403, ({ method }) => method === "PUT");
    expect((await restoreOf(person.id)).result).toBe("failed");
    expect(named("Ana")).toHaveLength(1);
    own.mailchimp.fault = undefined;
    expect((await restoreOf(person.id)).result).toBe("restored");
    expect(named("Ana")).toHaveLength(1);
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect((await restoreOf(person.id)).result).toBe("unknown");
  });
  for (const email of ["a@exemple.fr", undefined])
    test(`cut off while the person is created (${email ?? "no address"}): found again`, async () => {
      const person = await marked({ first_name: "Zoe", ...(email === undefined ? { emails: [] } : { email }) });
      await decideOn(person.id, "delete");
      let cut = false;
      own.copper.fault = ({ method, path }) => {
        if (cut) return { reset: "before" };
        if (method !== "POST" || !path.endsWith("/people")) return undefined;
        cut = true;
        return { reset: "after" };
      };
      expect((await restoreOf(person.id)).result).toBe("failed");
      own.copper.fault = undefined;
      own.clock += 60;
      expect((await restoreOf(person.id)).result).toBe("restored");
      expect(named("Zoe")).toHaveLength(1);
    });
  test("what no longer exists is left out and told, and the person comes back", async () => {
    const { copper } = own.worlds;
    copper.customs.push({ id: 7, name: "Old", data_type: "String" }, { id: 8, name: "Kept", data_type: "String" });
    const person = await marked({
      assignee_id: 3,
      company_id: 4,
      custom_fields: [
        { custom_field_definition_id: 7, value: "x" },
        { custom_field_definition_id: 8, value: "y" },
      ],
    });
    await decideOn(person.id, "delete");
    copper.customs.splice(
      copper.customs.findIndex(({ id }) => id === 7),
      1,
    );
    Object.assign(copper, { pointers: { assignee_id: [3], company_id: [] } });
    const done = await restoreOf(person.id);
    expect(done).toMatchObject({ result: "restored", leftOut: ["custom_fields 7", "company_id"] });
    expect(named("Ana")[0]).toMatchObject({
      assignee_id: 3,
      custom_fields: [{ custom_field_definition_id: 8, value: "y" }],
    });
  });
});

test("D3: deleted people stay deleted for an audience that is connected later", async () => {
  const person = await marked();
  await decideOn(person.id, "delete");
  own.worlds.mailchimp.members.clear();
  own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana" } });
  const list = own.worlds.mailchimp.list;
  Object.assign(own.worlds.mailchimp, { list: "other00000" });
  await own.sync({}, { MAILCHIMP_LIST_ID: "other00000" });
  expect(named("Ana")).toEqual([]);
  Object.assign(own.worlds.mailchimp, { list });
});
test("D2: who vanished meanwhile leaves the list, with a word", async () => {
  const person = await marked();
  own.worlds.copper.people.delete(person.id);
  expect((await decideOn(person.id, "archive")).result).toBe("vanished");
  expect(await wired(async ({ store }) => (await store.waiting()).reviews)).toEqual([]);
});
