/** D2, D5, case 78: on whom a decision is carried out, and what is said if it was not. */
import { beforeEach, describe, expect, test } from "vitest";
import { inTurn, MemoryWorld } from "../../../test/memory-world.ts";
import { keepCopy } from "./archive-or-delete.ts";
import { decide } from "./decide.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const listed = async () => (await own.store.waiting()).reviews.map(({ personId, ignored }) => ({ personId, ignored }));

describe("D3: ignore", () => {
  test("stays marked since when it was listed, and is listed no more", async () => {
    const { id } = await own.marked();
    const [review] = (await own.store.waiting()).reviews;
    own.edit(id, { tags: ["a supprimer"] });
    expect((await own.decide(id, "ignore")).result).toBe("ignored");
    expect((await own.store.waiting()).reviews).toEqual([{ ...review, ignored: true }]);
    expect(own.written).toEqual([]);
  });
  test("who was marked after the last run is ignored since this moment, under the tag as it is", async () => {
    const { id } = await own.marked();
    own.edit(id, { tags: ["vip"] });
    await own.sync();
    own.edit(id, { tags: ["a supprimer"] });
    await own.decide(id, "ignore");
    expect((await own.store.waiting()).reviews).toEqual([
      { personId: id, tag: "a supprimer", since: own.time, ignored: true },
    ]);
  });
});

describe("D5: the person is read again just before", () => {
  test("who is no longer marked is left alone, and it is said", async () => {
    const { id } = await own.marked();
    own.edit(id, { name: "Ana Other", tags: ["vip"] });
    expect(await own.decide(id, "delete")).toMatchObject({ result: "unmarked", name: "Ana Other" });
    expect([own.written, await own.store.copies()]).toEqual([[], []]);
  });
  test("who never was marked, or is nobody we know of, is unknown", async () => {
    const { id } = await own.marked();
    const never = own.person({ name: "Cleo", email: "cleo@exemple.fr" });
    expect(await own.decide(never.id, "archive")).toMatchObject({ result: "unknown", name: "Cleo" });
    expect(await own.decide(99, "archive")).toEqual({ personId: 99, name: "99", result: "unknown", detail: "" });
    expect(own.written).toEqual([]);
    expect(await listed()).toEqual([{ personId: id, ignored: false }]);
  });
  test("D2: who is gone meanwhile leaves the list", async () => {
    const { id } = await own.marked();
    own.truth.people.delete(id);
    expect(await own.decide(id, "archive")).toMatchObject({ result: "vanished", name: "Ana Lopez" });
    expect(await listed()).toEqual([]);
  });
  test("A9: a record that cannot be read is decided on by nobody", async () => {
    const { id } = await own.marked();
    own.parts.copper.fetch = async () => ({ odd: { key: id, addresses: [], why: "odd-record", detail: "emails" } });
    expect(await own.decide(id, "delete")).toEqual({
      personId: id,
      name: "Ana Lopez",
      result: "failed",
      detail: "emails",
    });
    expect(own.written).toEqual([]);
  });
  test("a service that does not answer is told in its words, and nothing has happened", async () => {
    const { id } = await own.marked();
    own.parts.copper.fetch = async () => {
      throw new Error("no answer");
    };
    expect(await own.decide(id, "delete")).toMatchObject({ result: "failed", detail: "no answer" });
    expect([own.written, await own.store.fact("decisions")]).toEqual([[], undefined]);
  });
});

describe("case 78: Copper's half was refused or its answer lost", () => {
  test.each(["archive", "delete"] as const)(
    "%s refused: nothing is begun, and no copy can be restored",
    async (what) => {
      const { id } = await own.marked();
      own.mishaps.push("refused");
      expect(await own.decide(id, what)).toMatchObject({ result: "failed", detail: "REFUSED" });
      expect([own.written, await own.store.fact("decisions")]).toEqual([[], []]);
      expect((await own.store.copies()).map((one) => one.restoredAs)).toEqual(what === "delete" ? [id] : []);
      expect(await listed()).toEqual([{ personId: id, ignored: false }]);
    },
  );
  test.each([
    ["archive", "archived"],
    ["delete", "deleted"],
  ] as const)("%s took effect although no answer came: the member's half follows", async (what, result) => {
    const { id } = await own.marked();
    own.mishaps.push("lost-after");
    expect((await own.decide(id, what)).result).toBe(result);
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    expect(await own.store.fact("decisions")).toEqual([]);
  });
  test("archive refused, and the person is gone since: nothing more is done, and a copy can be restored", async () => {
    const { id } = await own.marked();
    await own.small((parts) => keepCopy(parts, own.truth.people.get(id)!, {}, false));
    own.parts.copper.fetch = inTurn(own.parts.copper.fetch, async () => undefined);
    own.mishaps.push("refused");
    expect((await own.decide(id, "archive")).result).toBe("failed");
    expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
    expect(await own.copy(id)).toMatchObject({ restoredAs: null });
  });
  test.each(["archive", "delete"] as const)(
    "%s refused, and the person cannot be read since: not done",
    async (what) => {
      const { id } = await own.marked();
      own.parts.copper.fetch = inTurn(own.parts.copper.fetch, async () => ({
        odd: { key: id, addresses: [], why: "odd-record", detail: "emails" },
      }));
      own.mishaps.push("refused");
      expect((await own.decide(id, what)).result).toBe("failed");
      expect(own.written).toEqual([]);
    },
  );
  test("A1: neither answer nor person can be had: the next run finishes it", async () => {
    const { id } = await own.marked();
    own.parts.copper.fetch = inTurn(own.parts.copper.fetch, async () => {
      throw new Error("no answer");
    });
    own.mishaps.push("lost-before");
    expect(await own.decide(id, "delete")).toMatchObject({ result: "unfinished", detail: "TEMPORARY" });
    expect(await own.store.fact("decisions")).toEqual([
      { personId: id, name: "Ana Lopez", decision: "delete", forget: false, tries: 0 },
    ]);
  });
  test("Mailchimp refuses its half: unfinished, in its words", async () => {
    const { id } = await own.marked();
    own.mishaps.push("none", "refused");
    expect(await own.decide(id, "delete", true)).toMatchObject({ result: "unfinished", detail: "REFUSED" });
    expect(await own.store.fact("decisions")).toMatchObject([{ decision: "delete", forget: true }]);
  });
  test("a refusal without words is told by its code", async () => {
    const { id } = await own.marked();
    const failure = { side: "copper", contact: "", operation: "", code: "REFUSED", message: "", retry: true } as const;
    const { result } = await own.small((parts) =>
      decide({ ...parts, perform: async () => ({ ok: false, failure }) }, id, "archive", false),
    );
    expect(result).toMatchObject({ result: "failed", detail: "REFUSED" });
  });
});
