/** One odd record or answer ends nothing for everybody else (A4, A9, W10, C7). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SimMember } from "../../src/simulators/mailchimp-rules.ts";
import { edit, type World, world } from "../harness.ts";
import { quietly } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const ODD: [string, Partial<Record<keyof SimMember, unknown>>][] = [
  ["address null", { email_address: null }],
  ["address absent", { email_address: undefined }],
  ["address empty", { email_address: "" }],
  ["merge_fields a list", { merge_fields: [] }],
  ["merge_fields null", { merge_fields: null }],
  ["an unknown status", { status: "asleep" }],
  ["an empty status", { status: "" }],
];

describe("A9: an odd record is set aside and told", () => {
  test.each(ODD)(
    "case 19: one member of many with %s: the others are synced, nothing is concluded, it is quiet",
    async (_, odd) => {
      for (let index = 0; index < 5; index += 1) {
        own.person({ first_name: `Ana${index}`, email: `a${index}@exemple.fr` });
        own.member(`b${index}@exemple.fr`, { merge_fields: { FNAME: `Bob${index}` } });
      }
      own.member("odd@exemple.fr", { merge_fields: { FNAME: "Odd" } });
      // Somebody in Copper has the address that the odd record shows
      const shows = !("email_address" in odd);
      if (shows) own.person({ first_name: "Odd", email: "odd@exemple.fr" });
      own.mailchimp.bend = (_, reply) => {
        const body = reply.body as { members?: Record<string, unknown>[] } | undefined;
        const wrong = body?.members?.find((one) => (one.id as string) === own.at("odd@exemple.fr")!.id);
        if (wrong !== undefined) Object.assign(wrong, odd);
        return reply;
      };
      const ran = await own.sync();
      expect(["ok", "partial"]).toContain(ran.outcome);
      for (let index = 0; index < 5; index += 1)
        expect(own.at(`a${index}@exemple.fr`)!.merge_fields.FNAME).toBe(`Ana${index}`);
      expect([...own.worlds.copper.people.values()].filter((one) => /^Bob/.test(one.first_name ?? ""))).toHaveLength(5);
      expect([...own.worlds.copper.people.values()].every((one) => one.emails.every((each) => each.email !== ""))).toBe(
        true,
      );
      expect(ran.notes).toContainEqual(
        expect.objectContaining({ code: expect.stringMatching(/^(odd-record|no-address)$/) }),
      );
      expect(own.worlds.copper.people.size).toBe(shows ? 11 : 10);
      expect(await quietly(own)).toEqual([]);
    },
  );
  test("A9, G2: a linked member who turns odd is not taken for gone, and is synced again once readable", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.person({ first_name: "Bob", email: "b@exemple.fr" });
    await own.sync();
    const { status } = own.at("a@exemple.fr")!;
    own.at("a@exemple.fr")!.status = "asleep";
    edit(own, person, { first_name: "Anna", name: "Anna" });
    expect((await own.sync()).notes).toContainEqual(
      expect.objectContaining({ contact: "a@exemple.fr", code: "odd-record", detail: "status" }),
    );
    expect(await quietly(own)).toEqual([]);
    own.at("a@exemple.fr")!.status = status;
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
  });
  test("A9, G1: a person who turns odd is not taken for gone: the member stays", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.person({ first_name: "Bob", email: "b@exemple.fr" });
    await own.sync();
    const { tags } = person;
    (own.worlds.copper.people.get(person.id) as unknown as { tags: unknown }).tags = [{ name: "VIP" }];
    own.copper.bend = (_, reply) => {
      const rows = Array.isArray(reply.body) ? (reply.body as { id: number; tags: unknown }[]) : [];
      for (const one of rows) if (one.id === person.id) one.tags = [{ name: "VIP" }];
      return reply;
    };
    own.worlds.copper.people.get(person.id)!.tags = tags;
    const ran = await own.sync();
    expect(ran.notes).toContainEqual(expect.objectContaining({ code: "odd-record", detail: "tags.0" }));
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect(await quietly(own)).toEqual([]);
  });
  test("W10: members without an address are counted and left alone", async () => {
    own.member("phone@exemple.fr", { email_address: null as never });
    const ran = await own.sync();
    expect(ran.skipped.noEmail).toBe(1);
    expect(own.worlds.copper.people.size).toBe(0);
  });
});

describe("A4: floods and accounts", () => {
  test.each(["", "<html>slow down</html>"])(
    "case 46: a 403 without JSON (“%s”) is waited for like 429",
    async (html) => {
      own.person({ first_name: "Ana", email: "a@exemple.fr" });
      let left = 2;
      own.mailchimp.fault = () => {
        left -= 1;
        return left >= 0 ? { reply: { status: 403, html }, when: "before" } : undefined;
      };
      expect((await own.sync()).outcome).toBe("ok");
      expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    },
  );
  test("A4: an account that is switched off is no refused key", async () => {
    const body = {
      type: "",
      title: "Account Deactivated",
      status: 403,
      detail: "This account has been deactivated.",
      instance: "",
    };
    own.mailchimp.fault = () => ({ reply: { status: 403, body }, when: "before" });
    await expect(own.sync()).rejects.toMatchObject({ code: "deactivated" });
  });
  test("A4: a page of a thousand that takes the service too long is asked for in smaller ones", async () => {
    for (let index = 0; index < 1_200; index += 1) own.member(`m${index}@exemple.fr`, { merge_fields: { FNAME: "M" } });
    own.mailchimp.fault = (asked) =>
      asked.query.get("count") === "1000" && asked.path.endsWith("/members")
        ? { reply: { status: 504, html: "<html>" }, when: "before" }
        : undefined;
    const ran = await own.sync({}, { CREATE_IN_COPPER: "false" });
    expect(ran.mailchimp.read).toBe(1_200);
  });
});

describe("tags and what is not told", () => {
  test("case 24: a tag behind many others of like names, carried by nobody, is found and put on forty", async () => {
    const names = [...Array.from({ length: 15 }, (_, index) => `salon ${2010 + index}`), "Salon"];
    const carrier = own.member("carrier@exemple.fr", { tags: names.map((name, index) => ({ id: 700 + index, name })) });
    for (let index = 0; index < 40; index += 1)
      own.person({ first_name: `Ana${index}`, email: `a${index}@exemple.fr` });
    await own.sync();
    await fetch(`${own.mailchimp.url}/lists/${own.worlds.mailchimp.list}/tag-search?name=x`, {
      headers: { Authorization: `Basic ${Buffer.from(`x:${own.worlds.mailchimp.key}`).toString("base64")}` },
    });
    // The tags are there still, and nobody carries them
    carrier.tags = [];
    for (const person of [...own.worlds.copper.people.values()].slice(0, 40)) edit(own, person, { tags: ["salon"] });
    const ran = await own.sync();
    expect(ran.failures).toEqual([]);
    for (let index = 0; index < 40; index += 1)
      expect(own.at(`a${index}@exemple.fr`)!.tags.map((tag) => tag.name)).toEqual(["Salon"]);
    expect(await quietly(own)).toEqual([]);
  });
  test("case 24: a tag that cannot be found at all is set member by member", async () => {
    for (let index = 0; index < 40; index += 1)
      own.person({ first_name: `Ana${index}`, email: `a${index}@exemple.fr` });
    await own.sync();
    own.mailchimp.fault = (asked) => {
      if (asked.path.endsWith("/tag-search"))
        return { reply: { status: 200, body: { tags: [], total_items: 0 } }, when: "before" };
      if (asked.path.endsWith("/segments"))
        return {
          reply: {
            status: 400,
            body: { title: "Bad Request", status: 400, detail: "Sorry, that tag already exists." },
          },
          when: "before",
        };
      return undefined;
    };
    for (const person of own.worlds.copper.people.values()) edit(own, person, { tags: ["salon"] });
    expect((await own.sync()).failures).toEqual([]);
    for (let index = 0; index < 40; index += 1)
      expect(own.at(`a${index}@exemple.fr`)!.tags.map((tag) => tag.name)).toEqual(["salon"]);
  });
  test("case 25: a line of the mapping that nothing answers to is told by plan and sync", async () => {
    writeFileSync(join(own.folder, "sync.config.yaml"), "fields:\n  - { copper: details, mailchimp: NOTES }\n");
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    const told = { contact: "", code: "unmet-field", field: "details ↔ NOTES" };
    expect((await own.plan()).notes).toContainEqual(told);
    expect((await own.sync()).notes).toContainEqual(told);
  });
});

test("C7: a name changed in the settings: the old tag goes, the new one comes, and neither reaches Mailchimp", async () => {
  const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
  own.member("a@exemple.fr", { status: "unsubscribed", merge_fields: { FNAME: "Ana" } });
  writeFileSync(join(own.folder, "sync.config.yaml"), "told: { unsubscribed: Désabonné }\n");
  await own.sync();
  expect(own.worlds.copper.people.get(person.id)!.tags).toEqual(["Désabonné"]);
  writeFileSync(join(own.folder, "sync.config.yaml"), "told: { unsubscribed: 'mailchimp:unsubscribed (Presse)' }\n");
  await own.sync();
  expect(own.worlds.copper.people.get(person.id)!.tags).toEqual(["mailchimp:unsubscribed (Presse)"]);
  expect(own.at("a@exemple.fr")!.tags).toEqual([]);
  expect(await quietly(own)).toEqual([]);
});
