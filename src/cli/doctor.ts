/** `doctor`: settings, keys, audience, fields, database and clock, each looked at by itself, with what to do. */
import { confirm } from "@clack/prompts";
import type { Settings } from "../config/settings.ts";
import { mapFields } from "../contact/fields.ts";
import { traitsFor } from "../contact/filter.ts";
import type { Texts } from "../i18n/texts.ts";
import type { Finding } from "../pages/settings.tsx";
import type { Probed } from "../plan/findings.ts";
import { EXIT, UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { probe, probeLines } from "./probe.ts";
import { recorded } from "./record.ts";
import { chosenSettings } from "./stored.ts";
import { withWired } from "./sync-commands.ts";
import { showWaits, type Terminal, yesOrNo } from "./terminal.ts";
import { type Opened, open } from "./wire.ts";

/** Clocks that differ by more (seconds) are told; the sync itself does not need them to agree. */
const SKEW = 120;
const SIGNS = { ok: "✓", note: "·", wrong: "✗" } as const;

interface DoctorFlags {
  readonly json?: boolean;
  readonly probe?: boolean;
  /** A file for a transcript of what the services answered; probes. */
  readonly record?: string;
  readonly yes?: boolean;
}

/**
 * The command. @returns 0, or 5 where a service cannot be used. Throws SettingsWrong, DatabaseUnusable, and UsageWrong
 * where a probe is neither confirmed nor can be asked about.
 */
export async function doctor(flags: DoctorFlags, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const probes = flags.probe || flags.record !== undefined;
  if (probes && !flags.yes && !process.stdin.isTTY) throw new UsageWrong(t("probe.needYes"));
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

/** Probes, after asking; nothing is made where the answer is no. */
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
      : await recorded(settings, record);
  terminal.done();
  const last = record === undefined ? t("probe.send") : t("probe.recorded", { file: record, count: exchanges });
  if (!flags.json) terminal.print(`${[...probeLines(probed, t), "", last].join("\n")}\n`);
  return probed;
}

/** Looks at everything; what cannot be reached is a finding, not an end. */
export async function examine(settings: Settings, opened: Opened, t: Texts): Promise<Finding[]> {
  const { copper, mailchimp, clean, skew } = opened;
  const wrong = (error: unknown): Finding => ({ level: "wrong", text: clean(explain(error, t).text) });
  const findings: Finding[] = [{ level: "ok", text: t("doctor.database", { url: clean(settings.database) }) }];
  const account = await copper.identity().catch(wrong);
  if ("level" in account) findings.push(account);
  else {
    findings.push({ level: "ok", text: t("doctor.copper", { id: account.id }) });
    if (account.byTeam) findings.push({ level: "note", text: t("doctor.byTeam") });
  }
  const audience = await mailchimp.audience().catch(wrong);
  if ("level" in audience) findings.push(audience);
  else findings.push({ level: "ok", text: t("doctor.audience", { name: audience.name, count: audience.members }) });
  if (!("level" in account) && !("level" in audience)) {
    const [merges, customs] = await Promise.all([mailchimp.mergeFields(), copper.customFields()]);
    const { filter } = settings.policy;
    const contactTypes = filter?.contactTypes ? await copper.contactTypes() : [];
    try {
      traitsFor(filter, { customs, contactTypes });
    } catch (error) {
      findings.push(wrong(error));
    }
    const { mapped, unmet } = mapFields(settings.wishes, merges, customs);
    const pairs = (list: readonly { copper: string; mailchimp: string }[]) =>
      list.map((one) => `${one.copper} ↔ ${one.mailchimp}`).join(", ");
    findings.push({ level: "ok", text: t("doctor.fields", { list: pairs(mapped) }) });
    if (unmet.length > 0) findings.push({ level: "note", text: t("doctor.unmet", { list: pairs(unmet) }) });
    const wanted = merges.filter((merge) => merge.required).map((merge) => merge.tag);
    if (wanted.length > 0) findings.push({ level: "note", text: t("doctor.required", { list: wanted.join(", ") }) });
  }
  for (const service of ["copper", "mailchimp"] as const) {
    const seconds = skew(service);
    if (seconds === undefined || Math.abs(seconds) <= SKEW) continue;
    const name = service === "copper" ? "Copper" : "Mailchimp";
    findings.push({ level: "note", text: t("doctor.clock", { service: name, seconds }) });
  }
  return findings;
}
