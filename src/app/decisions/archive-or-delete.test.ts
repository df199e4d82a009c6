/** D3: what an archiving and a deletion make of both records, and what is kept of them. */
import { beforeEach, describe, expect, test } from "vitest";
import { inTurn, MARK, MemoryWorld } from "../../../test/memory-world.ts";
import { tagKey } from "../../domain/tags.ts";
import { memberHalf } from "./archive-or-delete.ts";

/** The mark as Copper sends it, and by what it is known. */
const SHOWN = MARK.toLowerCase();
const KEY = tagKey(MARK);
let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const never = () => {
  throw new Error("nobody is to be asked for");
};
const done = () => own.written.map((one) => one.operation);
const listed = async () => (await own.store.waiting()).reviews.map(({ personId, ignored }) => ({ personId, ignored }));

describe("D3: archive", () => {
  test("the archive tag takes the deletion tag's place, the member is archived, and the link knows that it was us", async () => {
    const { id } = await own.marked();
    const link = (await own.store.contact({ personId: id })).link!;
    expect(await own.decide(id, "archive")).toEqual({
      personId: id,
      name: "Ana Lopez",
      result: "archived",
      detail: "",
    });
    expect(own.written).toMatchObject([
      {
        operation: "archive-person",
        contact: "ana@exemple.fr",
        reason: "decision",
        add: ["📥 INACTIF"],
        remove: [KEY],
        removed: [SHOWN],
      },
      { operation: "archive-member", contact: "ana@exemple.fr", reason: "decision", personId: id },
    ]);
    expect(own.truth.people.get(id)!.tags).toEqual(["vip", "📥 INACTIF"]);
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    const known = await own.store.contact({ personId: id });
    expect(known.link).toEqual({ ...link, archived: { from: "subscribed", why: "decision", at: own.truth.now } });
    // A decision reads no mapped field, and forgets none
    expect(known.person).toMatchObject({
      fields: { first_name: "Ana", last_name: "Lopez" },
      tags: ["vip", "📥 inactif"],
      modifiedAt: own.truth.now,
    });
    expect(known.member).toMatchObject({
      status: "archived",
      fields: { FNAME: "Ana", LNAME: "Lopez" },
      changedAt: own.truth.now,
    });
    expect([await listed(), await own.store.fact("decisions")]).toEqual([[], []]);
  });
  test("who has the archive tag already gets no second one", async () => {
    const { id } = await own.marked();
    own.edit(id, { tags: ["📥 Inactif", MARK] });
    await own.decide(id, "archive");
    expect(own.written[0]).toMatchObject({ operation: "archive-person", add: [], remove: [KEY] });
  });
  test("who has no address is told by the name, and there is no member to archive", async () => {
    const { id } = await own.marked({ emails: [] });
    own.parts.mailchimp.fetch = never;
    expect((await own.decide(id, "archive")).result).toBe("archived");
    expect(own.written).toMatchObject([{ operation: "archive-person", contact: "Ana Lopez" }]);
    expect([await listed(), (await own.store.holdings()).links]).toEqual([[], 1]);
  });
  test("W2: a member whom nobody is linked to is archived too, and linked as the last one, so that it can come back", async () => {
    const gone = await own.marked({ email: "gone@exemple.fr" });
    await own.decide(gone.id, "delete");
    const member = own.member("ana@exemple.fr", { status: "unsubscribed" });
    own.member("other@exemple.fr", { status: "unsubscribed" });
    await own.sync();
    const person = own.person({ emails: ["wrong", "second@exemple.fr", "ana@exemple.fr"], tags: [MARK] });
    const { since } = await own.store.holdings();
    expect((await own.decide(person.id, "archive")).result).toBe("archived");
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    expect((await own.store.contact({ personId: person.id })).link).toMatchObject({
      memberKey: member.key,
      address: "ana@exemple.fr",
      since: since + 1,
      archived: { from: "unsubscribed", why: "decision", at: own.truth.now },
    });
    expect(own.at("other@exemple.fr")!.status).toBe("unsubscribed");
  });
  test("W2: a member of another person is left to them, whatever the addresses say", async () => {
    const first = own.person();
    await own.sync();
    const second = own.person({ name: "Ana Two", emails: ["ana@exemple.fr"], tags: [MARK] });
    await own.sync();
    expect((await own.decide(second.id, "archive")).result).toBe("archived");
    expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
    expect((await own.store.contact({ personId: second.id })).link).toBeUndefined();
    expect((await own.store.contact({ personId: first.id })).link).toMatchObject({ archived: null });
  });
  test.each(["cleaned", "pending"] as const)("a %s member cannot be archived, and is left as it is", async (status) => {
    const { id } = await own.marked();
    own.change("ana@exemple.fr", { status });
    expect((await own.decide(id, "archive")).result).toBe("archived");
    expect([done(), own.at("ana@exemple.fr")!.status]).toEqual([["archive-person"], status]);
    expect((await own.store.contact({ personId: id })).link).toMatchObject({ archived: null });
  });
  test("C1: a member that somebody archived by hand was not archived by us", async () => {
    const { id } = await own.marked();
    own.change("ana@exemple.fr", { status: "archived" });
    expect((await own.decide(id, "archive")).result).toBe("archived");
    expect(done()).toEqual(["archive-person"]);
    expect((await own.store.contact({ personId: id })).link).toMatchObject({ archived: null });
  });
  test("C1: one that a run archived, and nobody touched since, stays ours; one that was touched does not", async () => {
    const { id } = await own.marked();
    await own.decide(id, "archive");
    const { at } = (await own.store.contact({ personId: id })).link!.archived!;
    await own.store.saveChanges({
      links: [
        {
          ...(await own.store.contact({ personId: id })).link!,
          archived: { from: "unsubscribed", why: "gone", at },
        },
      ],
    });
    own.edit(id, { tags: [MARK] });
    await own.decide(id, "archive");
    expect((await own.store.contact({ personId: id })).link!.archived).toEqual({
      from: "unsubscribed",
      why: "decision",
      at,
    });
    own.edit(id, { tags: [MARK] });
    own.change("ana@exemple.fr", { status: "archived" });
    await own.decide(id, "delete");
    expect((await own.copy(id)).archived).toBeNull();
  });
  test("a member that is gone for good is no hindrance", async () => {
    const { id } = await own.marked();
    own.truth.members.delete(own.at("ana@exemple.fr")!.key);
    expect((await own.decide(id, "archive")).result).toBe("archived");
    expect(done()).toEqual(["archive-person"]);
    expect((await own.store.contact({ personId: id })).link).toMatchObject({ archived: null });
  });
  test("C1: a member that cannot be read stays one that we archived", async () => {
    const { id } = await own.marked();
    await own.decide(id, "archive");
    const { archived } = (await own.store.contact({ personId: id })).link!;
    expect(archived).not.toBeNull();
    own.truth.members.delete(own.at("ana@exemple.fr")!.key);
    own.edit(id, { tags: [MARK] });
    await own.decide(id, "archive");
    expect((await own.store.contact({ personId: id })).link!.archived).toEqual(archived);
  });
  test("a member that vanishes while it is archived was not archived by us", async () => {
    const { id } = await own.marked();
    own.answers("mailchimp", ({ operation }) => ({ operation, ok: true }));
    expect((await own.decide(id, "archive")).result).toBe("archived");
    expect((await own.store.contact({ personId: id })).link).toMatchObject({ archived: null });
  });
  test("nothing is done to the member of a person who is gone", async () => {
    const { id } = await own.marked();
    const step = { personId: id, name: "Ana", decision: "archive", forget: false, tries: 0 } as const;
    await own.small((parts) => memberHalf(parts, step, undefined));
    expect([own.written, await listed()]).toEqual([[], [{ personId: id, ignored: false }]]);
  });
});

describe("D3: delete", () => {
  test("both records are kept first, the person is deleted, the member archived, the address remembered", async () => {
    const { id } = await own.marked();
    const person = own.truth.people.get(id)!;
    const member = own.at("ana@exemple.fr")!;
    const { link } = await own.store.contact({ personId: id });
    expect(await own.decide(id, "delete")).toMatchObject({ result: "deleted", name: "Ana Lopez", detail: "" });
    expect(done()).toEqual(["delete-person", "archive-member"]);
    expect(own.truth.people.has(id)).toBe(false);
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    expect(await own.copy(id)).toEqual({
      personId: id,
      name: "Ana Lopez",
      emails: ["ana@exemple.fr"],
      person,
      member,
      link,
      memberStatus: "subscribed",
      forgotten: false,
      deletedAt: own.time,
      restoredAs: null,
      archived: { from: "subscribed", why: "decision", at: own.truth.now },
    });
    const { person: there, link: linked } = await own.store.contact({ personId: id });
    expect([there, linked, await listed()]).toEqual([undefined, undefined, []]);
    const { deleted } = await own.store.lists();
    expect(deleted).toEqual(["ana@exemple.fr"]);
    // Nothing brings them back
    expect((await own.sync()).operations).toEqual([]);
  });
  test("with an erasure the member is erased for good, and nothing of it is there to come back", async () => {
    const { id } = await own.marked();
    expect((await own.decide(id, "delete", true)).result).toBe("forgotten");
    expect(own.written).toMatchObject([
      { operation: "delete-person", contact: "ana@exemple.fr" },
      { operation: "forget-member", contact: "ana@exemple.fr", personId: id },
    ]);
    expect([own.at("ana@exemple.fr"), [...own.truth.forgotten]]).toEqual([undefined, ["ana@exemple.fr"]]);
    expect(await own.copy(id)).toMatchObject({ forgotten: true, archived: null });
  });
  test.each([false, true])("who has no member is deleted as well (erased: %s)", async (forget) => {
    const { id } = await own.marked({ emails: [] });
    own.parts.mailchimp.fetch = never;
    expect((await own.decide(id, "delete", forget)).result).toBe(forget ? "forgotten" : "deleted");
    expect(done()).toEqual(["delete-person"]);
    expect(await own.copy(id)).toMatchObject({ member: null, memberStatus: null, link: null, archived: null });
  });
  test("an erasure finds that the member is gone already", async () => {
    const { id } = await own.marked();
    // Between the copy and the erasure somebody else erases it
    own.parts.mailchimp.fetch = inTurn(own.parts.mailchimp.fetch, async () => undefined);
    expect((await own.decide(id, "delete", true)).result).toBe("forgotten");
    expect(done()).toEqual(["delete-person"]);
  });
  test("an archive is never an erasure", async () => {
    const { id } = await own.marked();
    own.mishaps.push("none", "refused");
    expect((await own.decide(id, "archive", true)).result).toBe("unfinished");
    expect(await own.store.fact("decisions")).toMatchObject([{ decision: "archive", forget: false, tries: 0 }]);
  });
});
