/** R1: after a decision those whom it concerns stand where the next run would see them, and nobody else moves. */
import { beforeEach, expect, test } from "vitest";
import { MemoryWorld } from "../../test/memory-world.ts";
import { standingKey } from "../plan/standings.ts";
import { refreshStandings } from "./refresh-standings.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const refresh = (personIds: readonly number[], memberKeys: readonly string[] = []) =>
  refreshStandings(own.parts, personIds, memberKeys);
const kept = (personId: number, some: object = {}) => ({
  personId,
  reason: "next-run" as const,
  since: "before",
  ...some,
});
const at = async (...keys: string[]) => own.store.standingsAt(keys);
/** Nothing may be stored from here on. */
const sealed = () => {
  own.store.saveChanges = async () => {
    throw new Error("stored");
  };
};

test("nothing is stored where nobody is concerned, nor before the first run", async () => {
  const { id } = own.person();
  sealed();
  await refresh([id]);
  own = new MemoryWorld();
  own.person();
  await own.sync();
  sealed();
  await refresh([]);
});
test("a pair is looked at by the person, and its standing is over where it is in step", async () => {
  const { id } = own.person();
  await own.sync();
  const { key } = own.at("ana@exemple.fr")!;
  await own.store.saveChanges({ standings: [kept(id, { memberKey: key })] });
  await refresh([id]);
  expect(await at(`p${id}`)).toEqual([]);
});
test("and by the member, also where a standing of the member alone was left", async () => {
  const { id } = own.person();
  await own.sync();
  const { key } = own.at("ana@exemple.fr")!;
  await own.store.saveChanges({
    standings: [kept(id, { memberKey: key }), { memberKey: key, reason: "next-run", since: "before" }],
  });
  await refresh([], [key]);
  expect(await at(`p${id}`, `m${key}`)).toEqual([]);
});
test("V1: with the mapping of the last run, what differs waits; from when on stays known while the reason does", async () => {
  const { id } = own.person();
  await own.sync();
  const { person } = await own.store.contact({ personId: id });
  await own.store.saveChanges({ persons: [{ ...person!, fields: { first_name: "Eva", last_name: "Lopez" } }] });
  await refresh([id]);
  const [standing] = await at(`p${id}`);
  expect(standing).toMatchObject({ reason: "next-run", since: own.time, memberKey: own.at("ana@exemple.fr")!.key });
  own.truth.now += 60;
  await refresh([id]);
  expect(await at(`p${id}`)).toEqual([standing]);
  await own.store.saveChanges({ standings: [{ ...standing!, reason: "failed" }] });
  await refresh([id]);
  expect((await at(`p${id}`))[0]!.since).toBe(own.time);
});
test("W4: a pair stays one whose addresses differ", async () => {
  const { id } = own.person();
  await own.sync();
  const { person } = await own.store.contact({ personId: id });
  await own.store.saveChanges({ persons: [{ ...person!, emails: ["new@exemple.fr"] }] });
  await refresh([id]);
  expect(await at(`p${id}`)).toMatchObject([{ personId: id, memberKey: own.at("ana@exemple.fr")!.key }]);
});
test.each([
  [1, "next-run"],
  [2, "value-not-taken"],
] as const)(
  "V13: a value that was not taken is tried again in the run that is due (%i runs later)",
  async (later, reason) => {
    const { id } = own.person();
    await own.sync();
    const { person, link } = await own.store.contact({ personId: id });
    const pair = Object.keys(link!.baseline).find((one) => one.includes("FNAME") || one.startsWith("first_name"))!;
    const again = (await own.store.fact("runs"))! + later;
    const refused = { [pair]: { from: "copper", value: "Eva", why: "not-taken", tries: 1, again } as const };
    await own.store.saveChanges({
      persons: [{ ...person!, fields: { first_name: "Eva", last_name: "Lopez" } }],
      links: [{ ...link!, refused }],
    });
    await refresh([id]);
    expect(await at(`p${id}`)).toMatchObject([{ reason }]);
  },
);
test("without a mapping nothing is compared", async () => {
  const { id } = own.person();
  await own.sync();
  await own.store.saveChanges({ standings: [kept(id)], facts: { mapping: null as never } });
  await refresh([id]);
  expect(await at(`p${id}`)).toEqual([]);
});
test("W6: a member who shared the standing of a person who is gone is looked at as well", async () => {
  const { id } = own.person();
  await own.sync();
  const member = own.member("cleo@exemple.fr", { status: "unsubscribed" });
  await own.store.saveChanges({ members: [member], personsGone: [id], unlinked: [id], standings: [] });
  await own.store.saveChanges({ standings: [kept(id, { memberKey: member.key })] });
  await refresh([id]);
  expect(await at(`p${id}`, standingKey({ memberKey: member.key }))).toMatchObject([
    { memberKey: member.key, reason: "unsubscribed-unknown" },
  ]);
});
test("a person and the member whom a decision concerns are looked at together", async () => {
  const { id } = own.person();
  await own.sync();
  const { key } = own.at("ana@exemple.fr")!;
  await own.store.saveChanges({ standings: [kept(id, { memberKey: key })] });
  await refresh([id], [key]);
  expect(await at(`p${id}`)).toEqual([]);
});
test("D3: whoever has the address of a deleted contact stays left out", async () => {
  const { id } = await own.marked();
  await own.decide(id, "delete", true);
  const again = own.person();
  await own.store.saveChanges({ persons: [again] });
  await refresh([again.id]);
  expect((await at(`p${again.id}`)).map((one) => one.reason)).toEqual(["deleted"]);
});
