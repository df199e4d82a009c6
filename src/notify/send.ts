/** The ways of telling: a mail, a Slack-compatible hook, a command. Each by itself; none of them can fail a run. */
import { spawn } from "node:child_process";
import { createTransport } from "nodemailer";
import type { Channels } from "./channels.ts";
import type { Message } from "./message.ts";

/** Longest time for one of them, ms. */
const PATIENCE = 20_000;

/** Tells everywhere. @returns what went wrong, by channel; empty where all is well */
export async function sendEverywhere(channels: Channels, message: Message): Promise<string[]> {
  const ways: [string, boolean, () => Promise<unknown>][] = [
    ["mail", channels.mail !== "", () => sendMail(channels, message)],
    ["hook", channels.hook !== "", () => postHook(channels.hook, message)],
    ["command", channels.command !== "", () => runCommand(channels.command, message)],
  ];
  const wrong = await Promise.all(
    ways
      .filter(([, wanted]) => wanted)
      .map(([name, , send]) =>
        send().then(
          () => undefined,
          (error: unknown) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
        ),
      ),
  );
  return wrong.filter((one) => one !== undefined);
}

async function sendMail({ mail, smtp }: Channels, { subject, text }: Message): Promise<void> {
  const limits = { connectionTimeout: PATIENCE, greetingTimeout: PATIENCE, socketTimeout: PATIENCE };
  const { hostname, port, protocol, username, password } = new URL(smtp);
  const secure = protocol === "smtps:";
  const transport = createTransport({
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    ...(username !== "" && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...limits,
  });
  const [first = ""] = mail.split(",");
  const user = decodeURIComponent(username);
  try {
    await transport.sendMail({ from: user.includes("@") ? user : first.trim(), to: mail, subject, text });
  } finally {
    transport.close();
  }
}

async function postHook(url: string, { subject, text }: Message): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: `*${subject}*\n${text}` }),
    signal: AbortSignal.timeout(PATIENCE),
    redirect: "error",
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
}

function runCommand(command: string, { subject, text }: Message): Promise<void> {
  return new Promise((done, failed) => {
    // What it gets of the environment is no secret of ours
    const { PATH = "", HOME = "", LANG = "" } = process.env;
    const child = spawn(command, {
      shell: true,
      timeout: PATIENCE,
      env: { PATH, HOME, LANG, SUBJECT: subject },
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.on("error", failed);
    child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`exit ${code ?? "by signal"}`))));
    // A command that does not read is none of our business
    child.stdin.on("error", () => undefined);
    child.stdin.end(text);
  });
}
