/** The store's promises (port `Store`): whatever it is told in whatever order, a database answers as plain memory does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { newLink } from "../src/plan/link-patch.ts";
import type { Operation } from "../src/plan/operations.ts";
import { type KeptStanding, REASONS } from "../src/plan/standings.ts";
import type { StateChanges, Store } from "../src/ports/store.ts";
import { memoryStore } from "../src/store/memory.ts";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";
import { emptyDocument } from "../src/sync/document.ts";
import { member, operation, person } from "./records.ts";

const folder = mkdtempSync(join(tmpdir(), "alike-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = "2026-01-01T00:00:00.000Z";
const ADDRESSES = ["a@ex.fr", "B@ex.fr", "c_d@ex.fr", "é@ex.fr"];
const NAMES = ["Ana Lopez", "Bob", "ÉLODIE", "50 %"];
const IDS = [1, 2, 3, 4];
const KEYS = ["k", "l", "m"];
const RUNS = ["r1", "r2"];
const id = fc.constantFrom(...IDS);
const key = fc.constantFrom(...KEYS);
const email = fc.constantFrom(...ADDRESSES);
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const reason = fc.constantFrom(
  "no-email",
  "marked",
  "failed",
  "cleaned",
  "next-run",
  "value-kept-back",
) as fc.Arbitrary<KeptStanding["reason"]>;
const standing: fc.Arbitrary<KeptStanding> = fc.oneof(
  fc.record({ personId: id, reason, since: fc.constant(at) }),
  fc.record({ memberKey: key, reason, since: fc.constant(at) }),
  fc.record({ personId: id, memberKey: key, reason, since: fc.constant(at), counted: fc.constant("noEmail" as const) }),
  fc.record({
    unstored: fc.record({ side: fc.constantFrom("copper", "mailchimp"), name: fc.constantFrom("8", "9") }),
    reason: fc.constant("odd-record" as const),
    since: fc.constant(at),
  }),
);
const standingKeys = fc.constantFrom("p1", "p2", "p3", "mk", "ml", "?copper 9");
const kinds = fc.subarray(["open", "click"] as const, { minLength: 1 });

/** One thing that a run may tell. */
const stateChanges: fc.Arbitrary<StateChanges> = fc.oneof(
  fc.record({
    persons: few(fc.tuple(id, few(email), fc.constantFrom(...NAMES))).map((all) =>
      all.map(([one, emails, name]) => ({ ...person, id: one, emails, name })),
    ),
  }),
  fc.record({
    members: few(fc.tuple(key, email)).map((all) =>
      all.map(([one, address]) => ({ ...member, key: one, email: address })),
    ),
  }),
  fc.record({
    // No member is linked to two people
    links: fc
      .uniqueArray(fc.tuple(fc.constantFrom(1, 2, 3), fc.nat(9)), { selector: ([one]) => one })
      .map((all) => all.map(([one, since]) => newLink(one, KEYS[one - 1]!, "a@ex.fr", since))),
  }),
  fc.record({ personsGone: few(id) }),
  fc.record({ membersGone: few(key) }),
  fc.record({ personsGone: few(id), standings: few(standing) }),
  fc.record({ unlinked: few(id) }),
  fc.record({
    rejections: few(
      fc.record({ address: email, code: fc.constant("FORGOTTEN_EMAIL" as const), message: fc.constantFrom("x", "y") }),
    ),
  }),
  fc.record({ rejectionsLifted: few(email) }),
  fc.record({
    reviews: few(fc.record({ personId: id, tag: fc.constant("T"), since: fc.constant(at), ignored: fc.boolean() })),
  }),
  fc.record({ reviewsOver: few(id) }),
  fc.record({
    troubles: few(fc.tuple(email, fc.nat(5))).map((all) =>
      all.map(([contact, runs]) => ({ contact, runs, last: failure(contact) })),
    ),
  }),
  fc.record({ troublesOver: few(email) }),
  fc.record({ resolutions: few(resolution()) }),
  fc.record({ resolutionsOver: few(resolution()) }),
  fc.record({ deleted: few(email) }),
  fc.record({ restored: few(email) }),
  fc.record({ engaged: few(fc.record({ personId: id, campaign: fc.constantFrom("c1", "c2", "c"), kinds })) }),
  fc.record({ engagementOver: few(fc.constantFrom("c1", "c2", "c")) }),
  fc.record({ standings: few(standing) }),
  fc.record({ standingsOver: few(standingKeys) }),
  fc.record({ decided: fc.constantFrom({ by: "so", again: ["p9", "mz"] }, { by: "other", again: [] }, null) }),
  fc.record({ facts: fc.constantFrom({ "looked at": 1 }, { runs: 2 }, { hooks: null }) }),
);
function resolution() {
  return fc.record({
    personId: id,
    field: fc.constantFrom("title", "phone"),
    value: fc.constantFrom("v", "w"),
  }) as fc.Arbitrary<NonNullable<StateChanges["resolutions"]>[number]>;
}
function failure(contact: string) {
  return {
    side: "mailchimp",
    contact,
    operation: "create-member",
    code: "REFUSED",
    message: "no",
    retry: true,
  } as const;
}

type Step =
  | { readonly learn: StateChanges; readonly later: number }
  | { readonly begin: string }
  | { readonly write: number; readonly run: string }
  | { readonly answer: number; readonly ok: boolean; readonly learn: StateChanges }
  | { readonly close: number }
  | { readonly end: string }
  | { readonly keep: number }
  | { readonly restored: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ learn: stateChanges, later: fc.constantFrom(0, 5_000) }) },
  { weight: 1, arbitrary: fc.record({ begin: fc.constantFrom(...RUNS) }) },
  { weight: 1, arbitrary: fc.record({ write: id, run: fc.constantFrom(...RUNS) }) },
  { weight: 1, arbitrary: fc.record({ answer: fc.nat(5), ok: fc.boolean(), learn: stateChanges }) },
  { weight: 1, arbitrary: fc.record({ close: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ end: fc.constantFrom(...RUNS) }) },
  { weight: 1, arbitrary: fc.record({ keep: id }) },
  { weight: 1, arbitrary: fc.record({ restored: id }) },
);

/** A value as a text, whatever the order of its names. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** A store with what is to be remembered beside it. */
class Told {
  readonly #store: Store;
  /** The ids that it gave, in turn. */
  readonly #ids: number[] = [];
  readonly #begun: string[] = [];

  constructor(store: Store) {
    this.#store = store;
  }
  async does(one: Step): Promise<void> {
    const store = this.#store;
    if ("begin" in one) {
      if (this.#begun.includes(one.begin)) return;
      this.#begun.push(one.begin);
      await store.beginRun(one.begin, at);
    } else if ("write" in one) {
      if (!this.#begun.includes(one.run)) return;
      const written: Operation = { ...operation, personId: one.write, contact: `${one.write}` } as Operation;
      this.#ids.push(...(await store.journal(one.run, [written, { ...written, contact: "second" }])));
    } else if ("answer" in one) {
      const known = this.#ids[one.answer];
      await store.answer(known === undefined ? [] : [{ id: known, ok: one.ok, answer: null }], one.learn);
    } else if ("close" in one) {
      const known = this.#ids[one.close];
      // Only what is in doubt is ever closed
      const doubts = (await store.inDoubt()).map((each) => each.id);
      await store.closeDoubts(known !== undefined && doubts.includes(known) ? [known] : []);
    } else if ("end" in one) {
      if (this.#begun.includes(one.end))
        await store.endRun(one.end, { ...emptyDocument(one.end, "c", at), finishedAt: at }, { en: one.end });
    } else if ("keep" in one)
      await store.keep({
        personId: one.keep,
        name: "Ana",
        emails: ["a@ex.fr"],
        person: { id: one.keep },
        member: null,
        link: null,
        memberStatus: null,
        forgotten: false,
        deletedAt: at,
        restoredAs: null,
      });
    else if ("restored" in one) await store.restoredAs(one.restored, 99);
    else await store.saveChanges(one.learn);
  }
  /** Everything that it can be asked, with the ids of the journal counted from one. */
  async says(): Promise<Record<string, unknown>> {
    const store = this.#store;
    const entries = (all: readonly { id: number }[]) => all.map((one) => ({ ...one, id: this.#ids.indexOf(one.id) }));
    const sorted = (all: Iterable<unknown>) => [...all].map((one) => inOrder(one)).sort();
    const { persons, members, links, standings, collections: _, ...state } = await store.load();
    const lists = Object.fromEntries(Object.entries(state).map(([name, list]) => [name, sorted(list as unknown[])]));
    const { collections: __, ...alone } = await store.lists();
    expect(Object.fromEntries(Object.entries(alone).map(([name, list]) => [name, sorted(list as unknown[])]))).toEqual(
      lists,
    );
    const everyone = [
      ...(await Promise.all(IDS.map((one) => store.contact({ personId: one })))),
      ...(await Promise.all(KEYS.map((one) => store.contact({ memberKey: one })))),
    ];
    const seeds = ({ personIds, memberKeys }: { personIds: Iterable<number>; memberKeys: Iterable<string> }) => [
      [...new Set(personIds)].sort(),
      [...new Set(memberKeys)].sort(),
    ];
    const some = await store.some({ personIds: [1, 2], memberKeys: ["k"] });
    const waiting = await store.waiting();
    return {
      persons: sorted(persons.values()),
      members: sorted(members.values()),
      links: sorted(links.values()),
      standings: sorted(standings.values()),
      lists,
      some: [sorted(some.persons), sorted(some.members), sorted(some.links)],
      waiting: [sorted(waiting.reviews), sorted(waiting.rejections), sorted(waiting.troubles)],
      resolutions: sorted(await store.resolutions()),
      having: seeds(await store.having(ADDRESSES.slice(0, 2))),
      decidedBy: await store.decidedBy(),
      touched: seeds(await store.touched()),
      skipped: await store.skipped(),
      facts: [await store.fact("runs"), await store.fact("hooks"), await store.fact("unmet")],
      inDoubt: entries(await store.inDoubt()),
      operations: await Promise.all(RUNS.map((run) => Array.fromAsync(store.operations(run)))),
      runs: [await store.runs(5), await store.runs(1, 1, true), await store.run("r1"), await store.run("none")],
      holdings: await store.holdings(),
      engagements: sorted(
        await store.engagements(
          IDS.flatMap((one) => ["c", "c1", "c2"].map((campaign) => ({ personId: one, campaign }))),
        ),
      ),
      search: await Promise.all(
        ["ana", "elodie", "_", "%", "ex.fr", "no one", ""].map(async (text) => sorted(await store.search(text, 20))),
      ),
      atAddress: await Promise.all(ADDRESSES.map(async (one) => sorted(await store.atAddress(one)))),
      everyone,
      contacts: await store.contacts([4, 1, 7]),
      counts: sorted(await store.standingCounts()),
      count: await store.standingCount(["no-email", "failed"]),
      listed: sorted(await store.standings(REASONS, 50)),
      page: (await store.standings(REASONS, 50)).length === (await store.standings(REASONS, 50, 1)).length + 1,
      standingsAt: sorted(await store.standingsAt(["p1", "p2", "mk", "?copper 9"])),
      standingOf: await store.standingOf(everyone.filter((one) => one.person ?? one.member)),
      history: await Promise.all(IDS.map(async (one) => entries(await store.history(one, 3)))),
      copies: sorted(await store.copies()),
    };
  }
}

let connections = 0;
test("whatever is told, in whatever order, is answered alike", async () => {
  const database = await openDatabase(`sqlite:${join(folder, "alike.db")}`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      let time = Date.parse(at) + 60_000;
      connections += 1;
      const own = databaseStore(database, `${connections}:a`, () => time);
      // Of another account: nothing of it may show, and nothing of it may be lost
      const other = databaseStore(database, `${connections}:b`, () => time);
      const [one, memory] = [new Told(own), new Told(memoryStore(() => time))];
      await own.lock("one");
      for (const each of steps) {
        if ("later" in each) time += each.later;
        await one.does(each);
        await memory.does(each);
      }
      expect(await one.says()).toEqual(await memory.says());
      expect(await other.holdings()).toMatchObject({ persons: 0, members: 0, links: 0 });
    }),
    { numRuns: 120 },
  );
  await database.destroy();
});
