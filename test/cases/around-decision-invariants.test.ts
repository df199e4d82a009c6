/** C1, D3, D5, A2 as invariants: whatever is decided, refused, cut off and done by hand in between. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { decideAll, restoreAll } from "../../src/app/decide-on-people.ts";
import type { Wired } from "../../src/app/wired.ts";
import type { Fault, SimRequest } from "../../src/simulators/server.ts";
import { edit, inWired, type World, world } from "../harness.ts";
import { examples } from "../quick.ts";

const nobody = new AbortController().signal;
const ADDRESS = "ana@exemple.fr";
const STEPS = [
  "sync",
  "archive",
  "delete",
  "restore",
  "mark",
  "unmark",
  "leaves",
  "signs-up",
  "archived-by-hand",
] as const;
type Step = (typeof STEPS)[number];

/** From the n-th write of a step on, a service refuses or answers nothing any more, as if the program had died. */
const trouble = fc.option(
  fc.record({
    service: fc.constantFrom("copper" as const, "mailchimp" as const),
    write: fc.nat(2),
    how: fc.constantFrom("refused" as const, "before" as const, "after" as const),
  }),
  { nil: undefined, freq: 2 },
);
const one = <S extends Step>(...steps: S[]) => fc.record({ step: fc.constantFrom(...steps), trouble });
const hands = fc.array(one("leaves", "signs-up", "archived-by-hand", "sync"), { maxLength: 4 });
/** Somebody is marked and decided on, things happen, and they are brought back: likely enough to meet all that can go wrong. */
const episode = fc
  .tuple(one("mark"), one("archive", "delete"), hands, one("restore", "unmark", "archive", "delete"), hands)
  .map(([mark, decision, some, end, more]) => [mark, decision, ...some, end, ...more]);
const histories = fc.array(fc.oneof(episode, fc.array(one(...STEPS), { maxLength: 3 })), {
  minLength: 1,
  maxLength: 3,
});

function faulty({ write, how }: { write: number; how: "refused" | "before" | "after" }) {
  let writes = 0;
  return ({ method, path }: SimRequest): Fault | undefined => {
    const isWrite = method !== "GET" && !path.endsWith("/search");
    if (isWrite) writes += 1;
    if (writes <= write) return undefined;
    if (how === "refused")
      return isWrite ? { when: "before", reply: { status: 403, body: { message: "no", detail: "no" } } } : undefined;
    return { reset: isWrite && writes === write + 1 ? how : "before" };
  };
}

async function take(own: World, first: number, step: Step): Promise<void> {
  const people = [...own.worlds.copper.people.values()];
  const person = people.find((one) => one.first_name === "Ana");
  const member = own.at(ADDRESS);
  const wired = (work: (one: Wired) => Promise<void>) => inWired(own, work);
  switch (step) {
    case "sync":
      await own.sync({ yes: true });
      return;
    case "archive":
    case "delete":
      return wired((one) => decideAll(one, [person?.id ?? first], step, false, nobody, () => undefined));
    case "restore":
      return wired(async (one) => {
        const ids = (await one.store.copies()).filter((copy) => copy.restoredAs === null).map((copy) => copy.personId);
        await restoreAll(one, ids, nobody, () => undefined);
      });
    case "mark":
    case "unmark":
      if (person) edit(own, person, { tags: step === "mark" ? ["🗑️ À SUPPRIMER"] : [] });
      return;
    default: {
      const status = { leaves: "unsubscribed", "signs-up": "subscribed", "archived-by-hand": "archived" }[step];
      if (member && member.status !== status) edit(own, member, { status });
    }
  }
}

test("C1, D3, A2: only whom we archived returns, to the status they had and only untouched; nobody is doubled; all is finished", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (episodes) => {
      const history = episodes.flat();
      const own = await world();
      try {
        const other = own.person({ first_name: "Bob", email: "bob@exemple.fr" });
        const { id } = own.person({ first_name: "Ana", email: ADDRESS });
        await own.sync();
        /** The status that our archiving ended, as long as nobody has touched the member since. */
        let mayReturn: string | undefined;
        let before: string | undefined;
        const wrong: string[] = [];
        own.mailchimp.before = () => {
          before = own.at(ADDRESS)?.status;
        };
        own.mailchimp.bend = (asked, reply) => {
          const after = own.at(ADDRESS)?.status;
          if (after === before) return reply;
          if (after === "archived") mayReturn = before;
          else if (after !== mayReturn) wrong.push(`${asked.method}: ${before} to ${after}, not ${mayReturn}`);
          return reply;
        };
        for (const { step, trouble: some } of history) {
          if (some) own[some.service].fault = faulty(some);
          const held = own.at(ADDRESS)?.status;
          const hand = step === "leaves" || step === "signs-up" || step === "archived-by-hand";
          await take(own, id, step).catch(() => undefined);
          if (hand && own.at(ADDRESS)?.status !== held) mayReturn = undefined;
          own.copper.fault = undefined;
          own.mailchimp.fault = undefined;
          expect(wrong).toEqual([]);
          expect([...own.worlds.copper.people.values()].filter((one) => one.first_name === "Ana").length).toBeLessThan(
            2,
          );
        }
        await own.sync({ yes: true });
        const settled = await own.sync({ yes: true });
        expect(wrong).toEqual([]);
        expect([settled.operations, settled.failures]).toEqual([[], []]);
        expect(own.worlds.copper.people.has(other.id)).toBe(true);
        expect(own.at("bob@exemple.fr")!.status).toBe("subscribed");
        const person = [...own.worlds.copper.people.values()].find((one) => one.first_name === "Ana");
        const archived = own.at(ADDRESS)?.status === "archived";
        // Whoever is gone or archived by a decision has no member who is written to, if it was ever decided by us
        if (person?.tags.includes("📥 INACTIF") && mayReturn !== undefined) expect(archived).toBe(true);
      } finally {
        await own.close();
      }
    }),
    { numRuns: examples(60) },
  );
}, 240_000);
