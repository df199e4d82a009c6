/** V6: one run brings everything in step that it can; what follows from its own writes is written in that very run. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault, SimRequest, SimResponse } from "../../src/simulators/server.ts";
import { edit, type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const isWrite = (asked: SimRequest) => asked.method !== "GET" && !asked.path.endsWith("/search");
const bodyOf = (asked: SimRequest) => JSON.stringify(asked.body ?? {});
const tagsOf = (email: string) => own.at(email)!.tags.map((tag) => tag.name.toLowerCase());
/** The first write that says so is done, and its answer never comes. */
function lostOnce(about: string): (asked: SimRequest) => Fault | undefined {
  let left = 1;
  return (asked) => (isWrite(asked) && bodyOf(asked).includes(about) && left-- > 0 ? { reset: "after" } : undefined);
}

interface Case {
  readonly what: string;
  prepare(): Promise<void> | void;
  check(): void;
}
const cases: readonly Case[] = [
  {
    what: "A2: a member whose creation was answered by nobody, with a tag that his creation lacked",
    prepare() {
      own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["VIP"] });
      own.mailchimp.fault = (asked) => {
        if (!isWrite(asked) || !bodyOf(asked).includes("ana@")) return undefined;
        own.mailchimp.fault = undefined;
        // Somebody made him at that very moment
        own.member("ana@exemple.fr", { merge_fields: {} });
        return { reset: "before" };
      };
    },
    check() {
      expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
      expect(tagsOf("ana@exemple.fr")).toEqual(["vip"]);
    },
  },
  {
    what: "A2: a person whose creation was answered by nobody",
    prepare() {
      own.member("ana@exemple.fr", { merge_fields: { FNAME: "Ana", LNAME: "Martin" } });
      own.copper.fault = lostOnce("ana@");
    },
    check() {
      const [person, ...others] = [...own.worlds.copper.people.values()];
      expect(others).toEqual([]);
      expect(person!.name).toBe("Ana Martin");
    },
  },
  {
    what: "V13: tags that the answer to a creation does not show",
    prepare() {
      own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["VIP", "Press"] });
      own.mailchimp.bend = (asked, reply): SimResponse => {
        if (!isWrite(asked) || !bodyOf(asked).includes('"tags"') || !bodyOf(asked).includes("FNAME")) return reply;
        own.at("ana@exemple.fr")!.tags = [];
        const strip = (one: object) => ({ ...one, tags: [], tags_count: 0 });
        const { new_members, ...rest } = reply.body as { new_members?: object[] };
        return { ...reply, body: new_members ? { ...rest, new_members: new_members.map(strip) } : strip(rest) };
      };
    },
    check: () => expect(tagsOf("ana@exemple.fr").sort()).toEqual(["press", "vip"]),
  },
  {
    what: "C5: an address that is refused for good: Copper is told",
    prepare() {
      own.person({ first_name: "Ana", email: "ana@exemple.fr" });
      own.mailchimp.fault = (asked) =>
        isWrite(asked) && bodyOf(asked).includes("ana@")
          ? {
              when: "before",
              reply: {
                status: 400,
                body: { title: "Invalid Resource", detail: "ana@exemple.fr looks fake or invalid" },
              },
            }
          : undefined;
    },
    check: () => expect([...own.worlds.copper.people.values()][0]!.tags).toEqual(["mailchimp:rejected"]),
  },
  {
    what: "C3: a new member who must confirm first: Copper is told",
    async prepare() {
      own.env.NEW_MEMBER_STATUS = "pending";
      own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    },
    check() {
      expect(own.at("ana@exemple.fr")!.status).toBe("pending");
      expect([...own.worlds.copper.people.values()][0]!.tags).toEqual(["mailchimp:pending"]);
    },
  },
  {
    what: "C5: an address that was refused and is taken now: Copper is told no longer",
    async prepare() {
      const person = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
      own.mailchimp.fault = (asked) =>
        isWrite(asked) && bodyOf(asked).includes("ana@")
          ? {
              when: "before",
              reply: {
                status: 400,
                body: { title: "Invalid Resource", detail: "ana@exemple.fr looks fake or invalid" },
              },
            }
          : undefined;
      await own.sync();
      own.mailchimp.fault = undefined;
      edit(own, person, { emails: [{ email: "anna@exemple.fr", category: "work" }] });
    },
    check() {
      expect(own.at("anna@exemple.fr")!.status).toBe("subscribed");
      expect([...own.worlds.copper.people.values()][0]!.tags).toEqual([]);
    },
  },
  {
    what: "W4: an address that one person leaves for another is moved to in the same run",
    async prepare() {
      const [ana, bob] = ["ana", "bob"].map((name) => own.person({ first_name: name, email: `${name}@exemple.fr` }));
      await own.sync();
      edit(own, bob!, { emails: [{ email: "ana@exemple.fr", category: "work" }] });
      edit(own, ana!, { emails: [{ email: "anna@exemple.fr", category: "work" }] });
    },
    check() {
      expect(own.at("anna@exemple.fr")!.merge_fields.FNAME).toBe("ana");
      expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("bob");
      expect(own.worlds.mailchimp.members.size).toBe(2);
    },
  },
  {
    what: "W8: a name that Copper parts in its own way",
    prepare() {
      own.member("ana@exemple.fr", { merge_fields: { FNAME: "Ana Maria", LNAME: "Lopez Garcia" } });
    },
    check: () => expect([...own.worlds.copper.people.values()][0]!.name).toBe("Ana Maria Lopez Garcia"),
  },
  {
    what: "V1: what somebody changed in Copper before our write, and its answer shows",
    async prepare() {
      const person = own.person({ first_name: "Ana", email: "ana@exemple.fr", phone_numbers: [] });
      await own.sync();
      edit(own, own.at("ana@exemple.fr")!, { merge_fields: { FNAME: "Anna" } });
      own.copper.before = (asked) => {
        if (!isWrite(asked)) return;
        own.copper.before = undefined;
        edit(own, person, { phone_numbers: [{ number: "01 23 45 67 89", category: "work" }] });
      };
    },
    check() {
      expect([...own.worlds.copper.people.values()][0]!.name).toBe("Anna");
      expect(own.at("ana@exemple.fr")!.merge_fields.PHONE).toBe("01 23 45 67 89");
    },
  },
];

test.each(cases)("$what", async ({ prepare, check }) => {
  await prepare();
  await own.sync();
  check();
  own.mailchimp.fault = undefined;
  own.copper.fault = undefined;
  own.mailchimp.bend = undefined;
  own.writes();
  await own.sync();
  expect(own.writes()).toEqual([]);
  await own.sync({ full: true });
  expect(own.writes()).toEqual([]);
  check();
});
