/** What a command says, and where: documents on standard output, everything else beside it when JSON is asked for. */
import { once } from "node:events";
import { wrapAnsi } from "fast-wrap-ansi";
import { oneLine } from "../config/log.ts";
import { type Language, type Texts, texts } from "../i18n/texts.ts";

export interface Terminal {
  readonly t: Texts;
  readonly language: Language;
  /** Plain text for people; on a terminal no word is broken at its edge. */
  print(text: string): void;
  /** The one JSON document. */
  json(document: unknown): void;
  /** The one JSON document, with a list that is too long to be in memory at once. */
  jsonWith(document: object, name: string, list: AsyncIterable<unknown> | Iterable<unknown>): Promise<void>;
  /** One line that changes on a terminal; elsewhere a line now and then. */
  progress(text: string): void;
  /** Ends the changing line. */
  done(): void;
  /** A moment in the reader's language. @param time RFC 3339 */
  when(time: string): string;
}

/** Between two lines of progress where there is no terminal, in ms. */
const QUIET = 5_000;

let unread = false;

/**
 * Lets whoever reads the output have enough: with `| head` the pipe closes before the end. What was asked for is done
 * all the same; the rest of the output is for nobody.
 */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      if (stream === process.stdout) unread = true;
    });
}

/** Resolves at Ctrl-C or when the process is told to end. */
export function untilInterrupted(): Promise<void> {
  return new Promise((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
}

/**
 * Says something beside what a command answers, as one line each.
 * @param clean takes secrets out
 */
export function stderrLogger(clean: (text: string) => string = String): (line: string) => void {
  return (line) => {
    process.stderr.write(`${oneLine(clean(line))}\n`);
  };
}

/** Shows on the terminal for how long a command waits for an account's limit. */
export function showWaits({ t, progress }: Terminal): (service: "copper" | "mailchimp", seconds: number) => void {
  return (service, seconds) =>
    progress(t("progress.waits", { service: service === "copper" ? "Copper" : "Mailchimp", seconds }));
}

/** Owns what has no other owner in a process that is to stay up: it is said, and nothing ends (A11). */
export function logUnhandledRejections(say: (line: string) => void): void {
  process.on("unhandledRejection", (error) => say(error instanceof Error ? error.message : String(error)));
}

/** A question to be answered with yes or no, in the reader's words. */
export function yesOrNo(message: string, t: Texts) {
  return { message, active: t("answer.yes"), inactive: t("answer.no"), initialValue: false };
}

export function terminalFor(language: Language): Terminal {
  let drawn = false;
  let last = 0;
  let times: Intl.DateTimeFormat | undefined;
  return {
    t: texts(language),
    language,
    print(text) {
      const { isTTY, columns } = process.stdout;
      process.stdout.write(isTTY && columns > 0 ? wrapAnsi(text, columns, { trim: false }) : text);
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
      // Made when it is needed: it takes longer than all the rest of a short command
      times ??= new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
      return times.format(new Date(time));
    },
  };
}
