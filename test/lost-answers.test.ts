/** Answers that never came: what they hid is found out, and nobody else's doing is taken for ours (A1, A2). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const copperPerson = (id: number) => own.worlds.copper.people.get(id)!;

test("A2, V3: a member whom somebody made at that very moment is compared as at first sight", async () => {
  const person = own.person({ first_name: "Ana", last_name: "Copper", email: "ana@exemple.fr" });
  own.mailchimp.fault = (asked) => {
    if (asked.method === "GET") return undefined;
    own.mailchimp.fault = undefined;
    own.member("ana@exemple.fr", { merge_fields: { FNAME: "Ana", LNAME: "Main" } });
    return { reset: "before" };
  };
  const { conflicts } = await own.sync();
  await own.sync();
  expect(copperPerson(person.id).last_name).toBe("Copper");
  expect(own.at("ana@exemple.fr")!.merge_fields.LNAME).toBe("Copper");
  // V2: what the first plan could not know is told as well
  expect(conflicts).toMatchObject([{ field: "last_name", mailchimp: "Main", kept: "copper" }]);
  expect((await own.sync()).operations).toEqual([]);
});
test("A2, W2: a person found by address who is somebody else’s stays his", async () => {
  const person = own.person({ first_name: "Paul", last_name: "P", email: "p@exemple.fr" });
  const member = own.member("p@exemple.fr", { merge_fields: { FNAME: "Paul", LNAME: "P" } });
  await own.sync();
  own.member("m@exemple.fr", { merge_fields: { FNAME: "M", LNAME: "M" } });
  own.copper.fault = (asked) => {
    if (asked.method !== "POST" || asked.path.endsWith("/search")) return undefined;
    own.copper.fault = undefined;
    const emails = [...copperPerson(person.id).emails, { email: "m@exemple.fr", category: "work" }];
    edit(own, person, { emails });
    return { reset: "before" };
  };
  await own.sync();
  edit(own, member, { merge_fields: { FNAME: "Paolo", LNAME: "P" } });
  await own.sync();
  expect(copperPerson(person.id).first_name).toBe("Paolo");
  expect(own.at("m@exemple.fr")!.merge_fields.FNAME).toBe("M");
});
test("A1, T2, G3: a tag whose writing is in doubt stays in doubt through a reading that is not believed, and is ours then", async () => {
  const people = Array.from({ length: 12 }, (_, index) =>
    own.person({ first_name: `N${index}`, last_name: "N", email: `n${index}@exemple.fr` }),
  );
  await own.sync();
  const [person] = people;
  edit(own, person!, { tags: ["VIP"] });
  own.mailchimp.fault = (asked) =>
    asked.path.includes("/tags") || asked.path.includes("/segments/") ? { reset: "after" } : undefined;
  await own.sync().catch((error: Error) => expect(error).toMatchObject({ code: "unreachable" }));
  own.mailchimp.fault = undefined;
  expect(own.at("n0@exemple.fr")!.tags.map((tag) => tag.name)).toEqual(["vip"]);
  own.mailchimp.bend = (asked, reply) => {
    if (asked.method !== "GET" || !asked.path.endsWith("/members")) return reply;
    const { members } = reply.body as { members: { email_address: string }[] };
    return { ...reply, body: { members: members.filter((one) => /^n[34]@/.test(one.email_address)) } };
  };
  expect((await own.sync()).doubted).toHaveLength(1);
  own.mailchimp.bend = undefined;
  await own.sync();
  edit(own, person!, { tags: [] });
  await own.sync();
  expect(own.at("n0@exemple.fr")!.tags).toEqual([]);
});
test("A1, A9, T2: a tag whose writing is in doubt stays in doubt while its member cannot be read, and is ours then", async () => {
  const person = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  own.person({ first_name: "Bob", email: "bob@exemple.fr" });
  await own.sync();
  edit(own, person, { tags: ["VIP"] });
  own.mailchimp.fault = (asked) =>
    asked.path.includes("/tags") || asked.path.includes("/segments/") ? { reset: "after" } : undefined;
  await own.sync().catch((error: Error) => expect(error).toMatchObject({ code: "unreachable" }));
  own.mailchimp.fault = undefined;
  const member = own.at("ana@exemple.fr")!;
  const { status } = member;
  member.status = "asleep" as typeof status;
  const often = { SYNC_INTERVAL: "60" };
  // Read whole to see what became of it, then of a small account as seldom as ever
  const modes = [];
  for (let runs = 0; runs < 3; runs += 1) modes.push((await own.sync({}, often)).mode);
  expect(modes).toEqual(["full", "incremental", "incremental"]);
  own.clock += 3_600;
  edit(own, member, { status });
  await own.sync({}, often);
  edit(own, person, { tags: [] });
  await own.sync({}, often);
  expect(own.at("ana@exemple.fr")!.tags).toEqual([]);
});
