/**
 * `schedule install|status|remove`: schedules the sync with a line in the user's crontab, or with a systemd user timer.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { confirm } from "@clack/prompts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { readSettings } from "../config/settings.ts";
import { cronLine, cronTime, LONGEST_LINE, olderLine, ownLine, resting, withLine } from "../schedule/crontab.ts";
import { TITLE } from "../services/services.ts";
import { type Terminal, yesOrNo } from "../terminal/terminal.ts";

/** What to do with the schedule. */
export type ScheduleStep = "install" | "status" | "remove";

/** The command with absolute paths, since cron has a short `PATH` without `npx`. */
const PROGRAM = [
  process.execPath,
  fileURLToPath(new URL("../../bin/copper-mailchimp-sync.js", import.meta.url)),
  "sync",
];
const UNIT = "copper-mailchimp-sync";

/**
 * The command.
 * @throws UsageError if the machine has no cron or no systemd, or the line would be too long
 */
export async function scheduleCommand(step: ScheduleStep, flags: ScheduleFlags, terminal: Terminal): Promise<number> {
  const folder = process.cwd();
  return flags.systemd ? timer(step, folder, terminal) : crontab(step, folder, flags, terminal);
}

interface ScheduleFlags {
  readonly systemd?: boolean;
  /** Comments out the line of an older tool. */
  readonly replace?: boolean;
}

async function crontab(
  step: ScheduleStep,
  folder: string,
  { replace }: ScheduleFlags,
  { t, print }: Terminal,
): Promise<number> {
  const before = readCrontab(t("schedule.noCron"));
  const there = ownLine(before, folder);
  if (step === "status") {
    print(`${there === undefined ? t("schedule.none") : t("schedule.there", { line: there })}\n`);
    return EXIT.ok;
  }
  if (step === "remove") {
    if (there !== undefined) writeCrontab(withLine(before, folder, undefined));
    print(`${t(there === undefined ? "schedule.none" : "schedule.removed")}\n`);
    return EXIT.ok;
  }
  const { interval } = readSettings(process.env, folder);
  const time = cronTime(interval);
  const line = cronLine({ time, folder, command: PROGRAM });
  if (Buffer.byteLength(line) > LONGEST_LINE) throw new UsageError(t("schedule.tooLong", { count: LONGEST_LINE }));
  // Two tools on the same accounts would undo each other's changes
  const old = olderLine(before);
  const rests =
    old !== undefined &&
    (replace || (process.stdin.isTTY && (await confirm(yesOrNo(t("schedule.askOld", { line: old }), t))) === true));
  writeCrontab(withLine(rests ? resting(before, old) : before, folder, line));
  if (time.every !== interval) print(`${t("schedule.rounded", { asked: interval, every: time.every })}\n`);
  print(`${t("schedule.installed", { line })}\n`);
  if (old !== undefined) print(`${t(rests ? "schedule.rests" : "schedule.old", { line: old })}\n`);
  return EXIT.ok;
}

function readCrontab(missing: string): string {
  try {
    return execFileSync("crontab", ["-l"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new UsageError(missing);
    // `crontab -l` also fails if the user has no crontab yet
    return "";
  }
}

function writeCrontab(text: string): void {
  execFileSync("crontab", ["-"], { input: text, stdio: ["pipe", "ignore", "pipe"] });
}

function timer(step: ScheduleStep, folder: string, { t, print }: Terminal): number {
  const units = join(homedir(), ".config", "systemd", "user");
  const control = (...args: string[]) => {
    try {
      return execFileSync("systemctl", ["--user", ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
      throw new UsageError(
        t("schedule.noSystemd", { detail: code === "ENOENT" ? "systemctl" : (stderr ?? "").trim() }),
      );
    }
  };
  if (step === "status") {
    print(control("list-timers", `${UNIT}.timer`, "--all"));
    return EXIT.ok;
  }
  if (step === "remove") {
    control("disable", "--now", `${UNIT}.timer`);
    for (const kind of ["service", "timer"]) rmSync(join(units, `${UNIT}.${kind}`), { force: true });
    print(`${t("schedule.removed")}\n`);
    return EXIT.ok;
  }
  const { interval } = readSettings(process.env, folder);
  mkdirSync(units, { recursive: true });
  const start = PROGRAM.map((part) => `"${part}"`).join(" ");
  const service = `[Unit]\nDescription=${TITLE}\n\n[Service]\nType=oneshot\nWorkingDirectory=${folder}\nExecStart=${start}\n`;
  const clock = `[Unit]\nDescription=${TITLE}\n\n[Timer]\nOnBootSec=2min\nOnUnitActiveSec=${interval}s\nRandomizedDelaySec=60\n\n[Install]\nWantedBy=timers.target\n`;
  writeFileSync(join(units, `${UNIT}.service`), service);
  writeFileSync(join(units, `${UNIT}.timer`), clock);
  control("daemon-reload");
  control("enable", "--now", `${UNIT}.timer`);
  print(`${t("schedule.timer", { folder: dirname(join(units, UNIT)) })}\n`);
  return EXIT.ok;
}
