/** A small world of both services on loopback and a program wired to it, for tests that say what a rule promises. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SyncFlags } from "../src/app/run-sync.ts";
import type { Wired } from "../src/app/wired.ts";
import { runOnce } from "../src/cli/sync-commands.ts";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import { operationView } from "../src/plan/operation-views.ts";
import type { OperationView, RunDocument } from "../src/plan/run-document.ts";
import type { Clock } from "../src/ports/clock.ts";
import { simulateCopper } from "../src/simulators/copper.ts";
import type { SimPerson } from "../src/simulators/copper-people.ts";
import { simulateMailchimp } from "../src/simulators/mailchimp.ts";
import { hashOf, type SimMember } from "../src/simulators/mailchimp-rules.ts";
import type { Service } from "../src/simulators/server.ts";
import {
  type CopperOptions,
  type MailchimpOptions,
  UNKIND_COPPER,
  UNKIND_MAILCHIMP,
} from "../src/simulators/simulator-options.ts";
import { makeWorlds, type Worlds } from "../src/simulators/world.ts";
import { terminalFor } from "../src/terminal/terminal.ts";

/** A run document with everything that was done, or is to be. */
export type Ran = RunDocument & { readonly operations: readonly OperationView[] };

export interface World {
  readonly worlds: Worlds;
  readonly copper: Service;
  readonly mailchimp: Service;
  readonly folder: string;
  /** The settings as a user's environment has them. */
  readonly env: Record<string, string>;
  /** The services' clock, Unix seconds; only tests move it. */
  clock: number;
  person(some: Partial<SimPerson> & { email?: string }): SimPerson;
  member(email: string, some?: Partial<SimMember>): SimMember;
  /** The member at an address, as Mailchimp has him now. */
  at(email: string): SimMember | undefined;
  /** The names of a member's tags, sorted. */
  tagsOf(email: string): string[];
  sync(flags?: SyncFlags, env?: Record<string, string>): Promise<Ran>;
  plan(env?: Record<string, string>): Promise<Ran>;
  /** Requests that changed something, since the last call. */
  writes(): string[];
  close(): Promise<void>;
}

interface Switches {
  readonly copper?: Partial<CopperOptions>;
  readonly mailchimp?: Partial<MailchimpOptions>;
  readonly people?: number;
  readonly seed?: number;
  /** The program's clock, where a test needs to see or move it. */
  readonly hours?: Clock;
}

/** A clock on which waiting takes no time, only says that it did. @param base what it shows without (ms) */
export function hasty(base: () => number = Date.now): Clock {
  let waited = 0;
  return {
    now: () => base() + waited,
    async wait(ms) {
      waited += ms;
      await new Promise((done) => setImmediate(done));
    },
  };
}

/** Does something with what the program is wired to in a world, and closes it again. @param clock the program's */
export async function inWired<T>(
  own: Pick<World, "env" | "folder" | "clock">,
  work: (wired: Wired) => Promise<T>,
  clock: Clock = hasty(() => own.clock * 1000),
): Promise<T> {
  const wired = await wire(readSettings(own.env, own.folder), new AbortController().signal, clock);
  return work(wired).finally(() => wired.store.close());
}

export async function world(options: Switches = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sync-test-"));
  const start = Math.floor(Date.now() / 1000) - 100;
  const worlds = makeWorlds(options.seed ?? 1, options.people ?? 0, start);
  const own = { clock: start };
  const now = () => own.clock;
  const copper = await simulateCopper(worlds.copper, {
    ...UNKIND_COPPER,
    perMinute: 1e6,
    bulkPerSecond: 1e6,
    now,
    ...options.copper,
  });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, { ...UNKIND_MAILCHIMP, now, ...options.mailchimp });
  const env = {
    COPPER_API_KEY: worlds.copper.key,
    COPPER_API_EMAIL: "admin@exemple.fr",
    MAILCHIMP_API_KEY: worlds.mailchimp.key,
    MAILCHIMP_DC: "us21",
    MAILCHIMP_LIST_ID: worlds.mailchimp.list,
    SYNC_INTERVAL: "3600",
    COPPER_API_URL: copper.url,
    MAILCHIMP_API_URL: mailchimp.url,
    DATABASE_URL: `sqlite:${join(folder, "sync.db")}`,
    LOG_DIR: join(folder, "logs"),
    COPPER_REQUESTS_PER_MINUTE: "1000000",
    COPPER_BULK_PER_SECOND: "1000000",
  };
  let ids = 1;
  async function once(flags: SyncFlags, planOnly: boolean, more: Record<string, string>): Promise<Ran> {
    own.clock += 60;
    const wired = await wire(
      readSettings({ ...env, ...more }, folder),
      new AbortController().signal,
      // Time passes on all clocks alike
      options.hours ?? hasty(() => own.clock * 1000),
    );
    try {
      const { document, error, operations } = await runOnce(
        wired,
        flags,
        planOnly,
        { ...terminalFor("en"), progress: () => undefined },
        new AbortController().signal,
      );
      if (error !== undefined) throw error;
      return { ...document, operations: (await Array.fromAsync(operations())).map(operationView) };
    } finally {
      await wired.store.close();
    }
  }
  return Object.assign(own, {
    worlds,
    copper,
    mailchimp,
    folder,
    env,
    person({ email, ...some }: Partial<SimPerson> & { email?: string }) {
      const id = 500_000 + ids++;
      const name = [some.first_name, some.last_name].filter(Boolean).join(" ") || "Sans nom";
      const person: SimPerson = {
        id,
        name,
        first_name: null,
        last_name: null,
        emails: email === undefined ? [] : [{ email, category: "work" }],
        phone_numbers: [],
        address: null,
        tags: [],
        custom_fields: [],
        title: null,
        company_name: null,
        date_created: own.clock,
        date_modified: own.clock,
        details: null,
        ...some,
      };
      worlds.copper.people.set(id, person);
      return person;
    },
    member(email: string, some: Partial<SimMember> = {}) {
      const id = hashOf(email);
      const member: SimMember = {
        id,
        contact_id: hashOf(`c${id}`),
        email_address: email,
        status: "subscribed",
        merge_fields: {},
        tags: [],
        last_changed: new Date(own.clock * 1000).toISOString(),
        ...some,
      };
      worlds.mailchimp.members.set(id, member);
      if (member.status === "unsubscribed" || member.status === "cleaned")
        worlds.mailchimp.compliance.add(email.toLowerCase());
      return member;
    },
    at: (email: string) => worlds.mailchimp.members.get(hashOf(email)),
    tagsOf: (email: string) =>
      worlds.mailchimp.members
        .get(hashOf(email))!
        .tags.map((tag) => tag.name)
        .sort(),
    sync: (flags: SyncFlags = {}, more: Record<string, string> = {}) => once(flags, false, more),
    plan: (more: Record<string, string> = {}) => once({}, true, more),
    writes() {
      const all = [...copper.asked.splice(0), ...mailchimp.asked.splice(0)];
      return all
        .filter((one) => one.method !== "GET" && !one.path.endsWith("/search"))
        .map((one) => `${one.method} ${one.path}`);
    },
    async close() {
      await Promise.all([copper.close(), mailchimp.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** Changes a record by hand, in the service itself, a minute later. */
export function edit<R extends SimPerson | SimMember>(own: World, record: R, change: Partial<R>): void {
  own.clock += 60;
  const there =
    "contact_id" in record
      ? own.worlds.mailchimp.members.get(record.id as string)
      : own.worlds.copper.people.get(record.id as number);
  Object.assign(
    there ?? record,
    change,
    "contact_id" in record ? { last_changed: new Date(own.clock * 1000).toISOString() } : { date_modified: own.clock },
  );
  // Found under his new addresses, if they are others now
  if (!("contact_id" in record))
    own.worlds.copper.people.set(record.id as number, own.worlds.copper.people.get(record.id as number)!);
}
