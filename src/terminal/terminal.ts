/** Output of commands: documents go to standard output, progress and errors to standard error. */
import { once } from "node:events";
import { wrapAnsi } from "fast-wrap-ansi";
import { cleanHere } from "../config/mask-own-secrets.ts";
import { errorText } from "../domain/error-text.ts";
import { oneLine } from "../domain/one-line.ts";
import { type Language, type Texts, texts } from "../i18n/texts.ts";
import { serviceName } from "../services/services.ts";

/** The output of one command, in the user's language. */
export interface Terminal {
  readonly t: Texts;
  readonly language: Language;
  /** Prints a text; on a terminal it wraps at word boundaries. */
  print(text: string): void;
  /** Prints the JSON document of the command. */
  json(document: unknown): void;
  /** Prints the JSON document with a list that may be too long for the memory. @param name the list's property */
  jsonWith(document: object, name: string, list: AsyncIterable<unknown> | Iterable<unknown>): Promise<void>;
  /** Shows progress: one changing line on a terminal, otherwise a line now and then. */
  progress(text: string): void;
  /** Clears the progress line. */
  done(): void;
  /** Returns a time in the user's language. @param time RFC 3339 */
  when(time: string): string;
}

/** The least time between two lines of progress without a terminal (ms). */
const QUIET = 5_000;

let unread = false;

/** Ignores a closed pipe, as with `| head`. The command still does its work; only its output stops. */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      if (stream === process.stdout) unread = true;
    });
}

/** Resolves at Ctrl-C, or when the process is asked to terminate. */
export function untilInterrupted(): Promise<void> {
  return new Promise((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
}

/** Returns a function that writes a line to standard error, without the secrets that this process knows. */
export function stderrLogger(): (line: string) => void {
  const clean = cleanHere();
  return (line) => {
    process.stderr.write(`${oneLine(clean(line))}\n`);
  };
}

/** Returns a function that shows how long a command waits for an account's rate limit. */
export function showWaits({ t, progress }: Terminal): (service: "copper" | "mailchimp", seconds: number) => void {
  return (service, seconds) => progress(t("progress.waits", { service: serviceName(service), seconds }));
}

/** Logs unhandled rejections. They must not end a process that is meant to stay up (A11). */
export function logUnhandledRejections(say: (line: string) => void): void {
  process.on("unhandledRejection", (error) => say(errorText(error)));
}

/** Returns a yes-or-no question with labels in the user's language. The default is no. */
export function yesOrNo(message: string, t: Texts) {
  return { message, active: t("answer.yes"), inactive: t("answer.no"), initialValue: false };
}

/** Creates the output for a language. */
export function terminalFor(language: Language): Terminal {
  let drawn = false;
  let last = 0;
  let times: Intl.DateTimeFormat | undefined;
  return {
    t: texts(language),
    language,
    print(text) {
      const { isTTY, columns } = process.stdout;
      // A name from outside must not control the terminal
      const plain = text.replace(/[^\P{Cc}\n\t]/gu, oneLine);
      process.stdout.write(isTTY && columns > 0 ? wrapAnsi(plain, columns, { trim: false }) : plain);
    },
    json(document) {
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    async jsonWith(document, name, list) {
      const out = JSON.stringify(document, null, 2);
      process.stdout.write(`${out.slice(0, out.lastIndexOf("\n}"))},\n  ${JSON.stringify(name)}: [`);
      let first = true;
      for await (const one of list) {
        if (unread) return;
        const room = process.stdout.write(`${first ? "" : ","}\n    ${JSON.stringify(one)}`);
        first = false;
        // Wait for a slow reader, so that the output does not fill the memory
        if (!room && !unread) await once(process.stdout, "drain").catch(() => undefined);
      }
      process.stdout.write(`${first ? "" : "\n  "}]\n}\n`);
    },
    progress(text) {
      if (process.stderr.isTTY) {
        drawn = true;
        process.stderr.write(`\r\u001b[K${text}`);
      } else if (Date.now() - last > QUIET) {
        last = Date.now();
        process.stderr.write(`${text}\n`);
      }
    },
    done() {
      if (drawn) process.stderr.write("\r\u001b[K");
      drawn = false;
    },
    when(time) {
      // Created when needed, since it takes longer than the rest of a short command
      times ??= new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
      return times.format(new Date(time));
    },
  };
}
