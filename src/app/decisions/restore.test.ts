/** D3, C1: what comes back of somebody who was deleted, and what does not. */
import { beforeEach, describe, expect, test } from "vitest";
import { inTurn, MARK, MemoryWorld } from "../../../test/memory-world.ts";
import type { Person } from "../../domain/contact.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const done = () => own.written.map((one) => one.operation);
/** Somebody who was in step, and was deleted. */
async function deleted(some: Parameters<MemoryWorld["person"]>[0] = {}, forget = false): Promise<Person> {
  const person = await own.marked(some);
  await own.decide(person.id, "delete", forget);
  own.written.splice(0);
  return own.truth.people.get(person.id) ?? person;
}
const people = () => [...own.truth.people.values()].filter((one) => one.name !== "Bob");

describe("D3: both records come back", () => {
  test("the person without the mark and under a new number, the member with its status, linked as before", async () => {
    const { id } = await deleted();
    const { link } = await own.copy(id);
    const result = await own.restore(id);
    const [person] = people();
    expect(result).toEqual({ personId: id, name: "Ana Lopez", result: "restored", detail: String(person!.id) });
    expect(own.written).toMatchObject([
      { operation: "restore-person", contact: "ana@exemple.fr", personId: id, tags: ["vip"], begun: false },
      {
        operation: "unarchive-member",
        contact: "ana@exemple.fr",
        personId: id,
        member: { email: "ana@exemple.fr" },
        status: "subscribed",
      },
    ]);
    expect(person).toMatchObject({ tags: ["vip"], fields: { first_name: "Ana", last_name: "Lopez" } });
    expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
    const known = await own.store.contact({ personId: person!.id });
    expect(known.link).toEqual({ ...link, personId: person!.id, archived: null });
    expect(known.person).toMatchObject({ id: person!.id, name: "Ana Lopez", tags: ["vip"] });
    expect((await own.store.contact({ personId: id })).link).toBeUndefined();
    expect([(await own.store.lists()).deleted, await own.store.fact("decisions")]).toEqual([[], []]);
    expect(await own.copy(id)).toMatchObject({ restoredAs: person!.id });
    // And nothing is left to do
    expect((await own.sync()).operations).toEqual([]);
    expect((await own.store.waiting()).reviews).toEqual([]);
  });
  test("who had neither tags nor an address nor a member", async () => {
    const { id } = await deleted({ emails: [] });
    const { tags: _, ...untagged } = (await own.copy(id)).person as Person;
    await own.store.keep({ ...(await own.copy(id)), person: untagged });
    expect(await own.restore(id)).toEqual({
      personId: id,
      name: "Ana Lopez",
      result: "restored",
      detail: String(people()[0]!.id),
    });
    expect(own.written).toMatchObject([{ operation: "restore-person", contact: "Ana Lopez", tags: [] }]);
    expect((await own.store.contact({ personId: people()[0]!.id })).link).toBeUndefined();
  });
  test("V5: fields that Copper does not take are named", async () => {
    const { id } = await deleted();
    own.answers("copper", (one) => (one.ok ? { ...one, refused: ["first_name"] } : one));
    expect(await own.restore(id)).toMatchObject({ result: "restored", leftOut: ["first_name"] });
  });
});

describe("nobody is created twice", () => {
  test("D5: who is still there is not restored, and the deletion that was begun is over", async () => {
    const { id } = await own.marked();
    own.mishaps.push("lost-before");
    own.parts.copper.fetch = inTurn(own.parts.copper.fetch, async () => {
      throw new Error("no answer");
    });
    expect((await own.decide(id, "delete")).result).toBe("unfinished");
    own.parts.copper.fetch = new MemoryWorld(own.truth).parts.copper.fetch;
    expect(await own.restore(id)).toEqual({ personId: id, name: "Ana Lopez", result: "there", detail: "" });
    expect([own.written, await own.store.fact("decisions")]).toEqual([[], []]);
    expect(await own.copy(id)).toMatchObject({ restoredAs: id });
  });
  test("A9: who is still there and cannot be read is not restored", async () => {
    const { id } = await deleted();
    own.parts.copper.fetch = async () => ({ odd: { key: id, addresses: [], why: "odd-record", detail: "emails" } });
    expect(await own.restore(id)).toMatchObject({ result: "failed", detail: "emails" });
    expect(own.written).toEqual([]);
    expect(await own.copy(id)).toMatchObject({ restoredAs: null });
  });
  test("a refusal leaves the copy as it was", async () => {
    const { id } = await deleted();
    const before = await own.copy(id);
    own.mishaps.push("refused");
    expect(await own.restore(id)).toMatchObject({ result: "failed", detail: "REFUSED" });
    expect([await own.copy(id), people()]).toEqual([before, []]);
  });
  test("A1: of a creation that was cut off the next attempt knows that it was begun", async () => {
    const { id } = await deleted();
    own.mishaps.push("killed-before");
    await expect(own.restore(id)).rejects.toThrow();
    expect(await own.copy(id)).toMatchObject({ restoring: { personId: null, leftOut: [] } });
    expect((await own.restore(id)).result).toBe("restored");
    expect(own.written[0]).toMatchObject({ operation: "restore-person", begun: true });
  });
  test("A2: when the member's half was refused, the next attempt does that only", async () => {
    const { id } = await deleted();
    own.mishaps.push("none", "refused");
    await expect(own.restore(id)).rejects.toThrow("REFUSED");
    const [person] = people();
    expect(await own.copy(id)).toMatchObject({ restoring: { personId: person!.id }, restoredAs: null });
    expect(await own.restore(id)).toMatchObject({ result: "restored", detail: String(person!.id) });
    expect([people().length, done()]).toEqual([1, ["restore-person", "unarchive-member"]]);
  });
});

describe("a deletion that was not finished", () => {
  test.each([true, false])(
    "an erasure that was asked for is finished first, an archiving is not (%s)",
    async (forget) => {
      const other = own.person({ name: "Cleo", email: "cleo@exemple.fr" });
      const { id } = await own.marked();
      own.edit(other.id, { tags: [MARK] });
      for (const one of [other.id, id]) {
        own.mishaps.push("none", "refused");
        expect((await own.decide(one, "delete", one === other.id || forget)).result).toBe("unfinished");
      }
      own.written.splice(0);
      expect((await own.restore(id)).result).toBe("restored");
      expect(done()).toEqual(forget ? ["forget-member", "restore-person"] : ["restore-person"]);
      expect(own.at("ana@exemple.fr")?.status).toBe(forget ? undefined : "subscribed");
      // Whoever else waits for theirs waits on
      expect(await own.store.fact("decisions")).toMatchObject([{ personId: other.id }]);
    },
  );
});

describe("C1: the member returns only as we left it", () => {
  test("one that was erased is not there, which is as it should be", async () => {
    const { id } = await deleted({}, true);
    expect(await own.restore(id)).toEqual({
      personId: id,
      name: "Ana Lopez",
      result: "restored",
      detail: String(people()[0]!.id),
    });
    expect(done()).toEqual(["restore-person"]);
  });
  test("one that was archived before stays so", async () => {
    const { id } = await own.marked();
    own.change("ana@exemple.fr", { status: "archived" });
    await own.decide(id, "delete");
    expect(await own.restore(id)).not.toHaveProperty("memberStays");
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  });
  test("one that is gone meanwhile is missed", async () => {
    const { id } = await deleted();
    own.truth.members.delete(own.at("ana@exemple.fr")!.key);
    expect(await own.restore(id)).toMatchObject({ result: "restored", memberStays: true });
  });
  test("one that somebody archived again stays archived", async () => {
    const { id } = await deleted();
    own.change("ana@exemple.fr", { status: "archived" });
    expect(await own.restore(id)).toMatchObject({ memberStays: true });
    expect(done()).toEqual(["restore-person"]);
  });
  test("one of which we cannot know that we archived it stays archived", async () => {
    const { id } = await deleted();
    await own.store.keep({ ...(await own.copy(id)), archived: null });
    expect(await own.restore(id)).toMatchObject({ memberStays: true });
  });
  test("one that somebody changes just before it returns stays archived", async () => {
    const { id } = await deleted();
    const { fetch } = own.parts.mailchimp;
    own.parts.mailchimp.fetch = async (of) => {
      const found = await fetch(of);
      own.change("ana@exemple.fr", {});
      return found;
    };
    expect(await own.restore(id)).toMatchObject({ result: "restored", memberStays: true });
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  });
  test("one that came back by itself is linked as it is", async () => {
    const { id } = await deleted();
    own.change("ana@exemple.fr", { status: "unsubscribed" });
    expect(await own.restore(id)).not.toHaveProperty("memberStays");
    const { link, member } = await own.store.contact({ personId: people()[0]!.id });
    expect([member, link?.archived]).toMatchObject([{ status: "unsubscribed" }, null]);
  });
  test("V1: one that came back by itself and was read since keeps its values, and so does the person", async () => {
    const { id } = await deleted();
    own.change("ana@exemple.fr", { status: "subscribed" });
    await own.sync();
    own.truth.now += 86_400;
    await own.sync();
    await own.restore(id);
    await own.sync();
    expect(own.at("ana@exemple.fr")!.fields).toEqual({ FNAME: "Ana", LNAME: "Lopez" });
    expect(people()[0]!.fields).toEqual({ first_name: "Ana", last_name: "Lopez" });
  });
  test("another one at the same address is left to the next run", async () => {
    const { id } = await deleted();
    own.truth.members.delete(own.at("ana@exemple.fr")!.key);
    const other = own.member("ana@exemple.fr", { status: "archived" });
    expect(await own.restore(id)).not.toHaveProperty("memberStays");
    expect(await own.store.contact({ memberKey: other.key })).toEqual({});
  });
  test("one that is not stored is left to the next run, too", async () => {
    const { id } = await deleted();
    const { key } = own.at("ana@exemple.fr")!;
    await own.store.saveChanges({ membersGone: [key] });
    own.change("ana@exemple.fr", { status: "unsubscribed" });
    const { members } = await own.store.holdings();
    expect((await own.restore(id)).result).toBe("restored");
    expect((await own.store.holdings()).members).toBe(members);
  });
  test("one that a run archived because the person was gone returns as well", async () => {
    const { id } = await own.marked();
    own.mishaps.push("none", "refused");
    expect((await own.decide(id, "delete")).result).toBe("unfinished");
    const { member, link } = await own.store.contact({ memberKey: own.at("ana@exemple.fr")!.key });
    own.truth.now += 60;
    own.truth.members.set(member!.key, {
      ...own.at("ana@exemple.fr")!,
      status: "archived",
      changedAt: own.truth.now,
    });
    await own.store.saveChanges({
      links: [{ ...link!, archived: { from: "unsubscribed", why: "gone", at: own.truth.now } }],
    });
    expect(await own.restore(id)).not.toHaveProperty("memberStays");
    expect(own.at("ana@exemple.fr")!.status).toBe("unsubscribed");
    // The link of the person who is gone went with it
    expect((await own.store.contact({ personId: id })).link).toBeUndefined();
  });
  test("W3: one that is another person's by now is left to them", async () => {
    const { id } = await deleted();
    const { link } = await own.copy(id);
    const other = own.person({ name: "Ana Two", email: "two@exemple.fr" });
    await own.store.saveChanges({ links: [{ ...link!, personId: other.id }] });
    expect((await own.restore(id)).result).toBe("restored");
    const restored = people().find((one) => one.id !== other.id)!;
    expect((await own.store.contact({ personId: restored.id })).link).toBeUndefined();
    expect((await own.store.contact({ personId: other.id })).link).toMatchObject({ memberKey: link!.memberKey });
  });
});
