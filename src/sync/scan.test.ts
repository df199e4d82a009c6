/** Tests what a reading does to stored records, by the table in `scan.ts` (G1–G4, A9). */
import { expect, test } from "vitest";
import { type RecordKind, SideScan } from "./scan.ts";

interface Thing {
  readonly id: number;
  readonly at: number;
  readonly value: string;
}
const thing = (id: number, value = "a", at = 10): Thing => ({ id, at, value });
const known = (count: number) => new Map(Array.from({ length: count }, (_, id) => [id, thing(id)]));

interface Asked extends RecordKind<number, Thing> {
  readonly asked: number[];
}
function kind(some: Partial<RecordKind<number, Thing>> = {}): Asked {
  const asked: number[] = [];
  return {
    side: "copper",
    key: (one) => one.id,
    stamp: (one) => one.at,
    seen: () => undefined,
    absent: (one) => one.value === "?",
    odd: () => ({ keys: new Set(), nameless: false }),
    ...some,
    ...(some.confirm && {
      async confirm(keys) {
        asked.push(...keys);
        return some.confirm!(keys);
      },
    }),
    asked,
  };
}
const trust = { yes: false };
const changed = (scanned: { changed: Iterable<Thing> }) => [...scanned.changed].map((one) => one.value).sort();

test("who is new or changed is taken, who is as before is not", async () => {
  const scan = new SideScan(kind(), known(3), trust);
  expect(scan.addPage([thing(0), thing(1, "b", 11), thing(2), thing(9, "c")])).toBe(4);
  expect(scan.addPage([thing(9, "c"), thing(1, "b", 11)])).toBe(0);
  const scanned = await scan.end(true, true);
  expect(changed(scanned)).toEqual(["b", "c"]);
  expect(scanned).toMatchObject({ gone: [], read: 4, latest: 11, emptied: false });
  expect(scanned.doubted).toBeUndefined();
});
test("what is older than what was seen already is no news", async () => {
  const scan = new SideScan(kind(), known(1), trust);
  scan.addPage([thing(0, "old", 9)]);
  expect(changed(await scan.end(true, true))).toEqual([]);
});
test("of two versions of one second the service is asked which is true", async () => {
  const own = kind({ confirm: async () => [thing(0, "true", 10)] });
  const scan = new SideScan(own, known(2), trust);
  scan.addPage([thing(0, "b", 10), thing(1)]);
  expect(changed(await scan.end(true, true))).toEqual(["true"]);
  expect(own.asked).toEqual([0]);
});
test("whom the service confirms to be as they were has not changed", async () => {
  const scan = new SideScan(kind({ confirm: async () => [thing(0)] }), known(2), trust);
  scan.addPage([thing(1)]);
  const scanned = await scan.end(true, true);
  expect(changed(scanned)).toEqual([]);
  expect(scanned.now.get(0)).toEqual(thing(0));
});
test("where nothing is in doubt nobody is asked for", async () => {
  const own = kind({ confirm: () => Promise.reject(new Error("no request is needed")) });
  const scan = new SideScan(own, known(2), trust);
  scan.addPage([thing(0), thing(1, "b", 11)]);
  expect(changed(await scan.end(true, true))).toEqual(["b"]);
});
test("G1: who is missing in a complete reading is gone, unless the service still has them", async () => {
  const own = kind({ confirm: async (keys) => keys.filter((id) => id === 1).map((id) => thing(id)) });
  const scan = new SideScan(own, known(4), trust);
  scan.addPage([thing(0), thing(3)]);
  const scanned = await scan.end(true, true);
  expect(scanned.gone).toEqual([2]);
  expect([...scanned.now.keys()]).toEqual([0, 1, 3]);
  expect(scanned.read).toBe(3);
});
test.each([
  ["ended early", 3, false, false],
  ["showed far fewer than were known", 1, true, false],
])("G3: nothing is concluded from a reading that %s", async (_, shown, complete, yes) => {
  const scan = new SideScan(kind(), known(4), { yes });
  scan.addPage(Array.from({ length: shown }, (__, id) => thing(id)));
  const scanned = await scan.end(true, complete);
  expect(scanned.gone).toEqual([]);
  expect(scanned.unseen.size).toBe(4 - shown);
  expect(scanned.doubted).toEqual({ side: "copper", read: shown, known: 4 });
});
test("G3: somebody vouches for far fewer, but not for a reading that ended early", async () => {
  const fewer = new SideScan(kind(), known(4), { yes: true });
  fewer.addPage([thing(0)]);
  expect((await fewer.end(true, true)).gone).toEqual([1, 2, 3]);
  const early = new SideScan(kind(), known(4), { yes: true });
  early.addPage([thing(0)]);
  expect((await early.end(true, false)).gone).toEqual([]);
});
test("G4: a reading that shows nobody is shown to the guard, and nothing of it is kept", async () => {
  const scanned = await new SideScan(kind(), known(3), trust).end(true, true);
  expect(scanned).toMatchObject({ emptied: true, gone: [], changed: [] });
  expect(scanned.now.size).toBe(0);
  expect(scanned.doubted).toEqual({ side: "copper", read: 0, known: 3 });
  expect((await new SideScan(kind(), known(3), { yes: true }).end(true, true)).doubted).toBeUndefined();
  expect((await new SideScan(kind(), known(0), trust).end(true, true)).emptied).toBe(false);
});
test("A9: an odd record is not gone, and where one has no key nobody is", async () => {
  const odd = new SideScan(kind({ odd: () => ({ keys: new Set([1]), nameless: false }) }), known(4), trust);
  odd.addPage([thing(0), thing(3)]);
  const one = await odd.end(true, true);
  expect(one.gone).toEqual([2]);
  expect([...one.unseen]).toEqual([1]);
  const nameless = new SideScan(kind({ odd: () => ({ keys: new Set(), nameless: true }) }), known(3), trust);
  nameless.addPage([thing(0), thing(1)]);
  const none = await nameless.end(true, true);
  expect(none.gone).toEqual([]);
  expect([...none.unseen]).toEqual([2]);
});
test("a reading of what changed says nothing of the others, unless it ended early", async () => {
  const scan = new SideScan(kind(), known(3), trust);
  scan.addPage([thing(0, "b", 11)]);
  expect(await scan.end(false, true)).toMatchObject({ gone: [], unseen: new Set() });
  const early = new SideScan(kind(), known(3), trust);
  early.addPage([thing(0, "b", 11)]);
  expect([...(await early.end(false, false)).unseen]).toEqual([1, 2]);
});
test("whom the service says to be gone is gone, but not who is odd or was shown", async () => {
  const scan = new SideScan(kind({ odd: () => ({ keys: new Set([1]), nameless: false }) }), known(4), trust);
  scan.addPage([thing(0, "b", 11)]);
  scan.lose([0, 1, 2]);
  const scanned = await scan.end(false, true);
  expect(scanned.gone).toEqual([2]);
  expect([...scanned.now.keys()]).toEqual([0, 1, 3]);
});
test("V11: what shows a field that cannot be understood is read once more", async () => {
  const scan = new SideScan(kind(), known(2), trust);
  scan.addPage([thing(0, "?", 11), thing(1, "?", 11)]);
  expect(scan.absent).toEqual([0, 1]);
  scan.retake([thing(0, "x", 11)]);
  expect(scan.absent).toEqual([1]);
  expect(changed(await scan.end(false, true))).toEqual(["?", "x"]);
});
test("what was read stays when a reading begins again, and counts as seen by nobody", async () => {
  const scan = new SideScan(kind(), known(2), trust);
  scan.addPage([thing(0, "b", 11)]);
  scan.again();
  expect(scan.addPage([thing(0, "b", 11)])).toBe(1);
  const scanned = await scan.end(true, true);
  expect(scanned.gone).toEqual([1]);
  expect(changed(scanned)).toEqual(["b"]);
});
test("--rebuild: what is stored counts for nothing beside what is read", async () => {
  const scan = new SideScan(kind(), known(1), { yes: true, rebuild: true });
  scan.addPage([thing(0, "older", 1)]);
  expect(changed(await scan.end(true, true))).toEqual(["older"]);
});
test("whoever is new or changed is told on, and whom a notification brings back is not gone", async () => {
  const told: number[] = [];
  const scan = new SideScan(kind({ seen: (one) => told.push(one.id) }), known(2), trust);
  scan.addPage([thing(0), thing(1, "b", 11), thing(5)]);
  expect(told).toEqual([1, 5]);
  expect(scan.size).toBe(3);
  scan.addPage([thing(1, "older", 9)]);
  scan.again();
  scan.lose([1, 5]);
  expect(scan.size).toBe(1);
  scan.retake([thing(1, "b", 11)]);
  const scanned = await scan.end(false, true);
  expect(told).toEqual([1, 5, 1]);
  expect(scanned.gone).toEqual([5]);
  expect(changed(scanned)).toEqual(["b"]);
});
test("who was changed and is gone after that is only gone", async () => {
  const scan = new SideScan(kind(), known(2), trust);
  scan.addPage([thing(0, "b", 11)]);
  scan.again();
  scan.lose([0]);
  scan.addPage([thing(0, "c", 12)]);
  const back = await scan.end(false, true);
  expect([changed(back), back.gone, back.read]).toEqual([["c"], [], 1]);
});
test("G1: who is missing is taken as the service has them when asked, and counted once", async () => {
  const confirmed = [thing(1, "new", 12), thing(1, "new", 12), thing(0)];
  const scan = new SideScan(kind({ confirm: async () => confirmed }), known(3), trust);
  scan.addPage([thing(0), thing(2)]);
  const scanned = await scan.end(true, true);
  expect([changed(scanned), scanned.gone, scanned.read]).toEqual([["new"], [], 3]);
});
test("where the service cannot be asked, the version that was read last counts", async () => {
  const scan = new SideScan(kind(), known(1), trust);
  scan.addPage([thing(0, "b", 10)]);
  expect(changed(await scan.end(true, true))).toEqual(["b"]);
});
