/** Crontab lines as plain text: when a run starts. Pure. */
import { dirname } from "node:path";

/** The cron form of an interval. */
export interface CronTime {
  readonly expression: string;
  /** The interval that cron can express (s). */
  readonly every: number;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/**
 * The intervals that cron can express: some minutes of an hour, some hours of a day, a day. Minute 7 avoids the full
 * hour.
 */
const SAYABLE: readonly CronTime[] = [
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((n) => ({ expression: `*/${n} * * * *`, every: n * MINUTE })),
  { expression: "7 * * * *", every: HOUR },
  ...[2, 3, 4, 6, 8, 12].map((n) => ({ expression: `7 */${n} * * *`, every: n * HOUR })),
  { expression: "7 5 * * *", every: DAY },
];

/**
 * Returns the cron time nearest to an interval, by ratio.
 * @param seconds `SYNC_INTERVAL`
 */
export function cronTime(seconds: number): CronTime {
  const distance = (time: CronTime) => Math.abs(Math.log(time.every / Math.max(1, seconds)));
  return SAYABLE.reduce((best, time) => (distance(time) < distance(best) ? time : best));
}

/** The parts of our line in a crontab. */
export interface CronLine {
  readonly time: CronTime;
  /** The working folder, which has `.env`. */
  readonly folder: string;
  /** The program and its arguments, with absolute paths. */
  readonly command: readonly string[];
}

/** The longest line that cron accepts (bytes). It cuts a longer one, or refuses the whole file. */
export const LONGEST_LINE = 998;
/** The folders of system programs. */
const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

const MARK = "# copper-mailchimp-sync";

/** Returns a line of a crontab, with a mark for this folder. */
export function cronLine({ time, folder, command }: CronLine): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  // Cron's own path is almost empty. The program needs no other folders (of a version manager, or npx), since it and
  // its Node.js are called by absolute paths
  const path = `${dirname(command[0] ?? "")}:${SYSTEM}`;
  const work = `cd ${quoted(folder)} && PATH=${quoted(path)} ${command.map(quoted).join(" ")} >/dev/null 2>&1`;
  // Cron takes a percent sign as the end of the line
  return `${time.expression} ${work.replaceAll("%", "\\%")} ${MARK} ${folder}`;
}

/** Returns our line for a folder, if there is one. */
export function ownLine(crontab: string, folder: string): string | undefined {
  return crontab.split("\n").find((line) => line.endsWith(`${MARK} ${folder}`));
}

/** Returns an active line that runs a Python script for one of the services. That may be an older tool. */
export function olderLine(crontab: string): string | undefined {
  return crontab.split("\n").find((line) => !line.startsWith("#") && /(copper|mailchimp).*\.py/i.test(line));
}

/** Returns a crontab with one line commented out, so that it can be restored. */
export function resting(crontab: string, line: string): string {
  return crontab
    .split("\n")
    .map((one) => (one === line ? `# ${one}` : one))
    .join("\n");
}

/**
 * Returns a crontab with our line once, and all other lines unchanged.
 * @param line `undefined` to remove it
 */
export function withLine(crontab: string, folder: string, line: string | undefined): string {
  const others = crontab.split("\n").filter((one) => !one.endsWith(`${MARK} ${folder}`));
  while (others.at(-1) === "") others.pop();
  const all = line === undefined ? others : [...others, line];
  return all.length === 0 ? "" : `${all.join("\n")}\n`;
}
