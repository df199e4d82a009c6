/** Reading only what changed must miss nothing (docs/decisions/001). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

/** Less than the hour after which a small account is read whole, more than the margin of a reading (s). */
const LATER = 1_200;

let own: World;
beforeEach(async () => {
  own = await world({ people: 300, seed: 3 });
  // At a short interval a small account, too, is asked for changes only, as one of 2,100 people is at every interval
  own.env.SYNC_INTERVAL = "60";
});
afterEach(() => own.close());

/** Contacts that are in the sync on both sides. */
function pairs() {
  const people = [...own.worlds.copper.people.values()].filter((one) =>
    one.tags.every((tag) => !/supprimer$|inactif/i.test(tag.trim())),
  );
  return people.flatMap((person) => {
    const member = own.at(person.emails[0]?.email ?? "");
    return member?.status === "subscribed" ? [{ person, member }] : [];
  });
}

test.each([0, -1_800, 1_800])(
  "services whose clock is %i s off ours: changes on both sides, two in one second, and during the reading",
  async (skew) => {
    own.clock += skew;
    expect((await own.sync()).mode).toBe("full");
    own.clock += LATER;
    const [one, two, three, four] = pairs();
    edit(own, one!.person, { title: "Directeur", first_name: "Changed" });
    Object.assign(own.worlds.copper.people.get(two!.person.id)!, {
      first_name: "Same second",
      date_modified: own.clock,
    });
    edit(own, three!.member, { merge_fields: { ...three!.member.merge_fields, LNAME: "Mailchimp" } });
    const late = own.worlds.copper.people.get(four!.person.id)!;
    let seen = false;
    own.copper.before = (asked) => {
      if (seen || !asked.path.endsWith("/search")) return;
      seen = true;
      own.copper.before = undefined;
      setImmediate(() =>
        Object.assign(own.worlds.copper.people.get(late.id)!, { first_name: "Late", date_modified: own.clock }),
      );
    };
    const second = await own.sync();
    expect(second.mode).toBe("incremental");
    expect(second.copper.requests + second.mailchimp.requests).toBeLessThan(60);
    expect(own.at(one!.member.email_address)!.merge_fields.FNAME).toBe("Changed");
    expect(own.at(two!.member.email_address)!.merge_fields.FNAME).toBe("Same second");
    expect(own.worlds.copper.people.get(three!.person.id)!.name).toMatch(/ Mailchimp$/);
    await own.sync();
    expect(own.at(four!.member.email_address)!.merge_fields.FNAME).toBe("Late");
    expect((await own.sync()).operations).toEqual([]);
  },
);

test.each(["copper", "mailchimp"] as const)(
  "G4: an emptied %s is refused although only changes are read",
  async (side) => {
    await own.sync();
    if (side === "copper") own.worlds.copper.people.clear();
    else own.worlds.mailchimp.members.clear();
    own.clock += LATER;
    own.writes();
    expect(await own.sync({ yes: true })).toMatchObject({ outcome: "refused", guard: { code: `empty-${side}` } });
    expect(own.writes()).toEqual([]);
  },
);
test("G1: who was deleted in Copper is noticed by the next complete reading, and by nothing less", async () => {
  await own.sync();
  const [gone] = pairs();
  own.worlds.copper.people.delete(gone!.person.id);
  expect(await own.sync()).toMatchObject({ mode: "incremental", mailchimp: { archived: 0 } });
  expect(await own.sync({ full: true })).toMatchObject({ mode: "full", mailchimp: { archived: 1 } });
  expect(own.at(gone!.member.email_address)!.status).toBe("archived");
});
test.each(["copper", "mailchimp"] as const)(
  "a %s that does not sort as asked: what changed is found all the same (A8)",
  async (side) => {
    await own.sync();
    own.clock += LATER;
    const [one, two] = pairs();
    edit(own, one!.person, { first_name: "Changed" });
    edit(own, two!.member, { merge_fields: { ...two!.member.merge_fields, LNAME: "Mailchimp" } });
    own[side].bend = (asked, reply) => {
      const descends =
        asked.query.get("sort_dir") === "DESC" ||
        (asked.body as { sort_direction?: string } | undefined)?.sort_direction === "desc";
      if (!descends) return reply;
      const { members } = reply.body as { members?: unknown[] };
      // The oldest first, as if the order were unknown
      const oldest = [...own.worlds.copper.people.values()]
        .sort((a, b) => a.date_modified - b.date_modified)
        .slice(0, 200);
      const first = [...own.worlds.mailchimp.members.values()]
        .sort((a, b) => (a.last_changed < b.last_changed ? -1 : 1))
        .slice(0, 200);
      return {
        ...reply,
        body:
          members === undefined
            ? oldest
            : { ...(reply.body as object), members: asked.query.get("status") === "archived" ? members : first },
      };
    };
    expect((await own.sync()).mode).toBe("incremental");
    expect(own.at(one!.member.email_address)!.merge_fields.FNAME).toBe("Changed");
    expect(own.worlds.copper.people.get(two!.person.id)!.last_name).toBe("Mailchimp");
  },
);

test("everybody changed in one second an hour ago: three requests, and what changes next is not missed", async () => {
  await own.close();
  own = await world({ people: 2_100, seed: 3 });
  await own.sync();
  await own.sync({ full: true });
  const stamp = own.clock - 3_600;
  const last_changed = new Date(stamp * 1000).toISOString();
  for (const person of own.worlds.copper.people.values()) Object.assign(person, { date_modified: stamp });
  for (const member of own.worlds.mailchimp.members.values()) Object.assign(member, { last_changed });
  await own.sync({ full: true });
  const quiet = await own.sync();
  expect(quiet.copper.requests + quiet.mailchimp.requests).toBe(3);
  const [one, two] = pairs();
  edit(own, one!.person, { first_name: "Changed" });
  edit(own, two!.member, { merge_fields: { ...two!.member.merge_fields, LNAME: "Mailchimp" } });
  await own.sync();
  expect(own.at(one!.member.email_address)!.merge_fields.FNAME).toBe("Changed");
  expect(own.worlds.copper.people.get(two!.person.id)!.last_name).toBe("Mailchimp");
});

test("every minute: of a small account, too, only what changed is asked, in three requests; all of it once an hour", async () => {
  const small = await world({ people: 30, seed: 4 });
  const often = { SYNC_INTERVAL: "60" };
  await small.sync();
  for (let runs = 0; runs < 3; runs += 1) {
    small.clock += 60;
    await small.sync({}, often);
  }
  small.clock += 60;
  const quiet = await small.sync({}, often);
  expect([quiet.mode, quiet.copper.requests + quiet.mailchimp.requests]).toEqual(["incremental", 3]);
  const gone = small.person({ name: "Gone Soon", email: "gone.soon@exemple.fr" });
  small.clock += 60;
  await small.sync({}, often);
  small.worlds.copper.people.delete(gone.id);
  small.clock += 3_600;
  const hourly = await small.sync({}, often);
  expect(hourly.mode).toBe("full");
  expect(hourly.operations.map((one) => one.reason)).toContain("person-gone");
  // Each time where there is time in between
  small.clock += 60;
  expect((await small.sync()).mode).toBe("full");
  await small.close();
});

test.each([
  ["nobody is there", { status: 404, body: { title: "Resource Not Found", detail: "gone", status: 404 } }, "full"],
  [
    "a field is wrong",
    {
      status: 400,
      body: {
        title: "Invalid Resource",
        detail: "",
        status: 400,
        errors: [{ field: "merge_fields.FNAME", message: "no" }],
      },
    },
    "incremental",
  ],
] as const)(
  "A3: after a write of which it is said that %s the next run reads what it has to",
  async (_, reply, mode) => {
    await own.sync();
    own.clock += LATER;
    const [one] = pairs();
    edit(own, one!.person, { first_name: "Changed" });
    own.mailchimp.fault = (asked) =>
      asked.method !== "GET" && JSON.stringify(asked.body ?? {}).includes("Changed")
        ? { when: "before", reply }
        : undefined;
    expect((await own.sync()).mode).toBe("incremental");
    own.mailchimp.fault = undefined;
    expect((await own.sync()).mode).toBe(mode);
    if (mode === "full") expect(own.at(one!.member.email_address)!.merge_fields.FNAME).toBe("Changed");
    expect((await own.sync()).mode).toBe("incremental");
  },
);
