/** D2, D3, D5 as invariants: a decision on one person touches nobody else, and only who is marked. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideAll, restoreAll } from "../src/app/decide-on-people.ts";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import type { Decided, Decision } from "../src/plan/decision.ts";
import { hasty, type World, world } from "./harness.ts";

const NAMES = ["Ana", "Bob", "Cleo", "Dora"] as const;
const TAGS = ["🗑️ À SUPPRIMER", "a supprimer", "Ne pas supprimer", "VIP"] as const;
const nobody = new AbortController().signal;

/** Everything both services hold of somebody. */
function held(own: World, id: number, address: string): string {
  const { date_modified: _, ...person } = own.worlds.copper.people.get(id) ?? {};
  return JSON.stringify([person, own.at(address)]);
}

const histories = fc.record({
  tags: fc.tuple(...NAMES.map(() => fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }))),
  members: fc.tuple(...NAMES.map(() => fc.constantFrom("subscribed", "unsubscribed", "pending", "none"))),
  who: fc.nat(NAMES.length - 1),
  decision: fc.constantFrom<Decision>("archive", "delete", "ignore"),
  forget: fc.boolean(),
  unmarkedMeanwhile: fc.boolean(),
});

test("D3, D5: whatever is decided on one person, nobody else changes, and nobody who is not marked", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ tags, members, who, decision, forget, unmarkedMeanwhile }) => {
      const own = await world();
      const people = NAMES.map((name, index) => {
        const email = `${name.toLowerCase()}@exemple.fr`;
        const status = members[index]!;
        if (status !== "none") own.member(email, { status, merge_fields: { FNAME: name } });
        return own.person({ first_name: name, email, tags: [...tags[index]!] });
      });
      await own.sync();
      const chosen = people[who]!;
      const address = (index: number) => `${NAMES[index]!.toLowerCase()}@exemple.fr`;
      const marked = tags[who]!.some((tag) => tag === TAGS[0] || tag === TAGS[1]) && !unmarkedMeanwhile;
      if (unmarkedMeanwhile) own.worlds.copper.people.get(chosen.id)!.tags = ["VIP"];
      const before = people.map((one, index) => held(own, one.id, address(index)));
      const wired = await wire(
        readSettings(own.env, own.folder),
        nobody,
        hasty(() => own.clock * 1000),
      );
      const done: Decided[] = [];
      await decideAll(wired, [chosen.id], decision, forget, nobody, (one) => done.push(one));
      for (const [index, one] of people.entries())
        if (one !== chosen || !marked) expect(held(own, one.id, address(index))).toBe(before[index]);
      if (marked) expect(["archived", "deleted", "forgotten", "ignored"]).toContain(done[0]!.result);
      if (done[0]!.result === "deleted") {
        await restoreAll(wired, [chosen.id], nobody, (one) => done.push(one));
        const back = [...own.worlds.copper.people.values()].find((one) => one.first_name === NAMES[who]);
        expect(back?.emails).toEqual(chosen.emails);
        if (members[who] !== "none") expect(own.at(address(who))!.status).toBe(members[who]);
      }
      await wired.store.close();
      await own.close();
    }),
    { numRuns: 60 },
  );
});
