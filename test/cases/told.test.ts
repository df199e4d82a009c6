/** What a run says it did and left is what the services saw, and names everybody who needs a human (R1, R2, A3, A12). */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideAll, restoreAll } from "../../src/app/decide-on-people.ts";
import type { Wired } from "../../src/app/wired.ts";
import { runOnce } from "../../src/cli/sync-commands.ts";
import { texts } from "../../src/i18n/texts.ts";
import type { Decision } from "../../src/plan/decision.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import { edit, inWired, type World, world } from "../harness.ts";

const nobody = new AbortController().signal;
const MARK = "🗑️ À SUPPRIMER";
let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const refused = { when: "before", reply: { status: 400, body: { title: "No", detail: "not today" } } } as const;
function wired<T>(work: (one: Wired) => Promise<T>): Promise<T> {
  own.clock += 60;
  return inWired(own, work);
}
/** The document of the newest run in the history. */
const newest = () =>
  wired(async ({ store }) => {
    const [line] = await store.runs(1);
    return (await store.run(line!.run))!.document;
  });

describe("R2: who needs a human", () => {
  test("is named in each run's document by reason, all of them counted, until somebody has looked", async () => {
    const marked = own.person({ first_name: "Marked", email: "marked@exemple.fr", tags: [MARK] });
    const moved = own.person({ first_name: "Moved", email: "moved@exemple.fr" });
    own.person({ first_name: "Refused", email: "refused@exemple.fr" });
    own.mailchimp.fault = (asked) => (JSON.stringify(asked.body ?? {}).includes("refused@") ? refused : undefined);
    await own.sync();
    own.member("taken@exemple.fr", { status: "unsubscribed" });
    edit(own, moved, { emails: [{ email: "taken@exemple.fr", category: "work" }] });
    const { attention } = await own.sync();
    expect(attention).toEqual([
      { reason: "address-taken", count: 1, first: [expect.objectContaining({ name: "Moved" })] },
      {
        reason: "failed",
        count: 1,
        first: [expect.objectContaining({ contact: "refused@exemple.fr", name: "Refused" })],
      },
      {
        reason: "marked",
        count: 1,
        first: [expect.objectContaining({ contact: "marked@exemple.fr", name: "Marked" })],
      },
    ]);
    expect((await own.sync()).attention).toEqual(attention);
    own.mailchimp.fault = undefined;
    edit(own, marked, { tags: [] });
    edit(own, moved, { emails: [{ email: "moved@exemple.fr", category: "work" }] });
    expect((await own.sync()).attention).toEqual([]);
  });
  test("more than a few for one reason: the figure is that of all", async () => {
    for (let index = 0; index < 30; index += 1)
      own.person({ first_name: `m${index}`, email: `m${index}@exemple.fr`, tags: [MARK] });
    const { attention, pendingDeletions } = await own.sync();
    expect(attention).toMatchObject([{ reason: "marked", count: 30 }]);
    expect(attention![0]!.first.length).toBeLessThan(30);
    expect(pendingDeletions).toBe(30);
  });
});

describe("a run's figures are those of the services", () => {
  test("who was read, made, changed, tagged and archived, on each side, and by how many requests", async () => {
    const people = ["ana", "bob", "cleo", "dora"].map((name) =>
      own.person({ first_name: name, email: `${name}@exemple.fr`, tags: name === "cleo" ? ["VIP"] : [] }),
    );
    own.member("new@exemple.fr", { merge_fields: { FNAME: "New" } });
    own.writes();
    const first = await own.sync();
    const asked = () => [own.copper.asked.length, own.mailchimp.asked.length];
    expect([first.copper.requests, first.mailchimp.requests]).toEqual(asked());
    expect(first).toMatchObject({
      outcome: "ok",
      mode: "full",
      copper: { read: 4, created: 1, updated: 0, deleted: 0 },
      mailchimp: { read: 1, created: 4, updated: 0, archived: 0, deleted: 0 },
      failures: [],
      summary: { "create-person": { count: 1 }, "create-member": { count: 4 } },
    });
    const [ana, bob, cleo, dora] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ];
    edit(own, ana, { first_name: "Anna", name: "Anna" });
    edit(own, bob, { tags: ["VIP", "Press"] });
    edit(own, cleo, { tags: [] });
    own.worlds.copper.people.delete(dora.id);
    edit(own, own.at("new@exemple.fr")!, { merge_fields: { FNAME: "Newer" } });
    own.writes();
    const second = await own.sync({ full: true });
    expect([second.copper.requests, second.mailchimp.requests]).toEqual(asked());
    expect(second).toMatchObject({
      outcome: "ok",
      mode: "full",
      copper: { read: 4, created: 0, updated: 1, deleted: 0 },
      mailchimp: { read: 5, created: 0, updated: 1, archived: 1, deleted: 0, tagsAdded: 2, tagsRemoved: 1 },
    });
    expect(await newest()).toMatchObject({ run: second.run, copper: second.copper, mailchimp: second.mailchimp });
  });
  test("while it runs it shows how many were read of each side, and how many of all changes are done", async () => {
    for (let index = 0; index < 12; index += 1) own.person({ first_name: `p${index}`, email: `p${index}@exemple.fr` });
    own.member("new@exemple.fr", { merge_fields: { FNAME: "New" } });
    const shown: string[] = [];
    const terminal = { ...terminalFor("en"), progress: (text: string) => shown.push(text) };
    await wired((one) => runOnce(one, {}, false, terminal, nobody));
    const t = texts("en");
    expect(shown).toContain(t("progress.reading", { service: "Copper", count: 12 }));
    expect(shown).toContain(t("progress.reading", { service: "Mailchimp", count: 1 }));
    expect(shown.at(-1)).toBe(t("progress.applying", { done: 13, of: 13 }));
  });
  test("addresses that are refused for good are new once, and then counted, in plans too", async () => {
    own.person({ first_name: "Fake", email: "fake@exemple.fr" });
    own.mailchimp.fault = (asked) =>
      JSON.stringify(asked.body ?? {}).includes("fake@")
        ? {
            when: "before",
            reply: {
              status: 400,
              body: { title: "Invalid Resource", detail: "fake@exemple.fr looks fake or invalid" },
            },
          }
        : undefined;
    expect((await own.sync()).rejected).toMatchObject({ new: [{ contact: "fake@exemple.fr" }], total: 1 });
    expect((await own.sync()).rejected).toMatchObject({ new: [], total: 1 });
    expect((await own.plan()).rejected).toMatchObject({ new: [], total: 1 });
    own.mailchimp.fault = undefined;
    expect((await own.sync({ retryRejected: true })).rejected).toMatchObject({ new: [], total: 0 });
    expect(own.at("fake@exemple.fr")!.status).toBe("subscribed");
  });
});

describe("A12: decisions are a run like any other", () => {
  const decide = (ids: readonly number[], decision: Decision) =>
    wired((one) => decideAll(one, ids, decision, false, nobody, () => undefined));
  async function marked(name: string) {
    const person = own.person({ first_name: name, email: `${name}@exemple.fr` });
    await own.sync();
    edit(own, person, { tags: [MARK] });
    await own.sync();
    return person;
  }
  test("which says what was done, how many are left to decide on, and that all went well", async () => {
    const ana = await marked("ana");
    await marked("bob");
    await decide([ana.id], "archive");
    expect(await newest()).toMatchObject({
      kind: "decisions",
      mode: "incremental",
      outcome: "ok",
      failures: [],
      pendingDeletions: 1,
      copper: { updated: 1, deleted: 0 },
      mailchimp: { archived: 1 },
    });
    const cleo = await marked("cleo");
    await decide([cleo.id], "delete");
    expect(await newest()).toMatchObject({ outcome: "ok", copper: { deleted: 1 }, mailchimp: { archived: 1 } });
    await wired((one) => restoreAll(one, [cleo.id], nobody, () => undefined));
    expect(await newest()).toMatchObject({ kind: "decisions", outcome: "ok", copper: { created: 1 } });
  });
  test("which says so where a service refused", async () => {
    const ana = await marked("ana");
    own.mailchimp.fault = (asked) => (asked.method === "GET" ? undefined : refused);
    await decide([ana.id], "archive").catch(() => undefined);
    expect(await newest()).toMatchObject({ kind: "decisions", outcome: "partial" });
  });
});
