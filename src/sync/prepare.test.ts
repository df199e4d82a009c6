/** What a plan is made from, and what a run stores of its reading. */
import { beforeEach, describe, expect, test } from "vitest";
import { MARK, MemoryWorld } from "../../test/memory-world.ts";
import { mergeField } from "../../test/merge-field.ts";
import type { OddRecord } from "../ports/sides.ts";
import { Remapped } from "./field-definitions.ts";
import { prepare } from "./prepare.ts";
import type { PrepareOptions } from "./run-context.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const prepared = (some: Partial<PrepareOptions> = {}) =>
  prepare(own.parts, { full: false, yes: false, retryRejected: false, stop: new AbortController().signal, ...some });
const factsOf = async (some: Partial<PrepareOptions> = {}) => (await prepared(some)).seen.stateChanges.facts ?? {};
/** Cuts the readings of members short from now on. */
const cut = () => {
  const { open } = own.parts.mailchimp;
  own.parts.mailchimp.open = (...mapping) => {
    const { reader, writer } = open(...mapping);
    return { writer, reader: { ...reader, readAll: async () => ({ complete: false }) } };
  };
};
/** A mapping of one more field that both sides have. */
const remap = () => {
  const phone = { copper: "phone", mailchimp: "PHONE", direction: "both" } as const;
  own.truth.merges = [...own.truth.merges, mergeField("PHONE")];
  Object.assign(own.parts, { fieldOverrides: [...own.parts.fieldOverrides, phone] });
};

describe("V10: fields that become others while a run reads", () => {
  const again = (times: number) => {
    own.person();
    const { open } = own.parts.mailchimp;
    const opened: (readonly string[])[] = [];
    const setUp = { signUpUrl: null, merges: [...own.truth.merges.slice(0, 1)], customs: [], contactTypes: [] };
    own.parts.mailchimp.open = (mapping, stop) => {
      opened.push(mapping.mapped.map((one) => one.mailchimp));
      if (opened.length <= times) throw new Remapped(setUp);
      return open(mapping, stop);
    };
    return opened;
  };
  test("let it begin again with the new ones", async () => {
    const opened = again(2);
    await prepared();
    expect(opened).toEqual([["FNAME", "LNAME"], ["FNAME"], ["FNAME"]]);
  });
  test("also where a record shows that a stored one is gone", async () => {
    own.person();
    await own.sync();
    own.truth.merges = own.truth.merges.slice(0, 1);
    own.change("ana@exemple.fr", {});
    expect((await prepared()).policy.mapped.map((one) => one.mailchimp)).toEqual(["FNAME"]);
  });
  test("three times at most", async () => {
    const opened = again(3);
    await expect(prepared()).rejects.toThrow(Remapped);
    expect(opened).toHaveLength(3);
  });
  test("but nothing else does", async () => {
    own.parts.copper.customFields = () => Promise.reject(new Error("no answer"));
    await expect(prepared()).rejects.toThrow("no answer");
  });
});

describe("what is stored of a reading", () => {
  test("the fields that it was read with, and how often", async () => {
    own.person();
    const facts = await factsOf();
    expect(facts).toMatchObject({ runs: 1, inherited: {}, unmet: [], setup: { signUpUrl: null } });
    expect(facts.fields).toContain("FNAME");
    expect(facts.mapping?.map((one) => one.mailchimp)).toEqual(["FNAME", "LNAME"]);
    expect(facts).not.toHaveProperty("batches");
  });
  test("V10: not the fields, where it was cut short", async () => {
    cut();
    const { seen, decided } = await prepared();
    expect([seen.stateChanges.facts?.runs, seen.stateChanges.facts?.fields, decided]).toEqual([1, undefined, null]);
  });
  test("G4: nothing of an empty side but the batches that still run", async () => {
    own.person();
    await own.sync();
    own.truth.people.clear();
    await own.store.saveChanges({ facts: { batches: ["one", "two"] } });
    own.parts.mailchimp.awaitLeft = async () => ["two"];
    const { seen, decided } = await prepared({ full: true });
    expect([seen.stateChanges.facts, decided]).toEqual([{ batches: ["one"] }, null]);
  });
  test("a line of the mapping whose field does not exist", async () => {
    const line = { copper: "phone", mailchimp: "NONE", direction: "both", asked: true } as const;
    Object.assign(own.parts, { fieldOverrides: [...own.parts.fieldOverrides, line] });
    expect((await factsOf()).unmet).toEqual(["phone ↔ NONE"]);
  });
});

describe("V11: after a new mapping", () => {
  const linked = async () => {
    own.person();
    own.person({ email: "bob@exemple.fr" });
    await own.sync();
    own.member("new@exemple.fr");
    own.truth.people.delete(1);
  };
  const fieldsOf = async () => {
    const { seen } = await prepared({ full: true });
    return [...seen.members.values()].map((one) => Object.values(one.fields));
  };
  test("the fields of whoever was not shown are unknown, and that is stored", async () => {
    await linked();
    remap();
    const { open } = own.parts.copper;
    own.parts.copper.open = (...mapping) => {
      const { reader, writer } = open(...mapping);
      return { writer, reader: { ...reader, odd: () => [{ key: 2, addresses: [], why: "odd-record", detail: "" }] } };
    };
    own.truth.odd.add(own.at("ana@exemple.fr")!.key);
    const { seen } = await prepared({ full: true });
    const key = own.at("ana@exemple.fr")!.key;
    const unknown = { FNAME: null, LNAME: null, PHONE: null };
    expect(seen.members.get(key)?.fields).toEqual(unknown);
    expect(seen.persons.get(2)?.fields).toEqual({ first_name: null, last_name: null, phone: null });
    expect([...seen.stateChanges.members!].find((one) => one.key === key)?.fields).toEqual(unknown);
  });
  test("but not while the mapping is the same, or a reading is cut short", async () => {
    await linked();
    own.truth.odd.add(own.at("ana@exemple.fr")!.key);
    expect((await fieldsOf()).flat()).not.toContain(null);
    remap();
    cut();
    expect((await fieldsOf()).flat()).not.toContain(null);
  });
});

describe("what the plan tells", () => {
  const codes = async () => (await prepared()).plan.notes.map((one) => one.code);
  test("of a field that the audience requires, where anything is written", async () => {
    own.truth.merges = [...own.truth.merges, mergeField("NEEDED", { required: true })];
    expect(await codes()).toEqual([]);
    own.person();
    expect(await codes()).toEqual(["required-field"]);
  });
  test("W10: a member without an address is left out", async () => {
    const { open } = own.parts.mailchimp;
    const odd = (why: OddRecord["why"]): OddRecord => ({ key: why, addresses: [], why, detail: "" });
    own.parts.mailchimp.open = (...mapping) => {
      const { reader, writer } = open(...mapping);
      return { writer, reader: { ...reader, odd: () => [odd("no-address"), odd("odd-record"), odd("odd-record")] } };
    };
    expect((await prepared()).besides.noEmail).toBe(1);
    expect(await codes()).toEqual(["no-address", "odd-record", "odd-record"]);
  });
  test("V10: definitions are read again before a value in Copper is cleared", async () => {
    own.person();
    await own.sync();
    own.change("ana@exemple.fr", { fields: { LNAME: "Lopez" } });
    own.truth.merges = [mergeField("FNAME"), ...own.truth.merges.slice(1)];
    const { mergeFields } = own.parts.mailchimp;
    let asked = 0;
    own.parts.mailchimp.mergeFields = () => {
      asked += 1;
      return mergeFields();
    };
    const { plan } = await prepared();
    expect([asked, plan.operations.length]).toEqual([1, 1]);
    expect([...plan.operations].map((one) => one.operation)).toEqual(["update-member"]);
  });
});

describe("an ordinary run", () => {
  test("loads whoever changed or was named, and decides so that the next one may rest on it", async () => {
    for (const name of ["a", "b", "c"]) own.person({ name, email: `${name}@exemple.fr` });
    await own.sync();
    own.truth.now += 10_000;
    await own.sync();
    own.edit(1, { name: "New" });
    const some = await prepared({ hints: { personIds: [2], emails: [] } });
    expect([...some.state.persons.keys()].sort()).toEqual([1, 2]);
    expect(some.decided?.by).toBe(await own.store.decidedBy());
    expect([...(await prepared({ retryRejected: true })).state.persons.keys()]).toHaveLength(3);
  });
});

describe("D2: the review list", () => {
  test("loses whoever is gone or no longer marked, and keeps the others since when they are on it", async () => {
    const people = ["a", "b", "c"].map((name) => own.person({ name, email: `${name}@exemple.fr`, tags: [MARK] }));
    await own.sync();
    const [first, second, third] = people.map(({ id }) => id);
    const since = (await own.store.waiting()).reviews[0]!.since;
    own.truth.people.delete(first!);
    own.edit(second!, { tags: [] });
    const { reviews, reviewsOver } = await prepared({ full: true });
    expect([reviewsOver, reviews.map((one) => [one.personId, one.since])]).toEqual([[first, second], [[third, since]]]);
  });
});
