/** Sends messages: by mail, to a Slack-compatible hook, or to a command. A failure never fails a run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createTransport } from "nodemailer";
import { errorText } from "../domain/error-text.ts";
import { type Channels, type Place, placesOf } from "./channels.ts";
import type { Message } from "./message.ts";

/** The timeout of one message (ms). */
const PATIENCE = 20_000;

/** Retries for a hook that responds with a rate limit. */
const AGAIN = 3;
/** The longest wait that a hook may ask for (ms). If it asks for more, the next run tries again. */
const LONGEST_WAIT = 60_000;

/** Waits (ms). */
type Wait = (ms: number) => Promise<void>;
const pause: Wait = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Sends a message to all places.
 * @returns the errors, with the place's label; empty on success
 */
export async function sendEverywhere(channels: Channels, message: Message): Promise<string[]> {
  const wrong = await Promise.all(
    placesOf(channels).map(async (place) => {
      const why = await sendTo(place, message);
      return why === undefined ? [] : [`${place.label}: ${why}`];
    }),
  );
  return wrong.flat();
}

/**
 * Sends a message to one place.
 * @param wait waits before a retry
 * @returns the error; `undefined` on success
 */
export async function sendTo({ only }: Place, message: Message, wait: Wait = pause): Promise<string | undefined> {
  try {
    if (only.mail !== "") await sendMail(only, message);
    if (only.hook !== "") await postHook(only.hook, message, wait);
    if (only.command !== "") await runCommand(only.command, message);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

async function sendMail({ mail, smtp }: Channels, { subject, text }: Message): Promise<void> {
  const limits = { connectionTimeout: PATIENCE, greetingTimeout: PATIENCE, socketTimeout: PATIENCE };
  const transport = createTransport({ url: smtp, ...limits });
  // The login is usually also an address from which the server accepts mail
  const user = decodeURIComponent(new URL(smtp).username);
  await transport.sendMail({ from: user.includes("@") ? user : mail, to: mail, subject, text });
}

async function postHook(url: string, { subject, text }: Message, wait: Wait): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: `*${subject}*\n${text}` }),
      signal: AbortSignal.timeout(PATIENCE),
      // A redirect could send the message to another host
      redirect: "error",
    });
    if (answer.ok) return;
    const asked =
      answer.status === 429 || answer.status === 503 ? waitAsked(answer.headers.get("retry-after")) : undefined;
    if (asked === undefined || asked > LONGEST_WAIT || tries === AGAIN) throw new Error(`HTTP ${answer.status}`);
    await wait(asked);
  }
}

/** Returns the wait of a `Retry-After` header (ms), from seconds or a date. The default is one second. */
function waitAsked(header: string | null): number {
  const seconds = Number(header ?? "1");
  if (!Number.isNaN(seconds)) return Math.max(0, seconds) * 1000;
  const until = Date.parse(header!) - Date.now();
  return Number.isNaN(until) ? 1000 : Math.max(0, until);
}

async function runCommand(command: string, { subject, text }: Message): Promise<void> {
  // Pass only these variables, so that the command cannot read secrets
  const { PATH = "", HOME = "", LANG = "" } = process.env;
  const child = spawn(command, {
    shell: true,
    timeout: PATIENCE,
    env: { PATH, HOME, LANG, SUBJECT: subject },
    stdio: ["pipe", "ignore", "ignore"],
  });
  // The command may ignore its input
  child.stdin.on("error", () => undefined);
  child.stdin.end(text);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`exit ${code ?? "by signal"}`);
}
