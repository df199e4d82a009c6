/** Pairs that were away, records shown in part, answers in another order, refusals in every shape: nothing is lost by them. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/simulators/server.ts";
import { edit, type Ran, type World, world } from "../harness.ts";
import { addCustom, addMerge, map, quietly } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const change = (email: string, fields: Record<string, unknown>) => {
  const member = own.at(email)!;
  edit(own, member, { merge_fields: { ...member.merge_fields, ...fields } });
};
const person = (id = 500_001) => own.worlds.copper.people.get(id)!;
const custom = (id: number, value: unknown) => ({ custom_field_definition_id: id, value });
const codes = ({ notes }: Ran) => notes.map(({ code }) => code);
const phones = () => person().phone_numbers.map((one) => one.number);
const refusing = (detail: string | undefined, errors?: unknown): Fault => ({
  reply: { status: 400, body: { title: "Invalid Resource", status: 400, ...(detail && { detail }), errors } },
  when: "before",
});
/** Copies an answer and lets it be changed. */
const bent = (answer: { body?: unknown }, change: (body: never) => void) => {
  const body = structuredClone(answer.body);
  change(body as never);
  return { ...answer, body } as never;
};

describe("V10: a pair that was away", () => {
  test("a field mapped elsewhere and back is at first sight: what was emptied meanwhile empties nothing", async () => {
    addMerge(own, "JOB");
    addMerge(own, "ROLE");
    map(own, "copper: title, mailchimp: JOB");
    own.person({ first_name: "Ana", title: "CTO", email: "a@exemple.fr" });
    await own.sync();
    map(own, "copper: title, mailchimp: ROLE");
    await own.sync();
    change("a@exemple.fr", { JOB: "" });
    await own.sync();
    map(own, "copper: title, mailchimp: JOB");
    await own.sync();
    expect(person().title).toBe("CTO");
    expect(own.at("a@exemple.fr")!.merge_fields.JOB).toBe("CTO");
    expect(await quietly(own)).toEqual([]);
  });
  test("a merge field of another type for a while is at first sight when it is of its own again", async () => {
    const job = addMerge(own, "JOB") as { type: string };
    map(own, "copper: title, mailchimp: JOB");
    own.person({ first_name: "Ana", title: "CTO", email: "a@exemple.fr" });
    await own.sync();
    job.type = "number";
    await own.sync({ full: true });
    job.type = "text";
    change("a@exemple.fr", { JOB: "" });
    await own.sync({ full: true });
    expect(person().title).toBe("CTO");
  });
});

describe("V14: one field of Copper in two merge fields", () => {
  beforeEach(async () => {
    addMerge(own, "MOBILE");
    map(own, "copper: phone, mailchimp: MOBILE");
    own.person({ first_name: "Ana", email: "a@exemple.fr", phone_numbers: [{ number: "+33 1", category: "work" }] });
    await own.sync();
  });
  test("both changed, differently: the value that is not kept is told as a conflict (V2)", async () => {
    change("a@exemple.fr", { PHONE: "+33 2", MOBILE: "+33 3" });
    const ran = await own.sync();
    expect(ran.conflicts.map(({ mailchimp }) => mailchimp)).toEqual(["+33 3"]);
    expect(await quietly(own)).toEqual([]);
  });
  test.each([
    ["PHONE", "MOBILE"],
    ["MOBILE", "PHONE"],
  ])("a number moved from %s to %s: what was typed counts, not the blank it came from", async (from, to) => {
    change("a@exemple.fr", { [from]: "", [to]: "+33 3" });
    await own.sync();
    expect(phones()).toEqual(["+33 3"]);
    expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({ [from]: "", [to]: "+33 3" });
    expect(await quietly(own)).toEqual([]);
  });
});

test("V12: a value that cannot cross over only after a further round is told", async () => {
  addMerge(own, "MOBILE", { type: "phone", options: { phone_format: "US" } });
  map(own, "copper: phone, mailchimp: MOBILE");
  own.person({
    first_name: "Ana",
    email: "a@exemple.fr",
    phone_numbers: [{ number: "212-555-0100", category: "work" }],
  });
  await own.sync();
  change("a@exemple.fr", { PHONE: "+33 6 12 34 56 78" });
  expect(codes(await own.sync())).toContain("phone-format");
});

test("V2, V12: a change in Mailchimp beside a value of Copper's that cannot cross over is told once", async () => {
  addMerge(own, "JOB", { type: "dropdown", options: { choices: ["CEO", "CTO"] } });
  map(own, "copper: title, mailchimp: JOB");
  own.person({ first_name: "Ana", title: "Director", email: "a@exemple.fr" });
  await own.sync();
  change("a@exemple.fr", { JOB: "CTO" });
  expect((await own.sync()).conflicts.map(({ mailchimp }) => mailchimp)).toEqual(["CTO"]);
  expect((await own.sync({ full: true })).conflicts).toEqual([]);
});

test("V4, V6: the first of two numbers cleared in Mailchimp is gone in Copper, the other stays, and it is quiet", async () => {
  const phone_numbers = ["+33 1", "+33 2"].map((number) => ({ number, category: "work" }));
  own.person({ first_name: "Ana", email: "a@exemple.fr", phone_numbers });
  await own.sync();
  change("a@exemple.fr", { PHONE: "" });
  await own.sync();
  expect(phones()).toEqual(["+33 2"]);
  expect(await quietly(own)).toEqual([]);
  expect(own.at("a@exemple.fr")!.merge_fields.PHONE).toBe("");
});

test("T7: an entity that somebody typed is no change, whichever side decodes it", async () => {
  own.person({ first_name: "R&amp;D", email: "a@exemple.fr" });
  await own.sync();
  expect(await quietly(own)).toEqual([]);
});

describe("V11, A9: what a record does not show is not blank", () => {
  test.each([
    ["no list of tags", { tags: undefined }],
    ["no custom fields", { custom_fields: null }],
    ["no telephone numbers", { phone_numbers: undefined }],
    ["no address", { address: undefined }],
    ["no title", { title: undefined }],
    ["a title that is none", { title: { a: 1 } }],
    ["no name", { name: null, first_name: null, last_name: null }],
  ])("a person with %s clears nothing in Mailchimp", async (_, odd) => {
    addMerge(own, "TITLE");
    addMerge(own, "SIZE");
    addCustom(own, 900, "Size", "Text");
    map(own, 'copper: "custom:Size", mailchimp: SIZE');
    const { id } = own.person({
      first_name: "Ana",
      title: "CTO",
      email: "a@exemple.fr",
      tags: ["VIP"],
      custom_fields: [custom(900, "S")],
      phone_numbers: [{ number: "+33 1", category: "work" }],
      address: { street: "1 rue A", city: "Lyon", state: "", postal_code: "69001", country: "FR" },
    });
    await own.sync();
    const before = structuredClone(own.at("a@exemple.fr")!);
    own.copper.bend = (_asked, answer) =>
      bent(answer, (body: unknown) => {
        for (const one of Array.isArray(body) ? body : [body])
          if (one?.id === id && "name" in one) Object.assign(one, odd);
      });
    await own.sync({ full: true });
    await own.sync();
    expect(own.at("a@exemple.fr")).toMatchObject({ merge_fields: before.merge_fields, tags: before.tags });
  });
  test("a list where a text was clears nothing in Copper", async () => {
    addMerge(own, "TITLE");
    own.person({ first_name: "Ana", title: "CTO", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.bend = (_asked, answer) =>
      bent(answer, (body: { members?: { merge_fields: object }[] }) => {
        for (const one of body?.members ?? [])
          Object.assign(one.merge_fields, { TITLE: [], ADDRESS: [], FNAME: { a: 1 } });
      });
    await own.sync({ full: true });
    expect(person()).toMatchObject({ title: "CTO", first_name: "Ana" });
  });
});

test.each(["missing", "in another order"])(
  "V13, A2: with one answer of a bulk create %s, everybody keeps their own name",
  async (how) => {
    for (let at = 0; at < 5; at += 1) own.member(`n${at}@exemple.fr`, { merge_fields: { FNAME: `N${at}` } });
    own.copper.bend = ({ path }, answer) =>
      bent(answer, (body: unknown[]) => {
        if (!path.includes("/people/bulk_") || !Array.isArray(body)) return;
        if (how === "missing") body.splice(1, 1);
        else body.reverse();
      });
    await own.sync();
    own.copper.bend = undefined;
    await own.sync();
    for (let at = 0; at < 5; at += 1) change(`n${at}@exemple.fr`, { FNAME: `M${at}` });
    await own.sync();
    await own.sync();
    const names = [...own.worlds.copper.people.values()]
      .map((one) => `${one.emails[0]!.email} ${one.first_name}`)
      .sort();
    expect(names).toEqual([0, 1, 2, 3, 4].map((at) => `n${at}@exemple.fr M${at}`));
  },
);

describe("A10: no refusal too far, none for ever", () => {
  test.each([
    ["in Mailchimp's usual words", "The resource submitted could not be validated.", [{ field: "", message: "no" }]],
    ["without any", undefined, undefined],
    ["naming it in small letters", "Your merge fields were invalid.", [{ field: "merge_fields.title", message: "no" }]],
    ["with an item that is none", "Your merge fields were invalid.", [null, { field: "TITLE", message: "no" }]],
    ["in another shape", "Your merge fields were invalid.", { TITLE: "no" }],
  ])("a title refused %s stops no other field", async (_, detail, errors) => {
    addMerge(own, "TITLE");
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.fault = ({ body }) =>
      JSON.stringify(body ?? {}).includes("Bad") ? refusing(detail, errors) : undefined;
    edit(own, person(), { first_name: "Anna", name: "Anna", title: "Bad" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
  });
  test.each(["Please provide a valid email address.", "a@exemple.fr is in a compliance state"])(
    "a member whose every change is refused is not written at every run: %s",
    async (detail) => {
      own.person({ first_name: "Ana", email: "a@exemple.fr" });
      await own.sync();
      own.mailchimp.fault = ({ method }) => (method === "PATCH" ? refusing(detail) : undefined);
      edit(own, person(), { first_name: "Anna", name: "Anna" });
      let runs = 0;
      for (let run = 0; run < 12; run += 1) {
        own.writes();
        await own.sync();
        if (own.writes().length > 0) runs += 1;
      }
      expect(runs).toBeLessThan(6);
      own.mailchimp.fault = undefined;
      for (let run = 0; run < 24; run += 1) await own.sync();
      expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
    },
  );
  test("a tag that is refused stops no other tag, and nobody from becoming a member", async () => {
    own.mailchimp.fault = ({ method, body }) =>
      method !== "GET" && JSON.stringify(body ?? {}).includes("badtag") ? refusing("Invalid tag name.") : undefined;
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    edit(own, person(), { tags: ["badtag", "good"] });
    for (let at = 0; at < 9; at += 1)
      own.person({ first_name: `B${at}`, email: `b${at}@exemple.fr`, tags: at === 3 ? ["badtag", "good"] : ["good"] });
    for (let run = 0; run < 2; run += 1) await own.sync();
    for (const email of ["a@exemple.fr", "b3@exemple.fr"])
      expect(own.at(email)?.tags.map((tag) => tag.name)).toEqual(["good"]);
    edit(own, person(), { tags: [] });
    await own.sync();
    expect(own.at("a@exemple.fr")!.tags).toEqual([]);
  });
  test("a field that Copper refuses because of another one arrives once that is right", async () => {
    addMerge(own, "SIZE");
    addCustom(own, 900, "Size", "Text");
    addCustom(own, 902, "Kind", "Dropdown", [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
    ]);
    map(own, 'copper: "custom:Size", mailchimp: SIZE');
    own.person({ first_name: "Ana", email: "a@exemple.fr", custom_fields: [custom(900, "S"), custom(902, 1)] });
    await own.sync();
    own.worlds.copper.customs.find((one) => one.id === 902)!.options!.shift();
    change("a@exemple.fr", { SIZE: "L" });
    await own.sync();
    edit(own, person(), { custom_fields: [custom(900, "S"), custom(902, 2)] });
    for (let run = 0; run < 6; run += 1) await own.sync();
    expect(person().custom_fields.find((one) => one.custom_field_definition_id === 900)?.value).toBe("L");
  });
});
