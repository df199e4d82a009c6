/**
 * Stories that a user can read, each with what it must come to: the plan, the runs, the requests and both sides at the
 * end. `npm run golden` shows what differs and, where it is meant, writes it down.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { SimPerson } from "../../src/simulators/copper-people.ts";
import type { SimMember } from "../../src/simulators/mailchimp-rules.ts";
import type { SimRequest } from "../../src/simulators/server.ts";
import { edit, type Ran, type World, world } from "../harness.ts";

interface Scenario {
  readonly story: string;
  readonly people: Readonly<Record<string, Partial<SimPerson> & { email?: string }>>;
  readonly members: Readonly<Record<string, Partial<SimMember>>>;
  readonly steps: readonly (
    | "plan"
    | "sync"
    | { readonly person: string; readonly set?: Partial<SimPerson>; readonly gone?: true }
    | { readonly member: string; readonly set: Partial<SimMember> }
  )[];
}

const HERE = import.meta.dirname;
const folders = readdirSync(HERE, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** How often each request was sent; which of two that go at once comes first is nobody's business. */
function requests(asked: readonly SimRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of asked) {
    const masked = path
      .replace(/^\/(developer_api\/v1|3\.0)/, "")
      .replace(/[0-9a-f]{32}/g, "HASH")
      .replace(/\d{4,}/g, "ID");
    counts[`${method} ${masked}`] = (counts[`${method} ${masked}`] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function told(own: World, ran: Ran): unknown {
  const { outcome, mode, copper, mailchimp, skipped, conflicts, failures, notes, pendingDeletions, operations } = ran;
  const [people, members] = [own.copper.asked.splice(0), own.mailchimp.asked.splice(0)];
  return {
    outcome,
    mode,
    copper,
    mailchimp,
    skipped: Object.fromEntries(Object.entries(skipped).filter(([, count]) => count > 0)),
    conflicts: conflicts.map(({ personId: _, ...rest }) => rest),
    failures,
    notes,
    pendingDeletions,
    // Both sides are written at once: only the order within each is told
    operations: operations.toSorted((one, other) => one.side.localeCompare(other.side)),
    requests: { copper: requests(people), mailchimp: requests(members) },
  };
}

function sides(own: World): unknown {
  return {
    people: [...own.worlds.copper.people.values()].map(
      ({ name, first_name, last_name, emails, phone_numbers, tags }) => ({
        name,
        first_name,
        last_name,
        emails: emails.map((one) => one.email),
        phones: phone_numbers.map((one) => one.number),
        tags,
      }),
    ),
    members: [...own.worlds.mailchimp.members.values()].map(({ email_address, status, merge_fields, tags }) => ({
      email_address,
      status,
      merge_fields,
      tags: tags.map((tag) => tag.name),
    })),
  };
}

test.each(folders)("%s", async (name) => {
  const scenario = parse(readFileSync(join(HERE, name, "scenario.yaml"), "utf8")) as Scenario;
  const own = await world();
  const people = new Map(Object.entries(scenario.people).map(([id, person]) => [id, own.person(person)]));
  for (const [email, member] of Object.entries(scenario.members)) own.member(email, member);
  const seen: unknown[] = [];
  for (const step of scenario.steps) {
    if (step === "plan") seen.push(told(own, await own.plan()));
    else if (step === "sync") seen.push(told(own, await own.sync()));
    else if ("member" in step) edit(own, own.at(step.member)!, step.set);
    else if (step.gone) own.worlds.copper.people.delete(people.get(step.person)!.id);
    else edit(own, people.get(step.person)!, step.set ?? {});
  }
  const result = `${JSON.stringify({ steps: seen, end: sides(own) }, null, 2)}\n`;
  await own.close();
  const golden = join(HERE, name, "golden.json");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, result);
  expect(existsSync(golden), "no golden file yet: npm run golden").toBe(true);
  expect(JSON.parse(result)).toEqual(JSON.parse(readFileSync(golden, "utf8")));
});
