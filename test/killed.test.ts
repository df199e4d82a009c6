/** A1: the real process, killed at a write; the next runs make what an undisturbed one would have made. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type World, world } from "./house-sync.ts";

/** What both sides hold, without ids and times. */
function holdings(own: World): unknown {
  const people = [...own.worlds.copper.people.values()].map(({ name, emails, tags, phone_numbers, title }) => ({
    name,
    emails: emails.map((one) => one.email),
    tags: [...tags].sort(),
    phone_numbers,
    title,
  }));
  const members = [...own.worlds.mailchimp.members.values()].map(({ email_address, status, merge_fields, tags }) => ({
    email_address,
    status,
    merge_fields,
    tags: tags.map((tag) => tag.name).sort(),
  }));
  const by = (one: unknown) => JSON.stringify(one);
  return {
    people: people.sort((a, b) => (by(a) < by(b) ? -1 : 1)),
    members: members.sort((a, b) => (a.email_address < b.email_address ? -1 : 1)),
  };
}

describe("killed", () => {
  test.each([1, 2, 3, 5, 8, 13, 21])(
    "A1: at write %i, before and after its effect: nothing is made twice, nothing is lost",
    async (nth) => {
      const quiet = await world({ people: 40, seed: 11 });
      await quiet.sync();
      for (const when of ["before", "after"] as const) {
        const own = await world({ people: 40, seed: 11 });
        let writes = 0;
        await new Promise<void>((done) => {
          const child = execFile(process.execPath, [resolve("bin/copper-mailchimp-sync.js"), "sync"], {
            cwd: own.folder,
            env: { PATH: process.env.PATH ?? "", ...own.env },
          });
          const fault = (asked: { method: string; path: string }) => {
            if (asked.method === "GET" || asked.path.endsWith("/search")) return undefined;
            writes += 1;
            if (writes !== nth) return undefined;
            child.kill("SIGKILL");
            return { reset: when };
          };
          own.copper.fault = fault;
          own.mailchimp.fault = fault;
          child.on("exit", () => done());
        });
        own.copper.fault = undefined;
        own.mailchimp.fault = undefined;
        own.clock += 60;
        await own.sync();
        await own.sync();
        own.writes();
        expect((await own.sync()).operations).toEqual([]);
        expect(own.writes()).toEqual([]);
        expect(holdings(own)).toEqual(holdings(quiet));
        await own.close();
      }
      await quiet.close();
    },
  );
});
