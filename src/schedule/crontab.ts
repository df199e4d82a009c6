/** Crontab lines as plain text: when a run happens, never what it does. Pure. */
import { dirname } from "node:path";

/** What an interval becomes in cron's words. */
export interface CronTime {
  readonly expression: string;
  /** Seconds between two runs, as cron can say it. */
  readonly every: number;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** What cron can say: so many minutes of an hour, so many hours of a day, a day. */
const SAYABLE: readonly CronTime[] = [
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((n) => ({ expression: `*/${n} * * * *`, every: n * MINUTE })),
  { expression: "7 * * * *", every: HOUR },
  ...[2, 3, 4, 6, 8, 12].map((n) => ({ expression: `7 */${n} * * *`, every: n * HOUR })),
  { expression: "7 5 * * *", every: DAY },
];

/** The time of cron that comes nearest to an interval. @param seconds `SYNC_INTERVAL` */
export function cronTime(seconds: number): CronTime {
  const distance = (time: CronTime) => Math.abs(Math.log(time.every / Math.max(1, seconds)));
  return SAYABLE.reduce((best, time) => (distance(time) < distance(best) ? time : best));
}

export interface CronLine {
  readonly time: CronTime;
  /** The working folder, where `.env` is. */
  readonly folder: string;
  /** What runs, by whole paths. */
  readonly command: readonly string[];
}

/** Longest line that cron takes, bytes: what is longer is cut, or the whole file refused. */
export const LONGEST_LINE = 998;
/** Where a system keeps its programs. */
const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

const MARK = "# copper-mailchimp-sync";

/** One line of a crontab, marked as ours for this folder. */
export function cronLine({ time, folder, command }: CronLine): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  // Cron's own is almost empty. Whatever else was on the path of whoever installs it (a version manager's, npx's) the
  // program does not need: it is called by its whole path, and so is its Node.js
  const path = `${dirname(command[0] ?? "")}:${SYSTEM}`;
  const work = `cd ${quoted(folder)} && PATH=${quoted(path)} ${command.map(quoted).join(" ")} >/dev/null 2>&1`;
  // A percent sign is a line's end to cron
  return `${time.expression} ${work.replaceAll("%", "\\%")} ${MARK} ${folder}`;
}

/** Our line for a folder, if there is one. */
export function ownLine(crontab: string, folder: string): string | undefined {
  return crontab.split("\n").find((line) => line.endsWith(`${MARK} ${folder}`));
}

/** The line of an older tool of ours or somebody's script for the same two services, if one is in force. */
export function olderLine(crontab: string): string | undefined {
  return crontab.split("\n").find((line) => !line.startsWith("#") && /(copper|mailchimp).*\.py/i.test(line));
}

/** A crontab in which a line rests: kept as a comment, so that it can be taken up again. */
export function resting(crontab: string, line: string): string {
  return crontab
    .split("\n")
    .map((one) => (one === line ? `# ${one}` : one))
    .join("\n");
}

/** A crontab with our line, once; every other line is as it was. @param line `undefined` to take it out */
export function withLine(crontab: string, folder: string, line: string | undefined): string {
  const others = crontab.split("\n").filter((one) => !one.endsWith(`${MARK} ${folder}`));
  while (others.at(-1) === "") others.pop();
  const all = line === undefined ? others : [...others, line];
  return all.length === 0 ? "" : `${all.join("\n")}\n`;
}
