/** What becomes of writes: lost answers, failures, floods, and contacts outside `ONLY`. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

describe("doing it", () => {
  test("A1, A2: creates whose answers are lost are looked up: nothing is made twice", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"] });
    own.member("b@exemple.fr", { merge_fields: { FNAME: "Bob" } });
    const lost = new Set<string>();
    const lose = (name: string) => (asked: { method: string; path: string }) => {
      if (asked.method !== "POST" || asked.path.endsWith("/search") || lost.has(name)) return undefined;
      lost.add(name);
      return { reset: "after" as const };
    };
    own.copper.fault = lose("copper");
    own.mailchimp.fault = lose("mailchimp");
    await own.sync();
    await own.sync();
    expect(own.worlds.copper.people.size).toBe(2);
    expect(own.worlds.mailchimp.members.size).toBe(2);
    expect((await own.sync()).operations).toEqual([]);
    const ana = [...own.worlds.copper.people.values()].find((one) => one.first_name === "Ana")!;
    edit(own, ana, { tags: [] });
    await own.sync();
    expect(own.tagsOf("a@exemple.fr")).toEqual([]);
  });
  test("A2: a bulk create whose answer is lost is looked up: all are linked, with their tags ours", async () => {
    const people = Array.from({ length: 12 }, (_, index) =>
      own.person({ first_name: "Ana", email: `a${index}@exemple.fr`, tags: ["VIP"] }),
    );
    let lost = false;
    own.mailchimp.fault = (asked) => {
      if (lost || asked.method !== "POST") return undefined;
      lost = true;
      return { reset: "after" };
    };
    expect(await own.sync()).toMatchObject({ outcome: "ok", mailchimp: { created: 12 } });
    for (const person of people) edit(own, person, { tags: [] });
    await own.sync();
    for (let index = 0; index < 12; index += 1) expect(own.tagsOf(`a${index}@exemple.fr`)).toEqual([]);
  });
  test("A3: one contact's failure stops nobody, and is tried again", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.member("b@exemple.fr", { merge_fields: { FNAME: "Bob" } });
    own.copper.fault = (asked) =>
      asked.method === "POST" && asked.path.endsWith("/people")
        ? { reply: { status: 422, body: { success: false, status: 422, message: "no" } }, when: "before" }
        : undefined;
    expect(await own.sync()).toMatchObject({
      outcome: "partial",
      mailchimp: { created: 1 },
      failures: [{ contact: "b@exemple.fr", retry: true }],
    });
    own.copper.fault = undefined;
    expect(await own.sync()).toMatchObject({ outcome: "ok", copper: { created: 1 } });
  });
  test("A4: a flood, an HTML page and a broken answer are tried again", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    const faults = [
      { reply: { status: 429, html: "" }, when: "before" as const },
      { reply: { status: 200, html: "<html>" }, when: "before" as const },
      { truncated: true as const },
    ];
    own.copper.fault = () => faults.shift();
    expect(await own.sync()).toMatchObject({ outcome: "ok", mailchimp: { created: 1 } });
  });
  test("ONLY: other contacts are not touched", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.person({ first_name: "Bob", email: "b@autre.fr" });
    await own.sync({}, { ONLY: "@AUTRE.fr" });
    expect([...own.worlds.mailchimp.members.values()].map((one) => one.email_address)).toEqual(["b@autre.fr"]);
  });
});
