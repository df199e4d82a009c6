/** A1, V9, A3: what is sent in which order, what is recorded of it, and what is not sent any more. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Member } from "../domain/contact.ts";
import type { Operation } from "../plan/operations.ts";
import type { Failure, Outcome } from "../plan/outcomes.ts";
import type { Journal } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";
import { memoryStore } from "../store/memory.ts";
import { type ApplyParts, apply } from "./apply.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";

let store: Store;
/** What each side was sent, call by call, and the answers to it by operation. */
let sent: { copper: Operation[][]; mailchimp: Operation[][] };
let answers: Map<Operation, Partial<Failure>>;
let members: Map<string, Pick<Member, "status">>;
let stop: AbortController;
/** What was stored as the answer of which entry of the journal. */
let stored: unknown[];
let progress: [done: number, of: number][];
beforeEach(() => {
  store = memoryStore(() => 0);
  [sent, answers, members, stop] = [{ copper: [], mailchimp: [] }, new Map(), new Map(), new AbortController()];
  [stored, progress] = [[], []];
  const { answer } = store;
  store.answer = async (list, changes) => {
    stored.push([list, changes]);
    await answer(list, changes);
  };
});
const op = (operation: Operation["operation"], side: "copper" | "mailchimp", personId = 1, key = "k") =>
  ({
    operation,
    side,
    personId,
    contact: "x",
    ...(side === "mailchimp" && { member: { key } }),
  }) as unknown as Operation;
/** A writer that answers all operations of a call together. */
const writer =
  (side: "copper" | "mailchimp", carry: (journal: Journal<Operation>, list: readonly Operation[]) => Promise<void>) =>
  async (list: readonly Operation[], journal: unknown) => {
    if (list.length === 0) throw new Error("nothing to send");
    sent[side].push([...list]);
    await carry(journal as Journal<Operation>, list);
  };
const asTold = async (journal: Journal<Operation>, list: readonly Operation[]) => {
  await journal.sending(list);
  await journal.answered(
    list.map((operation): Outcome => {
      const failure = answers.get(operation);
      return failure === undefined ? { operation, ok: true } : { operation, ok: false, failure: failure as Failure };
    }),
  );
};
async function carriedOut(operations: Operation[], carry = asTold, parts: Partial<ApplyParts> = {}) {
  const applier = {
    members,
    applyOutcomes: (outcomes: readonly Outcome[], now: number) => ({
      outcomes,
      stateChanges: { facts: { runs: now } },
    }),
  } as unknown as OutcomeApplier;
  const all = {
    store,
    clock: { now: () => 7_900 },
    copper: { apply: writer("copper", carry) },
    mailchimp: { apply: writer("mailchimp", carry) },
    ...parts,
  };
  const options = { run: "r", stop: stop.signal, applying: (done: number, of: number) => progress.push([done, of]) };
  await apply(all as unknown as ApplyParts, options, operations, applier, (outcomes) => ({
    standingsOver: outcomes.map((one) => one.operation.contact),
  }));
}
const doubts = async () => (await store.inDoubt()).map((one) => one.operation.operation);

describe("A1: the journal", () => {
  test("holds every operation with its answer, and what it changed is stored with it", async () => {
    const [tag, update] = [op("tag-person", "copper"), op("update-person", "copper")];
    const failure: Failure = { code: "REFUSED", message: "no", retry: true };
    answers.set(update, failure);
    await carriedOut([tag, update]);
    expect(stored).toEqual([
      [
        [
          { id: 1, ok: true, answer: null },
          { id: 2, ok: false, answer: failure },
        ],
        { facts: { runs: 7 }, standingsOver: ["x", "x"] },
      ],
    ]);
    expect([await doubts(), progress]).toEqual([[], [[2, 2]]]);
  });
  test.each(["TEMPORARY", "UNKNOWN_ANSWER"] as const)("%s: the entry stays in doubt", async (code) => {
    const tag = op("tag-person", "copper");
    answers.set(tag, { code });
    await carriedOut([tag, op("update-person", "copper")]);
    expect(stored).toMatchObject([[[{ id: 2, ok: true }], {}]]);
    expect(await doubts()).toEqual(["tag-person"]);
  });
  test("what was never recorded has no entry to answer", async () => {
    await carriedOut([op("tag-person", "copper")], async (journal, list) => {
      await journal.answered(list.map((operation) => ({ operation, ok: true })));
    });
    expect(stored).toMatchObject([[[], { standingsOver: ["x"] }]]);
  });
  test("knows the batches that are under way", async () => {
    const seen: unknown[] = [];
    await carriedOut([op("tag-member", "mailchimp")], async ({ left }) => {
      for (const [batch, running] of [
        ["b1", true],
        ["b2", true],
        ["b2", true],
        ["b1", false],
      ] as const) {
        await left(batch, running);
        seen.push(await store.fact("batches"));
      }
    });
    expect(seen).toEqual([["b1"], ["b1", "b2"], ["b1", "b2"], ["b2"]]);
  });
  test("who is ignored is recorded and answered without any request", async () => {
    await carriedOut([op("ignore-person", "copper")]);
    expect(sent).toEqual({ copper: [], mailchimp: [] });
    expect(stored).toMatchObject([[[{ id: 1, ok: true }], {}]]);
  });
});

describe("what is sent", () => {
  test("each side gets its own operations, in order", async () => {
    const all = [op("tag-member", "mailchimp"), op("tag-person", "copper"), op("update-member", "mailchimp")];
    await carriedOut(all);
    expect(sent).toEqual({ copper: [[all[1]]], mailchimp: [[all[0], all[2]]] });
    expect(progress.at(-1)).toEqual([3, 3]);
  });
  test("many go in chunks, and those of one contact stay together", async () => {
    const people = Array.from({ length: 4_999 }, (_, index) => op("tag-person", "copper", index));
    const last = [
      op("tag-person", "copper", 9_000),
      op("update-person", "copper", 9_000),
      op("add-address", "copper", 9_000),
    ];
    const next = op("tag-person", "copper", 9_001);
    await carriedOut([...people, ...last, next]);
    expect(sent.copper.map((part) => part.length)).toEqual([5_002, 1]);
    expect(sent.copper[1]).toEqual([next]);
    // The answers are stored in parts
    expect(stored).toHaveLength(22);
  });
  test("a full chunk is sent before the next contact", async () => {
    await carriedOut(Array.from({ length: 5_001 }, (_, index) => op("tag-person", "copper", index)));
    expect(sent.copper.map((part) => part.length)).toEqual([5_000, 1]);
  });
  test("nothing once the run is to end", async () => {
    stop.abort();
    await carriedOut([op("tag-person", "copper"), op("tag-member", "mailchimp")]);
    expect(sent).toEqual({ copper: [], mailchimp: [] });
  });
  test("A3: one side that fails does not keep the other from its work, and its error is told", async () => {
    const failing = { apply: async () => Promise.reject(new Error("no answer")) };
    await expect(
      carriedOut([op("tag-person", "copper"), op("tag-member", "mailchimp")], asTold, { copper: failing } as never),
    ).rejects.toThrow("no answer");
    expect(sent.mailchimp).toHaveLength(1);
  });
});

describe("V9: members who return", () => {
  const [back, tag, other] = [
    op("unarchive-member", "mailchimp"),
    op("tag-member", "mailchimp"),
    op("tag-member", "mailchimp", 2, "other"),
  ];
  test("come first, then everything else", async () => {
    members.set("k", { status: "subscribed" });
    const create = { ...op("create-member", "mailchimp", 3), member: undefined } as unknown as Operation;
    delete (create as { member?: unknown }).member;
    await carriedOut([tag, other, create, back]);
    expect(sent.mailchimp).toEqual([[back], [tag, other, create]]);
  });
  test("nothing is written to one that stays archived", async () => {
    members.set("k", { status: "archived" }).set("other", { status: "archived" });
    await carriedOut([tag, other, back]);
    expect(sent.mailchimp).toEqual([[back], [other]]);
  });
  test("alone", async () => {
    members.set("k", { status: "archived" });
    await carriedOut([tag, back]);
    expect(sent.mailchimp).toEqual([[back]]);
  });
});
