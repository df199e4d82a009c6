/** A8, A7: what the services answered can be sent to us; nobody is in it, and the simulators replay it. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Exchange, type Transcript, transcriptOf } from "../src/http/transcript.ts";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";
import { replay } from "./replay.ts";

let own: World;
beforeEach(async () => {
  own = await world({ people: 12, seed: 5, copper: { searchLag: 0, enrichAfter: 0 } });
});
afterEach(() => own.close());

/** Everything in both worlds that is somebody's, or the account's. */
function theirs(): string[] {
  const { copper, mailchimp } = own.worlds;
  const people = [...copper.people.values()].flatMap((one) => [
    String(one.id),
    one.first_name,
    one.last_name,
    one.company_name,
    ...one.emails.map((each) => each.email.trim()),
    ...one.phone_numbers.map((each) => each.number),
  ]);
  const members = [...mailchimp.members.values()].flatMap((one) => [one.id, one.contact_id, one.email_address]);
  const account = [copper.key, mailchimp.key, mailchimp.list, String(copper.account), "admin@exemple.fr", "exemple.fr"];
  return [...people, ...members, ...account].filter((text): text is string => (text ?? "").trim().length > 2);
}

test("doctor --record: nobody's name, address, phone, id or key is in the file, and it replays without a difference", async () => {
  const file = join(own.folder, "answers.json");
  const { exit, out } = await program(["doctor", "--record", file, "--yes"], own.env, own.folder);
  expect(exit).toBe(0);
  expect(out).toContain("answers.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, "utf8");
  for (const one of theirs())
    if (/^\d+$/.test(one)) expect(text, one).not.toMatch(new RegExp(`(?<!count=)\\b${one}\\b`));
    else expect(text, one).not.toContain(one);
  const transcript = JSON.parse(text) as Transcript;
  expect(transcript.exchanges.length).toBeGreaterThan(40);
  // What the program itself sent, and what became of it, is there to read
  expect(text).toContain("sync probe é");
  expect(await replay(transcript)).toEqual([]);
});
test("A8: an answer that the simulators would not give is told", async () => {
  const answer = (response: unknown): Exchange => ({
    service: "copper",
    method: "GET",
    path: "/account",
    request: null,
    status: 200,
    response,
  });
  expect(await replay({ schema: 1, exchanges: [answer({ id: "a text", primary_timezone: 5 })] })).toEqual([
    "copper GET /account: id: string, simulated number",
    "copper GET /account: primary_timezone: number, simulated string",
  ]);
  expect(await replay({ schema: 1, exchanges: [{ ...answer({}), status: 418 }] })).toHaveLength(1);
});
test("A7: whatever stands in an answer, no word, address or long number of it is in the transcript", () => {
  const word = fc.string({ minLength: 4, maxLength: 20, unit: fc.constantFrom(..."abcdefghijkéàLMNO") });
  const secret = fc.oneof(
    word,
    word.map((one) => `${one}@exemple.fr`),
    fc.integer({ min: 10_000, max: 2_000_000_000 }),
  );
  const key = fc.constantFrom("name", "title", "details", "email_address", "id", "tags", "street", "value", "FNAME");
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(secret, fc.array(secret, { maxLength: 3 })), { minKeys: 1 }), (body) => {
      const exchange: Exchange = {
        service: "copper",
        method: "POST",
        path: "/people",
        request: body,
        status: 200,
        response: [body],
      };
      const text = JSON.stringify(transcriptOf([exchange], []));
      for (const one of Object.values(body).flat()) {
        const said = String(one);
        // Made of the letters that stand for others
        if (/^[xXéÉ0]+$|^1000\d\d$/.test(said)) continue;
        if (typeof one === "number") expect(text).not.toMatch(new RegExp(`\\b${said}\\b`));
        else expect(text).not.toContain(said);
      }
    }),
    { numRuns: 500 },
  );
});
