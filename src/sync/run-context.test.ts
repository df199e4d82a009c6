/** What a run knows before its first reading: with which definitions, how much it reads, and what it waits for. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../test/memory-world.ts";
import { operation } from "../../test/records.ts";
import { DEFAULT_FIELDS } from "../domain/fields.ts";
import type { Policy } from "../reconcile/world.ts";
import { isOrdinaryRun, type PrepareOptions, runContext } from "./run-context.ts";

let own: MemoryWorld;
/** Definitions that were asked for. */
let asked: number;
beforeEach(async () => {
  [own, asked] = [new MemoryWorld(), 0];
  own.person();
  await own.sync();
  const { mergeFields } = own.parts.mailchimp;
  own.parts.mailchimp.mergeFields = () => {
    asked += 1;
    return mergeFields();
  };
});
const options = (some: Partial<PrepareOptions> = {}): PrepareOptions => ({
  full: false,
  yes: false,
  retryRejected: false,
  stop: new AbortController().signal,
  ...some,
});
const context = (some: Partial<PrepareOptions> = {}) => runContext(own.parts, options(some), undefined);
const [BOTH, NEITHER] = [
  { copper: true, mailchimp: true },
  { copper: false, mailchimp: false },
];

describe("an ordinary run", () => {
  test("reads changes only, with the stored definitions, and rests on earlier decisions", async () => {
    own.parts.mailchimp.awaitLeft = () => expect.unreachable("there are no batches");
    expect(await context()).toMatchObject({
      whole: NEITHER,
      isSetUpKept: true,
      remapped: false,
      earlierDecisionsHold: true,
    });
    expect([asked, (await context()).batches]).toEqual([0, undefined]);
  });
  test("of a connection without findings opens both sides with none", async () => {
    const { open } = own.parts.copper;
    const opened: unknown[] = [];
    own.parts.copper.open = (mapping, stop) => {
      opened.push(mapping.capabilities);
      return open(mapping, stop);
    };
    await own.store.saveChanges({ facts: { findings: undefined as never } });
    await context();
    expect(opened).toEqual([{}]);
  });
});

test.each(["copper", "mailchimp"] as const)("V10: asks for the definitions where %s is read whole", async (side) => {
  const marks = (await own.store.fact("marks"))!;
  await own.store.saveChanges({ facts: { marks: { ...marks, wholeAt: { ...marks.wholeAt!, [side]: 0 } } } });
  expect(await context()).toMatchObject({
    whole: { ...NEITHER, [side]: true },
    isSetUpKept: false,
    earlierDecisionsHold: false,
  });
  expect(asked).toBe(1);
});
test("V10: definitions that were read in this run are taken, and are not stored ones", async () => {
  const kept = (await own.store.fact("setup"))!;
  const renewed = { ...kept, signUpUrl: "https://renewed" };
  expect(await runContext(own.parts, options(), renewed)).toMatchObject({
    mapping: { setUp: { signUpUrl: "https://renewed" } },
    isSetUpKept: false,
    earlierDecisionsHold: false,
  });
  expect(asked).toBe(0);
});
test("V10: everything is read where other fields are mapped", async () => {
  Object.assign(own.parts, { fieldOverrides: DEFAULT_FIELDS.slice(0, 1) });
  expect(await context()).toMatchObject({
    remapped: true,
    whole: BOTH,
    isSetUpKept: true,
    earlierDecisionsHold: false,
  });
});

describe("A1: what earlier runs left", () => {
  test("batches that still run are waited for, and no decision rests on what was before", async () => {
    await own.store.saveChanges({ facts: { batches: ["one", "two"] } });
    own.parts.mailchimp.awaitLeft = async (batches) => batches.slice(0, 1);
    expect(await context()).toMatchObject({ batches: ["two"], earlierDecisionsHold: false });
  });
  test("a write in doubt is looked for everywhere, but only once", async () => {
    const [id] = await own.store.journal("r1", [operation]);
    expect((await context()).whole).toEqual(BOTH);
    await own.store.saveChanges({ facts: { "doubts left": [id!] } });
    expect(await context()).toMatchObject({ whole: NEITHER, doubts: [{ id }] });
  });
  test("an unclear failure", async () => {
    await own.store.saveChanges({ facts: { unsettled: true } });
    expect((await context()).whole).toEqual(BOTH);
  });
});

test.each([{ full: true }, { rebuild: true }, { undo: "r1" }])("everything is read for %o", async (some) => {
  expect((await context(some)).whole).toEqual(BOTH);
});
test.each([{ retryRejected: true }, { rebuild: true }, { undo: "r1" }])("%o decides otherwise", async (some) => {
  const everybody = { only: [] as readonly string[] } as Policy;
  expect(isOrdinaryRun(everybody, options(some))).toBe(false);
  expect(isOrdinaryRun(everybody, options())).toBe(true);
  expect((await context(some)).earlierDecisionsHold).toBe(false);
});
test("and so does a run of some", () => {
  expect(isOrdinaryRun({ only: ["ana"] as readonly string[] } as Policy, options())).toBe(false);
});
