/** `demo`: runs the sync against both simulated services and explains each step. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDashboard } from "../backends/file-dashboard.ts";
import { readSettings } from "../config/settings.ts";
import type { TextWith } from "../i18n/texts.ts";
import { wire } from "../main/wire.ts";
import { textReport } from "../report/text.ts";
import { simulateCopper } from "../simulators/copper.ts";
import { envLines } from "../simulators/env-lines.ts";
import { simulateMailchimp } from "../simulators/mailchimp.ts";
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../simulators/simulator-options.ts";
import { makeWorlds, type Worlds } from "../simulators/world.ts";
import { type Terminal, untilInterrupted } from "../terminal/terminal.ts";
import { runOnce } from "./sync-commands.ts";

const seconds = () => Math.floor(Date.now() / 1000);

/**
 * `demo`: creates test data, runs a first sync, changes records by hand, runs a second sync, and a third without
 * changes.
 * @returns 0 if the third sync had nothing to do, else 1
 */
export async function demo(flags: { exit?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const worlds = makeWorlds(7, 120, seconds());
  const copper = await simulateCopper(worlds.copper, {
    ...UNKIND_COPPER,
    perMinute: 100_000,
    bulkPerSecond: 1000,
    now: seconds,
  });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, { ...UNKIND_MAILCHIMP, batchLooks: 0, now: seconds });
  // Keep the database and the logs of the demo apart from those of the folder
  const folder = mkdtempSync(join(tmpdir(), "copper-mailchimp-demo-"));
  const env = Object.fromEntries(
    envLines(worlds, copper.url, mailchimp.url)
      .split("\n")
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  const settings = readSettings(
    {
      ...env,
      DATABASE_URL: `sqlite:${join(folder, "sync.db")}`,
      LOG_DIR: join(folder, "logs"),
      DASHBOARD_PORT: "0",
      COPPER_REQUESTS_PER_MINUTE: "100000",
      COPPER_BULK_PER_SECOND: "1000",
    },
    folder,
  );
  try {
    const sync = async (title: TextWith) => {
      const wired = await wire(settings, new AbortController().signal);
      const { document, error } = await runOnce(wired, {}, false, terminal, new AbortController().signal);
      await wired.store.close();
      terminal.done();
      if (error !== undefined) throw error;
      terminal.print(`\n=== ${t(title)}\n\n${textReport(document, t)}`);
      return document;
    };
    terminal.print(
      `${t("demo.world", { people: worlds.copper.people.size, members: worlds.mailchimp.members.size })}\n`,
    );
    await sync("demo.first");
    terminal.print(`\n=== ${t("demo.changes")}\n`);
    byHand(worlds);
    await sync("demo.second");
    const last = await sync("demo.third");
    terminal.print(`\n${t("demo.end")}\n`);
    const listening = await openDashboard([settings], terminal, env);
    terminal.print(`\n${t("serve.ready", { link: listening.link })}\n`);
    if (process.stdout.isTTY && !flags.exit) await untilInterrupted();
    await listening.close();
    return Object.keys(last.summary).length === 0 ? 0 : 1;
  } finally {
    await Promise.all([copper.close(), mailchimp.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes records directly in the services, as people do in a day. */
function byHand({ copper, mailchimp }: Worlds): void {
  const members = [...mailchimp.members.values()].filter((one) => one.status === "subscribed");
  const personOf = (address: string) =>
    [...copper.people.values()].find(
      (one) =>
        one.emails[0]?.email.trim().toLowerCase() === address.toLowerCase() &&
        !one.tags.some((tag) => /supprimer/i.test(tag)),
    );
  // Change only pairs, so that every change is visible on the other side
  const pairs = members.flatMap((member) => {
    const person = personOf(member.email_address);
    return person ? [{ person, member }] : [];
  });
  const [renamed, tagged, phoned, left, marked, deleted] = pairs;
  if (!renamed || !tagged || !phoned || !left || !marked || !deleted) return;
  const now = seconds();
  Object.assign(renamed.person, {
    first_name: "Alexandrine",
    name: `Alexandrine ${renamed.person.last_name}`,
    date_modified: now,
  });
  Object.assign(tagged.person, { tags: [...tagged.person.tags, "Salon 2027"], date_modified: now });
  Object.assign(phoned.member.merge_fields, { PHONE: "+41 22 555 01 02" });
  left.member.status = "unsubscribed";
  for (const { member } of [phoned, left]) member.last_changed = new Date().toISOString();
  Object.assign(marked.person, { tags: [...marked.person.tags, "🗑️ À SUPPRIMER"], date_modified: now });
  copper.people.delete(deleted.person.id);
}
