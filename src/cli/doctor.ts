/** `doctor`: checks settings, keys, audience, fields, database and clocks one by one, and says what to do. */
import { confirm } from "@clack/prompts";
import { examine } from "../app/doctor.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { probe, probeLines } from "../app/probe-services.ts";
import type { Settings } from "../config/settings.ts";
import { chosenSettings } from "../main/chosen-settings.ts";
import { recordedProbe } from "../main/recorded-probe.ts";
import { open } from "../main/wire.ts";
import { withWired } from "../main/with-wired.ts";
import type { Probed } from "../plan/capabilities.ts";
import { showWaits, type Terminal, yesOrNo } from "../terminal/terminal.ts";

const SIGNS = { ok: "✓", note: "·", wrong: "✗" } as const;

interface DoctorFlags {
  readonly json?: boolean;
  readonly probe?: boolean;
  /** A file for a transcript of the responses; implies a probe. */
  readonly record?: string;
  readonly yes?: boolean;
}

/**
 * The command.
 * @returns 0, or 5 if a service cannot be used
 * @throws SettingsError, DatabaseError
 * @throws UsageError if a probe is not confirmed and there is no terminal to ask on
 */
export async function doctor(flags: DoctorFlags, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const probes = flags.probe || flags.record !== undefined;
  if (probes && !flags.yes && !process.stdin.isTTY) throw new UsageError(t("probe.needYes"));
  const settings = await chosenSettings();
  const how = { waits: showWaits(terminal) };
  const opened = await open(settings, new AbortController().signal, undefined, undefined, how);
  const findings = await examine(settings, opened, terminal.t).finally(() => opened.database.destroy());
  const ok = findings.every((one) => one.level !== "wrong");
  if (!flags.json) {
    const lines = findings.map(({ level, text }) => `${SIGNS[level]} ${text}\n`);
    terminal.print(`${lines.join("")}\n${t(ok ? "doctor.ok" : "doctor.wrong")}\n`);
  }
  const probed = probes && ok ? await probing(settings, flags, terminal) : undefined;
  if (flags.json) terminal.json({ schema: 1, ok, findings, ...(probed && { probe: probed }) });
  return ok ? EXIT.ok : EXIT.remote;
}

/**
 * Probes the services, after a confirmation. Creates nothing if the answer is no.
 * @returns the findings; `undefined` if the answer was no
 */
export async function probing(
  settings: Settings,
  flags: DoctorFlags,
  terminal: Terminal,
): Promise<Probed[] | undefined> {
  const { t } = terminal;
  if (!flags.yes && (await confirm(yesOrNo(t("probe.ask"), t))) !== true) return undefined;
  terminal.progress(t("probe.going"));
  const { record } = flags;
  const { probed, exchanges } =
    record === undefined
      ? { probed: await withWired((wired) => probe(wired, settings.copper.email)), exchanges: 0 }
      : await recordedProbe(settings, record);
  terminal.done();
  const last = record === undefined ? t("probe.send") : t("probe.recorded", { file: record, count: exchanges });
  if (!flags.json) terminal.print(`${[...probeLines(probed, t), "", last].join("\n")}\n`);
  return probed;
}
