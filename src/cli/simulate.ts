/** `simulate`: runs both simulated services on this machine, with the requested limits, delays and quirks. */

import { UsageError } from "../app/exit-codes.ts";
import { control } from "../simulators/control.ts";
import { simulateCopper } from "../simulators/copper.ts";
import { envLines } from "../simulators/env-lines.ts";
import { simulateMailchimp } from "../simulators/mailchimp.ts";
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../simulators/simulator-options.ts";
import { makeWorlds } from "../simulators/world.ts";
import { type Terminal, untilInterrupted } from "../terminal/terminal.ts";
import type { SIMULATE_NUMBERS } from "./simulate-options.ts";

type Numbers = Record<keyof typeof SIMULATE_NUMBERS, string>;

/**
 * The command. Runs until Ctrl-C.
 * @throws UsageError for an option that is not a number
 */
export async function simulate(flags: Numbers & { kind?: boolean }, terminal: Terminal): Promise<number> {
  const number = (name: keyof typeof SIMULATE_NUMBERS) => {
    const value = Number(flags[name]);
    if (!Number.isInteger(value) || value < 0)
      throw new UsageError(terminal.t("setting.not-a-number", { name: `--${name}`, detail: "0" }));
    return value;
  };
  let offset = 0;
  const now = () => Math.floor(Date.now() / 1000) + offset;
  const worlds = makeWorlds(number("seed"), number("people"), now());
  const latency = number("latency");
  const kind = flags.kind && { lowerCaseTags: false, searchLag: 0, inclusiveDates: true, enrichAfter: 0 };
  const copper = await simulateCopper(worlds.copper, {
    ...UNKIND_COPPER,
    ...kind,
    port: number("copperPort"),
    perMinute: number("perMinute"),
    bulkPerSecond: number("bulkPerSecond"),
    latency,
    now,
  });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, {
    ...UNKIND_MAILCHIMP,
    ...(flags.kind && { refuseUpdateWithoutStatus: false, silentCompliance: false, batchLooks: 0 }),
    port: number("mailchimpPort"),
    connections: number("connections"),
    latency,
    now,
  });
  const knobs = await control({ copper, mailchimp }, (seconds) => {
    offset += seconds;
  });
  const { t } = terminal;
  terminal.print(`${t("simulate.ready", { copper: copper.url, mailchimp: mailchimp.url })}\n`);
  terminal.print(`${t("simulate.control", { url: knobs.url })}\n\n${envLines(worlds, copper.url, mailchimp.url)}\n`);
  await untilInterrupted();
  await Promise.all([copper.close(), mailchimp.close(), knobs.close()]);
  return 0;
}
