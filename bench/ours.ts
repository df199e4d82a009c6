/** Our own runs on a measured world, on a clock that skips waiting. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOnce } from "../src/cli/sync-commands.ts";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import { leastTime, type ServiceLimits } from "../src/plan/request-lower-bound.ts";
import { PEOPLE_PER_PAGE } from "../src/services/copper.ts";
import { simulateCopper } from "../src/simulators/copper.ts";
import { simulateMailchimp } from "../src/simulators/mailchimp.ts";
import type { Service } from "../src/simulators/server.ts";
import {
  type CopperOptions,
  type MailchimpOptions,
  UNKIND_COPPER,
  UNKIND_MAILCHIMP,
} from "../src/simulators/simulator-options.ts";
import type { Worlds } from "../src/simulators/world.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import { skippingClock } from "./clock.ts";
import { measuredWorld } from "./world.ts";

/** The services' limits as documented, and the time an answer takes. */
export const LIMITS: ServiceLimits = { perMinute: 180, bulkPerSecond: 3, connections: 10, latency: 300 };

/** What a run needed, beside the least possible. */
export interface Measured {
  readonly requests: number;
  readonly floor: number;
  /** At the services' limits. */
  readonly seconds: number;
  readonly floorSeconds: number;
}

/** A world with both services, on a clock of its own. */
export interface Bench {
  readonly worlds: Worlds;
  readonly copper: Service;
  readonly mailchimp: Service;
  readonly env: Record<string, string>;
  /** Unix seconds. */
  now(): number;
  readonly clock: ReturnType<typeof skippingClock>;
  close(): Promise<void>;
}

/** A world of so many contacts a side. @param copperIs other than documented */
export async function benchOf(
  size: number,
  copperIs: Partial<CopperOptions> = {},
  mailchimpIs: Partial<MailchimpOptions> = {},
): Promise<Bench> {
  const clock = skippingClock();
  const now = () => Math.floor(clock.now() / 1000);
  const worlds = measuredWorld(size, now());
  const folder = mkdtempSync(join(tmpdir(), "sync-bench-"));
  const { latency } = LIMITS;
  const copper = await simulateCopper(worlds.copper, {
    ...UNKIND_COPPER,
    now,
    ms: clock.now,
    latency,
    pause: clock.pause,
    ...copperIs,
  });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, {
    ...UNKIND_MAILCHIMP,
    now,
    latency,
    pause: clock.pause,
    ...mailchimpIs,
  });
  const env = {
    COPPER_API_KEY: worlds.copper.key,
    COPPER_API_EMAIL: "admin@exemple.fr",
    MAILCHIMP_API_KEY: worlds.mailchimp.key,
    MAILCHIMP_DC: "us21",
    MAILCHIMP_LIST_ID: worlds.mailchimp.list,
    COPPER_API_URL: copper.url,
    MAILCHIMP_API_URL: mailchimp.url,
    DATABASE_URL: `sqlite:${join(folder, "sync.db")}`,
    LOG_DIR: join(folder, "logs"),
  };
  return {
    worlds,
    copper,
    mailchimp,
    env,
    now,
    clock,
    async close() {
      clock.close();
      await Promise.all([copper.close(), mailchimp.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One run of ours. */
export async function ours(bench: Bench): Promise<Measured> {
  const begun = bench.clock.now();
  for (const service of [bench.copper, bench.mailchimp]) service.asked.length = 0;
  const never = new AbortController().signal;
  const wired = await wire(readSettings(bench.env, "/nowhere"), never, bench.clock);
  const terminal = { ...terminalFor("en"), progress: () => undefined };
  const { document, error } = await runOnce(wired, {}, false, terminal, never).finally(() => wired.store.close());
  if (error !== undefined) throw error;
  const { floor = { copper: 0, mailchimp: 0 } } = document;
  const bulk = floor.copper - Math.max(1, Math.ceil(document.copper.read / PEOPLE_PER_PAGE));
  return {
    requests: bench.copper.asked.length + bench.mailchimp.asked.length,
    floor: floor.copper + floor.mailchimp,
    seconds: (bench.clock.now() - begun) / 1000,
    floorSeconds: leastTime(floor, bulk, LIMITS) / 1000,
  };
}
