/** A1, A3, A6, C5: what a run stores of its further plans, and which failures it still knows afterwards. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../test/memory-world.ts";
import type { StateChanges } from "../ports/store.ts";
import type { RunOptions } from "./run-options.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const done = () => own.written.splice(0).map((one) => one.operation);
const troubles = async () =>
  (await own.store.waiting()).troubles.map(({ contact, runs }) => [contact.split("@")[0], runs]).sort();
const linkOf = async (personId: number) => (await own.store.contact({ personId })).link;
const reasonOf = async (key: string) => (await own.store.standingsAt([key])).map((one) => one.reason);
const several = (...names: string[]) => names.map((name) => own.person({ name, email: `${name}@exemple.fr` }));
/** Changes the policy from now on. */
const settings = (some: Partial<MemoryWorld["parts"]["policy"]>) =>
  Object.assign(own.parts, { policy: { ...own.parts.policy, ...some } });
/** All that a run stores besides the outcomes of its writes. */
async function stored(options: Partial<RunOptions> = {}): Promise<StateChanges[]> {
  const changes: StateChanges[] = [];
  const { saveChanges } = own.store;
  own.store.saveChanges = async (some) => {
    changes.push(some);
    await saveChanges(some);
  };
  await own.sync(options);
  own.store.saveChanges = saveChanges;
  return changes;
}
/** Ends a run that has its plan, before its first write. */
async function cutShort(some: Partial<RunOptions> = {}) {
  const stop = new AbortController();
  const { outcome } = (await own.sync({ ...some, stop: stop.signal, planned: () => stop.abort() })).document;
  expect([outcome, done()]).toEqual(["interrupted", []]);
}
/** Each person has the address that the next one gives up, so that only one can move at a time. */
async function queue(length: number) {
  const people = several(..."abcdefg".slice(0, length));
  await own.sync();
  for (const { id } of people) own.edit(id, { emails: [] });
  const [first, ...others] = people;
  own.edit(first!.id, { emails: ["new@exemple.fr"] });
  for (const [index, { id }] of others.entries()) own.edit(id, { emails: people[index]!.emails });
  done();
  return people;
}

describe("C5: further rounds", () => {
  test("are three at most, and the next run goes on", async () => {
    const people = await queue(5);
    await own.sync();
    expect(done()).toEqual(["move-address", "move-address", "move-address"]);
    await own.sync();
    expect(done()).toEqual(["move-address", "move-address"]);
    expect((await linkOf(people[4]!.id))?.address).toBe("d@exemple.fr");
  });
  test("end with the round that causes nothing further", async () => {
    const [first] = several("a");
    own.truth.forgotten.add("a@exemple.fr");
    expect((await stored()).filter((one) => "unlinked" in one && !("decided" in one))).toHaveLength(1);
    expect(await reasonOf(`p${first!.id}`)).toEqual(["forgotten"]);
  });
  test("leave the standings of the last plan, and its notes", async () => {
    const people = await queue(2);
    await own.sync();
    expect((await Promise.all(people.map(({ id }) => reasonOf(`p${id}`)))).flat()).toEqual([]);
  });
  test("do not take a member away from whoever took it over in the first", async () => {
    const [first] = several("a");
    await own.sync();
    own.truth.people.delete(first!.id);
    const [second] = several("a", "b");
    own.truth.forgotten.add("b@exemple.fr");
    done();
    const { prepared } = await own.sync({ full: true });
    expect(done()).not.toContain("archive-member");
    expect([(await linkOf(first!.id)) ?? null, (await linkOf(second!.id))?.address]).toEqual([null, "a@exemple.fr"]);
    expect([...prepared!.state.links.keys()]).toEqual([second!.id]);
  });
  test("G4: end where the guard refuses what responses cause, and the next run asks", async () => {
    settings({ filter: { tags: ["client"] }, maxRemovals: { number: 1 } });
    const people = ["a", "b", "c", "d", "e", "f"].map((name) =>
      own.person({ name, email: `${name}@exemple.fr`, tags: ["client"] }),
    );
    await own.sync();
    done();
    for (const name of ["a", "b", "c"]) own.change(`${name}@exemple.fr`, { fields: { FNAME: "Eva", LNAME: "Lopez" } });
    own.edit(people[5]!.id, { emails: ["new@exemple.fr"] });
    // Meanwhile somebody takes the people out of the audience
    own.answers("copper", (outcome) => {
      if (!outcome.ok || !outcome.person) return outcome;
      own.edit(outcome.person.id, { tags: [] });
      return { ...outcome, person: { ...outcome.person, tags: [] } };
    });
    await own.sync();
    expect(done().sort()).toEqual(["move-address", "update-person", "update-person", "update-person"]);
    expect((await own.sync()).document).toMatchObject({ outcome: "refused", guard: { code: "too-many-removals" } });
  });
});

describe("a person whose other address shows while their tag is written", () => {
  /** Somebody's address is refused; when the tag that says so is next written, they have the address of a member. */
  async function told() {
    settings({ createInCopper: false });
    const { id } = own.person();
    own.truth.forgotten.add("ana@exemple.fr");
    await own.sync();
    own.member("other@exemple.fr", { fields: { LNAME: "Lopez" }, tags: [{ id: 1, name: "vip" }] });
    own.answers("copper", (outcome) => {
      if (!outcome.ok || !outcome.person) return outcome;
      own.edit(id, { emails: ["other@exemple.fr"] });
      return { ...outcome, person: { ...outcome.person, emails: ["other@exemple.fr"] } };
    });
    done();
    return id;
  }
  test("C5: is linked by a further plan, and the link takes what that plan writes", async () => {
    const [moves] = several("a");
    const id = await told();
    own.edit(id, { tags: ["vip"] });
    own.edit(moves!.id, { emails: ["new@exemple.fr"] });
    await own.sync();
    expect(done()).toContain("update-member");
    expect(own.at("other@exemple.fr")?.fields).toMatchObject({ FNAME: "Ana" });
    const link = await linkOf(id);
    expect(link?.address).toBe("other@exemple.fr");
    expect(Object.values(link!.baseline).sort()).toEqual(["Ana", "Lopez"]);
  });
  test("A6: is linked by an undo, which leaves their fields to the next run", async () => {
    const id = await told();
    const { prepared } = await own.sync({ undo: "r1" });
    expect(done()).toEqual(["tag-person"]);
    expect((await linkOf(id))?.address).toBe("other@exemple.fr");
    expect(prepared!.state.links.get(id)).toEqual(await linkOf(id));
    expect(await own.store.standingsAt([`p${id}`])).toMatchObject([
      { reason: "next-run", memberKey: own.at("other@exemple.fr")!.key },
    ]);
  });
});

test("A1: a creation stays in doubt where the reading of members was cut short", async () => {
  own.person();
  own.mishaps.push("lost-before");
  await own.sync();
  const { open } = own.parts.mailchimp;
  own.parts.mailchimp.open = (...mapping) => {
    const { reader, writer } = open(...mapping);
    return { writer, reader: { ...reader, readAll: async () => ({ complete: false }) } };
  };
  await own.sync({ full: true });
  expect(await own.store.inDoubt()).toHaveLength(1);
});

describe("A3: failures of earlier runs", () => {
  const failing = async (...names: string[]) => {
    several(...names);
    own.mishaps.push(...names.map(() => "refused" as const));
    await own.sync();
  };
  test("are still known after a run that was ended before it wrote", async () => {
    await failing("a");
    await cutShort();
    expect(await troubles()).toEqual([["a", 1]]);
  });
  test.each([{ retryRejected: true }, { rebuild: true }])("but not where the operator asked for %o", async (some) => {
    await failing("a");
    await cutShort(some);
    expect(await troubles()).toEqual([]);
  });
  test("are over for whom a run of some succeeds, and stay for whom it does not try", async () => {
    await failing("a", "b");
    settings({ only: ["a@exemple.fr"] });
    await own.sync();
    expect(await troubles()).toEqual([["b", 1]]);
  });
});
