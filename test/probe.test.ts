/** A8: what the services do where their documentation is silent is found out safely, kept, and gone by. */

import { afterEach, expect, test } from "vitest";
import { probe } from "../src/app/probe-services.ts";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import type { Probed } from "../src/plan/capabilities.ts";
import type { CopperOptions, MailchimpOptions } from "../src/simulators/simulator-options.ts";
import { type World, world } from "./harness.ts";

let own: World;
afterEach(() => own.close());

/** A clock on which waiting passes the services' time, too. */
async function open(copper: Partial<CopperOptions> = {}, mailchimp: Partial<MailchimpOptions> = {}) {
  own = await world({ people: 10, seed: 3, copper, mailchimp });
  const clock = {
    now: () => own.clock * 1000,
    async wait(ms: number) {
      own.clock += ms / 1000;
    },
  };
  return wire(readSettings(own.env, own.folder), new AbortController().signal, clock);
}
const answers = (probed: readonly Probed[]) =>
  Object.fromEntries(
    probed.map(({ side, question, answer }) => [question === "removed" ? `${side} ${question}` : question, answer]),
  );

test.each([true, false])(
  "each switch of the simulators is found out as it is set; nobody is left behind (unkind: %s)",
  async (unkind) => {
    const wired = await open(
      {
        lowerCaseTags: unkind,
        inclusiveDates: !unkind,
        searchLag: unkind ? 2 : 0,
        enrichAfter: unkind ? 1 : 0,
        nameParts: unkind ? "ignored" : "taken",
        customsInPart: !unkind,
      },
      { refuseUpdateWithoutStatus: unkind, stateTaken: unkind ? "n/a" : "anything" },
    );
    own.worlds.copper.customs.push(
      { id: 81, name: "One", data_type: "String" },
      { id: 82, name: "Two", data_type: "Text" },
      { id: 83, name: "Since", data_type: "Date" },
    );
    const before = [own.worlds.copper.people.size, own.worlds.mailchimp.members.size];
    const probed = await probe(wired, "admin@exemple.fr");
    expect(answers(probed)).toMatchObject({
      "tags-lower-case": unkind ? "yes" : "no",
      "dates-inclusive": unkind ? "no" : "yes",
      "search-lag": unkind ? "yes" : "no",
      "person-moves-by-itself": unkind ? "yes" : "no",
      "bulk-updates": unkind ? "no" : "yes",
      "tags-emoji": "yes",
      "doubled-refused": "yes",
      "bulk-keeps-status": "yes",
      "tags-ignore-case": "yes",
      "name-parts": unkind ? "no" : "yes",
      "customs-in-part": unkind ? "no" : "yes",
      "dates-midnight": "yes",
      "tags-shown": "no",
      "state-nbsp": unkind ? "no" : "yes",
      "state-na": "yes",
      "copper removed": "yes",
      "mailchimp removed": "yes",
    });
    expect([own.worlds.copper.people.size, own.worlds.mailchimp.members.size]).toEqual(before);
    expect(await wired.store.fact("findings")).toMatchObject({
      updatesInBulk: !unkind,
      namePartsTaken: !unkind,
      customsInPart: !unkind,
      stateStandIn: unkind ? "n/a" : "nbsp",
    });
    // No tag of the probe is left
    expect([...own.worlds.mailchimp.members.values()].flatMap((one) => one.tags).map((tag) => tag.name)).not.toContain(
      "Sync Probe 7",
    );
    await wired.store.close();
  },
);
test("a probe that died half-way is cleaned up after by the next one, and a run holds it off (A5)", async () => {
  const wired = await open();
  const before = [own.worlds.copper.people.size, own.worlds.mailchimp.members.size];
  own.copper.fault = (asked) => (asked.method === "GET" || asked.method === "DELETE" ? { reset: "before" } : undefined);
  await expect(probe(wired, "admin@exemple.fr")).rejects.toMatchObject({ code: "unreachable" });
  own.copper.fault = undefined;
  expect(own.worlds.copper.people.size).toBe(before[0]! + 1);
  await wired.store.lock("somebody");
  await expect(probe(wired, "admin@exemple.fr")).rejects.toMatchObject({ by: "somebody" });
  await wired.store.unlock("somebody");
  await probe(wired, "admin@exemple.fr");
  expect([own.worlds.copper.people.size, own.worlds.mailchimp.members.size]).toEqual(before);
  await wired.store.close();
});
